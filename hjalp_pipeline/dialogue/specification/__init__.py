"""The requirement specification for kommuner and vendors, made from the layout and the value set by version.

Everything here is words: pages, schema, examples and the change log follow from ``delivery/specification`` and
the value sets and a date, and from nothing else. What a delivery is held against is decided there.
"""

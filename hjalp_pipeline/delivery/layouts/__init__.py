"""The layout of a delivery as data with validity: what the readers hold a file against, and its XSD (interfaces.md).

``fields.csv`` and ``versions.csv`` are the one source: a change of the layout is new rows there, announced six months ahead.
The documents made of it for people are ``dialogue/specification``.
"""

"""One function per data state: read from storage, apply rules or readers, hold the contract, write whole or not at all.

Everything the assets of ``defs`` do is callable here without Dagster.
"""

"""Contracts: one Pandera schema per data state, which is also the data dictionary. The only floor that knows Pandera.

``states`` holds the schemas, ``validation`` is the only door through which a frame meets one.
"""

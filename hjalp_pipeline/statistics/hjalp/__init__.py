"""Udlån af hjælpemidler: assistive devices that kommuner lend out."""

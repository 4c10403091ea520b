"""Released figures by address (``hjalp serve``): the StatBank's API and PxWebApi 2, read-only and without state.

``published_shelf`` says which tables are out; both APIs ask it at each request, and read nothing else. The only files that are
opened are the public ones of a release (its ``.px`` and ``.json``), and its manifest for the moment it comes out. ``machine_files``
gives releases to programs that read metadata.
"""

"""A data root in a bucket (``HJALP_DATA=s3://...``): the bucket is the truth, commands compute in a working copy on disk.

Loaded for such an address alone. How it is laid out: ``docs/object-storage.md``.
"""

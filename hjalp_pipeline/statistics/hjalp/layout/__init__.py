"""The layout of the deliveries: its versions stand in ``fields.csv`` and ``versions.csv``."""

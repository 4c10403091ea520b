"""The layout of the deliveries of services: its versions stand in ``fields.csv`` and ``versions.csv``."""

"""Statistical disclosure control for tables of counts. Knows nothing of hjælpemidler."""

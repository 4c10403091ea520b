"""The office's pages beside Dagster, read-only: what the program has written for people, at ``/kontor/{statistic}/``.

``shelves.py`` decides which files those are and who may see them; ``office_pages.py`` answers; ``contents.py`` lists.
"""

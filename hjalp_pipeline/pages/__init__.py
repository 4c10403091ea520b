"""What every page for people shares: frame and style (``base.html.j2``), the template loader, charts, the map of tiles
(``tiles.html.j2``), and the script by which tables sort and filter (``tables.html.j2``).

Self-contained pages: no script from elsewhere, no outside resource, nothing that only a script shows, readable in print and
by a screen reader. Knows nothing of the statistic; a page's own template lies beside the module that fills it.
"""

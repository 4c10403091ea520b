"""What every page for people shares: the frame and style (``base.html.j2``), the template loader, charts.

Self-contained pages: no script from elsewhere, no outside resource, readable in print and by a screen reader. Knows nothing
of the statistic; a page's own template lies beside the module that fills it.
"""

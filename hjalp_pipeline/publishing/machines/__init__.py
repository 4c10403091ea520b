"""A release for programs that read metadata: catalogues (DCAT-AP-DK), SDMX, DDI, RO-Crate. Made of what it published alone.

Knows of no statistic. Each file says its licence and how to cite it.
"""

"""The data root on disk: atomic files, the inbox, the lake, prepared registers, and DuckDB as a calculator over them.

The only floor that writes files for others and the only one that imports DuckDB. Knows no rule of the statistic.
"""

"""Workbooks (xlsx) read as a stream: the zip, its parts, and the cells of the first sheet as the file has them.

Why not a library: those at hand hold a sheet as a full rectangle (one legal cell far out aborts the process) and give error
cells, formulas without a result and empty cells as the same nothing. Here a cell is never more than its own text, and
memory depends on the different texts of a workbook alone, not on where they stand. Knows nothing of deliveries.
"""

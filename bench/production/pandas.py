"""Stands in the way of pandas, which the group ``bench`` installs and production does not have (see ``bench.measure.PRODUCTION``)."""

raise ModuleNotFoundError("No module named 'pandas'", name="pandas")

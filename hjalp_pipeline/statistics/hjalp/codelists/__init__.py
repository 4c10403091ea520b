"""The value sets of this statistic, as csv files and what reads them."""

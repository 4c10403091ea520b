"""Statistical disclosure control for tables of counts. Knows of no statistic."""

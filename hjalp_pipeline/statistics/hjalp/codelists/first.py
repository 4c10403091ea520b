"""Where the statistic begins."""

from hjalp_pipeline.codelists.periods import Kvartal

#: It covers 1 July 2022 and on (seed 2.1).
FIRST_KVARTAL = Kvartal(2022, 3)
#: First year with a whole year's data (seed 2.1, 7): the quarter's own tables begin with it.
FIRST_YEAR = 2023

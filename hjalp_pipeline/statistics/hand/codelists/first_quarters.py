"""Where the data begin and from which quarter each table is published (H5, H9)."""

from hjalp_pipeline.codelists.periods import Kvartal, Maaned
from hjalp_pipeline.codelists.shipped_lists import read_codelist

#: The data hold 2013K4 and on.
FIRST_MAANED = Maaned(2013, 10)
#: First quarter of each table by its name.
PUBLISHED_FROM = {
    row["table"]: Kvartal.parse(row["first"]) for row in read_codelist("published_from.csv", package=__package__)
}
#: First quarter of any table; before it no release may begin (H12).
FIRST_KVARTAL = min(PUBLISHED_FROM.values())

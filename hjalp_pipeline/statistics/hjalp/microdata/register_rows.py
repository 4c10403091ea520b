"""The loans of a release as GENHJALP has them, one reporting kommune at a time, and what stands beside them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.microdata_spec import Microdata, ReleaseFacts
from hjalp_pipeline.publishing.export import NOTE_DA
from hjalp_pipeline.publishing.microdata import Register
from hjalp_pipeline.rules.cpr import cpr_marks, delivered_number
from hjalp_pipeline.rules.person import alder
from hjalp_pipeline.statistics.hjalp.microdata.genhjalp import (
    GENHJALP,
    GENHJALP_G,
    ISO_HOVEDKLASSE,
    flows_by_quarter,
    genhjalp_g,
)
from hjalp_pipeline.statistics.hjalp.microdata.ordered_loans import ORDERED
from hjalp_pipeline.statistics.hjalp.rules.dates import EFTER_AARET, OVER_20_AAR, issued_after

_INTRO = (
    "GENHJALP har en række for hvert udlån, der er inden for statistikken og udleveret senest det seneste referenceår, også fra "
    "kommuner, der ikke deltager i tabellerne. GENHJALP_G har en række for hver kommune og siger, hvad den har godkendt af året.",
    "Alle koder er tekst, også når de består af cifre, så foranstillede nuller bevares. Datoer er datoer. Filernes variable "
    "bærer labels og kodetekster fra denne kodebog.",
    NOTE_DA,
    "Data er personhenførbare og må kun bruges inden for den aftale, de er udleveret under.",
)

#: Why microdata leave out a loan of the statistic, in the order of the rules (R6, R13).
LEFT_OUT = (OVER_20_AAR.name, EFTER_AARET.name)


class Loans:
    """The loans of one release. Counts what is left out by reason (``LEFT_OUT``), and flows for GENHJALP_G."""

    def __init__(self, facts: ReleaseFacts) -> None:
        """``facts``: of the release."""
        self.release, self.years, self.decisions = facts.release, facts.years, facts.decisions
        self.left_out: dict[str, int] = dict.fromkeys(LEFT_OUT, 0)
        self._flows = Counter[tuple[str, Kvartal]]()

    def rows(self, komnr: str, inside: pl.DataFrame) -> pl.DataFrame:
        """GENHJALP of a reporting kommune, from its loans inside the statistic with what every data state added."""
        last = self.years[-1]
        too_old = (pl.col("udgaar_fra_aar") <= last).fill_null(value=False)
        too_late = issued_after(last)
        counts = inside.select(old=too_old.sum(), late=too_late.sum()).row(0)
        for reason, rows in zip(LEFT_OUT, counts, strict=True):
            self.left_out[reason] += rows
        frame = inside.filter(~too_old & ~too_late)
        self._flows.update(flows_by_quarter(frame))
        return frame.select(
            ALDER=alder(date(last, 12, 31)),
            **cpr_marks(),
            DODDATO="doddato",
            FOED_DATO="foed_dato",
            HMIISO="hmiiso",
            HMINAVN=_told("hminavn"),
            HMINR="hminr",
            INDLEVERINGSDATO="indleveringsdato",
            KOEN=pl.col("koen").cast(pl.String),
            KOMNR_BETALING="komnr_betaling",
            KOMNR_INDBERETTER=pl.lit(komnr),
            KOMNR_STATBANK="komnr_statbank",
            LOV_NAVN=_told("lov_navn"),
            LOV_NAVN_OPRET="lov_navn_opret",
            LOV_TEKST=_told("lov_tekst"),
            PNR=delivered_number(),
            UDLEVERINGSDATO="udleveringsdato",
            VERSION=pl.lit(self.release),
        )

    def others(self) -> Iterator[tuple[str, Register, pl.DataFrame]]:
        """A GENHJALP_G for each year: name of the file, register, rows."""
        for aar in self.years:
            rows = genhjalp_g(self.release, aar, KOMNR, self.decisions, self._flows)
            yield f"{GENHJALP_G.name}{aar}", GENHJALP_G, rows


def _told(column: str) -> pl.Expr:
    """A text as delivered; nothing but blanks tells nothing and is null, as the codebook says."""
    return pl.when(pl.col(column).str.strip_chars() != "").then(column)


MICRODATA = Microdata("Udlån af hjælpemidler", _INTRO, (GENHJALP, GENHJALP_G), Loans, (ISO_HOVEDKLASSE,), ORDERED)

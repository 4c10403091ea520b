"""Small numbers of the statistic itself: what its rules do to few loans or persons, told and not corrected (R5, R6, R8, R10; seed 3.6)."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date

import polars as pl

from hjalp_pipeline.publishing.statbank import NO_FIGURE
from hjalp_pipeline.quality_spec import ALL, Small
from hjalp_pipeline.statistics.hjalp.rules.dates import (
    DAYS_AFTER_DEATH,
    EFTER_AARET,
    OVER_20_AAR,
    YEARS_BELIEVED,
    issued_after,
    on_loan_ultimo,
)

#: Columns that are looked at, as delivered and of the data states.
DELIVERED = ("pnr", "udleveringsdato")
STATES = {
    "cpr_validated": ("person",),
    "dates_corrected": ("indleveringsdato", "doddato", "udgaar_fra_aar"),
    "kommune_assigned": ("komnr_statbank", "koen"),
}
DOED_31 = f"DOED_{DAYS_AFTER_DEATH}"
OVER_20_AAR_INDLEVERET = f"{OVER_20_AAR.name}_INDLEVERET"
OVER_100_PCT, UDEN_FOR_SAMARBEJDE, KOEN_UENS = "OVER_100_PCT", "UDEN_FOR_SAMARBEJDE", "KOEN_UENS"
#: Open loans that R6 leaves out of the latest year, of all kommuner; no small number.
TOO_OLD = "FOR_GAMLE"
#: What is counted, by code, in the order told.
TITLES: Mapping[str, str] = {
    DOED_31: f"Modtagere ultimo året, der døde inden for de sidste {DAYS_AFTER_DEATH} dage af året, og hvis hjælpemiddel er "
    "indleveret senere",
    OVER_20_AAR.name: OVER_20_AAR.text_da,
    OVER_20_AAR_INDLEVERET: f"Udlån, der er ældre end {YEARS_BELIEVED} år ved årets udgang og er talt med, fordi de er indleveret senere",
    OVER_100_PCT: "Viste andele i HJALP3 på mere end 100 procent",
    UDEN_FOR_SAMARBEJDE: "Udlån indberettet i et samarbejde til borgere, der boede i en kommune uden for det",
    KOEN_UENS: "Udlån, hvor CPR-nummerets tiende ciffer siger et andet køn end registeret",
    EFTER_AARET.name: f"{EFTER_AARET.text_da} og derfor ikke er med i mikrodata",
}
OF_ALL = (UDEN_FOR_SAMARBEJDE, KOEN_UENS, EFTER_AARET.name)


class Counting:
    """Loans and persons of one release by code and year or ``ALL``, exactly."""

    def __init__(self, taking_part: Mapping[int, frozenset[str]]) -> None:
        """``taking_part``: kommuner by reference year, ascending."""
        self._taking_part = taking_part
        self._last = max(taking_part)
        self._counts: dict[Small, int] = {}
        self._dead: dict[str, set[int]] = {}

    def add(self, reporter: str, members: Collection[str], rows: pl.DataFrame) -> None:
        """Count what a kommune has reported."""
        # A loan issued after the last year comes from quarters nobody has approved (R13).
        loans = rows.filter(~issued_after(self._last))
        self._count((EFTER_AARET.name, ALL), rows.height - loans.height)
        self._count((TOO_OLD, ALL), rows.filter(pl.col("udgaar_fra_aar") <= self._last).height)
        found = {
            (UDEN_FOR_SAMARBEJDE, ALL): ~pl.col("komnr_statbank").is_in(sorted({reporter, *members})),
            (KOEN_UENS, ALL): pl.col("pnr") % 2 != pl.col("koen") % 2,
            **dict(self._by_year()),
        }
        row = loans.select(holds.sum().alias("/".join(key)) for key, holds in found.items()).row(0)
        for key, number in zip(found, row, strict=True):
            self._count(key, int(number))
        for aar in self._taking_part:
            died = loans.filter(self._counted(aar) & on_loan_ultimo(aar) & (pl.col("doddato") <= date(aar, 12, 31)))
            self._dead.setdefault(str(aar), set()).update(died.get_column("person"))

    def counts(self, published: Callable[[str], pl.DataFrame]) -> dict[Small, int]:
        """Everything counted, and the shares above 100 per cent that HJALP3 shows."""
        dead = {(DOED_31, aar): len(persons) for aar, persons in self._dead.items()}
        above = {(OVER_100_PCT, aar): number for aar, number in above_100(published("hjalp3")).items()}
        return self._counts | dead | above

    def _count(self, key: Small, number: int) -> None:
        self._counts[key] = self._counts.get(key, 0) + number

    def _by_year(self) -> Iterator[tuple[Small, pl.Expr]]:
        """Loans of kommuner that take part that R6 leaves out of a year, and those it would if they were still open."""
        for aar in self._taking_part:
            old = self._counted(aar) & (pl.col("udleveringsdato") < date(aar - YEARS_BELIEVED, 12, 31))
            yield (OVER_20_AAR.name, str(aar)), old & pl.col("indleveringsdato").is_null()
            yield (OVER_20_AAR_INDLEVERET, str(aar)), old & on_loan_ultimo(aar)

    def _counted(self, aar: int) -> pl.Expr:
        return pl.col("komnr_statbank").is_in(sorted(self._taking_part[aar]))


def above_100(shares: pl.DataFrame) -> dict[str, int]:
    """Shown shares above 100 per cent by year, of HJALP3 as it is published."""
    frame = shares.filter(~pl.col("INDHOLD").is_in(NO_FIGURE))
    share = pl.col("INDHOLD").str.replace(",", "", literal=True).cast(pl.Int64)
    return dict(frame.filter(share > 1000).group_by("TID").len().iter_rows())

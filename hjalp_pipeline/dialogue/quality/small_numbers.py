"""Small numbers of the statistic itself: what its rules do to few loans or persons, told and not corrected (R5, R6, R8, R10; seed 3.6).

They are public, so none is told as 0, 1 or 2, and none exactly: two releases together would tell what one kommune added.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from hjalp_pipeline.production.quarter.chain_results import rows_inside
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.publishing.statbank import NO_FIGURE
from hjalp_pipeline.statistics.hjalp.rules.dates import (
    DAYS_AFTER_DEATH,
    EFTER_AARET,
    OVER_20_AAR,
    YEARS_BELIEVED,
    issued_after,
    on_loan_ultimo,
)
from hjalp_pipeline.storage.entries import ChainEntry
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.registers import prepare

FEW = "færre end 3"
_UP_TO_NINE, _TENS = "3-9", 10
#: Column of what is counted over all loans inside the statistic, not by year.
ALL = "alle udlån"
#: Column of what is odd in the register extract itself.
REGISTER = "registerudtrækket"
DOED_31 = f"DOED_{DAYS_AFTER_DEATH}"
OVER_20_AAR_INDLEVERET = f"{OVER_20_AAR.name}_INDLEVERET"
#: What is counted, by code, in the order told.
TITLES: Mapping[str, str] = {
    DOED_31: f"Modtagere ultimo året, der døde inden for de sidste {DAYS_AFTER_DEATH} dage af året, og hvis hjælpemiddel er "
    "indleveret senere",
    OVER_20_AAR.name: OVER_20_AAR.text_da,
    OVER_20_AAR_INDLEVERET: f"Udlån, der er ældre end {YEARS_BELIEVED} år ved årets udgang og er talt med, fordi de er indleveret senere",
    "OVER_100_PCT": "Viste andele i HJALP3 på mere end 100 procent",
    "UDEN_FOR_SAMARBEJDE": "Udlån indberettet i et samarbejde til borgere, der boede i en kommune uden for det",
    "KOEN_UENS": "Udlån, hvor CPR-nummerets tiende ciffer siger et andet køn end registeret",
    EFTER_AARET.name: f"{EFTER_AARET.text_da} og derfor ikke er med i mikrodata",
    "persons_with_overlapping_spells": "Personer med adresser, der overlapper i tid; den senest begyndte gælder",
    "addresses_with_overlapping_spells": "Adresser i flere kommuner på samme tid; den senest begyndte gælder",
    "befbop_spells_without_a_day": "Perioder på en adresse, der slutter, før de er begyndt; de er ikke brugt",
    "befadr_spells_without_a_day": "Perioder for en adresses kommune, der slutter, før de er begyndt; de er ikke brugt",
    "befadr_spells_in_no_kommune": "Perioder efter 2006 med en kommunekode, der ikke findes",
    "deaths_after_the_extract": "Dødsdatoer efter udtrækkets dato",
}
_OF_ALL = ("UDEN_FOR_SAMARBEJDE", "KOEN_UENS", EFTER_AARET.name)


class SmallNumber(NamedTuple):
    """What is counted, its code, and how many by year (or ``ALL``, ``REGISTER``) in words."""

    title: str
    code: str
    told: Mapping[str, str]


def small_numbers(inputs: ReleaseInputs, building: Path) -> tuple[SmallNumber, ...]:
    """The small numbers of a release whose HJALP3 lies in ``building``: of kommuner that take part by year, or of all loans."""
    counts = _counts(inputs)
    years = [str(aar) for aar in inputs.definition.reference_years]
    counts |= {("OVER_100_PCT", aar): number for aar, number in _above_100(building / "HJALP3.csv").items()}
    remarks = prepare(inputs.root, inputs.pins.registers).remarks
    counts |= {(code, REGISTER): number for code, number in remarks.items()}
    columns = {code: [REGISTER] if code in remarks else [ALL] if code in _OF_ALL else years for code in TITLES}
    return tuple(
        SmallNumber(title, code, {column: told(counts.get((code, column), 0)) for column in columns[code]})
        for code, title in TITLES.items()
    )


def told(number: int) -> str:
    """A number as the public may know it: whether it is below 3, below 10, else to the nearest ten."""
    if number < 3:
        return FEW
    return _UP_TO_NINE if number < _TENS else f"ca. {(number + _TENS // 2) // _TENS * _TENS}"


def _counts(inputs: ReleaseInputs) -> dict[tuple[str, str], int]:
    """Loans and persons by code and year or ``ALL``, exactly. Confidential."""
    counts: dict[tuple[str, str], int] = {}
    dead: dict[str, set[int]] = {}
    last = inputs.definition.reference_years[-1]
    for komnr, entry in inputs.entries.items():
        # A loan issued after the last year comes from quarters nobody has approved (R13).
        inside = _loans(inputs.lake, entry)
        loans = inside.filter(~issued_after(last))
        later = (EFTER_AARET.name, ALL)
        counts[later] = counts.get(later, 0) + inside.height - loans.height
        together = {komnr, *(row.komnr_medlem for row in inputs.pins.collaborations if row.komnr_indberetter == komnr)}
        found = {
            ("UDEN_FOR_SAMARBEJDE", ALL): ~pl.col("komnr_statbank").is_in(sorted(together)),
            ("KOEN_UENS", ALL): pl.col("pnr") % 2 != pl.col("koen") % 2,
            **dict(_by_year(inputs)),
        }
        row = loans.select(holds.sum().alias("/".join(key)) for key, holds in found.items()).row(0)
        for key, number in zip(found, row, strict=True):
            counts[key] = counts.get(key, 0) + int(number)
        for aar in inputs.definition.reference_years:
            died = loans.filter(_counted(inputs, aar) & on_loan_ultimo(aar) & (pl.col("doddato") <= date(aar, 12, 31)))
            dead.setdefault(str(aar), set()).update(died.get_column("person"))
    return counts | {(DOED_31, aar): len(persons) for aar, persons in dead.items()}


def _by_year(inputs: ReleaseInputs) -> Iterator[tuple[tuple[str, str], pl.Expr]]:
    """Loans of kommuner that take part that R6 leaves out of a year, and those it would if they were still open."""
    for aar in inputs.definition.reference_years:
        old = _counted(inputs, aar) & (pl.col("udleveringsdato") < date(aar - YEARS_BELIEVED, 12, 31))
        yield (OVER_20_AAR.name, str(aar)), old & pl.col("indleveringsdato").is_null()
        yield (OVER_20_AAR_INDLEVERET, str(aar)), old & on_loan_ultimo(aar)


def _counted(inputs: ReleaseInputs, aar: int) -> pl.Expr:
    deltagere = inputs.deltagere.filter(pl.col("aar") == aar).get_column("komnr")
    return pl.col("komnr_statbank").is_in(deltagere.implode())


def _loans(lake: Lake, entry: ChainEntry) -> pl.DataFrame:
    """A kommune's loans inside the statistic with the columns that are looked at."""
    return rows_inside(
        lake,
        entry,
        ["pnr", "udleveringsdato"],
        cpr_validated=["person"],
        dates_corrected=["indleveringsdato", "doddato", "udgaar_fra_aar"],
        kommune_assigned=["komnr_statbank", "koen"],
    )


def _above_100(path: Path) -> dict[str, int]:
    """Shown shares above 100 per cent by year."""
    frame = pl.read_csv(path, separator=";", infer_schema=False, glob=False).filter(~pl.col("INDHOLD").is_in(NO_FIGURE))
    share = pl.col("INDHOLD").str.replace(",", "", literal=True).cast(pl.Int64)
    return dict(frame.filter(share > 1000).group_by("TID").len().iter_rows())

"""R8: ``komnr_statbank``, the kommune a loan is counted in (seed 2.4, 3.5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.rule import Code, Context, Rule


@dataclass(frozen=True, slots=True)
class Collaboration:
    """A row of ``collaborations.csv``: one kommune reports for a member; ``to_date`` is the last day, None = still."""

    komnr_indberetter: str
    komnr_medlem: str
    from_date: date
    to_date: date | None

    def in_force(self, day: date) -> bool:
        """Whether it holds on the day."""
        return self.from_date <= day and (self.to_date is None or day <= self.to_date)


def reports_for(collaborations: Iterable[Collaboration], komnr: str, kvartal: Kvartal) -> tuple[str, ...]:
    """Other kommuner whose loans a delivery of ``komnr`` for the quarter holds.

    Those whose collaboration begun on or before the last day of the quarter: one that has ended keeps its loans with them.
    """
    begun = _begun(collaborations, komnr, kvartal)
    return tuple(sorted({row.komnr_medlem for row in begun}))


def covered_by(collaborations: Iterable[Collaboration], komnr: str, kvartal: Kvartal) -> tuple[str, ...]:
    """Other kommuner that report for ``komnr`` on the last day of the quarter, the collaboration begun last first."""
    rows = [
        row
        for row in collaborations
        if row.komnr_medlem == komnr and row.komnr_indberetter != komnr and row.in_force(kvartal.last_day)
    ]
    newest = sorted(rows, key=lambda row: (-row.from_date.toordinal(), row.komnr_indberetter))
    return tuple(dict.fromkeys(row.komnr_indberetter for row in newest))


def reported_until(collaborations: Iterable[Collaboration], komnr: str, kvartal: Kvartal) -> date | None:
    """R8: the last day of issue of loans that a delivery of ``komnr`` for the quarter may hold for others.

    ``date.max`` while a collaboration has no end, None when it reports for itself alone. Of overlapping spells of the
    same two kommuner the one begun last counts, of those begun on one day the one that ends last.
    """
    counts: dict[str, Collaboration] = {}
    for row in sorted(_begun(collaborations, komnr, kvartal), key=lambda row: (row.from_date, row.to_date or date.max)):
        counts[row.komnr_medlem] = row
    return max((row.to_date or date.max for row in counts.values()), default=None)


def _begun(collaborations: Iterable[Collaboration], komnr: str, kvartal: Kvartal) -> list[Collaboration]:
    return [
        row
        for row in collaborations
        if row.komnr_indberetter == komnr and row.komnr_medlem != komnr and row.from_date <= kvartal.last_day
    ]


def held_against(
    collaborations: Iterable[Collaboration], quarters: Mapping[str, Kvartal]
) -> tuple[tuple[str, str], ...]:
    """R2: pairs (reporter, member) whose data are held against each other, the collaboration begun last first.

    ``quarters``: by komnr, of those that have data. Every collaboration begun on or before the last day of the reporter's
    quarter counts, ended or not. Two that report for each other would both lose a loan that both have: of a circle the
    collaboration begun first is left out [chosen].
    """
    begun = [
        row
        for row in collaborations
        if row.komnr_indberetter != row.komnr_medlem
        and {row.komnr_indberetter, row.komnr_medlem} <= quarters.keys()
        and row.from_date <= quarters[row.komnr_indberetter].last_day
    ]
    found: dict[tuple[str, str], None] = {}
    for row in sorted(begun, key=lambda row: (-row.from_date.toordinal(), row.komnr_indberetter, row.komnr_medlem)):
        if not _reaches(found, row.komnr_indberetter, row.komnr_medlem):
            found[row.komnr_indberetter, row.komnr_medlem] = None
    return tuple(found)


def _reaches(pairs: Iterable[tuple[str, str]], member: str, reporter: str) -> bool:
    """Whether ``reporter`` reports for ``member``, directly or through others."""
    above = {one for one, of in pairs if of == member}
    return reporter in above or any(_reaches(pairs, one, reporter) for one in above)


def residence_at_issue(frame: pl.DataFrame, register: Register) -> pl.Series:
    """Kommune of residence (String, null = none) of each row's ``person`` on its ``udleveringsdato``.

    A residence outside the 98 kommuner (Christiansø, abroad) is no kommune of residence [chosen: 411 is not a kommune].
    """
    lived = (
        register.spells_of(frame.get_column("person"))
        .join(frame.select(day="udleveringsdato").with_row_index("row"), on="row", how="inner")
        .filter((pl.col("fra") <= pl.col("day")) & (pl.col("til").is_null() | (pl.col("day") < pl.col("til"))))
        .filter(pl.col("komnr").is_in([int(code) for code in KOMNR]))
        .select("row", pl.col("komnr").cast(pl.String).alias("bopael"))
    )
    rows = pl.DataFrame({"row": pl.int_range(frame.height, dtype=pl.UInt32, eager=True)})
    return rows.join(lived, on="row", how="left", maintain_order="left").get_column("bopael")


def assign_komnr_statbank(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """R8: adds ``komnr_statbank`` and ``kommune_kilde``, the branch it comes from (``BRANCHES``)."""
    until = context.reported_until
    nobody = pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    residence = nobody if until is None else residence_at_issue(rows, context.register)
    for_others = pl.lit(value=False) if until is None else pl.col("udleveringsdato") <= until
    bopael = pl.when(for_others).then("bopael")
    branch = (
        pl.when(~for_others)
        .then(pl.lit(INDBERETTER.name))
        .when(pl.col("bopael").is_not_null())
        .then(pl.lit(BOPAEL.name))
        .otherwise(pl.lit(UDEN_BOPAEL.name))
    )
    return (
        rows.with_columns(residence.alias("bopael"))
        .with_columns(komnr_statbank=bopael.fill_null(context.komnr), kommune_kilde=branch)
        .drop("bopael")
    )


INDBERETTER = Code("INDBERETTER", "Indberettet for kommunen selv: statistikbankkommune er indberetteren")
BOPAEL = Code("BOPAEL", "Statistikbankkommune er borgerens bopælskommune ved udleveringen")
UDEN_BOPAEL = Code("UDEN_BOPAEL", "Ingen bopælskommune ved udleveringen: indberetningskommunen")
BRANCHES = (INDBERETTER, BOPAEL, UDEN_BOPAEL)
STATBANK = Rule(
    "R8",
    "Statistikbankkommune",
    "derives",
    assign_komnr_statbank,
    BRANCHES,
    "seed 2.4, 3.5",
    "kommune_kilde",
    ("udleveringsdato",),
)

"""R8: ``komnr_statbank``, the kommune a loan is counted in (seed 2.4, 3.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.step import Step, count_codes


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
    """Other kommuner that ``komnr`` reports for on the last day of the quarter."""
    return tuple(
        sorted(
            {
                row.komnr_medlem
                for row in collaborations
                if row.komnr_indberetter == komnr and row.komnr_medlem != komnr and row.in_force(kvartal.last_day)
            }
        )
    )


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


def assign_komnr_statbank(frame: pl.DataFrame, register: Register, komnr: str, *, for_others: bool) -> Step:
    """R8 and R9: adds ``komnr_statbank``, ``kommune_kilde`` (branch), ``koen`` (1, 2) and ``foed_dato``.

    Branches: ``INDBERETTER`` (reports for itself alone), ``BOPAEL`` (residence at issue), ``UDEN_BOPAEL`` (reports for
    others, but the register has no residence: the reporter).
    """
    persons = register.persons[frame.get_column("person")]
    nobody = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    residence = residence_at_issue(frame, register) if for_others else nobody
    branch = (
        pl.when(pl.col("bopael").is_not_null()).then(pl.lit("BOPAEL")).otherwise(pl.lit("UDEN_BOPAEL"))
        if for_others
        else pl.lit("INDBERETTER")
    )
    kept = (
        frame.with_columns(residence.alias("bopael"), persons.get_column("koen"), persons.get_column("foed_dato"))
        .with_columns(komnr_statbank=pl.col("bopael").fill_null(komnr), kommune_kilde=branch)
        .drop("bopael")
    )
    return Step("kommune_assigned", kept, {}, count_codes(kept, "kommune_kilde"))

"""H7: the kommune of a service, and services of a member that are inside its reporter's figures."""

from collections.abc import Iterable, Mapping

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.rules.collaborations import Collaboration, covered_by
from hjalp_pipeline.rules.rule import Code, Context, Rule
from hjalp_pipeline.rules.step import reason
from hjalp_pipeline.statistics.hand.codelists.services import EXEMPT

DAEKKET = Code("DAEKKET", "Indberettes af den kommune, der indberetter for jer (ingen fejl)", "#8aa7b8", fault=False)


def is_covered(rows: Iterable[Collaboration], komnr: str, _delivered: Period, run: Period) -> bool:
    """Whether another kommune reports for ``komnr`` on the last day of the month it is run for."""
    return bool(covered_by(rows, komnr, run))


def covered_kommuner(rows: Iterable[Collaboration], periods: Mapping[str, Period]) -> tuple[str, ...]:
    """Kommuner that another reports for on the last day of the month each is taken from (``periods``)."""
    known = tuple(rows)
    return tuple(komnr for komnr, period in sorted(periods.items()) if covered_by(known, komnr, period))


def covered(_rows: pl.DataFrame, context: Context) -> pl.Expr:
    """A covered member's service, unless members report its code themselves. ``context.agreed``: see ``is_covered``."""
    inside = pl.lit(bool(context.agreed)) & ~pl.col("modt_ydelse_kode").is_in(sorted(EXEMPT))
    return reason(DAEKKET, inside)


def of_reporter(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Adds ``komnr_statbank``: the kommune of a service is its handlekommune, the one that delivers."""
    return rows.with_columns(komnr_statbank=context.reporter)


COVERED = Rule("H7", "Dækket af et samarbejde", "removes", covered, (DAEKKET,), "H7", reads=("modt_ydelse_kode",))
KOMMUNE = Rule("H7.1", "Kommunen er handlekommunen", "derives", of_reporter, source="H7")

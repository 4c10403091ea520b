"""The gate of large moves: a kommune whose figure moved more than the definition allows needs an explanation (R13)."""

from collections.abc import Sequence
from fractions import Fraction

import polars as pl

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.production.release.disclosure import Published
from hjalp_pipeline.production.release.pins import Gate
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs, ReleaseRefused
from hjalp_pipeline.storage.codelists import read_explanations
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.table_spec import TIME, TableSpec


def check_moves(inputs: ReleaseInputs, earlier: Sequence[Published]) -> None:
    """Refuse a release in which a kommune's figure in the watched table moved more than ``max_move_pct`` against the release before it.

    Judged when it is first made, against the newest of ``earlier`` (oldest first) that holds one of its years. The
    message names kommune and year and no figure: it reaches logs before publication. The figures go to the lake.
    """
    definition = inputs.definition
    before = next((one for one in reversed(earlier) if set(one.years) & set(definition.span.times)), None)
    if definition.max_move_pct is None or before is None or not inputs.first:
        return
    spec = inputs.statistic.table(inputs.statistic.watched)
    large = moved(spec, before.tables[spec.name], inputs.tables[spec.name], definition.max_move_pct)
    path = inputs.lake.of_release("bevaegelser", definition.release, "csv")
    write_bytes(path, large.write_csv(separator=";").encode())
    explained = {komnr for release, komnr in read_explanations(inputs.root) if release == definition.release}
    unexplained = {
        komnr: ", ".join(str(time) for time in times)
        for komnr, times in large.group_by("komnr").agg(pl.col(TIME).sort()).sort("komnr").iter_rows()
        if komnr not in explained
    }
    if unexplained:
        raise ReleaseRefused(
            definition.release,
            [
                *(
                    f"{spec.id} moved more than {definition.max_move_pct:g} % against {before.release} and nothing in "
                    f"codelists/explanations.csv says why: {komnr} {NAVN[komnr]} ({years})"
                    for komnr, years in unexplained.items()
                ),
                f"the figures are in lake/{inputs.lake.relative(path)}",
            ],
            Gate.MOVES,
        )


def moved(spec: TableSpec, before: pl.DataFrame, after: pl.DataFrame, limit: float) -> pl.DataFrame:
    """Kommuner and times of a table by kommune, before and after, that moved more than ``limit`` per cent of what they were (R13).

    Columns ``komnr``, ``tid``, ``foer``, ``nu``: what both have figures of, added up over the other dimensions. Exactly the
    limit is not more: it is compared in whole numbers, as written.
    """
    keys, kommune = list(spec.keys), spec.dimensions[0]
    share = Fraction(repr(limit)) / 100
    both = (
        before.select(*keys, foer=spec.measure)
        .join(after.select(*keys, nu=spec.measure), on=keys, how="inner")
        .drop_nulls()
        .group_by(kommune.column, TIME)
        .agg(pl.col("foer", "nu").sum())
    )
    large = [
        (komnr, time, foer, nu)
        for komnr, time, foer, nu in both.sort(kommune.column, TIME).iter_rows()
        if komnr != kommune.total and abs(nu - foer) > share * foer
    ]
    schema = pl.Schema([("komnr", pl.String()), (TIME, spec.time.kind), ("foer", pl.Int64()), ("nu", pl.Int64())])
    return pl.DataFrame(large, schema=schema, orient="row")

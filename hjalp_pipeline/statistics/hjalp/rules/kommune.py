"""R8: ``komnr_statbank``, the kommune a loan is counted in (seed 2.4, 3.5)."""

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.rule import Code, Context, Rule


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
    """R8: adds ``komnr_statbank`` and ``kommune_kilde``, the branch it comes from (``BRANCHES``).

    ``context.agreed``: last day of issue of loans that the delivery may hold for others (``reported_until``).
    """
    until = context.agreed
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
        .with_columns(komnr_statbank=bopael.fill_null(context.reporter), kommune_kilde=branch)
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

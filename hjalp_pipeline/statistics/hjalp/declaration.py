"""The statistic as a value."""

import polars as pl

from hjalp_pipeline.codelists.age_groups import AGE_GROUPS
from hjalp_pipeline.codelists.kommuner import HELE_LANDET, KOMNR
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.statistics.hjalp.tables import TABLES


def _kommuner() -> pl.DataFrame:
    return pl.DataFrame({"komnr": [HELE_LANDET, *KOMNR]})


def _age_groups() -> pl.DataFrame:
    rows = [(group.code, group.lower, group.upper) for group in AGE_GROUPS]
    return pl.DataFrame(rows, schema={"kode": pl.String, "fra": pl.Int32, "til": pl.Int32}, orient="row")


STATISTIC = Statistic(
    "hjalp",
    TABLES,
    subject_code="05",
    subject_area=Text("Sociale forhold", "Social conditions"),
    watched="hjalp1",
    lists={"kommuner": _kommuner, "aldersgrupper": _age_groups},
)

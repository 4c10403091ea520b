"""The code lists that the selects of ``sql/hand`` join, as frames by the name of the relation."""

from collections.abc import Callable, Mapping

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.statistics.hand.codelists.age_bands import AGE_BANDS
from hjalp_pipeline.statistics.hand.codelists.first_quarters import PUBLISHED_FROM
from hjalp_pipeline.statistics.hand.codelists.services import SERVICES
from hjalp_pipeline.statistics.hand.codelists.target_groups import TARGET_GROUPS
from hjalp_pipeline.statistics.hand.dimensions import KON


def _services() -> pl.DataFrame:
    """``gaelder_fra``: first day of the code's quarter; ``undtaget``: members report it themselves (H5, H7, H9)."""
    rows = [(one.code, one.from_quarter.first_day, one.in_hand05, one.exempt_from_cover) for one in SERVICES]
    columns = {"kode": pl.String, "gaelder_fra": pl.Date, "i_hand05": pl.Boolean, "undtaget": pl.Boolean}
    return pl.DataFrame(rows, schema=columns, orient="row")


def _age_bands() -> pl.DataFrame:
    rows = [(band.code, band.lower, band.upper) for band in AGE_BANDS]
    return pl.DataFrame(rows, schema={"kode": pl.String, "fra": pl.Int32, "til": pl.Int32}, orient="row")


def _tables() -> pl.DataFrame:
    rows = [(name, quarter.first_day) for name, quarter in PUBLISHED_FROM.items()]
    return pl.DataFrame(rows, schema={"tabel": pl.String, "begynder": pl.Date}, orient="row")


def _kommuner() -> pl.DataFrame:
    return pl.DataFrame({"komnr": KOMNR})


def _sexes() -> pl.DataFrame:
    return pl.DataFrame({"kode": KON.variable.codes})


def _groups() -> pl.DataFrame:
    return pl.DataFrame({"kode": [group.code for group in TARGET_GROUPS]})


LISTS: Mapping[str, Callable[[], pl.DataFrame]] = {
    "kommuner": _kommuner,
    "ydelser": _services,
    "aldersgrupper": _age_bands,
    "koen": _sexes,
    "maalgrupper": _groups,
    "tabeller": _tables,
}

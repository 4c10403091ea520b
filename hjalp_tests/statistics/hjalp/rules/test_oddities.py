"""What is odd is counted and never removed."""

from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest

from hjalp_pipeline.rules.counted_oddities import count_oddities
from hjalp_pipeline.statistics.hjalp.rules.oddities import ODDITIES
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK

RECEIVED = date(2025, 1, 10)
FAULTLESS = {"udleveringsdato": date(2024, 1, 1), "hminr": "12345", "hmiiso": "122203", "komnr_betaling": "101"}
CASES = [
    # column, value -> oddity or none
    ("udleveringsdato", date(2025, 1, 10), None),  # on the day it was received
    ("udleveringsdato", date(2025, 1, 11), "UDLEVERET_FREMTID"),
    ("hminr", None, None),
    ("hminr", "89999", None),
    ("hminr", "90000", "HMI_LOKALT"),
    ("hminr", "99999", "HMI_LOKALT"),
    ("hminr", "100000", None),
    ("hminr", "899999", None),
    ("hminr", "900000", "HMI_LOKALT"),
    ("hminr", "999999", "HMI_LOKALT"),
    ("hminr", "090000", "HMI_LOKALT"),
    ("hmiiso", None, None),
    ("hmiiso", "04", None),
    ("hmiiso", "30121212", None),
    ("hmiiso", "03", "ISO_UKENDT"),
    ("hmiiso", "9912", "ISO_UKENDT"),
    ("komnr_betaling", None, None),
    ("komnr_betaling", "860", None),
    ("komnr_betaling", "411", "BETALING_UKENDT"),
    ("komnr_betaling", "000", "BETALING_UKENDT"),
]


def rows(*changes: Mapping[str, object]) -> pl.DataFrame:
    schema = {"udleveringsdato": pl.Date, **dict.fromkeys(RULEBOOK.odd_columns[1:], pl.String)}
    return pl.DataFrame([{**FAULTLESS, **change} for change in changes], schema=schema)


@pytest.mark.parametrize(("column", "value", "oddity"), CASES)
def test_cases(column: str, value: object, oddity: str | None) -> None:
    assert count_oddities(rows({column: value}), RECEIVED, ODDITIES) == ({oddity: 1} if oddity else {})


def test_several_and_none() -> None:
    odd = {"hminr": "90000", "hmiiso": "99"}
    assert count_oddities(rows(odd, {}, odd, {"komnr_betaling": "411"}), RECEIVED, ODDITIES) == {
        "BETALING_UKENDT": 1,
        "HMI_LOKALT": 2,
        "ISO_UKENDT": 2,
    }
    assert count_oddities(rows(), RECEIVED, ODDITIES) == {}

"""GENHJALP and GENHJALP_G: their variables and dictionary, the order of their rows, and modulus 11."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.publishing.microdata import write_register
from hjalp_pipeline.rules.cpr import modulus_11
from hjalp_pipeline.statistics.hjalp.microdata.genhjalp import (
    GENHJALP,
    GENHJALP_G,
    flows_by_quarter,
    genhjalp_g,
)

#: The variables of the published registers, copied from their documentation.
VARIABLES = [
    "ALDER", "CPRTJEK", "CPRTYPE", "DODDATO", "FOED_DATO", "HMIISO", "HMINAVN", "HMINR", "INDLEVERINGSDATO", "KOEN",
    "KOMNR_BETALING", "KOMNR_INDBERETTER", "KOMNR_STATBANK", "LOV_NAVN", "LOV_NAVN_OPRET", "LOV_TEKST", "PNR",
    "UDLEVERINGSDATO", "VERSION",
]  # fmt: skip
VARIABLES_G = [
    "FRA_DATO", "GODKENDT", "GODKENDT_KVT_01", "GODKENDT_KVT_02", "GODKENDT_KVT_03", "GODKENDT_KVT_04",
    "GODKENDT_PARAGRAF", "KOMNR_STATBANK", "TIL_DATO", "VERSION",
]  # fmt: skip
LOAN: dict[str, object] = {
    "ALDER": 74,
    "CPRTJEK": "0",
    "CPRTYPE": "5",
    "FOED_DATO": date(1950, 1, 1),
    "HMINR": "12345",
    "KOEN": "1",
    "KOMNR_INDBERETTER": "540",
    "KOMNR_STATBANK": "540",
    "LOV_NAVN": "SEL_112",
    "PNR": "0101501234",
    "UDLEVERINGSDATO": date(2023, 1, 1),
    "VERSION": "2024v1",
}


def loans(*changes: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(GENHJALP.schema) | LOAN | change for change in changes], schema=GENHJALP.schema)


def test_genhjalp_has_exactly_its_19_variables(tmp_path: Path) -> None:
    path = tmp_path / "GENHJALP.parquet"
    part = loans({}).with_columns(raekke=0).select("raekke", *reversed(VARIABLES))
    assert write_register(path, GENHJALP, [part]) == 1
    found = pl.read_parquet(path)
    assert (len(VARIABLES), found.columns) == (19, VARIABLES)
    assert found.schema == GENHJALP.schema


def test_the_dictionary_tells_each_variable() -> None:
    for register in (GENHJALP, GENHJALP_G):
        assert register.labels.keys() == register.schema.keys()
        for variable in register.variables:
            assert variable.description.endswith(".")
            assert variable.source
            assert 0 < len(variable.label_da) <= 80, "Stata has no longer label"
            assert variable.codes is None or variable.kind == "tekst", "codes are strings"
    with_codes = {variable.name: variable.codes.name for variable in GENHJALP.variables if variable.codes}
    assert with_codes == {
        "CPRTJEK": "cprtjek",
        "CPRTYPE": "cprtype",
        "KOEN": "koen",
        "KOMNR_BETALING": "kommune",
        "KOMNR_INDBERETTER": "kommune",
        "KOMNR_STATBANK": "kommune",
        "LOV_NAVN": "paragraf",
        "LOV_NAVN_OPRET": "paragraf",
    }
    assert GENHJALP.code_labels["KOMNR_STATBANK"]["540"] == "Sønderborg"
    assert GENHJALP.code_labels["LOV_NAVN_OPRET"]["SEL_112"] == "Lov om social service § 112: Støtte til hjælpemidler"


def test_parts_follow_one_another_and_rows_are_ordered_within(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"PNR": "0101501234", "HMINR": "9"},
        {"PNR": "0101501234", "HMINR": None},
        {"PNR": "0101501234", "UDLEVERINGSDATO": date(2022, 1, 1)},
        {"PNR": "0001501234"},
        {"PNR": "0101501234", "HMINR": "10"},
    ]
    path = tmp_path / "a.parquet"
    assert write_register(path, GENHJALP, iter([loans(*rows), loans(), loans({"PNR": "0000501234"})])) == 6
    found = pl.read_parquet(path)
    assert found.select("PNR", "HMINR", pl.col("UDLEVERINGSDATO").dt.year()).rows() == [
        ("0001501234", "12345", 2023),
        ("0101501234", "12345", 2022),
        ("0101501234", "10", 2023),
        ("0101501234", "9", 2023),
        ("0101501234", None, 2023),  # nulls last
        ("0000501234", "12345", 2023),
    ]
    again = tmp_path / "b.parquet"
    write_register(again, GENHJALP, [loans(*reversed(rows)), loans(), loans({"PNR": "0000501234"})])
    assert again.read_bytes() == path.read_bytes(), "the file does not depend on the order of delivery"


def test_no_loans(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    assert write_register(path, GENHJALP, []) == 0
    assert pl.read_parquet(path).schema == GENHJALP.schema


MODULUS = [
    # made-up numbers; weights 4 3 2 7 6 5 4 3 2 1
    ("0000000000", True),
    ("0000000011", False),  # 2 + 1 = 3
    ("0000000031", False),  # 6 + 1 = 7
    ("0000000051", True),  # 10 + 1 = 11
    ("0000000130", False),  # 3 + 6 = 9
    ("0000000402", False),  # 12 + 2 = 14
    ("1000000007", True),  # 4 + 7 = 11
    ("0100000008", True),  # 3 + 8
    ("0010000009", True),  # 2 + 9
    ("0001000004", True),  # 7 + 4
    ("0000100005", True),  # 6 + 5
    ("0000010006", True),  # 5 + 6
    ("0000001007", True),  # 4 + 7
    ("0000000108", True),  # 3 + 8
    ("0000000019", True),  # 2 + 9
    ("4294967295", True),  # the largest of 32 bits
    ("4294967294", False),
]


@pytest.mark.parametrize(("number", "valid"), MODULUS)
def test_modulus_11(number: str, valid: bool) -> None:
    digits = sum(int(digit) * weight for digit, weight in zip(number, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True))
    assert (digits % 11 == 0) == valid
    for kind in (pl.UInt32, pl.Int64):
        assert (
            pl.DataFrame({"pnr": [int(number)]}, schema={"pnr": kind}).select(modulus_11(pl.col("pnr"))).item() == valid
        )


def test_genhjalp_g_has_exactly_its_10_variables_and_a_row_per_kommune() -> None:
    four = {(2024, "540", f"K{nr}"): True for nr in range(1, 5)}
    approved = {
        **four,
        (2024, "101", "K1"): True,
        (2024, "101", "K2"): False,
        (2024, "101", "PARAGRAF"): True,
        (2023, "860", "K1"): True,
    }
    found = genhjalp_g("2024v1", 2024, KOMNR, approved, {("860", Kvartal(2023, 1)): 9})
    assert (found.columns, found.height, len(VARIABLES_G)) == (VARIABLES_G, 98, 10)
    assert found.schema == GENHJALP_G.schema
    rows = {row[7]: row for row in found.rows()}
    first, last = date(2024, 1, 1), date(2024, 12, 31)
    assert rows["540"] == (first, 1.0, "1", "1", "1", "1", "0", "540", last, "2024v1")
    assert rows["101"] == (first, 0.25, "1", "0", "0", "0", "1", "101", last, "2024v1")
    assert rows["860"] == (first, 0.0, "0", "0", "0", "0", "0", "860", last, "2024v1")


@pytest.mark.parametrize(
    ("approved", "flows", "share"),
    [
        ((1, 2, 3, 4), (5, 0, 0, 0), 1.0),
        ((1, 2, 4), (10, 20, 30, 40), 0.7),
        ((3,), (10, 20, 30, 40), 0.3),
        ((3,), (10, 20, 0, 40), 0.0),
        ((), (10, 20, 30, 40), 0.0),
        ((1, 2, 4), (1, 1, 0, 1), 1.0),  # nothing happened in the quarter that is not approved
        ((1, 2, 4), (0, 0, 0, 0), 0.75),  # nothing happened at all: the share of the quarters
    ],
)
def test_godkendt_is_the_share_of_issues_and_returns_in_approved_quarters(
    approved: tuple[int, ...], flows: tuple[int, ...], share: float
) -> None:
    counted = {("540", Kvartal(2024, nr)): number for nr, number in enumerate(flows, start=1)}
    elsewhere = {("101", Kvartal(2024, 1)): 1000, ("540", Kvartal(2023, 1)): 1000}
    decisions = {(2024, "540", f"K{nr}"): True for nr in approved}
    found = genhjalp_g("2024v1", 2024, ["540"], decisions, counted | elsewhere)
    assert found["GODKENDT"].to_list() == [pytest.approx(share)]


def test_in_2022_the_statistic_begins_in_july() -> None:
    approved = {(2022, "540", f"K{nr}"): True for nr in range(1, 4)}
    before = {("540", Kvartal(2022, nr)): 100 for nr in (1, 2)}
    found = genhjalp_g(
        "2022v1", 2022, ["540"], approved, {**before, ("540", Kvartal(2022, 4)): 3, ("540", Kvartal(2022, 3)): 1}
    )
    assert found.rows() == [
        (date(2022, 7, 1), 0.25, None, None, "1", "0", "0", "540", date(2022, 12, 31), "2022v1")
    ]  # fmt: skip
    missing = {variable.name for variable in GENHJALP_G.variables if variable.may_be_missing}
    assert missing >= {name for name, value in found.to_dicts()[0].items() if value is None}


def test_flows_are_issues_and_returns() -> None:
    loans = pl.DataFrame(
        [
            ("540", date(2024, 3, 31), date(2024, 4, 1)),
            ("540", date(2024, 4, 1), None),
            ("101", date(2022, 1, 1), date(2024, 12, 31)),
        ],
        schema=["komnr_statbank", "udleveringsdato", "indleveringsdato"],
        orient="row",
    )
    assert flows_by_quarter(loans) == {
        ("540", Kvartal(2024, 1)): 1,
        ("540", Kvartal(2024, 2)): 2,
        ("101", Kvartal(2022, 1)): 1,
        ("101", Kvartal(2024, 4)): 1,
    }

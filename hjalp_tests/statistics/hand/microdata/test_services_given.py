"""HANDIC and HANDICM: their variables, keys of target groups in the file's order, what is approved (H10, H12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.microdata_spec import ReleaseFacts
from hjalp_pipeline.publishing.codebook import codebook
from hjalp_pipeline.publishing.microdata import write_register
from hjalp_pipeline.statistics.hand.microdata.handic import HANDIC, HANDICM
from hjalp_pipeline.statistics.hand.microdata.services_given import MICRODATA, Services, approved_period

#: The variables of the published registers, copied from their documentation.
VARIABLES = [
    "AFDELING_UUID", "BETALINGSKOMMUNE", "CPRTJEK", "CPRTYPE", "FUNK_VURD", "GODKENDTPERIODE", "HANDLEKOMMUNE", "MAAL_KEY",
    "MODT_YDELSE_KODE", "PNR", "PRODNR", "VERSION", "YDELSE_SLUT", "YDELSE_START",
]  # fmt: skip
QUARTERS = Kvartal(2017, 3).until(Kvartal(2018, 2))
Decisions = Mapping[tuple[int, str, str], bool]
INSIDE = {
    "pnr": pl.UInt32,
    "pnr_tekst": pl.String,
    "modt_ydelse_kode": pl.String,
    "ydelse_start": pl.Date,
    "ydelse_slut": pl.Date,
    "maalgruppe": pl.String,
    "funk_vurd": pl.String,
    "betalingskommune": pl.String,
    "prodnr": pl.String,
    "afdeling_uuid": pl.String,
}


def facts(decisions: Decisions, quarters: Iterable[Kvartal] = QUARTERS) -> ReleaseFacts:
    return ReleaseFacts("2024v1", tuple(quarters), decisions)


def inside(*rows: tuple[int | None, str | None, str | None]) -> pl.DataFrame:
    """Services of pnr, its text in another form and target groups, as the data states give them."""
    values = [
        (number, text, "31202", date(2010, 5, 5), None, groups, "3", "147", "0012345678", None)
        for number, text, groups in rows
    ]
    return pl.DataFrame(values, schema=INSIDE, orient="row")


def approved(*quarters: str, komnr: str = "101") -> Decisions:
    return {(int(quarter[:4]), komnr, quarter[4:]): True for quarter in quarters}


APPROVED = [
    (("2017K3", "2017K4", "2018K1", "2018K2"), 1),
    (("2017K4", "2018K1", "2018K2"), 2),
    (("2018K1", "2018K2"), 2),
    (("2017K3", "2017K4", "2018K1"), 3),
    (("2017K3",), 3),
    ((), 4),
    (("2017K2", "2018K3"), 4),  # quarters of no figure here
]


@pytest.mark.parametrize(("quarters", "expected"), APPROVED)
def test_what_is_approved(quarters: tuple[str, ...], expected: int) -> None:
    assert approved_period(facts(approved(*quarters)), "101") == expected
    assert approved_period(facts(approved(*quarters, komnr="155")), "101") == 4


def test_a_release_that_ends_before_2018() -> None:
    """All from 2018K1 on needs one at least."""
    early = Kvartal(2017, 1).until(Kvartal(2017, 4))
    assert approved_period(facts(approved("2017K1"), early), "101") == 3
    assert approved_period(facts({}, early), "101") == 4
    assert approved_period(facts(approved("2017K1") | {(2017, "101", "K1"): False}, early), "101") == 4


def test_its_variables() -> None:
    assert list(HANDIC.schema) == VARIABLES
    assert list(HANDICM.schema) == ["MAALGRUPPE", "MAAL_KEY", "VERSION"]
    book = codebook(MICRODATA.title, "2024v1", MICRODATA.intro, MICRODATA.registers, MICRODATA.further)
    assert all(content for content in book.values())


def test_a_row() -> None:
    made = Services(facts(approved("2017K3")))
    row = made.rows("101", inside((101501234, None, "1.1 2"))).row(0, named=True)
    assert row == {
        "AFDELING_UUID": None,
        "BETALINGSKOMMUNE": "147",
        "CPRTJEK": "0",
        "CPRTYPE": "0",
        "FUNK_VURD": "3",
        "GODKENDTPERIODE": 3,
        "HANDLEKOMMUNE": "101",
        "MAAL_KEY": 1,
        "MODT_YDELSE_KODE": "31202",
        "PNR": "0101501234",
        "PRODNR": "0012345678",
        "VERSION": "2024v1",
        "YDELSE_SLUT": None,
        "YDELSE_START": date(2010, 5, 5),
    }


def test_keys_run_on_in_the_files_order(tmp_path: Path) -> None:
    made = Services(facts({}))
    parts = [
        made.rows("101", inside((302501234, None, "2"), (101501234, None, None), (201501234, None, "1.1 1.2"))),
        made.rows("155", inside((None, "ABC", "4"), (101501234, None, None))),
        made.rows("540", inside()),
        made.rows("541", inside((101501234, None, "3"))),
    ]
    path = tmp_path / "HANDIC.parquet"
    assert write_register(path, HANDIC, parts) == 6
    written = pl.read_parquet(path).select("HANDLEKOMMUNE", "PNR", "MAAL_KEY").rows()
    assert written == [
        ("101", "0101501234", None),
        ("101", "0201501234", 1),
        ("101", "0302501234", 2),
        ("155", "0101501234", None),
        ("155", "ABC", 3),
        ("541", "0101501234", 4),
    ]
    ((name, register, groups),) = made.others()
    assert (name, register) == ("HANDICM", HANDICM)
    assert write_register(tmp_path / "HANDICM.parquet", register, [groups]) == 5
    assert pl.read_parquet(tmp_path / "HANDICM.parquet").rows() == [
        ("1.1", 1, "2024v1"),
        ("1.2", 1, "2024v1"),
        ("2", 2, "2024v1"),
        ("4", 3, "2024v1"),
        ("3", 4, "2024v1"),
    ]
    assert made.left_out == {}


def test_no_services(tmp_path: Path) -> None:
    made = Services(facts({}))
    assert write_register(tmp_path / "a.parquet", HANDIC, [made.rows("101", inside())]) == 0
    ((_, _, groups),) = made.others()
    assert write_register(tmp_path / "b.parquet", HANDICM, [groups]) == 0
    ((_, _, none),) = Services(facts({})).others()
    assert none.height == 0


def test_the_years_of_a_release() -> None:
    assert facts({}).years == (2017, 2018)

"""The selects of the six tables on small stocks, and against the same counted row by row (H9)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import floor

import polars as pl
import pytest
from hypothesis import given as made_up
from hypothesis import settings
from hypothesis import strategies as st

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.quarter.counting import rows_of
from hjalp_pipeline.statistics.hand.codelists.services import SERVICES
from hjalp_pipeline.statistics.hand.declaration import STATISTIC
from hjalp_pipeline.statistics.hand.rules.stock import ALIVE, SCHEMA
from hjalp_tests.statistics.hand.counted import cell, days_inside, given, tables

HERE = {"omrade": "101", "ydelsestype": "31202"}


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def test_days_of_both_ends_count() -> None:
    made = tables([given(1, "2024-03-31", "2024-04-01")])
    assert cell(made["hand01"], **HERE, tid="2024K1") == {"gaelder": 1, "dage": 1, "naevner": 91, "tiendedele": 0}
    assert cell(made["hand01"], **HERE, tid="2024K2") == {"gaelder": 1, "dage": 1, "naevner": 91, "tiendedele": 0}
    assert cell(made["hand01"], **HERE, tid="2024K3")["dage"] == 0
    assert [cell(made["hand07"], **HERE, tid=f"2024K{nr}")["antal"] for nr in (1, 2, 3, 4)] == [1, 1, 0, 0]
    assert cell(made["hand05"], **HERE, tid="2024") == {
        **{"gaelder": 1, "dage": 2, "naevner": 366, "personer": 1, "tiendedele": 0}
    }


def test_an_open_service_is_a_whole_one() -> None:
    made = tables([given(1, "2020-01-01", None), given(2, "2020-01-01", None)])
    assert {cell(made["hand01"], **HERE, tid=f"2024K{nr}")["tiendedele"] for nr in (1, 2, 3, 4)} == {20}
    assert cell(made["hand05"], **HERE, tid="2024")["tiendedele"] == 20


def test_a_half_tenth_goes_up() -> None:
    """23 of 92 days is 0.25: 0.3; 69 of 92 is 0.75: 0.8."""
    made = tables([given(1, "2024-07-01", "2024-07-23"), given(2, "2024-10-01", "2024-12-08")])
    assert cell(made["hand01"], **HERE, tid="2024K3")["tiendedele"] == 3
    assert cell(made["hand01"], **HERE, tid="2024K4")["tiendedele"] == 8


def test_a_person_counts_once_and_its_days_each_time() -> None:
    made = tables(
        [
            given(1, "2024-01-01", "2024-01-10"),
            given(1, "2024-01-12", "2024-01-15"),
            given(1, "2024-02-01", "2024-02-01", komnr="155"),
        ]
    )
    assert cell(made["hand07"], **HERE, tid="2024K1")["antal"] == 1
    assert cell(made["hand01"], **HERE, tid="2024K1")["dage"] == 14
    whole = cell(made["hand03a"], ydelsestype="31202", mlgrp="99", tid="2024K1")
    assert (whole["dage"], whole["personer"]) == (15, 1)
    assert made["hand02a"].filter(tid="2024K1", ydelsestype="31202")["antal"].sum() == 1, "once per code"


def test_before_the_code_its_first_day_and_its_first_year() -> None:
    rows = [given(1, "2019-01-01", None, kode="31181")]
    made = tables(rows, "2019K4", "2021K4")
    at = {"omrade": "101", "ydelsestype": "31181"}
    for name in ("hand07", "hand01"):
        early = cell(made[name], **at, tid="2020K2")
        assert {early.pop(column, None) for column in ("gaelder", "antal", "dage", "tiendedele")} == {None}
    assert cell(made["hand01"], **at, tid="2020K3")["tiendedele"] == 10
    assert cell(made["hand05"], **at, tid="2020") == {
        **{"gaelder": 1, "dage": 184, "naevner": 366, "personer": 1, "tiendedele": 5}
    }
    assert sorted(made["hand05"]["tid"].unique()) == ["2020", "2021"], "2019 has no four quarters"
    for name, more in (("hand02a", {"alder": "9919", "kon": "1"}), ("hand03a", {"mlgrp": "99"})):
        assert cell(made[name], ydelsestype="31181", **more, tid="2020K2")["gaelder"] is None
        assert cell(made[name], ydelsestype="31181", **more, tid="2020K3")["gaelder"] == 1


def test_a_year_that_ends_before_the_code() -> None:
    made = tables([], "2019K1", "2019K4")
    assert cell(made["hand05"], omrade="101", ydelsestype="31181", tid="2019")["gaelder"] is None
    assert cell(made["hand05"], omrade="101", ydelsestype="31202", tid="2019")["dage"] == 0


@pytest.mark.slow
def test_who_does_not_take_part() -> None:
    made = tables([given(1, "2024-01-01", None, komnr="540"), given(2, "2024-01-01", None)])
    for name, figure in (("hand07", "antal"), ("hand01", "dage"), ("hand06", "dage"), ("hand05", "dage")):
        tid = "2024" if name == "hand05" else "2024K1"
        assert cell(made[name], omrade="540", ydelsestype="31202", tid=tid)[figure] is None
        assert cell(made[name], omrade="155", ydelsestype="31202", tid=tid)[figure] == 0, "a true zero"
    assert made["hand02a"].filter(tid="2024K1")["antal"].sum() == 1
    assert made["hand03a"].filter(tid="2024K1")["personer"].sum() == 1


def test_the_sign_of_a_code_before_its_quarter_goes_first() -> None:
    made = tables([], "2023K4", "2023K4", daekket=["155"])
    for komnr in ("155", "540"):
        assert cell(made["hand07"], omrade=komnr, ydelsestype="31183", tid="2023K4") == {"gaelder": None, "antal": None}
        assert cell(made["hand07"], omrade=komnr, ydelsestype="31202", tid="2023K4") == {"gaelder": 1, "antal": None}


def test_a_covered_kommune() -> None:
    """Its cells are empty but for the codes it reports itself, and what it has else is nowhere."""
    rows = [given(1, "2024-01-01", None, komnr="155", kode=code) for code in ("30117", "31132", "31202")]
    made = tables(rows, daekket=["155"])
    shown = {
        code: cell(made["hand07"], omrade="155", ydelsestype=code, tid="2024K1")["antal"]
        for code in ("30117", "31132", "31202")
    }
    assert shown == {"30117": 1, "31132": 1, "31202": None}
    assert cell(made["hand05"], omrade="155", ydelsestype="31202", tid="2024")["personer"] is None
    for name in ("hand02a", "hand03a"):
        figure = "antal" if name == "hand02a" else "personer"
        sums = made[name].filter(tid="2024K1").group_by("ydelsestype").agg(pl.col(figure).sum())
        assert {code: n for code, n in sums.iter_rows() if n} == {"30117": 1, "31132": 1}


def test_target_groups() -> None:
    rows = [given(1, "2024-01-01", None, grupper="11 30"), given(2, "2024-01-01", None, grupper="11")]
    made = tables(rows)["hand03a"]
    found = {
        group: cell(made, ydelsestype="31202", mlgrp=group, tid="2024K2")["personer"]
        for group in ("11", "12", "20", "30", "40", "99")
    }
    assert found == {"11": 2, "12": 0, "20": 0, "30": 1, "40": 0, "99": 0}
    assert cell(made, ydelsestype="31202", mlgrp="11", tid="2024K2")["tiendedele"] == 20


AGES = [
    # born, died -> age group at the end of 2024K1 (31 March 2024)
    ("2004-03-31", None, "2029"),
    ("2004-04-01", None, "9919"),
    ("1994-03-31", None, "3039"),
    ("1943-04-01", None, "8099"),
    ("1944-04-01", None, "7079"),
    ("1944-02-29", None, "8099"),
    ("2004-02-29", "2024-02-28", "9919"),  # a day before its birthday
    ("2004-02-29", "2024-02-29", "2029"),
    ("2004-03-30", "2024-03-29", "9919"),  # at death
    ("2024-03-31", None, "9919"),
    ("2024-04-01", None, "9919"),  # not yet born: a wrong day, but a person who counts in HAND07
    ("2064-01-01", None, "9919"),
    ("2024-02-01", "2024-01-15", "9919"),  # died before birth, says the register
]


@pytest.mark.slow
@pytest.mark.parametrize(("foed", "doed", "group"), AGES)
def test_age(foed: str, doed: str | None, group: str) -> None:
    made = tables([given(1, "2024-01-01", doed, foed=foed, doed=doed, koen=2)], "2024K1", "2024K1")["hand02a"]
    assert made.filter(pl.col("antal") > 0).select("ydelsestype", "alder", "kon", "antal").rows() == [
        ("31202", group, "2", 1)
    ]


@pytest.mark.slow
def test_causes_of_a_revision_are_told_of_everyone_of_every_age() -> None:
    """They are taken from rows that carry the age group; HAND01 and HAND07 are, too."""
    rows = [
        given(number, "2024-01-01", doed, foed=foed, doed=doed) for number, (foed, doed, _) in enumerate(AGES, start=1)
    ]
    stock = pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(
        pl.lit(0, pl.UInt16).alias(name) for name in ("fra", "til")
    )
    found = rows_of(STATISTIC, "hand/rows_quarter", stock, Span.of_quarters(Kvartal(2024, 1), Kvartal(2024, 1)))
    assert found.sort("person").get_column("foed_dato").to_list() == [group for *_, group in AGES]


@pytest.mark.slow
def test_those_who_turn_older_during_the_year() -> None:
    made = tables([given(1, "2024-01-01", None, foed="2004-06-30")])["hand02a"]
    assert [row[0] for row in made.filter(pl.col("antal") > 0).sort("tid").select("alder").rows()] == [
        "9919",
        "2029",
        "2029",
        "2029",
    ]


def test_per_inhabitant() -> None:
    """Of the end of the year before; without population there is no figure."""
    people = {(2023, "101"): 4_000, (2024, "101"): 8_000, (2023, "155"): 0}
    made = tables(
        [given(1, "2020-01-01", None), given(2, "2024-12-31", None), given(3, "2020-01-01", None, komnr="155")],
        "2024K1",
        "2025K1",
        folketal=people,
    )["hand06"]
    assert cell(made, **HERE, tid="2024K1") == {"gaelder": 1, "dage": 91, "naevner": 91 * 4_000, "tiendedele": 3}
    assert cell(made, **HERE, tid="2025K1") == {"gaelder": 1, "dage": 180, "naevner": 90 * 8_000, "tiendedele": 3}
    for tid in ("2024K1", "2025K1"):
        found = cell(made, omrade="155", ydelsestype="31202", tid=tid)
        assert (found["naevner"], found["tiendedele"]) == (0, None)
        assert cell(made, omrade="540", ydelsestype="31202", tid=tid)["naevner"] is None


def test_every_cell_of_every_table() -> None:
    made = tables([given(1, "2024-01-01", None)], "2017K3", "2020K1")
    for spec in STATISTIC.tables:
        frame = made[spec.name]
        assert frame.columns == [*spec.keys, *(column.name for column in spec.columns)]
        assert {frame.schema[column.name] for column in spec.columns} == {pl.Int64()}
        cells = len(spec.dimensions[0].variable.codes)
        for dimension in spec.dimensions[1:]:
            cells *= len(dimension.variable.codes)
        times = frame["tid"].unique().sort().to_list()
        assert frame.height == cells * len(times) == frame.unique(list(spec.keys)).height
        assert (times[0], len(times)) == {
            "hand05": ("2018", 2),
            "hand02a": ("2018K1", 9),
            "hand03a": ("2018K1", 9),
        }.get(spec.name, ("2017K3", 11))
    assert len(KOMNR) == 98
    assert made["hand05"]["ydelsestype"].n_unique() == 17


STARTS = st.dates(date(2019, 6, 1), date(2021, 3, 1))
ROW = st.tuples(
    st.integers(0, 3),
    st.sampled_from(["101", "155", "540"]),
    st.sampled_from(["31202", "31181", "30117", "32001"]),
    STARTS,
    st.none() | st.integers(0, 400),
    st.sampled_from(["11", "11 12", "99"]),
)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@made_up(st.lists(ROW, max_size=8))
def test_against_days_counted_row_by_row(rows: list[tuple[int, str, str, date, int | None, str]]) -> None:
    counted_from = {service.code: service.counts_from for service in SERVICES}
    spells = [
        (
            person,
            komnr,
            kode,
            max(start, counted_from[kode]),
            ALIVE if length is None else start + timedelta(days=length),
            group,
        )
        for person, komnr, kode, start, length, group in rows
        if length is None or start + timedelta(days=length) >= counted_from[kode]
    ]
    stock = [
        given(
            person,
            str(start),
            None if slut == ALIVE else str(slut),
            komnr=komnr,
            kode=kode,
            koen=1 + person % 2,
            foed=f"{1950 + 20 * person}-05-17",
            grupper=group,
        )
        for person, komnr, kode, start, slut, group in spells
    ]
    made = tables(stock, "2019K4", "2021K1", daekket=["155"])
    for quarter in Kvartal(2019, 4).until(Kvartal(2021, 1)):
        first, last, n = quarter.first_day, quarter.last_day, (quarter.last_day - quarter.first_day).days + 1
        inside = [
            (person, komnr, kode, days, group)
            for person, komnr, kode, start, slut, group in spells
            if (days := days_inside(start, slut, first, last))
            and komnr != "540"
            and (komnr == "101" or kode == "30117")
        ]
        for kode in ("31202", "31181", "30117"):
            gone = kode == "31181" and quarter < Kvartal(2020, 3)
            for komnr in ("101", "155", "540"):
                shown = not gone and (komnr == "101" or (komnr == "155" and kode == "30117"))
                found = [row for row in inside if row[1:3] == (komnr, kode)]
                at = {"omrade": komnr, "ydelsestype": kode, "tid": str(quarter)}
                assert cell(made["hand07"], **at)["antal"] == (len({row[0] for row in found}) if shown else None)
                days = sum(row[3] for row in found)
                assert cell(made["hand01"], **at)["tiendedele"] == (half_up(Fraction(10 * days, n)) if shown else None)
            together = [row for row in inside if row[2] == kode]
            for group in ("11", "12", "99"):
                of_group = [row for row in together if group in row[4].split()]
                found_there = cell(made["hand03a"], ydelsestype=kode, mlgrp=group, tid=str(quarter))
                days = sum(row[3] for row in of_group)
                expected = (
                    (None, None) if gone else (len({row[0] for row in of_group}), half_up(Fraction(10 * days, n)))
                )
                assert (found_there["personer"], found_there["tiendedele"]) == expected
            persons = made["hand02a"].filter(ydelsestype=kode, tid=str(quarter))["antal"].sum()
            assert persons == (0 if gone else len({row[0] for row in together}))

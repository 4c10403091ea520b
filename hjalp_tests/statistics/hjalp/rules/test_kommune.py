"""R8: the kommune a loan is counted in. R9's sex and date of birth come along."""

from datetime import date

import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.rules.collaborations import (
    Collaboration,
    covered_by,
    held_against,
    reported_until,
    reports_for,
)
from hjalp_pipeline.rules.step import Step
from hjalp_tests.rules.made_up import Home, Person, assign_komnr_statbank, day, loan, raw, register, validate_cpr


def assigned(issued: str, *homes: Home, for_others: bool = True) -> Step:
    people = register(Person(pnr="0000000001", homes=(("851", "1950-01-01", None),)), Person(homes=homes))
    return assign_komnr_statbank(
        validate_cpr(raw([loan(udleveringsdato=issued)]), people).frame,
        people,
        "461",
        until=date.max if for_others else None,
    )


MOVED = (("101", "2020-01-01", "2023-03-01"), ("147", "2023-03-01", "2024-01-01"))
AWAY = (("101", "2020-01-01", "2023-01-01"), ("101", "2023-06-01", None))
CASES = [
    # issued, homes -> kommune (461 reports), branch
    ("2019-12-31", MOVED, "461", "UDEN_BOPAEL"),
    ("2020-01-01", MOVED, "101", "BOPAEL"),  # from <= day
    ("2023-02-28", MOVED, "101", "BOPAEL"),
    ("2023-03-01", MOVED, "147", "BOPAEL"),  # day < to: touching spells
    ("2023-12-31", MOVED, "147", "BOPAEL"),
    ("2024-01-01", MOVED, "461", "UDEN_BOPAEL"),
    ("2022-12-31", AWAY, "101", "BOPAEL"),
    ("2023-01-01", AWAY, "461", "UDEN_BOPAEL"),  # a gap
    ("2023-05-31", AWAY, "461", "UDEN_BOPAEL"),
    ("2023-06-01", AWAY, "101", "BOPAEL"),
    ("2999-12-31", AWAY, "101", "BOPAEL"),  # to null = still
    ("2023-01-01", (), "461", "UDEN_BOPAEL"),
    ("2023-01-01", (("461", "2020-01-01", None),), "461", "BOPAEL"),  # lives in the reporting kommune
    ("2023-01-01", (("411", "2020-01-01", None),), "461", "UDEN_BOPAEL"),  # Christiansø is no kommune
    ("2023-01-01", (("999", "2020-01-01", None),), "461", "UDEN_BOPAEL"),  # abroad
    ("2023-01-01", (("000", "2020-01-01", None),), "461", "UDEN_BOPAEL"),
    ("1955-01-01", (("860", "1950-01-01", "1960-01-01"),), "860", "BOPAEL"),  # before 1970, where days count from
]


@pytest.mark.parametrize(("issued", "homes", "komnr", "branch"), CASES)
def test_residence_at_issue(issued: str, homes: tuple[Home, ...], komnr: str, branch: str) -> None:
    step = assigned(issued, *homes)
    assert step.frame.select("komnr_statbank", "kommune_kilde").rows() == [(komnr, branch)]
    assert (dict(step.removed), dict(step.remarks)) == ({}, {branch: 1})


def test_who_reports_for_itself_alone_counts_its_own_loans() -> None:
    step = assigned("2023-01-01", ("101", "2020-01-01", None), for_others=False)
    assert step.frame.select("komnr_statbank", "kommune_kilde").rows() == [("461", "INDBERETTER")]
    assert dict(step.remarks) == {"INDBERETTER": 1}


def test_branches_are_counted_and_rows_keep_their_order() -> None:
    people = register(
        Person(pnr="0101501234", koen=1, foed="1950-01-01", homes=(("101", "2000-01-01", None),)),
        Person(pnr="0101501242", koen=2, foed="1951-02-03"),
        Person(pnr="ABC", koen=2, foed="1952-03-04", homes=(("860", "2000-01-01", None),)),
    )
    rows = raw([loan(pnr=pnr) for pnr in ("ABC", "0101501242", "0101501234", "0101501242", "ABC")])
    step = assign_komnr_statbank(validate_cpr(rows, people).frame, people, "461", until=date.max)
    assert step.frame["komnr_statbank"].to_list() == ["860", "461", "101", "461", "860"]
    assert step.frame["koen"].to_list() == [2, 2, 1, 2, 2]
    assert step.frame["foed_dato"].dt.year().to_list() == [1952, 1951, 1950, 1951, 1952]
    assert dict(step.remarks) == {"BOPAEL": 3, "UDEN_BOPAEL": 2}


@pytest.mark.parametrize("for_others", [True, False])
def test_no_rows(for_others: bool) -> None:
    people = register(Person())
    step = assign_komnr_statbank(
        validate_cpr(raw([]), people).frame, people, "461", until=date.max if for_others else None
    )
    assert (step.frame.height, dict(step.remarks)) == (0, {})
    assert {"komnr_statbank", "kommune_kilde", "koen", "foed_dato"} <= set(step.frame.columns)


def collaboration(member: str, first: str, last: str | None, reporter: str = "461") -> Collaboration:
    return Collaboration(reporter, member, date.fromisoformat(first), day(last))


HOLDS = [
    # member, from, to -> a delivery of 2024K4, whose last day is 2024-12-31, holds its loans; in force on that day
    ("410", "2020-01-01", None, True, True),
    ("410", "2024-12-31", None, True, True),
    ("410", "2025-01-01", None, False, False),
    ("410", "2020-01-01", "2024-12-31", True, True),  # to_date is the last day
    ("410", "2020-01-01", "2024-12-30", True, False),  # ended: it keeps its loans with the member
    ("461", "2020-01-01", None, False, False),  # itself
]


@pytest.mark.parametrize(("member", "first", "last", "held", "in_force"), HOLDS)
def test_begun_on_or_before_the_last_day(member: str, first: str, last: str | None, held: bool, in_force: bool) -> None:
    rows = [collaboration(member, first, last)]
    assert reports_for(rows, "461", Kvartal(2024, 4)) == ((member,) if held else ())
    assert covered_by(rows, member, Kvartal(2024, 4)) == (("461",) if in_force else ())


def test_members_once_each_and_only_ones_own() -> None:
    rows = [
        collaboration("480", "2020-01-01", None),
        collaboration("410", "2020-01-01", None),
        collaboration("410", "2023-01-01", "2025-01-01"),
        collaboration("420", "2020-01-01", None, reporter="479"),
    ]
    assert reports_for(rows, "461", Kvartal(2024, 4)) == ("410", "480")
    assert reports_for(rows, "410", Kvartal(2024, 4)) == ()
    assert covered_by([*rows, collaboration("410", "2024-01-01", None, reporter="479")], "410", Kvartal(2024, 4)) == (
        "479",
        "461",
    )


UNTIL = {
    "for nobody": ([], None),
    "not begun": ([("410", "2025-01-01", None)], None),
    "no end": ([("410", "2020-01-01", None)], "9999-12-31"),
    "ended": ([("410", "2020-01-01", "2023-06-30")], "2023-06-30"),
    "the member that stays longest": (
        [("410", "2020-01-01", "2023-06-30"), ("480", "2020-01-01", "2024-01-01")],
        "2024-01-01",
    ),
    "one that has not begun says nothing of its end": (
        [("410", "2020-01-01", "2023-06-30"), ("410", "2025-01-01", None)],
        "2023-06-30",
    ),
    "begun again": ([("410", "2020-01-01", "2021-12-31"), ("410", "2023-01-01", "2023-06-30")], "2023-06-30"),
    "of overlapping spells the one begun last": (
        [("410", "2020-01-01", None), ("410", "2022-01-01", "2023-06-30")],
        "2023-06-30",
    ),
    "of those begun on one day the one that ends last": (
        [("410", "2020-01-01", None), ("410", "2020-01-01", "2023-06-30")],
        "9999-12-31",
    ),
    "another member's later spell ends nothing": (
        [("410", "2020-01-01", None), ("480", "2022-01-01", "2023-06-30")],
        "9999-12-31",
    ),
}


@pytest.mark.parametrize("name", UNTIL)
def test_last_day_of_issue_that_is_reported_for_others(name: str) -> None:
    spells, until = UNTIL[name]
    rows = [collaboration(*spell) for spell in spells]
    for ordered in (rows, rows[::-1]):
        assert reported_until(ordered, "461", Kvartal(2024, 4)) == day(until)


@pytest.mark.parametrize(
    ("issued", "komnr", "branch"),
    [("2023-06-30", "101", "BOPAEL"), ("2023-07-01", "461", "INDBERETTER"), ("2001-01-01", "461", "UDEN_BOPAEL")],
)
def test_a_collaboration_that_has_ended_keeps_its_loans(issued: str, komnr: str, branch: str) -> None:
    people = register(Person(homes=(("101", "2010-01-01", None),)))
    known = validate_cpr(raw([loan(udleveringsdato=issued)]), people).frame
    step = assign_komnr_statbank(known, people, "461", until=date(2023, 6, 30))
    assert step.frame.select("komnr_statbank", "kommune_kilde").rows() == [(komnr, branch)]


PAIRS = {
    "begun by the last day of the reporter's quarter, ended or not": (
        [
            ("461", "410", "2020-01-01", "2021-01-01"),
            ("461", "480", "2024-12-31", None),
            ("461", "420", "2025-01-01", None),
        ],
        [("461", "480"), ("461", "410")],
    ),
    "once, by the newest spell": (
        [
            ("461", "410", "2020-01-01", "2021-01-01"),
            ("479", "410", "2021-01-01", None),
            ("461", "410", "2022-01-01", None),
        ],
        [("461", "410"), ("479", "410")],
    ),
    "of two that report for each other the one begun last": (
        [("461", "410", "2020-01-01", "2021-12-31"), ("410", "461", "2022-01-01", None)],
        [("410", "461")],
    ),
    "of a circle all but the one begun first": (
        [("461", "410", "2020-01-01", None), ("410", "480", "2021-01-01", None), ("480", "461", "2022-01-01", None)],
        [("480", "461"), ("410", "480")],
    ),
    "not with one without data, nor with itself": (
        [("461", "999", "2020-01-01", None), ("461", "461", "2020-01-01", None)],
        [],
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_whose_data_are_held_against_whose(name: str) -> None:
    spells, expected = PAIRS[name]
    rows = [collaboration(member, first, last, reporter) for reporter, member, first, last in spells]
    quarters = dict.fromkeys(("461", "410", "480", "420", "479"), Kvartal(2024, 4))
    for ordered in (rows, rows[::-1]):
        assert list(held_against(ordered, quarters)) == expected


def test_the_reporters_own_quarter_decides() -> None:
    rows = [collaboration("410", "2025-01-01", None)]
    member, later = Kvartal(2025, 1), Kvartal(2025, 1)
    assert held_against(rows, {"461": later, "410": Kvartal(2024, 4)}) == (("461", "410"),)
    assert held_against(rows, {"461": Kvartal(2024, 4), "410": member}) == ()

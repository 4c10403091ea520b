"""R1 and R2: the delivery in force, systems left, gengangere."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
import pytest

from hjalp_pipeline.codelists.periods import Kvartal, Maaned
from hjalp_pipeline.rules.systems import (
    Candidate,
    SystemRow,
    current_systems,
    deliveries_in_force,
    drop_dubletter,
    left_systems,
)
from hjalp_tests.rules.made_up import loan, raw


def system(name: str, first: str, last: str | None = None, *, carry: bool = False, komnr: str = "540") -> SystemRow:
    to = Kvartal.parse(last) if last else None
    return SystemRow(komnr, name, "leverandør", "csv", "utf-8", Kvartal.parse(first), to, carry)


def delivery(
    kvartal: str, system: str, received: str, verdict: str = "accepted", komnr: str = "540", key: str | None = None
) -> Candidate:
    """``received`` is a day of January to June of the year after; the key names the delivery in what a test expects."""
    moment = datetime.fromisoformat(received)
    named = key or f"{system} {kvartal} {received}"
    return Candidate(Kvartal.parse(kvartal), komnr, system, moment, verdict == "accepted", named)


def in_force(
    systems: Sequence[SystemRow], candidates: Sequence[Candidate], kvartal: str, *, covered: bool = False
) -> list[str]:
    quarter = Kvartal.parse(kvartal)
    found = deliveries_in_force(systems, candidates, "540", quarter, covered=covered)
    backwards = deliveries_in_force(
        list(reversed(systems)), list(reversed(candidates)), "540", quarter, covered=covered
    )
    assert found == backwards, "the order of files and rows means nothing"
    return [candidate.key for candidate in found]


ONE = [system("nexus", "2022K3")]
IN_FORCE = {
    "none at all": ([], []),
    "one": ([delivery("2024K4", "nexus", "2025-01-10")], ["nexus 2024K4 2025-01-10"]),
    "the latest received": (
        [delivery("2024K4", "nexus", "2025-01-12"), delivery("2024K4", "nexus", "2025-01-10")],
        ["nexus 2024K4 2025-01-12"],
    ),
    "a rejected one keeps the one before": (
        [delivery("2024K4", "nexus", "2025-01-10"), delivery("2024K4", "nexus", "2025-01-12", "rejected")],
        ["nexus 2024K4 2025-01-10"],
    ),
    "only rejected ones": ([delivery("2024K4", "nexus", "2025-01-10", "rejected")], []),
    "not silently from an earlier quarter": ([delivery("2024K3", "nexus", "2024-10-10")], []),
    "nor from a later one": ([delivery("2025K1", "nexus", "2025-04-10")], []),
    "an earlier quarter's delivery that came later": (
        [delivery("2024K4", "nexus", "2025-01-10"), delivery("2024K3", "nexus", "2025-02-01")],
        ["nexus 2024K4 2025-01-10"],
    ),
    "another kommune's": ([delivery("2024K4", "nexus", "2025-01-10", komnr="461")], []),
    "a system it does not have": ([delivery("2024K4", "cura", "2025-01-10")], []),
}


@pytest.mark.parametrize("name", IN_FORCE)
def test_delivery_in_force(name: str) -> None:
    candidates, expected = IN_FORCE[name]
    assert in_force(ONE, candidates, "2024K4") == expected


NEXUS_24K4 = delivery("2024K4", "nexus", "2025-01-10")
CURA_24K3 = delivery("2024K3", "cura", "2024-10-10")
CURA_24K2 = delivery("2024K2", "cura", "2024-07-10")
LEFT = {
    "carried forward, newest system first": (
        [system("cura", "2022K3", "2024K3", carry=True), system("nexus", "2024K4")],
        [CURA_24K3, CURA_24K2, NEXUS_24K4],
        ["nexus 2024K4 2025-01-10", "cura 2024K3 2024-10-10"],
    ),
    "not carried forward": (
        [system("cura", "2022K3", "2024K3"), system("nexus", "2024K4")],
        [CURA_24K3, NEXUS_24K4],
        ["nexus 2024K4 2025-01-10"],
    ),
    "the last accepted, from whichever earlier quarter": (
        [system("cura", "2022K3", "2024K3", carry=True), system("nexus", "2024K4")],
        [delivery("2024K3", "cura", "2024-10-10", "rejected"), CURA_24K2, NEXUS_24K4],
        ["nexus 2024K4 2025-01-10", "cura 2024K2 2024-07-10"],
    ),
    "a late correction of an earlier quarter does not replace the newest quarter's": (
        [system("cura", "2022K3", "2024K3", carry=True), system("nexus", "2024K4")],
        [CURA_24K2, delivery("2023K4", "cura", "2024-12-01"), NEXUS_24K4],
        ["nexus 2024K4 2025-01-10", "cura 2024K2 2024-07-10"],
    ),
    "a late correction of the newest quarter does": (
        [system("cura", "2022K3", "2024K3", carry=True), system("nexus", "2024K4")],
        [CURA_24K3, delivery("2024K3", "cura", "2024-12-01"), NEXUS_24K4],
        ["nexus 2024K4 2025-01-10", "cura 2024K3 2024-12-01"],
    ),
    "one for the quarter itself, from a system that was left": (
        [system("cura", "2022K3", "2024K3", carry=True), system("nexus", "2024K4")],
        [CURA_24K3, delivery("2024K4", "cura", "2025-01-11"), NEXUS_24K4],
        ["nexus 2024K4 2025-01-10", "cura 2024K3 2024-10-10"],
    ),
    "never delivered": (
        [system("cura", "2022K3", "2024K3", carry=True), system("nexus", "2024K4")],
        [NEXUS_24K4],
        ["nexus 2024K4 2025-01-10"],
    ),
    "without a delivery for the quarter the kommune is missing all the same": (
        [system("cura", "2022K3", "2024K3", carry=True), system("nexus", "2024K4")],
        [CURA_24K3, delivery("2024K4", "nexus", "2025-01-10", "rejected")],
        [],
    ),
    "not left yet in its last quarter": (
        [system("cura", "2022K3", "2024K4", carry=True), system("nexus", "2024K4")],
        [CURA_24K3, NEXUS_24K4],
        ["nexus 2024K4 2025-01-10"],
    ),
    "both in use deliver both, newest first": (
        [system("cura", "2022K3"), system("nexus", "2024K4")],
        [delivery("2024K4", "cura", "2025-01-09"), NEXUS_24K4],
        ["nexus 2024K4 2025-01-10", "cura 2024K4 2025-01-09"],
    ),
    "three systems, newest first": (
        [
            system("avaleo", "2022K3", "2023K2", carry=True),
            system("cura", "2023K3", "2024K3", carry=True),
            system("nexus", "2024K4"),
        ],
        [delivery("2023K2", "avaleo", "2023-07-10"), CURA_24K3, NEXUS_24K4],
        ["nexus 2024K4 2025-01-10", "cura 2024K3 2024-10-10", "avaleo 2023K2 2023-07-10"],
    ),
    "one that was left is the newer where it was taken into use after one that is still used": (
        [system("cura", "2023K3", "2024K3", carry=True), system("nexus", "2022K3")],
        [CURA_24K3, NEXUS_24K4],
        ["cura 2024K3 2024-10-10", "nexus 2024K4 2025-01-10"],
    ),
    "taken into use again: it counts as in use": (
        [
            system("nexus", "2022K3", "2023K2", carry=True),
            system("cura", "2023K3", "2024K3", carry=True),
            system("nexus", "2024K4"),
        ],
        [delivery("2023K2", "nexus", "2023-07-10"), CURA_24K3, NEXUS_24K4],
        ["nexus 2024K4 2025-01-10", "cura 2024K3 2024-10-10"],
    ),
    "left by another kommune": (
        [system("cura", "2022K3", "2024K3", carry=True, komnr="461"), system("nexus", "2024K4")],
        [CURA_24K3, NEXUS_24K4],
        ["nexus 2024K4 2025-01-10"],
    ),
    "the last row of a system left twice says whether it is carried forward": (
        [
            system("cura", "2022K3", "2022K4", carry=True),
            system("cura", "2023K3", "2024K3", carry=False),
            system("nexus", "2024K4"),
        ],
        [CURA_24K3, NEXUS_24K4],
        ["nexus 2024K4 2025-01-10"],
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_systems_left(name: str) -> None:
    systems, candidates, expected = LEFT[name]
    assert in_force(systems, candidates, "2024K4") == expected


def test_a_quarter_before_the_change_knows_only_the_old_system() -> None:
    systems = [system("cura", "2022K3", "2024K3", carry=True), system("nexus", "2024K4")]
    assert in_force(systems, [CURA_24K2, CURA_24K3, NEXUS_24K4], "2024K2") == ["cura 2024K2 2024-07-10"]


def test_current_systems_newest_first() -> None:
    systems = [system("a", "2022K3"), system("b", "2024K1", "2024K4"), system("c", "2024K1"), system("d", "2025K1")]
    assert current_systems(systems, "540", Kvartal(2024, 4)) == ("c", "b", "a")
    assert current_systems(systems, "540", Kvartal(2025, 1)) == ("d", "c", "a")
    assert current_systems(systems, "461", Kvartal(2024, 4)) == ()


def test_the_fourth_quarter_is_before_the_first_of_the_next_year() -> None:
    systems = [system("a", "2024K4"), system("b", "2025K1")]
    assert current_systems(systems, "540", Kvartal(2025, 1)) == ("b", "a")
    together = [system("a", "2023K1", "2024K4"), system("b", "2023K1", "2025K1"), system("c", "2023K1")]
    assert current_systems(together, "540", Kvartal(2024, 4)) == ("c", "b", "a"), "the one that ends last is the newest"
    together.append(system("d", "2023K1", "2024K3"))
    assert current_systems(together, "540", Kvartal(2024, 3)) == ("c", "b", "a", "d"), "also within a year"


# ---- within one system
def test_the_last_of_equal_udlaan_id_counts() -> None:
    frame = raw(
        [loan(udlaan_id="7", hminr="1"), loan(udlaan_id="8"), loan(udlaan_id="7", hminr="2"), loan(udlaan_id="9")]
    )
    kept, dropped = drop_dubletter(frame, "udlaan_id")
    assert (kept["udlaan_id"].to_list(), kept["hminr"].to_list(), dropped) == (
        ["8", "7", "9"],
        ["12345", "2", "12345"],
        1,
    )


def test_equal_rows_of_one_system_are_different_loans() -> None:
    frame = raw([loan(udlaan_id=str(n)) for n in range(4)])
    assert drop_dubletter(frame, "udlaan_id")[0].equals(frame)


def test_rows_that_share_a_hash_and_no_id_are_different_loans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl.Series, "hash", lambda ids: pl.zeros(ids.len(), eager=True))
    frame = raw([loan(udlaan_id=str(n)) for n in range(4)])
    kept, dropped = drop_dubletter(frame, "udlaan_id")
    assert kept.equals(frame)
    assert dropped == 0


COVERED = {
    "a covered kommune keeps the data of the systems it left, newest first": (
        [system("avaleo", "2022K3", "2023K2", carry=True), system("cura", "2023K3", "2024K3", carry=True)],
        [delivery("2023K2", "avaleo", "2023-07-10"), CURA_24K3],
        ["cura 2024K3 2024-10-10", "avaleo 2023K2 2023-07-10"],
    ),
    "but not of one that is not carried forward": ([system("cura", "2022K3", "2024K3")], [CURA_24K3], []),
    "nor a delivery of this quarter from it": (
        [system("cura", "2022K3", "2024K3", carry=True)],
        [CURA_24K2, delivery("2024K4", "cura", "2025-01-11")],
        ["cura 2024K2 2024-07-10"],
    ),
    "with a system in force that is silent it is missing": (
        [system("cura", "2022K3", "2024K3", carry=True), system("nexus", "2024K4")],
        [CURA_24K3],
        [],
    ),
}


@pytest.mark.parametrize("name", COVERED)
def test_a_covered_kommune(name: str) -> None:
    systems, candidates, expected = COVERED[name]
    assert in_force(systems, candidates, "2024K4", covered=True) == expected
    assert deliveries_in_force(systems, candidates, "540", Kvartal(2024, 4)) == [], "nobody reports for it unless told"


def test_the_last_row_of_a_system_left_says_whether_it_is_carried_forward() -> None:
    rows = [
        system("cura", "2022K3", "2023K2", carry=True),
        system("cura", "2023K3", "2024K3"),
        system("nexus", "2024K4"),
    ]
    assert left_systems(rows, "540", Kvartal(2024, 4)) == ()
    assert left_systems(rows[:1], "540", Kvartal(2024, 4)) == (rows[0],)
    assert left_systems(rows[:1], "540", Kvartal(2023, 2)) == ()


def test_systems_of_a_statistic_by_month_come_newest_first() -> None:
    """Months of different years: December is older than the January after next."""
    rows = [
        SystemRow("540", name, "leverandør", "csv", "utf-8", Maaned.parse(first), None, carry_forward=False)
        for name, first in (("old", "2024M12"), ("new", "2026M01"), ("middle", "2025M06"))
    ]
    assert current_systems(rows, "540", Maaned(2026, 2)) == ("new", "middle", "old")

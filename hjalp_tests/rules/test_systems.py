"""R1 and R2: the delivery in force, systems left, gengangere."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.rules.systems import (
    Candidate,
    SystemRow,
    combine_systems,
    current_systems,
    deliveries_in_force,
    drop_dubletter,
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
    systems: Sequence[SystemRow], candidates: Sequence[Candidate], kvartal: str, komnr: str = "540"
) -> list[str]:
    found = deliveries_in_force(systems, candidates, komnr, Kvartal.parse(kvartal))
    backwards = deliveries_in_force(list(reversed(systems)), list(reversed(candidates)), komnr, Kvartal.parse(kvartal))
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
    "the last is the one received last, though for an earlier quarter": (
        [system("cura", "2022K3", "2024K3", carry=True), system("nexus", "2024K4")],
        [CURA_24K3, delivery("2024K2", "cura", "2024-12-01"), NEXUS_24K4],
        ["nexus 2024K4 2025-01-10", "cura 2024K2 2024-12-01"],
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


# ---- within one system
def test_the_last_of_equal_udlaan_id_counts() -> None:
    frame = raw(
        [loan(udlaan_id="7", hminr="1"), loan(udlaan_id="8"), loan(udlaan_id="7", hminr="2"), loan(udlaan_id="9")]
    )
    kept, dropped = drop_dubletter(frame)
    assert (kept["udlaan_id"].to_list(), kept["hminr"].to_list(), dropped) == (
        ["8", "7", "9"],
        ["12345", "2", "12345"],
        1,
    )


def test_equal_rows_of_one_system_are_different_loans() -> None:
    frame = raw([loan(udlaan_id=str(n)) for n in range(4)])
    assert drop_dubletter(frame)[0].equals(frame)
    assert combine_systems([frame])[0].equals(frame)


# ---- between systems: (id, hminr, udleveringsdato, indleveringsdato, lov_navn, lov_tekst)
Short = tuple[str, str | None, str, str | None, str | None, str | None]


def short(rows: Sequence[Short]) -> pl.DataFrame:
    names = ("udlaan_id", "hminr", "udleveringsdato", "indleveringsdato", "lov_navn", "lov_tekst")
    return raw([loan(**dict(zip(names, row, strict=True))) for row in rows])


def ids(frame: pl.DataFrame) -> list[str]:
    return frame["udlaan_id"].to_list()


@pytest.mark.parametrize(("newer", "older"), [(0, 2), (1, 1), (1, 4), (2, 2), (4, 1), (3, 2)])
def test_one_to_one(newer: int, older: int) -> None:
    """``a`` rows newer and ``b`` older: min(a, b) of the older go."""
    first, second = (
        [(f"{system}{n}", "1", "2023-01-01", None, None, None) for n in range(rows)]
        for system, rows in (("N", newer), ("O", older))
    )
    union, kept = combine_systems([short(first), short(second)])
    gone = min(newer, older)
    assert kept == [newer, older - gone]
    assert ids(union) == [f"N{n}" for n in range(newer)] + [f"O{n}" for n in range(gone, older)]


def test_the_older_go_in_order_of_udlaan_id_whatever_their_order_in_the_file() -> None:
    newer = short([("N1", "1", "2023-01-01", None, None, None)])
    older = short([(name, "1", "2023-01-01", None, None, None) for name in ("O3", "O1", "O2")])
    assert ids(combine_systems([newer, older])[0]) == ["N1", "O3", "O2"]


DIFFERENT: dict[str, dict[str, str | None]] = {
    "another person": {"pnr": "0101501242"},
    "another form of number": {"pnr": "01015A1234"},
    "another device": {"hminr": "12346"},
    "no device": {"hminr": None},
    "another day": {"udleveringsdato": "2023-01-02"},
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_different_loans_stay(name: str) -> None:
    newer, older = raw([loan(udlaan_id="N")]), raw([loan(udlaan_id="O", **DIFFERENT[name])])
    assert ids(combine_systems([newer, older])[0]) == ["N", "O"]
    assert ids(combine_systems([older, newer])[0]) == ["O", "N"]


@pytest.mark.parametrize("changes", [{"hminr": None}, {"pnr": "ABC"}, {"pnr": "9901501234", "hminr": None}])
def test_null_device_and_odd_numbers_match_their_equals(changes: dict[str, str | None]) -> None:
    newer, older = raw([loan(udlaan_id="N", **changes)]), raw([loan(udlaan_id="O", **changes)])
    assert ids(combine_systems([newer, older])[0]) == ["N"]


def test_the_match_fills_only_nulls() -> None:
    newer = short(
        [
            ("N1", "1", "2023-01-01", None, None, None),
            ("N2", "2", "2023-01-01", "2024-01-01", None, "SEL § 112"),
            ("N3", "3", "2023-01-01", None, "SEL_112", None),
            ("N4", "4", "2023-01-01", None, None, None),
        ]
    )
    older = short(
        [
            ("O1", "1", "2023-01-01", "2024-02-02", "SEL_113", "§ 113"),
            ("O2", "2", "2023-01-01", "2024-02-02", "SEL_113", "§ 113"),
            ("O3", "3", "2023-01-01", "2024-02-02", None, None),
            ("O5", "5", "2023-01-01", "2024-02-02", "SEL_113", "§ 113"),
        ]
    )
    union, kept = combine_systems([newer, older])
    assert kept == [4, 1]
    expected = short(
        [
            ("N1", "1", "2023-01-01", "2024-02-02", "SEL_113", "§ 113"),
            ("N2", "2", "2023-01-01", "2024-01-01", "SEL_113", "SEL § 112"),
            ("N3", "3", "2023-01-01", "2024-02-02", "SEL_112", None),
            ("N4", "4", "2023-01-01", None, None, None),
            ("O5", "5", "2023-01-01", "2024-02-02", "SEL_113", "§ 113"),
        ]
    )
    assert union.equals(expected)


def test_each_fills_its_own_match_in_order_of_udlaan_id() -> None:
    newer = short([("N2", "1", "2023-01-01", None, None, None), ("N1", "1", "2023-01-01", None, None, None)])
    older = short(
        [("O2", "1", "2023-01-01", "2024-02-02", None, None), ("O1", "1", "2023-01-01", "2024-01-01", None, None)]
    )
    union, _ = combine_systems([newer, older])
    assert dict(zip(ids(union), union["indleveringsdato"].dt.day().to_list(), strict=True)) == {"N1": 1, "N2": 2}


def test_three_systems_pairwise_newest_first() -> None:
    newest = short([("A1", "1", "2023-01-01", None, None, None)])
    middle = short([("B1", "1", "2023-01-01", None, "SEL_112", None), ("B2", "1", "2023-01-01", None, None, None)])
    oldest = short(
        [
            ("C1", "1", "2023-01-01", "2024-01-01", "SEL_113", None),
            ("C2", "1", "2023-01-01", "2024-02-02", "SEL_113", None),
            ("C3", "1", "2023-01-01", "2024-03-03", "SEL_113", None),
        ]
    )
    union, kept = combine_systems([newest, middle, oldest])
    assert kept == [1, 1, 1]
    expected = short(
        [
            ("A1", "1", "2023-01-01", "2024-01-01", "SEL_112", None),  # law from B1, then the date from C1
            ("B2", "1", "2023-01-01", "2024-02-02", "SEL_113", None),
            ("C3", "1", "2023-01-01", "2024-03-03", "SEL_113", None),
        ]
    )
    assert union.equals(expected)


def test_equal_ids_in_two_systems_say_nothing() -> None:
    newer, older = raw([loan(udlaan_id="1")]), raw([loan(udlaan_id="1", hminr="2")])
    assert combine_systems([newer, older])[1] == [1, 1]


def test_an_empty_system() -> None:
    some, none = raw([loan()]), raw([])
    assert combine_systems([none, some])[1] == [0, 1]
    assert combine_systems([some, none])[1] == [1, 0]
    assert combine_systems([none, none])[0].is_empty()


# ---- what holds for every union
LOANS = st.lists(
    st.fixed_dictionaries(
        {
            "pnr": st.sampled_from(["0101501234", "0101501242", "ABC"]),
            "hminr": st.sampled_from(["1", "2", None]),
            "udleveringsdato": st.sampled_from(["2023-01-01", "2023-01-02"]),
            "indleveringsdato": st.sampled_from([None, "2024-01-01"]),
            "lov_navn": st.sampled_from([None, "SEL_112"]),
        }
    ),
    max_size=8,
)
KEY = ["pnr", "pnr_tekst", "hminr", "udleveringsdato"]


def _numbered(name: str, loans: list[dict[str, str | None]]) -> pl.DataFrame:
    return raw([loan(udlaan_id=f"{name}{place}", **row) for place, row in enumerate(loans)])


@given(LOANS, LOANS, LOANS, st.randoms(use_true_random=False))
def test_rows_are_conserved_and_their_order_in_the_file_means_nothing(
    first: list[dict[str, str | None]],
    second: list[dict[str, str | None]],
    third: list[dict[str, str | None]],
    random: object,
) -> None:
    frames = [_numbered(name, rows) for name, rows in (("A", first), ("B", second), ("C", third))]
    union, kept = combine_systems(frames)
    assert sum(kept) == union.height
    assert union["udlaan_id"].n_unique() == union.height
    assert set(ids(union)) <= {name for frame in frames for name in ids(frame)}
    # Of every key the system with most such loans decides how many there are.
    counts = pl.concat([frame.group_by(KEY).len() for frame in frames]).group_by(KEY).agg(pl.col("len").max())
    assert union.group_by(KEY).len().sort(KEY).equals(counts.sort(KEY))
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=random.randrange(1000)) for frame in frames]  # type: ignore[attr-defined]
    assert combine_systems(shuffled)[0].sort("udlaan_id").equals(union.sort("udlaan_id"))

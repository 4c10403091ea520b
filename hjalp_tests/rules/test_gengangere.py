"""R2: the same loan in two systems."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.rules.gengangere import combine_systems
from hjalp_pipeline.statistics.hjalp.rules.combining import COMBINING
from hjalp_tests.examples import often
from hjalp_tests.rules.combined import KEY, LOANS, ids, numbered, short
from hjalp_tests.rules.made_up import loan, raw
from hjalp_tests.toy.visits import COMBINING as VISITS


def combine(frames: Sequence[pl.DataFrame]) -> tuple[pl.DataFrame, list[int]]:
    """The union, and the rows kept of each."""
    found = combine_systems(frames, COMBINING)
    return found.rows(), found.kept(len(frames))


@pytest.mark.parametrize(("newer", "older"), [(0, 2), (1, 1), (1, 4), (2, 2), (4, 1), (3, 2)])
def test_one_to_one(newer: int, older: int) -> None:
    """``a`` rows newer and ``b`` older: min(a, b) of the older go."""
    first, second = (
        [(f"{system}{n}", "1", "2023-01-01", None, None, None) for n in range(rows)]
        for system, rows in (("N", newer), ("O", older))
    )
    union, kept = combine([short(first), short(second)])
    gone = min(newer, older)
    assert kept == [newer, older - gone]
    assert ids(union) == [f"N{n}" for n in range(newer)] + [f"O{n}" for n in range(gone, older)]


def test_the_older_go_in_order_of_udlaan_id_whatever_their_order_in_the_file() -> None:
    newer = short([("N1", "1", "2023-01-01", None, None, None)])
    older = short([(name, "1", "2023-01-01", None, None, None) for name in ("O3", "O1", "O2")])
    assert ids(combine([newer, older])[0]) == ["N1", "O3", "O2"]


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
    assert ids(combine([newer, older])[0]) == ["N", "O"]
    assert ids(combine([older, newer])[0]) == ["O", "N"]


@pytest.mark.parametrize("changes", [{"hminr": None}, {"pnr": "ABC"}, {"pnr": "9901501234", "hminr": None}])
def test_null_device_and_odd_numbers_match_their_equals(changes: dict[str, str | None]) -> None:
    newer, older = raw([loan(udlaan_id="N", **changes)]), raw([loan(udlaan_id="O", **changes)])
    assert ids(combine([newer, older])[0]) == ["N"]


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
    union, kept = combine([newer, older])
    assert kept == [4, 1]
    expected = short(
        [
            ("N1", "1", "2023-01-01", None, "SEL_113", "§ 113"),
            ("N2", "2", "2023-01-01", "2024-01-01", "SEL_113", "SEL § 112"),
            ("N3", "3", "2023-01-01", None, "SEL_112", None),
            ("N4", "4", "2023-01-01", None, None, None),
            ("O5", "5", "2023-01-01", "2024-02-02", "SEL_113", "§ 113"),
        ]
    )
    assert union.equals(expected)


def test_each_fills_its_own_match_in_order_of_udlaan_id() -> None:
    newer = short([("N2", "1", "2023-01-01", None, None, None), ("N1", "1", "2023-01-01", None, None, None)])
    older = short([("O2", "1", "2023-01-01", None, None, "two"), ("O1", "1", "2023-01-01", None, None, "one")])
    union, _ = combine([newer, older])
    assert dict(union.select("udlaan_id", "lov_tekst").iter_rows()) == {"N1": "one", "N2": "two"}


def test_a_date_is_never_filled() -> None:
    """Old systems close their loans at the change: null in the newer system means still on loan."""
    newer = short([("N", "1", "2023-01-01", None, "SEL_112", "§ 112")])
    older = short([("O", "1", "2023-01-01", "2024-06-30", "SEL_113", "§ 113")])
    assert combine([newer, older])[0].equals(newer)


def test_rows_filled_are_counted_once() -> None:
    names = ["N1", "N2", "N3", "N4"]
    newer = short([(name, name[1], "2023-01-01", None, None, None) for name in names])
    older = short(
        [
            ("O1", "1", "2023-01-01", None, "SEL_112", "§ 112"),
            ("O2", "2", "2023-01-01", None, None, "§ 112"),
            ("O3", "3", "2023-01-01", None, None, None),
            ("O5", "5", "2023-01-01", None, "SEL_112", None),
        ]
    )
    oldest = short([("P2", "2", "2023-01-01", None, "SEL_113", None), ("P5", "5", "2023-01-01", None, None, "x")])
    assert combine_systems([newer, older], COMBINING).filled_rows() == 2
    assert combine_systems([newer, older, oldest], COMBINING).filled_rows() == 3
    assert combine_systems([newer], COMBINING).filled_rows() == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("012345", "12345", True),
        ("000001", "1", True),
        ("0", "000000", True),
        ("12345", "123450", False),
        (None, "0", False),
        ("000000", None, False),
        (None, None, True),
    ],
)
def test_hminr_is_compared_as_a_number(one: str | None, other: str | None, same: bool) -> None:
    newer, older = raw([loan(udlaan_id="N", hminr=one)]), raw([loan(udlaan_id="O", hminr=other)])
    union, kept = combine([newer, older])
    assert kept == ([1, 0] if same else [1, 1])
    assert union["hminr"][0] == one, "what was delivered stays as it was"


def test_three_systems_pairwise_newest_first() -> None:
    newest = short([("A1", "1", "2023-01-01", None, None, None)])
    middle = short([("B1", "1", "2023-01-01", None, "SEL_112", None), ("B2", "1", "2023-01-01", None, None, None)])
    oldest = short([(f"C{n}", "1", "2023-01-01", None, "SEL_113", f"text {n}") for n in (1, 2, 3)])
    union, kept = combine([newest, middle, oldest])
    assert kept == [1, 1, 1]
    expected = short(
        [
            ("A1", "1", "2023-01-01", None, "SEL_112", "text 1"),  # law from B1, then the text from C1
            ("B2", "1", "2023-01-01", None, "SEL_113", "text 2"),
            ("C3", "1", "2023-01-01", None, "SEL_113", "text 3"),
        ]
    )
    assert union.equals(expected)


def test_members_are_held_against_reporters_where_a_statistic_says_so() -> None:
    assert (COMBINING.members, VISITS.members) == (True, False)


def test_equal_ids_in_two_systems_say_nothing() -> None:
    newer, older = raw([loan(udlaan_id="1")]), raw([loan(udlaan_id="1", hminr="2")])
    assert combine([newer, older])[1] == [1, 1]


def test_an_empty_system() -> None:
    some, none = raw([loan()]), raw([])
    assert combine([none, some])[1] == [0, 1]
    assert combine([some, none])[1] == [1, 0]
    assert combine([none, none])[0].is_empty()


THREE_SYSTEMS = given(LOANS, LOANS, LOANS, st.randoms(use_true_random=False))


@settings(max_examples=8)
@THREE_SYSTEMS
def test_rows_are_conserved_and_their_order_in_the_file_means_nothing(
    first: list[dict[str, str | None]],
    second: list[dict[str, str | None]],
    third: list[dict[str, str | None]],
    random: object,
) -> None:
    frames = [numbered(name, rows) for name, rows in (("A", first), ("B", second), ("C", third))]
    union, kept = combine(frames)
    assert sum(kept) == union.height
    assert union["udlaan_id"].n_unique() == union.height
    assert set(ids(union)) <= {name for frame in frames for name in ids(frame)}
    # Of every key the system with most such loans decides how many there are.
    counts = pl.concat([frame.group_by(KEY).len() for frame in frames]).group_by(KEY).agg(pl.col("len").max())
    assert union.group_by(KEY).len().sort(KEY).equals(counts.sort(KEY))
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=random.randrange(1000)) for frame in frames]  # type: ignore[attr-defined]
    assert combine(shuffled)[0].sort("udlaan_id").equals(union.sort("udlaan_id"))


test_rows_are_conserved_often = often(
    300, THREE_SYSTEMS, test_rows_are_conserved_and_their_order_in_the_file_means_nothing
)

"""R2: the same loan in two systems, and with a member and who reports for it."""

from collections.abc import Mapping, Sequence
from itertools import permutations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.rules.gengangere import combine_systems, settle
from hjalp_pipeline.statistics.hjalp.rules.combining import COMBINING
from hjalp_tests.examples import often
from hjalp_tests.rules.made_up import loan, raw


def combine(frames: Sequence[pl.DataFrame]) -> tuple[pl.DataFrame, list[int]]:
    """The union, and the rows kept of each."""
    found = combine_systems(frames, COMBINING)
    return found.rows(), found.kept(len(frames))


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


def test_equal_ids_in_two_systems_say_nothing() -> None:
    newer, older = raw([loan(udlaan_id="1")]), raw([loan(udlaan_id="1", hminr="2")])
    assert combine([newer, older])[1] == [1, 1]


def test_an_empty_system() -> None:
    some, none = raw([loan()]), raw([])
    assert combine([none, some])[1] == [0, 1]
    assert combine([some, none])[1] == [1, 0]
    assert combine([none, none])[0].is_empty()


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


THREE_SYSTEMS = given(LOANS, LOANS, LOANS, st.randoms(use_true_random=False))


@settings(max_examples=8)
@THREE_SYSTEMS
def test_rows_are_conserved_and_their_order_in_the_file_means_nothing(
    first: list[dict[str, str | None]],
    second: list[dict[str, str | None]],
    third: list[dict[str, str | None]],
    random: object,
) -> None:
    frames = [_numbered(name, rows) for name, rows in (("A", first), ("B", second), ("C", third))]
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


# ---- between kommuner
def settled(
    data: Mapping[str, Sequence[Short]], *pairs: tuple[str, str]
) -> tuple[dict[str, list[str]], dict[str, int], dict[str, list[str | None]]]:
    """Ids that stay, rows filled, and lov_navn of the rows that stay, by komnr."""
    found = settle({komnr: combine_systems([short(rows)], COMBINING) for komnr, rows in data.items()}, pairs, COMBINING)
    return (
        {komnr: ids(one.rows()) for komnr, one in found.items()},
        {komnr: one.filled_rows() for komnr, one in found.items()},
        {komnr: one.rows()["lov_navn"].to_list() for komnr, one in found.items()},
    )


def rows(name: str, *numbers: int, lov: str | None = None, hminr: str = "1") -> list[Short]:
    return [(f"{name}{n}", hminr, "2023-01-01", None, lov, None) for n in numbers]


def test_a_members_row_leaves_and_fills_the_reporters() -> None:
    stays, filled, lov = settled(
        {"540": rows("R", 1), "185": [*rows("M", 1, 2, lov="SEL_112"), *rows("X", 1, hminr="9")]}, ("540", "185")
    )
    assert stays == {"540": ["R1"], "185": ["M2", "X1"]}
    assert (filled, lov["540"]) == ({"540": 1, "185": 0}, ["SEL_112"])


def test_two_members_each_lose_the_loan_and_the_first_that_has_something_fills_it() -> None:
    data = {"540": rows("R", 1), "185": rows("M", 1), "151": rows("N", 1, lov="SEL_113")}
    stays, filled, lov = settled(data, ("540", "185"), ("540", "151"))
    assert stays == {"540": ["R1"], "185": [], "151": []}
    assert (filled["540"], lov["540"]) == (1, ["SEL_113"])


def test_a_member_of_two_is_matched_once_by_each() -> None:
    data = {"540": rows("R", 1), "151": rows("S", 1), "185": rows("M", 1, 2, 3)}
    for pairs in ((("540", "185"), ("151", "185")), (("151", "185"), ("540", "185"))):
        assert settled(data, *pairs)[0] == {"540": ["R1"], "151": ["S1"], "185": ["M3"]}


def test_a_chain_of_reporters_keeps_the_loan_once() -> None:
    data = {"101": rows("A", 1), "151": rows("B", 1), "185": rows("C", 1)}
    for pairs in ((("101", "151"), ("151", "185")), (("151", "185"), ("101", "151"))):
        assert settled(data, *pairs)[0] == {"101": ["A1"], "151": [], "185": []}


@pytest.mark.parametrize("pairs", list(permutations([("101", "151"), ("151", "185"), ("101", "185")])))
def test_of_two_equal_rows_one_is_the_loan_that_both_reporters_have(pairs: Sequence[tuple[str, str]]) -> None:
    data = {"101": rows("A", 1), "151": rows("B", 1), "185": rows("C", 1, 2)}
    assert settled(data, *pairs)[0] == {"101": ["A1"], "151": [], "185": ["C2"]}
    data = {"101": rows("A", 1), "151": rows("B", 1, 2), "185": rows("C", 1, 2, 3)}
    assert settled(data, *pairs)[0] == {"101": ["A1"], "151": ["B2"], "185": ["C3"]}


@pytest.mark.parametrize("pairs", list(permutations([("101", "151"), ("101", "153"), ("151", "185"), ("153", "185")])))
def test_two_reporters_that_have_it_from_a_third(pairs: Sequence[tuple[str, str]]) -> None:
    data = {"101": rows("A", 1), "151": rows("B", 1), "153": rows("D", 1), "185": rows("C", 1, 2)}
    assert settled(data, *pairs)[0] == {"101": ["A1"], "151": [], "153": [], "185": ["C2"]}


@pytest.mark.parametrize("pairs", list(permutations([("101", "151"), ("151", "185")])))
def test_at_the_end_of_a_chain_the_row_that_stays_is_filled(pairs: Sequence[tuple[str, str]]) -> None:
    data = {"101": rows("A", 1), "151": rows("B", 1), "185": rows("C", 1, lov="SEL_112")}
    _, filled, lov = settled(data, *pairs)
    assert (filled, lov["101"]) == ({"101": 1, "151": 0, "185": 0}, ["SEL_112"])
    data["151"] = rows("B", 1, lov="SEL_113")
    assert settled(data, *pairs)[2]["101"] == ["SEL_113"], "the nearer one first"


KOMMUNER = ("101", "147", "151", "153")

REPORTING = given(
    st.lists(st.integers(0, 3), min_size=4, max_size=4),
    st.permutations([(one, other) for place, one in enumerate(KOMMUNER) for other in KOMMUNER[place + 1 :]]),
    st.integers(1, 6),
)


@settings(max_examples=8)
@REPORTING
def test_no_loan_is_lost(counts: list[int], pairs: list[tuple[str, str]], many: int) -> None:
    """However they report for one another: as many stay as the one that has most, all of them when all are connected."""
    data = {komnr: rows(komnr, *range(count)) for komnr, count in zip(KOMMUNER, counts, strict=True)}
    stay = sum(map(len, settled(data, *pairs[:many])[0].values()))
    assert stay >= max(counts)
    assert sum(map(len, settled(data, *pairs)[0].values())) == max(counts)


test_no_loan_is_lost_often = often(200, REPORTING, test_no_loan_is_lost)

TWO_KOMMUNER = given(LOANS, LOANS, st.randoms(use_true_random=False))


@settings(max_examples=8)
@TWO_KOMMUNER
def test_of_every_key_the_member_keeps_what_the_reporter_lacks(
    reporter: list[dict[str, str | None]], member: list[dict[str, str | None]], random: object
) -> None:
    data = {"540": _numbered("R", reporter), "185": _numbered("M", member)}
    shuffled = {k: f.sample(fraction=1, shuffle=True, seed=random.randrange(1000)) for k, f in data.items()}  # type: ignore[attr-defined]
    found, again = (
        settle({komnr: combine_systems([frame], COMBINING) for komnr, frame in of.items()}, [("540", "185")], COMBINING)
        for of in (data, shuffled)
    )
    counts = pl.concat([frame.group_by(KEY).len() for frame in data.values()]).group_by(KEY).agg(pl.col("len").max())
    together = pl.concat([one.rows() for one in found.values()])
    assert together.group_by(KEY).len().sort(KEY).equals(counts.sort(KEY))
    for komnr, one in found.items():
        assert one.rows().sort("udlaan_id").equals(again[komnr].rows().sort("udlaan_id"))
        assert one.filled_rows() == again[komnr].filled_rows()


test_of_every_key_often = often(300, TWO_KOMMUNER, test_of_every_key_the_member_keeps_what_the_reporter_lacks)

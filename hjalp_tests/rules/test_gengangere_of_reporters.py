"""R2: the same loan with a member and who reports for it."""

from collections.abc import Mapping, Sequence
from itertools import permutations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.rules.gengangere import combine_systems, settle
from hjalp_pipeline.statistics.hjalp.rules.combining import COMBINING
from hjalp_tests.examples import often
from hjalp_tests.rules.combined import KEY, LOANS, Short, ids, numbered, short


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
    data = {"540": numbered("R", reporter), "185": numbered("M", member)}
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

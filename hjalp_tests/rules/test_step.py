"""What a step hands on, and that it is counted right."""

import polars as pl
import pytest

from hjalp_pipeline.rules.step import LedgerError, Step, count_codes, first_reason, merge_counts, remove

FRAME = pl.DataFrame({"a": [1, 2, 3, None]})
BIG, SMALL = ("BIG", pl.col("a") > 2), ("NOT_ONE", pl.col("a") > 1)


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ((BIG, SMALL), [None, "NOT_ONE", "BIG", None]),  # the first that holds; null counts as not
        ((SMALL, BIG), [None, "NOT_ONE", "NOT_ONE", None]),
        ((), [None] * 4),
    ],
)
def test_first_reason(cases: tuple[tuple[str, pl.Expr], ...], expected: list[str | None]) -> None:
    assert FRAME.with_columns(why=first_reason(*cases))["why"].to_list() == expected


def test_remove() -> None:
    kept, removed = remove(FRAME, first_reason(BIG, SMALL))
    assert (kept["a"].to_list(), kept.columns, removed) == ([1, None], ["a"], {"BIG": 1, "NOT_ONE": 1})
    kept, removed = remove(FRAME.clear(), first_reason(BIG))
    assert (kept.height, removed) == (0, {})


def test_counts() -> None:
    frame = pl.DataFrame({"code": ["B", "A", None, "B"]})
    assert list(count_codes(frame, "code").items()) == [("A", 1), ("B", 2)]
    assert list(merge_counts({"B": 1}, {}, {"A": 2, "B": 3}).items()) == [("A", 2), ("B", 4)]
    assert merge_counts() == {}


@pytest.mark.parametrize(("rows_in", "balanced"), [(4, False), (5, True), (6, False)])
def test_balance(rows_in: int, balanced: bool) -> None:
    step = Step("cpr_validated", FRAME, {"CPR_UKURANT": 1}, {"A": 3})
    if balanced:
        step.balance(rows_in)
    else:
        with pytest.raises(LedgerError, match=r"cpr_validated: [46] rows in, 4 kept, 1 removed"):
            step.balance(rows_in)


def test_concat() -> None:
    one = Step("s", FRAME, {"X": 1}, {"A": 1})
    assert Step.concat([one]) is one
    both = Step.concat([one, Step("s", FRAME, {"X": 2, "Y": 1}, {})])
    assert (both.name, both.frame.height, both.removed, both.remarks) == ("s", 8, {"X": 3, "Y": 1}, {"A": 1})

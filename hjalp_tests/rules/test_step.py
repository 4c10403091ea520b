"""What a step hands on, and that it is counted right."""

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.rules.rule import RAEKKE, Code, Context, DataState, Rule, Severity
from hjalp_pipeline.rules.step import REMOVED, LedgerError, Step, count_codes, merge_counts, reason, remove, run_state
from hjalp_tests.rules.made_up import register

FRAME = pl.DataFrame({"raekke": [0, 1, 2, 3], "a": [1, 2, 3, None]}, schema_overrides={"raekke": pl.UInt32})
BIG, NOT_ONE = Code("BIG", "stor"), Code("NOT_ONE", "ikke en")
A = pl.col("a")
CONTEXT = Context(register(), "101", Kvartal(2024, 4), date(2024, 1, 1))


def rule(severity: Severity, function: Callable[..., Any], *codes: Code, column: str | None = None) -> Rule:
    return Rule(f"T {function}", "en regel", severity, function, codes, "", column)


BIG_LEAVES = rule("removes", lambda rows, context: reason(BIG, A > 2), BIG)
MORE_THAN_ONE_LEAVES = rule("removes", lambda rows, context: reason(NOT_ONE, A > 1), NOT_ONE)
ONE_MORE = rule("derives", lambda rows, context: rows.with_columns(a=A + 1))
NAMED = rule("corrects", lambda rows, context: rows.with_columns(why=reason(BIG, A > 1)), BIG, column="why")
ONES = rule("counts", lambda rows, context: A == 1, NOT_ONE)


def run(*rules: Rule, frame: pl.DataFrame = FRAME) -> Step:
    return run_state(DataState("s", (RAEKKE,), "", "", rules), frame, CONTEXT)


@pytest.mark.parametrize(
    ("rules", "kept", "gone"),
    [
        # null counts as not; of two that hold the first is the reason
        ((BIG_LEAVES, MORE_THAN_ONE_LEAVES), [1, None], [(1, "NOT_ONE"), (2, "BIG")]),
        ((MORE_THAN_ONE_LEAVES, BIG_LEAVES), [1, None], [(1, "NOT_ONE"), (2, "NOT_ONE")]),
        ((BIG_LEAVES,), [1, 2, None], [(2, "BIG")]),
        ((), [1, 2, 3, None], []),
        # what one rule has changed the next one sees
        ((BIG_LEAVES, ONE_MORE, BIG_LEAVES), [2, None], [(2, "BIG"), (1, "BIG")]),
    ],
)
def test_rules_apply_in_their_order(rules: tuple[Rule, ...], kept: list[int | None], gone: list[Any]) -> None:
    step = run(*rules)
    assert (step.frame["a"].to_list(), step.gone.rows()) == (kept, gone)
    assert step.gone.schema == REMOVED
    empty = run(*rules, frame=FRAME.clear())
    assert (empty.frame.height, empty.gone.rows(), dict(empty.removed)) == (0, [], {})


def test_remarks_are_counted_among_the_rows_that_stay() -> None:
    assert run(NAMED, BIG_LEAVES).remarks == {"BIG": 1}
    assert run(ONES).remarks == {"NOT_ONE": 1}
    assert run(MORE_THAN_ONE_LEAVES, ONE_MORE, ONES).remarks == {}


def test_a_rule_that_loses_a_row_is_found() -> None:
    loses = rule("derives", lambda rows, context: rows.head(2))
    with pytest.raises(LedgerError, match="step s: 4 rows in, fewer than 3 kept, 0 removed"):
        run(loses)


def test_remove() -> None:
    kept, gone = remove(FRAME, reason(BIG, A > 1))
    assert (kept["a"].to_list(), kept.columns, gone.rows()) == ([1, None], FRAME.columns, [(1, "BIG"), (2, "BIG")])
    kept, gone = remove(FRAME.clear(), reason(BIG, A > 1))
    assert (kept.height, gone.rows()) == (0, [])


def test_counts() -> None:
    frame = pl.DataFrame({"code": ["B", "A", None, "B"]})
    assert list(count_codes(frame, "code").items()) == [("A", 1), ("B", 2)]
    assert list(merge_counts({"B": 1}, {}, {"A": 2, "B": 3}).items()) == [("A", 2), ("B", 4)]
    assert merge_counts() == {}


def gone(*codes: str) -> pl.DataFrame:
    return pl.DataFrame({"raekke": range(len(codes)), "aarsag": codes}, schema=REMOVED)


@pytest.mark.parametrize(("rows_in", "balanced"), [(4, False), (5, True), (6, False)])
def test_balance(rows_in: int, balanced: bool) -> None:
    step = Step("cpr_validated", FRAME, gone("CPR_UKURANT"), {"A": 3})
    if balanced:
        step.balance(rows_in)
    else:
        with pytest.raises(LedgerError, match=r"cpr_validated: [46] rows in, 4 kept, fewer than 3 removed"):
            step.balance(rows_in)


def test_concat() -> None:
    one = Step("s", FRAME, gone("X"), {"A": 1})
    assert Step.concat([one]) is one
    both = Step.concat([one, Step("s", FRAME, gone("X", "Y", "X"), {})])
    assert (both.name, both.frame.height, both.removed, both.remarks) == ("s", 8, {"X": 3, "Y": 1}, {"A": 1})

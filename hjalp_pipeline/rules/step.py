"""What a step of the chain hands on: the rows kept, each removed row with why it left, and what is merely counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from hjalp_pipeline.codelists.few import told
from hjalp_pipeline.rules.rule import REPORTER, Code, Context, DataState

#: A removed row: its place in the kommune's raw data and the code it left for.
REMOVED = pl.Schema({"raekke": pl.UInt32, "aarsag": pl.String})


class LedgerError(Exception):
    """A step whose rows in differ from rows kept + removed. Names the step; a defect of the program, never of data."""


@dataclass(frozen=True)
class Step:
    """Result of one step on one kommune, or on several together.

    ``frame``: rows kept, ``gone``: rows removed (``REMOVED``), ``remarks``: rows by code for what is counted and shown but
    changes no row's membership (corrections, branches). ``of_each``: of several kommuner, the remarks by komnr.
    """

    name: str
    frame: pl.DataFrame
    gone: pl.DataFrame
    remarks: Mapping[str, int]
    of_each: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def removed(self) -> Mapping[str, int]:
        """Rows removed by code (a ledger reason)."""
        return count_codes(self.gone, "aarsag")

    @classmethod
    def concat(cls, steps: "Sequence[Step]") -> "Step":
        """The same step over several blocks of rows, as one."""
        if len(steps) == 1:
            return steps[0]
        return cls(
            steps[0].name,
            pl.concat([step.frame for step in steps]),
            pl.concat([step.gone for step in steps]),
            merge_counts(*(step.remarks for step in steps)),
        )

    def balance(self, rows_in: int) -> None:
        """Raise LedgerError unless ``rows_in`` = kept + removed."""
        if rows_in != self.frame.height + self.gone.height:
            kept, gone = self.frame.height, self.gone.height
            raise LedgerError(f"step {self.name}: {told(rows_in)} rows in, {told(kept)} kept, {told(gone)} removed")


def run_state(state: DataState, rows: pl.DataFrame, context: Context) -> Step:
    """Apply a data state's rules in their order to ``rows`` (with ``raekke``). LedgerError when a row is lost on the way."""
    gone, counted = [REMOVED.to_frame()], list[_Counts]()
    rows_in, at = rows.height, 0
    while at < len(state.rules):
        rule = state.rules[at]
        at += 1
        if rule.severity == "removes":
            reasons = [rule.function(rows, context)]
            # Rules that remove one after the other look at the same rows: the first that holds is the reason.
            while at < len(state.rules) and state.rules[at].severity == "removes":
                reasons.append(state.rules[at].function(rows, context))
                at += 1
            rows, left = remove(rows, pl.coalesce(reasons))
            gone.append(left)
        elif rule.severity == "counts":
            (code,) = rule.names
            counted.append(_hits(rows, context, code, rule.function(rows, context)))
        else:
            rows = rule.function(rows, context)
    for column in dict.fromkeys(rule.column for rule in state.rules if rule.column):
        counted.append(_codes(rows, context, column))
    remarks = {
        komnr: merge_counts(*(of.get(komnr, {}) for of in counted)) for komnr in {k for of in counted for k in of}
    }
    if context.komnr is None:
        step = Step(state.name, rows, pl.concat(gone), merge_counts(*remarks.values()), remarks)
    else:
        step = Step(state.name, rows, pl.concat(gone), remarks.get(context.komnr, {}))
    step.balance(rows_in)
    return step


#: Rows by komnr and code.
_Counts = dict[str, dict[str, int]]


def _hits(rows: pl.DataFrame, context: Context, code: str, hit: pl.Expr) -> _Counts:
    """Rows that a rule counts."""
    if context.komnr is not None:
        number = int(rows.select(hit.sum()).item())
        return {context.komnr: {code: number}} if number else {}
    return _of_each(rows.select(REPORTER, code=pl.when(hit).then(pl.lit(code))))


def _codes(rows: pl.DataFrame, context: Context, column: str) -> _Counts:
    """Rows by the code that stands in a column."""
    if context.komnr is not None:
        return {context.komnr: count_codes(rows, column)}
    return _of_each(rows.select(REPORTER, code=column))


def _of_each(marked: pl.DataFrame) -> _Counts:
    found: _Counts = {}
    for komnr, code, number in marked.drop_nulls("code").group_by(REPORTER, "code").len().sort("code").iter_rows():
        found.setdefault(komnr, {})[code] = number
    return found


def reason(code: Code, condition: pl.Expr) -> pl.Expr:
    """String expression: the code where the condition holds, null elsewhere (a condition that is null does not hold)."""
    return pl.when(condition).then(pl.lit(code.name))


def remove(frame: pl.DataFrame, why: pl.Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split off the rows for which ``why`` (String expression) is not null; returns kept rows, and ``REMOVED`` of the others."""
    reasons = frame.select(aarsag=why).get_column("aarsag")
    if reasons.null_count() == reasons.len():
        return frame, REMOVED.to_frame()
    stays = reasons.is_null()
    gone = frame.select("raekke").with_columns(reasons).filter(~stays)
    return frame.filter(stays), gone


def count_codes(frame: pl.DataFrame, column: str) -> dict[str, int]:
    """Rows by value of a String column, nulls left out, ordered by code."""
    counts = frame.get_column(column).drop_nulls().value_counts()
    return dict(sorted(zip(counts[column].to_list(), counts["count"].to_list(), strict=True)))


def merge_counts(*counts: Mapping[str, int]) -> dict[str, int]:
    """Sum of several count mappings, ordered by code."""
    codes = sorted({code for mapping in counts for code in mapping})
    return {code: sum(mapping.get(code, 0) for mapping in counts) for code in codes}

"""What a step of the chain hands on: the rows kept, what it removed by reason, and what it merely remarks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl


class LedgerError(Exception):
    """A step whose rows in differ from rows kept + removed. Names the step; a defect of the program, never of data."""


@dataclass(frozen=True)
class Step:
    """Result of one step on one kommune.

    ``frame``: rows kept, ``removed``: rows by reason (a ledger reason), ``remarks``: rows by code for what is counted and
    shown but changes no row's membership (corrections, branches, oddities).
    """

    name: str
    frame: pl.DataFrame
    removed: Mapping[str, int] = field(default_factory=dict)
    remarks: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def concat(cls, steps: "Sequence[Step]") -> "Step":
        """The same step over several blocks of rows, as one."""
        if len(steps) == 1:
            return steps[0]
        return cls(
            steps[0].name,
            pl.concat([step.frame for step in steps]),
            merge_counts(*(step.removed for step in steps)),
            merge_counts(*(step.remarks for step in steps)),
        )

    def balance(self, rows_in: int) -> None:
        """Raise LedgerError unless ``rows_in`` = kept + removed."""
        removed = sum(self.removed.values())
        if rows_in != self.frame.height + removed:
            raise LedgerError(f"step {self.name}: {rows_in} rows in, {self.frame.height} kept, {removed} removed")


def remove(frame: pl.DataFrame, reason: pl.Expr) -> tuple[pl.DataFrame, dict[str, int]]:
    """Split off the rows for which ``reason`` (String expression) is not null; returns kept rows and counts by reason."""
    reasons = frame.select(_reason=reason)
    removed = count_codes(reasons, "_reason")
    return (frame.filter(reasons.get_column("_reason").is_null()) if removed else frame), removed


def first_reason(*cases: tuple[str, pl.Expr]) -> pl.Expr:
    """String expression: the name of the first case that holds (null counts as not), null when none does."""
    expression = pl.lit(None, dtype=pl.String)
    for name, condition in reversed(cases):
        expression = pl.when(condition).then(pl.lit(name)).otherwise(expression)
    return expression


def count_codes(frame: pl.DataFrame, column: str) -> dict[str, int]:
    """Rows by value of a String column, nulls left out, ordered by code."""
    counts = frame.get_column(column).drop_nulls().value_counts()
    return dict(sorted(zip(counts[column].to_list(), counts["count"].to_list(), strict=True)))


def merge_counts(*counts: Mapping[str, int]) -> dict[str, int]:
    """Sum of several count mappings, ordered by code."""
    total: dict[str, int] = {}
    for mapping in counts:
        for code, rows in mapping.items():
            total[code] = total.get(code, 0) + rows
    return dict(sorted(total.items()))

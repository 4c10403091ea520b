"""A Pandera schema as Polars conditions, looked at in one pass over a frame.

Pandera takes some 8 ms a call before it looks at a row, and a quarter holds 600 frames against their contract. So a frame
that holds passes here, and only one that does not is given to Pandera, which says what is broken. A schema with anything
that is not translated here is refused when the program is loaded, never half looked at.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandera.polars as pa
import polars as pl

#: Key in a check's statistics under which our own checks keep their condition: an expression, or a function of the column.
HOLDS = "holds"

_Condition = Callable[[pl.Expr, Mapping[str, Any]], pl.Expr]
#: Pandera's own checks that the contracts use. Null is left out by ``all``, as by Pandera.
_TRANSLATED: dict[str, _Condition] = {
    "isin": lambda column, of: column.is_in(list(of["allowed_values"])),
    "greater_than_or_equal_to": lambda column, of: column >= of["min_value"],
    "str_length": lambda column, of: column.str.len_chars().is_between(of["min_value"], of["max_value"]),
    # Codes repeat: each is looked at once.
    "str_matches": lambda column, of: column.unique().str.contains(of["pattern"]),
}


@dataclass(frozen=True)
class OnePass:
    """What a frame must look like: names and types, and conditions that must all be true."""

    schema: Mapping[str, pl.DataType]
    strict: bool
    conditions: tuple[pl.Expr, ...]

    def holds(self, frame: pl.DataFrame) -> bool:
        """Whether a frame holds; False says nothing about what is broken."""
        held = frame.schema
        if self.strict and len(held) != len(self.schema):
            return False
        if any(held.get(name) != kind for name, kind in self.schema.items()):
            return False
        try:
            return frame.select(pl.all_horizontal(self.conditions)).item() is True
        except (
            pl.exceptions.PolarsError
        ):  # a column a condition needs is missing or of another type: Pandera says which
            return False


@dataclass(frozen=True, eq=False)
class Contract:
    """A Pandera schema and the one pass that tells whether a frame holds; one with a check unknown here is refused."""

    schema: pa.DataFrameSchema
    one_pass: OnePass = field(init=False)

    def __post_init__(self) -> None:
        """Translate the schema; NotImplementedError for anything this module does not know."""
        object.__setattr__(self, "one_pass", one_pass(self.schema))

    @property
    def name(self) -> str:
        """The contract's name."""
        return str(self.schema.name)

    @property
    def columns(self) -> Mapping[str, pa.Column]:
        """Its columns by name."""
        columns: Mapping[str, pa.Column] = self.schema.columns
        return columns

    def empty(self) -> pl.DataFrame:
        """A frame of it without rows."""
        return pl.DataFrame(schema={name: column.dtype.type for name, column in self.columns.items()})


def one_pass(schema: pa.DataFrameSchema) -> OnePass:
    """The conditions of a schema; NotImplementedError for anything this module does not know."""
    if schema.unique or schema.coerce or schema.index or schema.ordered or schema.strict not in (True, False):
        raise NotImplementedError(f"contract {schema.name}: an option of the schema is not translated")
    types, conditions = {}, []
    for name, column in schema.columns.items():
        if column.unique or column.regex or not column.required or column.coerce:
            raise NotImplementedError(f"contract {schema.name}: an option of column {name} is not translated")
        types[name] = column.dtype.type
        if not column.nullable:
            conditions.append(pl.col(name).null_count() == 0)
        conditions.extend(_conditions(column.checks, pl.col(name)))
    conditions.extend(_conditions(schema.checks, None))
    numbered = tuple(condition.alias(str(number)) for number, condition in enumerate(conditions))
    return OnePass(types, bool(schema.strict), numbered)


def _conditions(checks: list[pa.Check], column: pl.Expr | None) -> Iterator[pl.Expr]:
    for check in checks:
        statistics = check.statistics or {}
        own = statistics.get(HOLDS)
        if own is not None:
            yield (own(column) if callable(own) else own).all()
        elif column is not None and check.name in _TRANSLATED:
            yield _TRANSLATED[check.name](column, statistics).all()
        else:
            raise NotImplementedError(f"check {check.name} is not translated")

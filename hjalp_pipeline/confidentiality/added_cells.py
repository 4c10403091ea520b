"""More cells and rows for a system that stands: figures that others have been given, and the parts they are made of (R11)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from hjalp_pipeline.confidentiality.system import NO_BOUND, ModelError, Name, Rows, System

_Row = tuple[tuple[tuple[int, int], ...], int]


@dataclass
class AddedCells:
    """Cells and rows on their way into ``system``; those it has keep their numbers."""

    system: System
    _names: list[Name] = field(default_factory=list)
    _values: list[int] = field(default_factory=list)
    _lower: list[int] = field(default_factory=list)
    _primary: list[bool] = field(default_factory=list)
    _equal: list[_Row] = field(default_factory=list)
    _at_most: list[_Row] = field(default_factory=list)

    def cell(self, name: Name, value: int, *, lower: int = 0, primary: bool = False) -> int:
        """The number of a new cell, of which everybody knows that it is at least ``lower``."""
        self._names.append(name)
        self._values.append(value)
        self._lower.append(lower)
        self._primary.append(primary)
        return self.system.size + len(self._names) - 1

    def equal(self, terms: Iterable[tuple[int, int]], rhs: int) -> None:
        """``sum(coef * x) == rhs``; terms are (cell, coef), each cell once."""
        self._equal.append((tuple(sorted(terms)), rhs))

    def at_most(self, terms: Iterable[tuple[int, int]], rhs: int) -> None:
        """``sum(coef * x) <= rhs``; terms are (cell, coef), each cell once."""
        self._at_most.append((tuple(sorted(terms)), rhs))

    def build(self) -> System:
        """The system with them. ModelError when the true figures break one of the new rows."""
        old, more = self.system, len(self._names)

        def longer(array: npt.NDArray[Any], added: Iterable[int]) -> npt.NDArray[Any]:
            return np.concatenate((array, np.array(list(added), dtype=array.dtype)))

        values = longer(old.values, self._values)
        equal, at_most = Rows.of(self._equal), Rows.of(self._at_most)
        if (equal.activity(values) != equal.rhs).any() or (at_most.activity(values) > at_most.rhs).any():
            msg = "The figures do not agree with the sums they stand in"
            raise ModelError(msg)
        return replace(
            old,
            names=(*old.names, *self._names),
            values=values,
            lower=longer(old.lower, self._lower),
            upper=longer(old.upper, [NO_BOUND] * more),
            primary=longer(old.primary, self._primary),
            open=longer(old.open, [False] * more),
            cost=longer(old.cost, [1] * more),
            equations=_joined(old.equations, equal),
            inequalities=_joined(old.inequalities, at_most),
        )


def _joined(first: Rows, second: Rows) -> Rows:
    """Rows after other rows."""
    return Rows(
        np.concatenate((first.indptr, second.indptr[1:] + first.indptr[-1])),
        np.concatenate((first.cells, second.cells)),
        np.concatenate((first.coefs, second.coefs)),
        np.concatenate((first.rhs, second.rhs)),
    )

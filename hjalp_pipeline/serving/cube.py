"""The figures of a table as arrays, and what somebody asks of them: a table like any other, for ``px`` and ``jsonstat``."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from hjalp_pipeline.publishing.table import TableForm, Variable

Figures = npt.NDArray[np.int64]
#: 0 where there is a figure, else the place of its sign in ``symbols``, counted from 1.
Signs = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract(TableForm):
    """What was asked of a table: ``figures`` (whole numbers of 10^-decimals) and ``signs``, the last variable fastest."""

    figures: Figures
    signs: Signs

    def cells(self) -> list[int | str]:
        """The figures, or the signs in their place."""
        found: list[Any] = self.figures.ravel().tolist()
        signs = self.signs.ravel()
        for place in np.flatnonzero(signs).tolist():
            found[place] = self.symbols[signs[place] - 1].sign
        return found

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its variables, in order."""
        return tuple(variable.code for variable in self.variables)


@dataclass(frozen=True)
class Cube:
    """A whole table: its form, and its figures and signs with one axis for each variable of the form, in order."""

    form: TableForm
    figures: Figures
    signs: Signs

    @cached_property
    def by_code(self) -> dict[str, Variable]:
        """Variables by code in capitals: nobody minds the case."""
        return {variable.code.upper(): variable for variable in self.form.variables}

    @cached_property
    def places(self) -> dict[str, dict[str, int]]:
        """By variable's code: the place of each of its codes in capitals."""
        return {
            variable.code: {code.upper(): place for place, code in enumerate(variable.codes)}
            for variable in self.form.variables
        }

    def extract(self, asked: Sequence[tuple[Variable, Sequence[int]]]) -> Extract:
        """The values at these places of these variables, in this order; every other variable must have a total, which stands for it."""
        chosen = {variable.code: list(places) for variable, places in asked}
        axes = []
        for variable in self.form.variables:
            if variable.code not in chosen and variable.total is None:
                raise ValueError(f"{variable.code} has no total: its values must be named")
            axes.append(chosen.get(variable.code) or [variable.codes.index(str(variable.total))])
        order = [[variable.code for variable in self.form.variables].index(variable.code) for variable, _ in asked]
        order += [place for place in range(len(axes)) if place not in order]
        shape = [len(places) for _, places in asked]
        figures: Figures = np.ascontiguousarray(self.figures[np.ix_(*axes)].transpose(order)).reshape(shape)
        signs: Signs = np.ascontiguousarray(self.signs[np.ix_(*axes)].transpose(order)).reshape(shape)
        return Extract(
            **{field.name: getattr(self.form, field.name) for field in fields(TableForm)}
            | {"variables": tuple(_part(variable, places) for variable, places in asked)},
            figures=figures,
            signs=signs,
        )

    def whole(self) -> Extract:
        """Everything of it."""
        return self.extract([(variable, range(len(variable.values))) for variable in self.form.variables])

    def cells_of(self, asked: Sequence[tuple[Variable, Sequence[int]]]) -> int:
        """How many figures that would be."""
        return prod(len(places) for _, places in asked)


def _part(variable: Variable, places: Sequence[int]) -> Variable:
    values = tuple(variable.values[place] for place in places)
    total = variable.total if any(value.code == variable.total for value in values) else None
    return replace(variable, values=values, total=total)

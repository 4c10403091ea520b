"""Which pages a table has: some of its variables fixed, the values of the others its rows, times its columns.

One family of pages fixes all variables but the first, and compares the first's values (the kommuner, say). The other fixes the
first and shows the rest: everything of one kommune. A row of a page of one family leads to a page of the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from math import prod
from urllib.parse import quote

import numpy as np

from hjalp_pipeline.publishing.table import Value, Variable
from hjalp_pipeline.serving.cube import Cube

#: Rows a page may have that fixes as few variables as can be.
_ROWS = 250


@dataclass(frozen=True)
class Row:
    """A row: its value of each variable of the page's rows, and its figures by time (the sign where there is none)."""

    values: tuple[Value, ...]
    cells: tuple[int | str, ...]


@dataclass(frozen=True)
class View:
    """A page of a table. ``fixed``: the place of the value it shows, by the code of the variable, in the table's order."""

    cube: Cube
    fixed: Mapping[str, int]

    @property
    def name(self) -> str:
        """Its file without extension: what is fixed, or ``index`` when nothing is."""
        return "_".join(f"{_safe(code)}-{_safe(value.code)}" for code, value in self.values.items()) or "index"

    @cached_property
    def values(self) -> dict[str, Value]:
        """The value it shows of each variable that is fixed, by the variable's code."""
        return {code: self.cube.by_code[code.upper()].values[place] for code, place in self.fixed.items()}

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """Those whose values are its rows."""
        return tuple(one for one in self.cube.form.variables[:-1] if one.code not in self.fixed)

    @property
    def compares(self) -> bool:
        """Whether it compares the values of the variable that is compared."""
        return self.variables[:1] == (_compared(self.cube),)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Its rows, the last variable fastest."""
        form = self.cube.form
        at = tuple(self.fixed.get(variable.code, slice(None)) for variable in form.variables)
        times = len(form.time.values)
        figures, signs = (array[at].reshape(-1, times).tolist() for array in (self.cube.figures, self.cube.signs))
        names = ["", *(symbol.sign for symbol in form.symbols)]
        cells = (
            tuple(names[sign] if sign else figure for figure, sign in zip(*of, strict=True))
            for of in zip(figures, signs, strict=True)
        )
        values = product(*(variable.values for variable in self.variables))
        return tuple(Row(*one) for one in zip(values, cells, strict=True))

    @property
    def total(self) -> Row | None:
        """The row of the totals of all its variables."""
        totals = tuple(variable.total for variable in self.variables)
        return next((row for row in self.rows if tuple(value.code for value in row.values) == totals), None)

    def other(self, row: Row) -> "View | None":
        """The page of the other family that a row leads to."""
        wanted = _few(self.cube) if self.compares else [one.code for one in _others(self.cube)]
        own = {one.code: one.values.index(value) for one, value in zip(self.variables, row.values, strict=True)}
        places = {**self.fixed, **own}
        return View(self.cube, {code: places[code] for code in wanted}) if wanted else None

    def instead(self, variable: Variable, place: int) -> "View":
        """The page with another value of a variable that is fixed."""
        return View(self.cube, {**self.fixed, variable.code: place})


def first_view(cube: Cube) -> View:
    """The page a table begins with: of the totals, or of what has none the value whose newest figures, as far as shown, are most."""
    variables = cube.form.variables
    newest = np.where(cube.signs == 0, cube.figures, 0)[..., -1]
    most = {
        variable.code: int(newest.sum(axis=tuple(one for one in range(newest.ndim) if one != axis)).argmax())
        for axis, variable in enumerate(variables[:-1])
    }
    return View(cube, {one.code: one.codes.index(one.total) if one.total else most[one.code] for one in _others(cube)})


def views(cube: Cube) -> Iterator[View]:
    """Every page of a table."""
    codes, few = [one.code for one in _others(cube)], _few(cube)
    for fixed in (codes, few) if few else (codes,):
        for places in product(*(range(len(cube.by_code[code.upper()].values)) for code in fixed)):
            yield View(cube, dict(zip(fixed, places, strict=True)))


def _compared(cube: Cube) -> Variable:
    """The variable whose values pages of the first family compare: the first that has several."""
    variables = cube.form.variables
    return next((one for one in variables[:-1] if len(one.values) > 1), variables[0])


def _others(cube: Cube) -> list[Variable]:
    """All others but time."""
    return [one for one in cube.form.variables[:-1] if one is not _compared(cube)]


def _few(cube: Cube) -> tuple[str, ...]:
    """The variables that pages of the second family fix: up to the one that is compared, and as many more as leave few enough rows;
    none without rows.
    """
    variables = cube.form.variables[:-1]
    for number in range(variables.index(_compared(cube)) + 1, len(variables)):
        if prod(len(one.values) for one in variables[number:]) <= _ROWS:
            return tuple(one.code for one in variables[:number])
    return ()


@lru_cache(1000)
def _safe(code: str) -> str:
    """A code as part of a file's name that needs no quotes in an address."""
    return quote(code, safe="").replace("%", "~").replace("_", "~5F").replace(".", "~2E")


def areas(view: View) -> dict[str, Row]:
    """The rows of a page that compares areas alone, by code; none of another page."""
    if [variable.role for variable in view.variables] != ["geo"]:
        return {}
    return {row.values[0].code: row for row in view.rows}


def same(view: View, cube: Cube) -> View | None:
    """The page of another table that fixes the same values of the same variables; None where there is none."""
    return _fixing({code: value.code for code, value in view.values.items()}, cube)


def same_area(view: View, row: Row, cube: Cube) -> View | None:
    """The page of another table that has everything of the area a row is of; None where there is none."""
    first = view.variables[0]
    return _fixing({first.code: row.values[0].code}, cube) if first.role == "geo" else None


def _fixing(values: Mapping[str, str], cube: Cube) -> View | None:
    if set(values) not in ({one.code for one in _others(cube)}, set(_few(cube))) or not values:
        return None
    codes = {code: cube.by_code[code.upper()].codes for code in values}
    if not all(value in codes[code] for code, value in values.items()):
        return None
    return View(cube, {code: codes[code].index(value) for code, value in values.items()})

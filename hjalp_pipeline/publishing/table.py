"""A table as it is published: texts in Danish and English, variables with their codes, and the figures (interfaces.md).

Knows of no statistic. ``px`` and ``jsonstat`` write what stands here, and it is checked when it is made.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

import polars as pl

Language = Literal["da", "en"]
#: The first is the main language of a file.
LANGUAGES: tuple[Language, ...] = ("da", "en")
#: Column of the figures: whole numbers of 10^-decimals, null where nothing is shown.
VALUE = "value"
#: Column of the sign that stands in place of a figure, null where there is one.
SYMBOL = "symbol"


#: Codes of a time, one after the other: all years or all quarters.
_YEARS, _QUARTERS = r"[0-9]{4}( [0-9]{4})*", r"[0-9]{4}K[1-4]( [0-9]{4}K[1-4])*"


class TableError(ValueError):
    """A table that cannot be published as it stands. Names the table, the variable and what is wrong."""


class Text(NamedTuple):
    """A text in both languages; ``getattr(text, language)``."""

    da: str
    en: str


class Symbol(NamedTuple):
    """A sign of one to six dots that stands in place of a figure, and what it means."""

    sign: str
    text: Text


class Value(NamedTuple):
    """One code of a variable and what it means."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Variable:
    """A dimension: its code (``KOMMUNEDK``), texts and values in the order shown; ``total`` is the code that sums them up."""

    code: str
    text: Text
    values: tuple[Value, ...]
    total: str | None = None
    role: Literal["geo", "time"] | None = None

    @property
    def codes(self) -> list[str]:
        """Codes in the order shown."""
        return [value.code for value in self.values]


@dataclass(frozen=True, slots=True)
class Publication:
    """What stands beside a table whoever reads it: whom to ask, what its figures are of, how often it comes, where it is."""

    contact: Text
    refperiod: Text
    update_frequency: str
    official_statistics: bool
    link: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TableForm:
    """Everything of a table but its figures: texts, variables with their codes, and what stands beside them.

    One variable is time, in years or in quarters. ``stock``: figures of a point in time, not of a period. ``aggregation``: whether a
    reader may sum values. ``symbols``: the signs it uses. ``updated`` in local time. TableError when it does not add up.
    """

    id: str
    title: Text
    contents: Text
    units: Text
    subject_code: str
    subject_area: Text
    source: Text
    database: Text
    variables: tuple[Variable, ...]
    decimals: int
    stock: bool
    aggregation: bool
    notes: tuple[Text, ...]
    symbols: tuple[Symbol, ...]
    publication: Publication
    updated: datetime
    next_update: datetime | None = None

    def __post_init__(self) -> None:
        """Check codes and texts."""
        self._check_variables()
        if not 0 <= self.decimals <= 6:
            raise self._fail("decimals must be 0 to 6")
        for moment in (self.updated, self.next_update):
            if moment is not None and moment.tzinfo is None:
                raise self._fail("a point in time needs its offset")
        signs = [symbol.sign for symbol in self.symbols]
        if not all(sign and len(sign) <= 6 and set(sign) == {"."} for sign in signs) or len(set(signs)) < len(signs):
            raise self._fail("signs must be one to six dots, none twice")

    def _fail(self, rule: str) -> TableError:
        return TableError(f"{self.id}: {rule}")

    def _check_variables(self) -> None:
        if sum(variable.role == "time" for variable in self.variables) != 1:
            raise self._fail("needs one variable that is time, and no other")
        for language in LANGUAGES:
            self._unique([getattr(variable.text, language) for variable in self.variables], "texts of variables")
        self._unique([variable.code for variable in self.variables], "codes of variables")
        for variable in self.variables:
            self._unique(variable.codes, f"codes of {variable.code}")
            for language in LANGUAGES:
                texts = [getattr(value.text, language) for value in variable.values]
                self._unique(texts, f"texts of {variable.code} ({language})")
            if variable.total is not None and variable.total not in variable.codes:
                raise self._fail(f"the total of {variable.code} is not one of its codes")
        codes = " ".join(self.time.codes)
        if not re.fullmatch(_YEARS, codes) and not self.by_quarter:
            raise self._fail(f"the codes of {self.time.code} must be years or quarters")

    @property
    def time(self) -> Variable:
        """The variable that is time."""
        return next(variable for variable in self.variables if variable.role == "time")

    @property
    def by_quarter(self) -> bool:
        """Whether its times are quarters."""
        return re.fullmatch(_QUARTERS, " ".join(self.time.codes)) is not None

    def _unique(self, texts: list[str], what: str) -> None:
        if not texts or not all(texts) or len(set(texts)) < len(texts):
            raise self._fail(f"{what} must be there, none empty and none twice")

    def cells(self) -> list[int | str]:
        """The figures, or the signs in their place, the last variable fastest."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable(TableForm):
    """A published table. ``figures`` has a code column per variable, ``value`` and ``symbol``; rows may stand in any order.

    The last of two variables or more is time.
    """

    figures: pl.DataFrame

    def __post_init__(self) -> None:
        """Check codes, texts and that the figures are the full cross product."""
        times = [place for place, variable in enumerate(self.variables, start=1) if variable.role == "time"]
        if len(self.variables) < 2 or times != [len(self.variables)]:
            raise self._fail("needs two variables or more, the last of them (and no other) time")
        TableForm.__post_init__(self)
        codes = [variable.code for variable in self.variables]
        if (
            sorted(self.figures.columns) != sorted([*codes, VALUE, SYMBOL])
            or not self.figures.schema[VALUE].is_integer()
        ):
            raise self._fail(
                f"figures must have exactly the columns {', '.join(codes)}, {VALUE} (whole numbers) and {SYMBOL}"
            )
        self._check_figures()
        cells = self.cross_product()
        known = self.figures.join(cells, on=codes, how="semi").height
        if not self.figures.height == known == self.figures.select(codes).n_unique() == cells.height:
            told = f"{self.figures.height} figures, {known} of them of its {cells.height} cells"
            raise self._fail(f"figures must be the full cross product of the codes, none twice ({told})")

    def _check_figures(self) -> None:
        signs = [symbol.sign for symbol in self.symbols]
        either = pl.col(VALUE).is_null() == pl.col(SYMBOL).is_in(signs).fill_null(value=False)
        if not self.figures.select((either & (pl.col(VALUE).is_null() | pl.col(SYMBOL).is_null())).all()).item():
            raise self._fail("every cell must have a figure or one of the table's signs, and not both")

    def cross_product(self) -> pl.DataFrame:
        """Every cell by its codes, the last variable fastest."""
        cells = pl.DataFrame({self.variables[0].code: self.variables[0].codes})
        for variable in self.variables[1:]:
            cells = cells.join(pl.DataFrame({variable.code: variable.codes}), how="cross", maintain_order="left_right")
        return cells

    def cells(self) -> list[int | str]:
        """The figures, or the signs in their place, in the order of the cross product."""
        codes = [variable.code for variable in self.variables]
        ordered = self.cross_product().join(self.figures, on=codes, how="left", maintain_order="left")
        pairs = ordered.select(VALUE, SYMBOL).iter_rows()
        return [sign if value is None else value for value, sign in pairs]


def number(value: int, decimals: int) -> str:
    """A whole number of 10^-decimals in full, with a decimal point: 105, 1 is 10.5."""
    whole, fraction = divmod(abs(value), 10**decimals)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{fraction:0{decimals}d}" if decimals else f"{sign}{whole}"


def enumerated(words: Iterable[str], last: str) -> str:
    """``a, b og c``, ``last`` being the word before the last one."""
    *first, end = words
    return f"{', '.join(first)} {last} {end}" if first else end

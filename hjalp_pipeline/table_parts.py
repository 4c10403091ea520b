"""What the figures of a table count, and which figures of other tables they are tied to (``TableSpec``)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure that adds up a column of the stock."""

    column: str


@dataclass(frozen=True, slots=True)
class Distinct:
    """A figure that counts each value of a column of the stock once in a cell.

    The same person may stand in several codes of the first dimension: there the parts may be more than the total.
    """

    column: str


@dataclass(frozen=True, slots=True)
class Share:
    """A figure that is another table's, ``scale`` times, divided by the column ``per``; rounded half away from zero."""

    of: str
    per: str
    scale: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure that is ``scale`` times a sum of a column of the stock, divided by the table's column ``per``; rounded half away
    from zero. The sum stands in a column of the same name.
    """

    column: str
    per: str
    scale: int


@dataclass(frozen=True, slots=True)
class ByUnit:
    """Figures of several units: what each counts by its code of ``column``, the last dimension, which has no total.

    Of equal codes the figure of a unit is at most that of the next one (persons, loans).
    """

    column: str
    of: Mapping[str, Sum | Distinct]


#: What the figures of a table count.
Counts = Sum | Distinct | Share | Ratio | ByUnit


@dataclass(frozen=True, slots=True)
class Same:
    """Cells that hold a figure of another table again: those with the codes ``at``.

    The other's cell has the same codes in the dimensions both have, and the total of any other.
    """

    table: str
    at: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PartsOf:
    """Cells that are parts of another table's: by codes of the dimension ``column`` the code of the other's dimension ``of``.

    They have equal codes in the dimensions both have, and the total of any other.
    """

    table: str
    column: str
    of: str
    codes: Mapping[str, str]

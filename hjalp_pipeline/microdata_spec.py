"""The vocabulary the microdata of a statistic are declared in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.publishing.microdata import CodeList, Register


@dataclass(frozen=True)
class ReleaseFacts:
    """What microdata know of their release: its name, the quarters it shows, ascending, and the decisions that count.

    ``decisions``: whether (aar, komnr, kind) is approved. ``archived``: records of the archive that count (``Archive.read``),
    None without one.
    """

    release: str
    quarters: tuple[Kvartal, ...]
    decisions: Mapping[tuple[int, str, str], bool]
    archived: pl.DataFrame | None = None

    @property
    def years(self) -> tuple[int, ...]:
        """The years of its quarters, ascending."""
        return tuple(dict.fromkeys(quarter.aar for quarter in self.quarters))


class MicrodataRows(Protocol):
    """What makes the microdata of one release. ``left_out``: records inside the statistic that they leave out, by reason."""

    @property
    def left_out(self) -> Mapping[str, int]:
        """Counted so far."""

    def rows(self, komnr: str, inside: pl.DataFrame) -> pl.DataFrame:
        """The first register's rows of a reporting kommune, from its records with what every data state added; no record of
        one that stands in the archive alone.
        """

    def others(self) -> Iterator[tuple[str, Register, pl.DataFrame]]:
        """Once all rows are made, the files of the other registers: name, register, rows."""


@dataclass(frozen=True, slots=True)
class OrderVariable:
    """A variable that tables to order can be told by: as the microdata call it, and its column in the stock.

    ``texts``: what its codes mean, the code ``total`` of all together apart. ``of_person``: a person has one code of it in a year.
    """

    name: str
    column: str
    label: str
    texts: Mapping[str, str]
    total: str
    of_person: bool = False


@dataclass(frozen=True, eq=False)
class OrderedStock:
    """What tables to order are counted from: the records that the tables count, told by what can be asked for.

    ``take`` makes it of a kommune's records inside the statistic (their columns ``reads``) and the years of the release: a row for
    each year (``aar``), ``person`` and combination of codes, all text, with the number of records in ``records``; null is nowhere in it.
    The first of ``variables`` is the kommune it counts in. ``counts``: what an order calls the records and the persons.
    """

    variables: tuple[OrderVariable, ...]
    reads: tuple[str, ...]
    take: Callable[[pl.DataFrame, tuple[int, ...]], pl.DataFrame]
    records: str
    person: str
    counts: tuple[str, str]

    @property
    def area(self) -> OrderVariable:
        """The kommune."""
        return self.variables[0]


@dataclass(frozen=True, eq=False)
class Microdata:
    """The registers researchers get, the one with a row a record first, and the codebook's title and first paragraphs.

    ``rows`` makes them for a release; ``further``: code lists that no variable holds as they are. ``ordered``: what tables to order
    are counted from; None where there are none.
    """

    title: str
    intro: tuple[str, ...]
    registers: tuple[Register, ...]
    rows: Callable[[ReleaseFacts], MicrodataRows]
    further: tuple[CodeList, ...] = ()
    ordered: OrderedStock | None = None

    def register_of(self, file: str) -> Register:
        """The register a file holds, by the file's name without extension, which begins with the register's."""
        named = [register for register in self.registers if file.startswith(register.name)]
        return max(named, key=lambda register: len(register.name))

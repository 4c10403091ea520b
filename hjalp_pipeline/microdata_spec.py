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


@dataclass(frozen=True, eq=False)
class Microdata:
    """The registers researchers get, the one with a row a record first, and the codebook's title and first paragraphs.

    ``rows`` makes them for a release; ``further``: code lists that no variable holds as they are.
    """

    title: str
    intro: tuple[str, ...]
    registers: tuple[Register, ...]
    rows: Callable[[ReleaseFacts], MicrodataRows]
    further: tuple[CodeList, ...] = ()

    def register_of(self, file: str) -> Register:
        """The register a file holds, by the file's name without extension, which begins with the register's."""
        named = [register for register in self.registers if file.startswith(register.name)]
        return max(named, key=lambda register: len(register.name))

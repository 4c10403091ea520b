"""Persons as readers: who stands in a hidden cell of 1 knows it, and so do the two in one of 2 who know each other (R11)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.system import Name
from hjalp_pipeline.production.release.protection import YearSystem
from hjalp_pipeline.production.release.told_names import owners_of
from hjalp_pipeline.production.release.year_figures import Cell

#: Beside an outsider: each kommune with all its own figures, and whoever is alone in a hidden cell, or one of two.
ReaderKind = Literal["outsider", "kommune", "person"]
#: By how many stand in a cell, what they are called where it is said who can tell; one word each.
CALLED = {1: "person", 2: "couple"}


_WORDS = frozenset(CALLED.values())


def kept_from_persons(readers: Readers | None) -> bool:
    """Whether persons are among them."""
    return readers is not None and not _WORDS.isdisjoint(readers.names)


def without_persons(readers: Readers | None) -> Readers | None:
    """The others among them: who stands in a cell of 1 or 2 follows from true figures."""
    if readers is None or not kept_from_persons(readers):
        return readers
    others = [number for number, name in enumerate(readers.names) if name not in _WORDS]
    return Readers(tuple(readers.names[number] for number in others), readers.knows[:, others]) if others else None


def told_to_persons(names: Iterable[Name]) -> list[Name]:
    """Those of the names of told cells that a person can tell, by their last part."""
    return [name for name in names if not _WORDS.isdisjoint(owners_of(name))]


def told_to_kommuner(names: Iterable[Name]) -> list[Name]:
    """Those that a kommune can tell."""
    return [name for name in names if owners_of(name) - _WORDS]


def with_persons(year: YearSystem, hidden: Bools) -> YearSystem:
    """The year with those persons among its readers who stand in a ``hidden`` cell: each knows it, by its codes, in all releases."""
    small: dict[Cell, int] = {}
    places: dict[Cell, list[int]] = {}
    for (_, cell), number in year.cells.items():
        places.setdefault(cell, []).append(number)
        if hidden[number] and year.system.values[number] in CALLED:
            small[cell] = number
    known = {cell: places[cell] for cell in sorted(small)}
    names = tuple(CALLED[int(year.system.values[small[cell]])] for cell in known)
    knows = np.zeros((year.system.size, len(known)), dtype=np.bool_)
    for reader, cells in enumerate(known.values()):
        knows[cells, reader] = True
    persons = Readers(names, knows)
    return replace(year, readers=persons if year.readers is None else year.readers | persons)

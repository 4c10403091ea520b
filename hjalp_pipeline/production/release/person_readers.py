"""Persons as readers: who stands in a hidden cell of 1 knows it, and so do the two in one of 2 who know each other (R11)."""

from dataclasses import replace
from typing import Literal

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.production.release.protection import YearSystem

#: Beside an outsider: each kommune with all its own figures, and whoever is alone in a hidden cell, or one of two.
ReaderKind = Literal["outsider", "kommune", "person"]
#: By how many stand in a cell, what they are called where it is said who can tell.
CALLED = {1: "1 person", 2: "2 personer"}


def with_persons(year: YearSystem, hidden: Bools) -> YearSystem:
    """The year with those persons among its readers: each knows his cell, by its codes, in all releases."""
    small = {
        cell: number
        for (_, cell), number in year.cells.items()
        if hidden[number] and year.system.values[number] in CALLED
    }
    known = {
        cell: [number for (_, other), number in year.cells.items() if other == cell and hidden[number]]
        for cell in sorted(small)
    }
    names = tuple(CALLED[int(year.system.values[small[cell]])] for cell in known)
    knows = np.zeros((year.system.size, len(known)), dtype=np.bool_)
    for reader, cells in enumerate(known.values()):
        knows[cells, reader] = True
    persons = Readers(names, knows)
    return replace(year, readers=persons if year.readers is None else year.readers | persons)

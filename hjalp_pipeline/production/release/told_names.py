"""Names of cells that somebody can tell: the last part says the release and, where an outsider cannot, which kommuner can (R11)."""

from collections.abc import Collection, Sequence

from hjalp_pipeline.confidentiality.reader_attack import Told
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.system import Name, System


def word(name: Name) -> str:
    """A cell's name as one says it: table, codes, time ``(2024v2)``; the last part is the release it came with."""
    *cell, release = name
    return f"{' '.join(cell)} ({release})"


def more_than(names: Collection[Name], known: Collection[Name]) -> set[Name]:
    """Those of the names that tell more than what is known, whichever release a cell is named by: a cell that nobody can tell
    yet, or another kommune; what everybody can tell is more than what a kommune can.
    """
    told: dict[Name, list[frozenset[str]]] = {}
    for name in known:
        told.setdefault(name[:-1], []).append(owners_of(name))
    return {
        name
        for name in names
        if not any(not by or (owners_of(name) and owners_of(name) <= by) for by in told.get(name[:-1], ()))
    }


def owners_of(name: Name) -> frozenset[str]:
    """The kommuner that can tell a cell, by the last part of its name; none where everybody can."""
    return frozenset(name[-1].partition(", ")[2].split())


def with_owners(system: System, readers: Readers, found: Sequence[Told]) -> set[Name]:
    """Cells by name, each once; the last part of a name says beside the release which kommuner can tell."""
    by_cell: dict[int, set[str]] = {}
    for one in found:
        by_cell.setdefault(one.cell, set()).add(readers.names[one.reader])
    return {
        (*system.names[cell][:-1], f"{system.names[cell][-1]}, {' '.join(sorted(by))}") for cell, by in by_cell.items()
    }

"""What a new table tells beyond what was known: the attack before and after, on the cells that are asked about (R11).

What is told already, because nothing protects it, say, must not be narrowed by the new table either.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from hjalp_pipeline.confidentiality.asking import failing, unknown_cells
from hjalp_pipeline.confidentiality.knowledge import Part, parts
from hjalp_pipeline.confidentiality.model import Bools, Ints, Rule, System
from hjalp_pipeline.confidentiality.reader_attack import told
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.solver import Solver


@dataclass(frozen=True)
class Range:
    """What somebody can narrow a cell to; ``exact``: both ends are proven."""

    low: int
    high: int
    exact: bool


@dataclass(frozen=True, eq=False)
class Knowledge:
    """A system and what of it is hidden from everybody, before or after."""

    system: System
    hidden: Bools


def told_more(
    before: Knowledge, after: Knowledge, rule: Rule, targets: Collection[int], readers: Readers | None
) -> list[int]:
    """The targets for which the rule does not hold after, and that somebody can narrow further than before; ascending.

    Both systems have the same cells. ``readers``: who knows some of the cells, besides an outsider. Starts from the true figures,
    so it is for the protector's own use. Unknown cells that hang together as before, with the same sums and bounds, tell nothing more
    to anybody.
    """
    (parts_then, fixed_then), (parts_now, fixed_now) = (parts(of.system, _unknown(of)) for of in (before, after))
    stood = {_same(part) for part in parts_then}
    new = [part for part in parts_now if _same(part) not in stood]
    within = {int(cell) for part in new for cell in part.cells}
    computed = {cell for cell in targets if fixed_now[cell] >= 0 and fixed_then[cell] < 0}
    asked = set(targets) & within
    broken, tables = _broken(after.system, new, rule, asked)
    of_broken = [part for part in parts_then if not set(broken).isdisjoint(part.cells.tolist())]
    then, _ = _broken(before.system, of_broken, rule, set(broken))
    more = {cell for cell, now in broken.items() if not now.exact or then.get(cell) != now}
    more |= computed
    if readers is not None:
        more |= _told_to_readers(before, after, rule, (asked - set(broken), readers), tables)
    return sorted(more)


def _unknown(known: Knowledge) -> Bools:
    return unknown_cells(known.system, known.hidden, ())


def _same(part: Part) -> tuple[bytes, ...]:
    """A part as it is: two that are equal here have the same tables."""
    rows = (part.equations, part.inequalities)
    arrays = (part.cells, part.lower, part.upper, *(a for r in rows for a in (r.indptr, r.cells, r.coefs, r.rhs)))
    return tuple(array.tobytes() for array in arrays)


def _broken(
    system: System, found: Sequence[Part], rule: Rule, targets: set[int]
) -> tuple[dict[int, Range], list[Ints]]:
    """The targets in parts for which the rule fails, with what an outsider can narrow them to, and the tables met on the way."""
    ranges, tables = dict[int, Range](), list[Ints]()
    for part in found:
        cells = part.cells.tolist()
        if targets.isdisjoint(cells):
            continue
        solver = Solver(part, [system.values[part.cells]])
        lost = failing(solver, system, rule, targets)
        for at, cell in enumerate(cells):
            if cell in lost:
                exact = bool(solver.proven_low[at] & solver.proven_high[at])
                ranges[cell] = Range(int(solver.low[at]), int(solver.high[at]), exact)
        for x in solver.pool:
            tables.append(system.values.copy())
            tables[-1][part.cells] = x
    return ranges, tables


def _told_to_readers(
    before: Knowledge, after: Knowledge, rule: Rule, questions: tuple[set[int], Readers], tables: Sequence[Ints]
) -> set[int]:
    targets, readers = questions
    asked = np.zeros((after.system.size, readers.count), dtype=np.bool_)
    asked[sorted(targets)] = True
    now = told(after.system, after.hidden, rule, readers, tables=tables, asked=asked)
    again = np.zeros_like(asked)
    for one in now:
        again[one.cell, one.reader] = True
    then = set(told(before.system, before.hidden, rule, readers, asked=again)) if now else set()
    return {one.cell for one in now if not one.exact or one not in then}

"""The attacker as each of many readers: what somebody can tell of hidden cells who knows some of them (R11).

One possible table answers for all readers whose own cells stand in it as they are. So tables are gathered first, with few
readers' cells changed in each; only what they leave is asked reader by reader, exactly. Nothing here comes from the
suppressor but tables that anybody may propose: each is checked.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hjalp_pipeline.confidentiality.asking import failing, is_shown, seek, unknown_cells
from hjalp_pipeline.confidentiality.knowledge import parts
from hjalp_pipeline.confidentiality.model import NO_BOUND, THRESHOLD, Bools, Ints, Rule, System
from hjalp_pipeline.confidentiality.readers import Readers, answer, owed
from hjalp_pipeline.confidentiality.solver import Solver

#: From so many questions on readers are asked about in groups first, of so many, and so often.
_MANY, _GROUP, _TURNS = 400, 8, 4


@dataclass(frozen=True, order=True)
class Told:
    """A hidden cell for which the rule does not hold against a reader (by number), who can narrow it to low..high.

    ``exact``: both ends are proven; else the solver failed to show that the rule holds, which counts as told.
    """

    cell: int
    reader: int
    low: int
    high: int
    exact: bool = True

    @property
    def computed(self) -> bool:
        """Whether the reader knows the figure."""
        return self.low == self.high

    @property
    def small(self) -> bool:
        """Whether the reader can tell that it is below the threshold."""
        return self.high < THRESHOLD


def told(
    system: System,
    hidden: Bools,
    rule: Rule,
    readers: Readers,
    *,
    apart: Collection[int] = (),
    tables: Sequence[Ints] = (),
    asked: Bools | None = None,
) -> list[Told]:
    """What readers can tell of hidden cells that they do not know, exactly, in order of cell and reader.

    ``apart``: cells that are no question, because everybody can tell them. ``tables``: values of all cells from whoever
    likes to propose them; those that do not agree with what is published change nothing. ``asked`` bool [cells, readers]:
    these questions only. Starts from the true figures, so it is for the protector's own use. ModelError when a hidden figure
    lies outside its bounds.
    """
    unknown = unknown_cells(system, hidden, ())
    left = owed(system, hidden, readers)
    left[list(apart)] = False
    if asked is not None:
        left &= asked
    for table in possible_tables(system, hidden, tables):
        answer(left, system, rule, readers, table)
    _in_groups(system, unknown, rule, readers, left)
    out: list[Told] = []
    for reader in np.argsort(-left.sum(axis=0), kind="stable").tolist():
        if left[:, reader].any():
            out.extend(_of_one(system, unknown & ~readers.knows[:, reader], rule, (readers, reader), left))
    return sorted(out)


def possible_tables(system: System, hidden: Bools, tables: Sequence[Ints]) -> Iterator[Ints]:
    """Those tables that agree with all that is published."""
    free = system.upper >= NO_BOUND
    for x in tables:
        if (
            np.array_equal(x[~hidden], system.values[~hidden])
            and bool(((x >= system.lower) & ((x <= system.upper) | free))[hidden].all())
            and np.array_equal(system.equations.activity(x), system.equations.rhs)
            and bool((system.inequalities.activity(x) <= system.inequalities.rhs).all())
        ):
            yield x


def _in_groups(system: System, unknown: Bools, rule: Rule, readers: Readers, left: Bools) -> None:
    """Tables in which only the cells of some readers change, and of nobody, drawn anew each turn; what they answer for."""
    rng = np.random.default_rng(1)
    for _ in range(_TURNS):
        if left.sum() < _MANY:
            return
        for group in np.array_split(rng.permutation(readers.count), -(-readers.count // _GROUP)):
            outside = np.ones(readers.count, dtype=np.bool_)
            outside[group] = False
            free = unknown & ~readers.knows[:, outside].any(axis=1)
            targets = set(np.flatnonzero(free & left[:, outside].any(axis=1)).tolist())
            for solver in _solvers(system, free, targets):
                seek(solver, system, rule, targets)
                _answers(system, rule, readers, solver, left)


def _solvers(system: System, unknown: Bools, targets: set[int]) -> list[Solver]:
    """A solver for each independent part of the unknown cells that holds a target, started from the truth."""
    if not targets:
        return []
    found, _ = parts(system, unknown)
    return [Solver(p, [system.values[p.cells]]) for p in found if not targets.isdisjoint(p.cells.tolist())]


def _answers(system: System, rule: Rule, readers: Readers, solver: Solver, left: Bools) -> None:
    for x in solver.pool:
        whole = system.values.copy()
        whole[solver.part.cells] = x
        answer(left, system, rule, readers, whole)


def _of_one(system: System, unknown: Bools, rule: Rule, of: tuple[Readers, int], left: Bools) -> Iterator[Told]:
    """What one reader can tell of those cells that are left; the tables found answer for others as well."""
    readers, reader = of
    targets = set(np.flatnonzero(left[:, reader]).tolist())
    computed = set(targets)
    for solver in _solvers(system, unknown, targets):
        cells = solver.part.cells.tolist()
        computed -= set(cells)
        broken = failing(solver, system, rule, targets)
        _answers(system, rule, readers, solver, left)
        for at, cell in enumerate(cells):
            if cell in broken and not is_shown(solver, system, rule, at):
                exact = bool(solver.proven_low[at] & solver.proven_high[at])
                yield Told(cell, reader, int(solver.low[at]), int(solver.high[at]), exact)
    # What is in no part any more follows from bounds and sums alone.
    for cell in computed:
        yield Told(cell, reader, int(system.values[cell]), int(system.values[cell]))

"""The attacker as each of many readers: what somebody can tell of hidden cells who knows some of them (R11).

One possible table answers for all readers whose own cells stand in it as they are. So tables are gathered first, with few
readers' cells changed in each: many cells at a time, then those that are left one by one. Only what they leave is asked reader
by reader, exactly. Nothing here comes from the suppressor but tables that anybody may propose: each is checked.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.asking import failing, is_shown, seek, unknown_cells
from hjalp_pipeline.confidentiality.knowledge import Part, parts
from hjalp_pipeline.confidentiality.model import NO_BOUND, THRESHOLD, Bools, Ints, Rule, System
from hjalp_pipeline.confidentiality.nearest_tables import Nearest
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


@dataclass
class Known:
    """What attacks on readers of one system have found, for the next one: another pattern asks much the same.

    ``tables``: those that answered. ``lost``: what nothing keeps from a reader, whatever of ``hideable`` is hidden.
    """

    tables: list[Ints] = field(default_factory=list)
    lost: dict[tuple[int, int], Told] = field(default_factory=dict)
    hideable: Bools | None = None


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
    attack = _Attack(system, hidden, rule, readers, _questions(system, hidden, readers, apart, asked))
    attack.gather(tables)
    return attack.exactly()


def told_apart(
    system: System,
    hidden: Bools,
    rule: Rule,
    readers: Readers,
    *,
    apart: Collection[int],
    hideable: Bools,
    tables: Sequence[Ints] = (),
    known: Known | None = None,
) -> tuple[list[Told], list[Told]]:
    """What readers can tell: first what another pattern would have kept from them, then what none keeps.

    ``apart``, ``tables``: as in ``told``; ``hideable``: what another pattern might hide, all that is hidden with it. ``known``: of
    attacks before; what this one finds is added.
    """
    known = known or Known()
    if known.hideable is None or (hideable & ~known.hideable).any():
        known.hideable, known.lost = hideable, {}
    questions = _questions(system, hidden, readers, apart)
    lost = [one for (cell, reader), one in known.lost.items() if questions[cell, reader]]
    for one in lost:
        questions[one.cell, one.reader] = False
    attack = _Attack(system, hidden, rule, readers, questions)
    attack.gather([*known.tables, *tables])
    if attack.left.any():
        # What nothing keeps from somebody need not be asked of this pattern.
        beyond = [one for one in told(system, hideable, rule, readers, asked=attack.left) if one.exact]
        known.lost = known.lost | {(one.cell, one.reader): one for one in beyond}
        lost += beyond
        for one in beyond:
            attack.left[one.cell, one.reader] = False
    kept = attack.exactly()
    known.tables = attack.found
    return kept, sorted(lost)


def _questions(
    system: System, hidden: Bools, readers: Readers, apart: Collection[int], asked: Bools | None = None
) -> Bools:
    left = owed(system, hidden, readers)
    left[list(apart)] = False
    return left if asked is None else left & asked


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


class _Attack:
    """Questions (cells, readers) that are ``left``, and the tables ``found`` that answered others."""

    def __init__(self, system: System, hidden: Bools, rule: Rule, readers: Readers, left: Bools) -> None:
        self.system, self.hidden, self.rule, self.readers, self.left = system, hidden, rule, readers, left
        self.unknown = unknown_cells(system, hidden, ())
        self.found: list[Ints] = []

    def gather(self, tables: Sequence[Ints]) -> None:
        """Answer what tables answer: the given ones, then those that are found."""
        for table in possible_tables(self.system, self.hidden, tables):
            self._answer(table)
        self._in_groups()
        self._one_by_one()

    def exactly(self) -> list[Told]:
        """What is left, reader by reader."""
        out: list[Told] = []
        for reader in np.argsort(-self.left.sum(axis=0), kind="stable").tolist():
            if self.left[:, reader].any():
                out.extend(self._of_one(reader))
        return sorted(out)

    def _answer(self, table: Ints) -> bool:
        answered = answer(self.left, self.system, self.rule, self.readers, table)
        if answered:
            self.found.append(table)
        return answered

    def _answer_part(self, part: Part, x: Ints) -> bool:
        whole = self.system.values.copy()
        whole[part.cells] = x
        return self._answer(whole)

    def _in_groups(self) -> None:
        """Tables in which only the cells of some readers change, and of nobody, drawn anew each turn."""
        rng, readers = np.random.default_rng(1), self.readers
        for _ in range(_TURNS):
            if self.left.sum() < _MANY:
                return
            for group in np.array_split(rng.permutation(readers.count), -(-readers.count // _GROUP)):
                outside = np.ones(readers.count, dtype=np.bool_)
                outside[group] = False
                free = self.unknown & ~readers.knows[:, outside].any(axis=1)
                targets = set(np.flatnonzero(free & self.left[:, outside].any(axis=1)).tolist())
                for solver in self._solvers(free, targets):
                    seek(solver, self.system, self.rule, targets)
                    for x in solver.pool:
                        self._answer_part(solver.part, x)

    def _one_by_one(self) -> None:
        """For each cell that is left a table near the true one in which no cell of those who ask about it changes: of all of
        them together, else of one after the other.
        """
        if not self.left.any():
            return
        found, _ = parts(self.system, self.unknown)
        for part in found:
            nearest: Nearest | None = None
            for at, cell in enumerate(part.cells.tolist()):
                together, given_up = True, set[int]()
                while asking := [r for r in np.flatnonzero(self.left[cell]).tolist() if r not in given_up]:
                    nearest = nearest or Nearest(part, self.system.values[part.cells])
                    some = asking if together else asking[:1]
                    still = np.asarray(self.readers.knows[part.cells][:, some].any(axis=1), dtype=np.bool_)
                    x = nearest.change(at, still, self.rule)
                    if x is not None and self._answer_part(part, x):
                        continue
                    if len(some) == 1:
                        given_up |= {some[0]}
                    together = False

    def _solvers(self, unknown: Bools, targets: set[int]) -> list[Solver]:
        """A solver for each independent part of the unknown cells that holds a target, started from the truth."""
        if not targets:
            return []
        found, _ = parts(self.system, unknown)
        return [Solver(p, [self.system.values[p.cells]]) for p in found if not targets.isdisjoint(p.cells.tolist())]

    def _of_one(self, reader: int) -> Iterator[Told]:
        """What one reader can tell of those cells that are left; the tables found answer for others as well."""
        system, rule = self.system, self.rule
        targets = set(np.flatnonzero(self.left[:, reader]).tolist())
        computed = set(targets)
        for solver in self._solvers(self.unknown & ~self.readers.knows[:, reader], targets):
            cells = solver.part.cells.tolist()
            computed -= set(cells)
            broken = failing(solver, system, rule, targets)
            for x in solver.pool:
                self._answer_part(solver.part, x)
            for at, cell in enumerate(cells):
                if cell in broken and not is_shown(solver, system, rule, at):
                    exact = bool(solver.proven_low[at] & solver.proven_high[at])
                    yield Told(cell, reader, int(solver.low[at]), int(solver.high[at]), exact)
        # What is in no part any more follows from bounds and sums alone.
        for cell in computed:
            yield Told(cell, reader, int(system.values[cell]), int(system.values[cell]))

"""The attacker: what can be computed about every hidden cell from all that is published (seed 8.10, R11).

Written apart from the suppressor; they share the model and nothing else. For each hidden cell the exact smallest and
largest whole number that agrees with every published figure, sum, bound and inequality is found, each with a *witness*:
a value for every hidden cell that agrees with everything and reaches that end. Two witnesses per cell are a proof that
anyone can check by adding up; that no value lies outside is proven by exact sums (see ``solver``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from hjalp_pipeline.confidentiality.asking import failing, solvers_of, unknown_cells
from hjalp_pipeline.confidentiality.ends import prove_ends
from hjalp_pipeline.confidentiality.knowledge import AttackError, parts
from hjalp_pipeline.confidentiality.model import NO_BOUND, THRESHOLD, Bools, Ints, Rule, System, holds
from hjalp_pipeline.confidentiality.solver import Solver

__all__ = ["AttackError", "Insider", "Interval", "attack", "beyond_help", "insiders", "is_safe", "told_small"]


@dataclass(frozen=True, eq=False)
class Interval:
    """What an outsider can tell about a hidden cell: low <= value <= high, both ends possible.

    ``high`` is NO_BOUND when the cell has no upper bound at all. The witnesses are values of all hidden cells, int64, in
    the order of ``np.flatnonzero(hidden)``. ``exact`` is false where the search stopped early (``enough``): both ends are
    possible then, but there may be more beyond. ``public`` is false when the search knew hidden figures (``enough``,
    ``known_to_insider``), which may then stand in any of the witnesses.
    """

    cell: int
    low: int
    high: int
    low_witness: Ints
    high_witness: Ints
    exact: bool = True
    public: bool = True


@dataclass(frozen=True)
class Insider:
    """Somebody alone in hidden ``cell`` (it is 1, and he knows): the other primary cells he breaks."""

    cell: int
    breaks: tuple[int, ...]


def attack(
    system: System,
    hidden: Bools,
    *,
    known_to_insider: Iterable[int] = (),
    enough: Rule | None = None,
    tables: Sequence[Ints] = (),
) -> list[Interval]:
    """The exact interval of every hidden cell, in order of cell number.

    ``known_to_insider``: hidden cells that this attacker knows; they get no interval. ``enough``: stop at a cell as soon
    as witnesses show that this rule holds for it (starts from the true figures, so for the protector's own use only), and
    from the ``tables``: values of all cells that anybody may propose; those that do not agree change nothing.
    Without ``enough`` the true figures of hidden cells are never looked at, only that they lie within their bounds.
    ModelError when they do not (a hidden zero); AttackError when no table at all can be found. Where the solver fails to
    prove an end, the interval is not exact.
    """
    unknown = unknown_cells(system, hidden, known_to_insider)
    solvers, fixed = solvers_of(system, unknown, enough)
    for solver in solvers:
        if enough is not None:
            for table in tables:
                solver.propose(table[solver.part.cells])
            failing(solver, system, enough)
            continue
        prove_ends(solver, product(range(len(solver.low)), (True, False)))
    public = enough is None and bool((unknown == hidden).all())
    return _intervals(solvers, fixed, hidden, unknown, public=public)


def is_safe(system: System, hidden: Bools, rule: Rule, tables: Sequence[Ints] = ()) -> list[int]:
    """The hidden cells for which the rule does not hold; empty when the pattern is safe. Exact, but quick."""
    return [
        interval.cell
        for interval in attack(system, hidden, enough=rule, tables=tables)
        if not holds(rule, int(system.values[interval.cell]), interval.low, interval.high)
    ]


def beyond_help(system: System, hideable: Bools, rule: Rule, cells: Iterable[int]) -> set[int]:
    """Those of ``cells`` for which the rule fails even when every hideable figure is hidden: no pattern protects them.

    Hiding more never tells more, so what fails then fails under any pattern. Starts from the true figures, so it is for
    the protector's own use; what it says of a cell follows from what is published all the same.
    """
    targets = set(cells)
    if not targets:
        return set()
    solvers, _ = solvers_of(system, unknown_cells(system, hideable, ()), rule)
    lost = targets - {int(cell) for solver in solvers for cell in solver.part.cells}
    for solver in solvers:
        if not targets.isdisjoint(solver.part.cells.tolist()):
            lost |= {c for c in failing(solver, system, rule, targets) if _lost(solver, system, rule, c)}
    return lost


def _lost(solver: Solver, system: System, rule: Rule, cell: int) -> bool:
    """Whether the rule is proven to fail; a solver that failed proves nothing."""
    at = int(np.flatnonzero(solver.part.cells == cell)[0])
    return not holds(rule, int(system.values[cell]), int(solver.lower[at]), int(solver.upper[at]))


def insiders(
    system: System, hidden: Bools, rule: Rule, tables: Sequence[Ints] = (), most: int | None = None
) -> list[Insider]:
    """For everyone alone in a hidden cell of 1 who knows it: the other primary cells that he breaks, where there are any.

    A cell that already fails for an outsider is not counted against an insider. Tells which cells are 1, so it is for
    the protector alone. ``tables``: values of all cells, from whoever likes to propose them; those that agree with what
    is published save work and change nothing else. ``most``: examine so many, the first by cell number (default all).
    """
    solvers, _ = solvers_of(system, unknown_cells(system, hidden, ()), rule)
    of = {int(cell): solver for solver in solvers for cell in solver.part.cells}
    possible = _possible(system, hidden, [system.values, *tables])
    safe = set(np.flatnonzero(system.primary).tolist()) & set(of)
    unsure = _without_witness(system, rule, safe, possible)
    for solver in solvers:
        safe -= failing(solver, system, rule, unsure)
    possible = _possible(system, hidden, [*possible, *_pools(solvers, system)])
    out = []
    for one in np.flatnonzero(hidden & (system.values == 1))[:most].tolist():
        if one not in of:  # already known to everybody
            continue
        targets = safe & set(of[one].part.cells.tolist()) - {one}
        targets = _without_witness(system, rule, targets, possible[possible[:, one] == 1])
        if breaks := _broken_by(system, of[one], one, targets, rule):
            out.append(Insider(one, breaks))
    return out


def _without_witness(system: System, rule: Rule, cells: set[int], tables: Ints) -> set[int]:
    """The cells for which these possible tables do not show that the rule holds."""
    low, high = tables.min(axis=0), tables.max(axis=0)
    return {c for c in cells if not holds(rule, int(system.values[c]), int(low[c]), int(high[c]))}


def _pools(solvers: Sequence[Solver], system: System) -> Iterator[Ints]:
    """The witnesses found, as whole tables that are true outside their part."""
    for solver in solvers:
        for x in solver.pool:
            whole = system.values.copy()
            whole[solver.part.cells] = x
            yield whole


def _possible(system: System, hidden: Bools, tables: Sequence[Ints]) -> Ints:
    """Those tables an outsider must hold possible, one a row."""
    x = np.array(tables, dtype=np.int64)
    fine = (x[:, ~hidden] == system.values[~hidden]).all(axis=1)
    fine &= ((x >= system.lower) & ((x <= system.upper) | (system.upper >= NO_BOUND)))[:, hidden].all(axis=1)
    for number in np.flatnonzero(fine):
        fine[number] = bool(
            (system.equations.activity(x[number]) == system.equations.rhs).all()
            and (system.inequalities.activity(x[number]) <= system.inequalities.rhs).all()
        )
    return np.asarray(x[fine], dtype=np.int64)


def _broken_by(system: System, outside: Solver, one: int, targets: set[int], rule: Rule) -> tuple[int, ...]:
    """The targets for which the rule fails once ``one`` is known."""
    if not targets:
        return ()
    unknown = system.pattern(outside.part.cells.tolist())
    unknown[one] = False
    found, _ = parts(system, unknown)
    # what is in no part any more has become computable
    broken = targets - {int(cell) for part in found for cell in part.cells}
    for part in found:
        broken |= failing(Solver(part, [system.values[part.cells]]), system, rule, targets)
    return tuple(sorted(broken))


def _intervals(solvers: list[Solver], fixed: Ints, hidden: Bools, unknown: Bools, *, public: bool) -> list[Interval]:
    """The intervals, with witnesses of the parts put together to values of all hidden cells."""
    order = np.flatnonzero(hidden)
    chosen = [solver.cover() for solver in solvers]
    whole = []
    for number in range(max((len(pool) for pool in chosen), default=1)):
        x = fixed.copy()
        for solver, pool in zip(solvers, chosen, strict=True):
            x[solver.part.cells] = pool[min(number, len(pool) - 1)]
        whole.append(x)
    stacked = np.array(whole, dtype=np.int64)
    low, high, exact = fixed.copy(), fixed.copy(), np.ones(len(fixed), dtype=np.bool_)
    for solver in solvers:
        cells = solver.part.cells
        low[cells], high[cells] = solver.low, solver.high
        exact[cells] = solver.proven_low & solver.proven_high
    witnesses = [x[order] for x in whole]
    return [
        Interval(
            cell=cell,
            low=int(low[cell]),
            high=int(high[cell]),
            low_witness=witnesses[int(stacked[:, cell].argmin())],
            high_witness=witnesses[int(stacked[:, cell].argmax())],
            exact=bool(exact[cell]),
            public=public,
        )
        for cell in np.flatnonzero(unknown).tolist()
    ]


def told_small(interval: Interval) -> bool:
    """Whether an outsider can tell that the cell is below the threshold."""
    return interval.high < THRESHOLD

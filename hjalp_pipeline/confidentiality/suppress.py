"""The suppressor: which further cells must be hidden so that nobody can compute a hidden figure (seed 8.10, R11).

Safe first: a greedy pattern with a proof (a move) for every hidden cell exists after seconds, everything later only
makes it cheaper or proves that it cannot be. Work is counted, never timed: same input, same pattern.
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints, Rule, System
from hjalp_pipeline.confidentiality.primary import THRESHOLD
from hjalp_pipeline.confidentiality.proof_check import check_proofs
from hjalp_pipeline.confidentiality.suppression.cover import Cover, Needs
from hjalp_pipeline.confidentiality.suppression.large import LargePart, Progress
from hjalp_pipeline.confidentiality.suppression.moves import Moves, SuppressionError, split
from hjalp_pipeline.confidentiality.suppression.proof import Prover
from hjalp_pipeline.confidentiality.suppression.search import Search
from hjalp_pipeline.confidentiality.suppression.sparse_cover import SparseCover

#: With more cells in one connected part, programs over the whole of it take too long.
LARGE = 12_000
#: A cell hidden in the previous release is this part of its price cheaper.
_DISCOUNT = 64


@dataclass(frozen=True)
class Work:
    """Budget in units (one simplex iteration over 5,000 cells and rows, some 0.05 ms on an ordinary machine).

    units: all in all. root, search: shares for the first bound and for better patterns; the rest goes to branch and
    bound. patience: rounds of the search without a cell less before it stops. The first safe pattern is always found,
    whatever the budget. large: a connected part of more cells than this goes the way of large tables.
    """

    units: int = 1_000_000
    search: float = 0.6
    root: float = 0.25
    patience: int = 1
    large: int = LARGE


@dataclass(frozen=True, eq=False)
class Protection:
    """A pattern and what is known about it.

    hidden: bool [n], the primary cells and those hidden for their sake. cost, cells: of the latter only, lower_bound
    and lower_cells what no safe pattern can go below, gap = (cost - lower_bound) / cost, gap_cells likewise.
    unprotectable: primary cells that the pattern cannot protect, and why; they are hidden too. proofs: for every
    protected primary cell, the whole-number changes (system cells, changes) that outsiders must hold possible; each
    hidden cell is changed by one of them. optimal: no cheaper pattern exists (``previous`` cells at their discount).
    """

    hidden: Bools
    cost: int
    cells: int
    lower_bound: int
    lower_cells: int
    gap: float
    gap_cells: float
    unprotectable: tuple[tuple[int, str], ...]
    optimal: bool
    proofs: dict[int, tuple[Ints, Ints]]
    work: int
    log: tuple[str, ...]


@dataclass
class _Part:
    """What came out of one connected part."""

    moves: Moves
    cover: Cover | SparseCover
    bound: int
    optimal: bool
    unprotectable: list[tuple[int, str]] = field(default_factory=list)
    work: int = 0
    log: list[str] = field(default_factory=list)


def protect(
    system: System,
    rule: Rule,
    *,
    previous: Bools | None = None,
    work: Work | None = None,
    progress: Progress | None = None,
) -> Protection:
    """The cheapest safe pattern found within the budget, with a proof for every cell and a lower bound.

    ``previous`` (bool [n]): cells hidden before, which are preferred. ``progress`` is told how far a large table is.
    SuppressionError if the final check in whole numbers fails (never a pattern that was not checked). Where the bound cannot
    be found the pattern stands without.
    """
    work = work or Work()
    asked = prepared(system, rule, previous)
    lost = [(int(cell), "stays shown: the figure is out") for cell in np.flatnonzero(system.primary & system.open)]
    parts = split(asked)
    total = sum(int(m.primary.sum()) for m in parts)
    done = []
    for m in parts:
        units = math.ceil(work.units * int(m.primary.sum()) / total)
        done.append(_part(m, rule, replace(work, units=units), previous, progress))
    hidden = system.primary.copy()
    proofs: dict[int, tuple[Ints, Ints]] = {}
    for part in done:
        at = part.moves.cells
        hidden[at[part.cover.hidden]] = True
        lost.extend(part.unprotectable)
        for cell, cells_, changes in part.cover.changes():
            proofs[int(at[cell])] = (at[cells_], changes)
    secondary = hidden & ~system.primary
    cost = int(system.cost[secondary].sum())
    asked_cost = int(asked.cost[secondary].sum())
    bound = sum(part.bound for part in done)
    cells = int(secondary.sum())
    lower = min(cells, fewest(asked.cost[~asked.open & ~asked.primary], bound))
    result = Protection(
        hidden=hidden,
        cost=cost,
        cells=cells,
        lower_bound=min(bound, cost),
        lower_cells=lower,
        gap=(asked_cost - bound) / asked_cost if asked_cost else 0.0,
        gap_cells=(cells - lower) / cells if cells else 0.0,
        unprotectable=tuple(sorted(lost)),
        optimal=all(part.optimal for part in done),
        proofs=proofs,
        work=sum(part.work for part in done),
        log=tuple(line for part in done for line in part.log),
    )
    check_proofs(system, rule, result.hidden, proofs, {cell for cell, _ in lost})
    return result


def fewest(costs: Ints, bound: int) -> int:
    """The fewest cells that can cost ``bound`` together."""
    dear = np.cumsum(np.sort(costs)[::-1])
    return int(np.searchsorted(dear, bound)) + 1 if bound > 0 else 0


def prepared(system: System, rule: Rule, previous: Bools | None) -> System:
    """The system as the search sees it: small cells nobody asked to hide stay shown, earlier ones are cheaper."""
    open_ = system.open.copy()
    if rule == "up3":
        open_ |= ~system.primary & (system.values < THRESHOLD)
    cost = system.cost
    if previous is not None:
        cost = np.where(previous, np.maximum(1, cost - cost // _DISCOUNT), cost)
    return replace(system, open=open_, cost=cost)


def _part(moves: Moves, rule: Rule, work: Work, previous: Bools | None, progress: Progress | None) -> _Part:
    """Protect one connected part."""
    before = None if previous is None or not previous[moves.cells].any() else previous[moves.cells]
    if moves.size > work.large:
        return _large(moves, rule, work, before, progress)
    needs, lost, search, cover = _first(moves, rule, before)
    log = [f"{moves.size} cells, {int(moves.primary.sum())} primary: first pattern {len(cover.secondary)}"]
    if not len(cover.secondary):
        return _Part(moves, cover, 0, True, lost, search.work, log)
    try:
        prover = Prover(moves, needs, search, cover)
    except SuppressionError as fault:
        return _Part(moves, cover, 0, False, lost, search.work, [*log, f"no bound: {fault}"])
    try:
        _improve(prover, search, work, log)
    except SuppressionError as fault:
        # The pattern stands, and what was proven until then.
        log.append(f"no better bound: {fault}")
    return _Part(moves, prover.best, prover.bound, prover.optimal, lost, search.work + prover.work, log)


def _large(moves: Moves, rule: Rule, work: Work, before: Bools | None, progress: Progress | None) -> _Part:
    """Protect one connected part of a large table."""
    part = LargePart(moves, rule, before, progress)
    part.improve(work.units)
    lost = [(int(moves.cells[cell]), _reason(moves, cell, rule)) for cell in part.failed]
    log = [f"{moves.size} cells, {int(moves.primary.sum())} primary, a large table", *part.log]
    return _Part(moves, part.pattern, part.bound, part.bound == part.pattern.cost, lost, part.work, log)


def _improve(prover: Prover, search: Search, work: Work, log: list[str]) -> None:
    """Better patterns and bounds within the budget; they are kept by the prover as they are found."""

    def left(share: float = 1.0) -> int:
        return int(work.units * share) - search.work - prover.work

    if left() <= 0:
        return
    search.vary(min(work.units // 16, left()))
    # Easy tables are settled before any search; what was learnt stays with the prover.
    prover.root(min(int(work.units * work.root), left()))
    prover.close(min(work.units // 16, left()))
    log.append(f"at once: {len(prover.best.secondary)}, at least {prover.bound / prover.unit:.3f}, {prover.work} units")
    if not prover.optimal and left() > 0:
        start = search.work
        budget = min(int(work.units * work.search), left())
        prover.best = search.improve(prover.best, budget, work.patience, prover.used, prover.floor)
        log.append(f"search: {len(prover.best.secondary)} after {search.work - start} units")
        prover.close(left())
        log.append(f"branch and bound: {prover.rounds} rounds, at least {prover.bound / prover.unit:.3f}")
    if left() > 0 and not prover.optimal and not prover.few:
        prover.best = search.improve(prover.best, left(), 10**6, prover.used, prover.floor)
        log.append(f"search: {len(prover.best.secondary)}")


def _first(moves: Moves, rule: Rule, before: Bools | None) -> tuple[Needs, list[tuple[int, str]], Search, Cover]:
    """Who can be protected and how, and a first safe pattern, of cells hidden ``before`` where that will do.

    Under up3 a cell that cannot be large still gets w1.
    """
    rules: dict[int, Rule] = {int(cell): rule for cell in np.flatnonzero(moves.primary)}
    search = Search(moves, {cell: moves.ways(cell, r) for cell, r in rules.items()})
    cover, failed = search.first(before)
    lost = [(int(moves.cells[cell]), _reason(moves, cell, rule)) for cell in failed]
    while failed:
        for cell in failed:
            if rules[cell] == "up3" and moves.ways(cell, "w1"):
                rules[cell] = "w1"
            else:
                del rules[cell]
        cover, failed = search.go_on(cover, {cell: moves.ways(cell, r) for cell, r in rules.items()}, before)
    return search.needs, lost, search, search.reduced(cover)


def _reason(moves: Moves, cell: int, rule: Rule) -> str:
    """Why a cell cannot be protected even with everything hidden that may be."""
    value, up, down = int(moves.values[cell]), int(moves.up[cell]), int(moves.down[cell])
    if up == 0 and down == 0:
        return f"its bounds leave one value: {value}"
    if rule == "up3" and value < THRESHOLD and up < THRESHOLD - value:
        return f"its upper bound is {value + up}, so everybody knows that it is small"
    rows, counts = np.unique(moves.row, return_counts=True)
    alone = set(rows[(counts == 1)].tolist())
    mine = moves.row[moves.col == cell]
    if any(int(row) in alone and moves.equal[row] for row in mine):
        return "everything else in one of its sums stays shown"
    kind = "tell that it is small" if rule == "up3" and value < THRESHOLD else "compute it"
    return f"sums and bounds of the cells around it let everybody {kind}, whatever is hidden"

"""One connected part of a system protected: a first safe pattern, then cheaper ones and a bound within the budget."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints, Rule
from hjalp_pipeline.confidentiality.primary import THRESHOLD
from hjalp_pipeline.confidentiality.progress import Progress
from hjalp_pipeline.confidentiality.suppression.cover import Cover, Missing, Needs
from hjalp_pipeline.confidentiality.suppression.large import LargePart
from hjalp_pipeline.confidentiality.suppression.moves import Moves, SuppressionError
from hjalp_pipeline.confidentiality.suppression.proof import Prover
from hjalp_pipeline.confidentiality.suppression.reader_guard import guard
from hjalp_pipeline.confidentiality.suppression.row_bound import row_bound
from hjalp_pipeline.confidentiality.suppression.search import Search
from hjalp_pipeline.confidentiality.suppression.sparse_cover import SparseCover

#: With more cells in one connected part, programs over the whole of it take too long.
LARGE = 12_000
#: With more secondary cells, a pattern for readers is reduced by the cells it has beside that for everybody alone.
_MANY = 120


@dataclass(frozen=True)
class Work:
    """Budget in units (one simplex iteration over 5,000 cells and rows, some 0.05 ms on an ordinary machine).

    units: all in all. root, search: shares for the first bound and for better patterns; the rest goes to branch and
    bound. patience: rounds of the search without a cell less before it stops. The first safe pattern is always found,
    whatever the budget; with readers it stands where it has taken more than the share for the bound, for neither cuts nor
    search would get anywhere on the rest. large: a connected part of more cells than this goes the way of large tables.
    """

    units: int = 1_000_000
    search: float = 0.6
    root: float = 0.25
    patience: int = 1
    large: int = LARGE


@dataclass
class PartProtection:
    """What came out of one connected part."""

    moves: Moves
    cover: Cover | SparseCover
    bound: int
    optimal: bool
    unprotectable: list[tuple[int, str]] = field(default_factory=list)
    work: int = 0
    log: list[str] = field(default_factory=list)
    #: Hidden cells that no pattern keeps from a reader, and the reader.
    told: list[Missing] = field(default_factory=list)


def protect_part(moves: Moves, rule: Rule, work: Work, previous: Bools | None, progress: Progress) -> PartProtection:
    """Protect one connected part."""
    before = None if previous is None or not previous[moves.cells].any() else previous[moves.cells]
    if moves.size > work.large:
        return _large(moves, rule, work, before, progress)
    readers = moves.knows.shape[1]
    outside = replace(moves, knows=moves.knows[:, :0], owed=moves.owed[:, :0])
    progress("first pattern", 0, 1)
    needs, lost, search, cover = _first(outside, rule, before)
    log = [f"{moves.size} cells, {int(moves.primary.sum())} primary: first pattern {len(cover.secondary)}"]
    outsider, spent = cover.hidden, search.work
    told: list[Missing] = []
    if readers:
        search, cover, told = guard(moves, needs, cover, before)
        moves = search.moves
        log.append(f"{readers} readers: {len(cover.secondary)}")
        # Where many are hidden, what everybody's pattern cannot do without is not tried again.
        done = outsider if len(cover.secondary) > _MANY else np.zeros_like(outsider)
        cover = search.reduced(cover, done)
        spent += search.work
    if not len(cover.secondary):
        return PartProtection(moves, cover, 0, True, lost, spent, log, told)
    if spent > work.units * (work.root if readers else 1):
        # For readers a round of cuts asks for each primary cell as many programs again, and up to four times as many.
        bound, asked = _row_bound(outside, needs, cover, work.units - spent)
        log.append(f"no search after {spent} units: at least {bound / int(moves.cost.min()):.3f}")
        return PartProtection(moves, cover, bound, bound == cover.cost, lost, spent + asked, log, told)
    try:
        prover = Prover(moves, needs, search, cover)
    except SuppressionError as fault:
        return PartProtection(moves, cover, 0, False, lost, search.work, [*log, f"no bound: {fault}"], told)
    try:
        search.tell = _telling(progress, search, prover, work.units)
        _improve(prover, search, work, log)
    except SuppressionError as fault:
        # The pattern stands, and what was proven until then.
        log.append(f"no better bound: {fault}")
    bound, asked = prover.bound, 0
    if not prover.optimal:
        # Where hardly anything was left for cuts these say more.
        single, asked = _row_bound(outside, needs, prover.best, 0)
        bound = max(bound, single)
    spent = search.work + prover.work + asked
    return PartProtection(moves, prover.best, bound, prover.optimal, lost, spent, log, told)


def _row_bound(outside: Moves, needs: Needs, cover: Cover, budget: int) -> tuple[int, int]:
    """What single sums say that a pattern costs at least, and the work it took."""
    bound, asked = row_bound(outside, needs, budget)
    return min(bound, cover.cost), asked


def _telling(progress: Progress, search: Search, prover: Prover, units: int) -> Callable[[], None]:
    """Tells how much of the budget is spent."""

    def tell() -> None:
        progress("better patterns", min(search.work + prover.work, units), units)

    return tell


def _large(moves: Moves, rule: Rule, work: Work, before: Bools | None, progress: Progress) -> PartProtection:
    """Protect one connected part of a large table."""
    part = LargePart(moves, rule, before, progress)
    part.improve(work.units)
    lost = [(int(moves.cells[cell]), _reason(moves, cell, rule)) for cell in part.failed]
    log = [f"{moves.size} cells, {int(moves.primary.sum())} primary, a large table", *part.log]
    if not moves.knows.shape[1]:
        return PartProtection(moves, part.pattern, part.bound, part.bound == part.pattern.cost, lost, part.work, log)

    def spread(cells: Ints, changes: Ints) -> tuple[Ints, ...]:
        z = np.zeros(moves.size, dtype=np.int64)
        z[cells] = changes
        return (z,)

    proof = {cell: spread(cells, changes) for cell, cells, changes in part.pattern.changes()}
    search, cover, told = guard(moves, part.pattern.needs, Cover(moves, part.pattern.needs, proof), before)
    log.append(f"{moves.knows.shape[1]} readers: {len(cover.secondary)}")
    return PartProtection(search.moves, cover, part.bound, False, lost, part.work + search.work, log, told)


def _improve(prover: Prover, search: Search, work: Work, log: list[str]) -> None:
    """Better patterns and bounds within the budget; they are kept by the prover as they are found."""

    def left(share: float = 1.0) -> int:
        return int(work.units * share) - search.work - prover.work

    if left() <= 0:
        return
    # A pattern that is begun is finished: none where the first one took more than is left.
    if search.work <= left():
        search.vary(min(work.units // 16, left() - search.work))
    # Easy tables are settled before any search; what was learnt stays with the prover.
    prover.root(min(int(work.units * work.root), left()), left())
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
    lost = [(int(moves.cells[cell]), _reason(moves, cell, rule)) for cell, _ in failed]
    while failed:
        for cell, _ in failed:
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

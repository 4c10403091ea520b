"""The suppressor: which further cells must be hidden so that nobody can compute a hidden figure (seed 8.10, R11).

Safe first: a greedy pattern with a proof (a move) for every hidden cell exists after seconds, everything later only
makes it cheaper or proves that it cannot be. Work is counted, never timed: same input, same pattern.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints, Rule, System
from hjalp_pipeline.confidentiality.primary import THRESHOLD
from hjalp_pipeline.confidentiality.progress import Progress, tell
from hjalp_pipeline.confidentiality.proof_check import check_proofs
from hjalp_pipeline.confidentiality.reader_check import check_readers
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.suppression.cover import Cover
from hjalp_pipeline.confidentiality.suppression.moves import SuppressionError, split
from hjalp_pipeline.confidentiality.suppression.one_part import LARGE, Work, protect_part

__all__ = ["LARGE", "Protection", "SuppressionError", "Work", "fewest", "prepared", "protect"]

#: A cell hidden in the previous release is this part of its price cheaper.
_DISCOUNT = 64


@dataclass(frozen=True, eq=False)
class Protection:
    """A pattern and what is known about it.

    hidden: bool [n], the primary cells and those hidden for their sake. cost, cells: of the latter only, lower_bound
    and lower_cells what no safe pattern can go below, gap = (cost - lower_bound) / cost, gap_cells likewise.
    unprotectable: primary cells that the pattern cannot protect, and why; they are hidden too. told: hidden cells that
    no pattern keeps from a reader, and the reader (by number). proofs: for every protected primary cell, the whole-number
    changes (system cells, changes) that outsiders must hold possible. Each hidden cell is changed by one of them or of
    ``answers``, and kept from each reader by one of those that change none of his cells. optimal: no cheaper pattern
    exists (``previous`` cells at their discount).
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
    answers: tuple[tuple[Ints, Ints], ...] = ()
    told: tuple[tuple[int, int], ...] = ()

    def tables(self, system: System) -> Iterator[Ints]:
        """The proofs as values of all cells that everybody must hold possible; a move that serves many cells comes once."""
        moves = (*self.proofs.values(), *self.answers)
        for cells, changes in {
            (cells.tobytes(), changes.tobytes()): (cells, changes) for cells, changes in moves
        }.values():
            table = system.values.copy()
            table[cells] += changes
            yield table


def protect(
    system: System,
    rule: Rule,
    *,
    previous: Bools | None = None,
    work: Work | None = None,
    progress: Progress | None = None,
    readers: Readers | None = None,
) -> Protection:
    """The cheapest safe pattern found within the budget, with a proof for every cell and a lower bound.

    ``readers``: every hidden cell is kept from each who does not know it. ``previous`` (bool [n]): cells hidden before, which
    are preferred. ``progress`` is told how far it is, else who asked (``progress.told_to``).
    SuppressionError if the final check in whole numbers fails (never a pattern that was not checked). Where the bound cannot
    be found the pattern stands without.
    """
    work = work or Work()
    asked = prepared(system, rule, previous)
    lost = [(int(cell), "stays shown: the figure is out") for cell in np.flatnonzero(system.primary & system.open)]
    parts = split(asked, readers)
    total = sum(int(m.primary.sum()) for m in parts)
    done = []
    for m in parts:
        units = math.ceil(work.units * int(m.primary.sum()) / total)
        done.append(protect_part(m, rule, replace(work, units=units), previous, progress or tell))
    hidden = system.primary.copy()
    proofs: dict[int, tuple[Ints, Ints]] = {}
    answers: list[tuple[Ints, Ints]] = []
    told: list[tuple[int, int]] = []
    for part in done:
        at = part.moves.cells
        hidden[at[part.cover.hidden]] = True
        lost.extend(part.unprotectable)
        told.extend((int(at[cell]), reader) for cell, reader in part.told)
        for cell, cells_, changes in part.cover.changes():
            proofs[int(at[cell])] = (at[cells_], changes)
        if isinstance(part.cover, Cover):
            answers.extend((at[z != 0], z[z != 0]) for z in part.cover.answers())
    helpless = {cell for cell, _ in lost}
    told = [(cell, reader) for cell, reader in told if cell not in helpless]
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
        answers=tuple(answers),
        told=tuple(sorted(told)),
    )
    check_proofs(system, rule, hidden, proofs, helpless, answers=answers)
    if readers is not None:
        moves = [*proofs.values(), *answers]
        check_readers(system, rule, hidden, readers, moves=moves, unprotectable=helpless, told=told)
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

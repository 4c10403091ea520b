"""The proven lower bound: cuts on fractional patterns, then branch and bound, then cuts on what it brings.

Points to cut off are moved a little towards known safe patterns, which gives cuts of use all around instead of one
corner; the share of that and the blur go down in stages as cuts get rare.
"""

from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools
from hjalp_pipeline.confidentiality.suppression.cover import EVERYBODY, Cover, Missing, Needs
from hjalp_pipeline.confidentiality.suppression.cuts import Cut, Separator
from hjalp_pipeline.confidentiality.suppression.master import Master
from hjalp_pipeline.confidentiality.suppression.moves import Floats, Moves
from hjalp_pipeline.confidentiality.suppression.routes import Router
from hjalp_pipeline.confidentiality.suppression.search import Search

#: (share of the safe patterns, blur) of one stage after the other.
_STAGES = ((0.1, 1e-3), (0.02, 1e-3), (0.0, 1e-3), (0.0, 1e-4), (0.0, 1e-5), (0.0, 1e-7))
#: A stage ends after this many rounds that raised the bound by less than 0.1 cells together.
_STALL = 6
#: Shares of the safe patterns when a whole pattern is cut off.
_WHOLE = (0.02, 0.2)
#: Repairs of a whole pattern, each with cuts, between two branch and bound runs.
_REPAIRS = 6


@dataclass
class Prover:
    """Raises the lower bound of one part of a system. ``optimal``: the best pattern is proven to be the cheapest."""

    moves: Moves
    needs: Needs
    search: Search
    best: Cover
    optimal: bool = False
    rounds: int = 0
    #: Cells that fractional patterns near the bound have used.
    used: Bools = field(init=False)
    _master: Master = field(init=False)
    _separators: tuple[Separator, ...] = field(init=False)
    _extra: int = 0

    def __post_init__(self) -> None:
        """Build the master and the outsider, once with short moves and once with all."""
        self._master = Master(self.moves, self.needs)
        self.used = np.zeros(self.moves.size, dtype=np.bool_)
        self._separators = (Separator(self.moves, self.needs), Separator(self.moves, self.needs, reach=1000.0))

    @property
    def work(self) -> int:
        """Units of work so far (the search counts its own)."""
        return self._master.work + sum(s.work for s in self._separators) + self._extra

    @property
    def bound(self) -> int:
        """Proven lower bound on the cost of the secondary cells."""
        if self.optimal:
            return self.best.cost
        bound = int(np.ceil((self._master.bound - 1e-6) * self._master.unit))
        return max(0, min(bound, self.best.cost))

    @property
    def unit(self) -> int:
        """The cost of the cheapest cell."""
        return self._master.unit

    @property
    def few(self) -> bool:
        """Whether no pattern can be half a cell cheaper than the best one."""
        return self.best.cost / self._master.unit - self._master.bound < 0.5

    @property
    def floor(self) -> int:
        """Below this cost a pattern has as few cells as any."""
        return int((self._master.bound + 0.5) * self._master.unit)

    def root(self, budget: int, most: int) -> None:
        """Cuts until no fractional pattern is left to cut off, or the work is spent; a round then goes on to ``most``."""
        end, stop = self.work + budget, self.work + most
        safe = self._safe()
        y = self._bridged(self._master.solve())
        for share, blur in _STAGES:
            idle = dict.fromkeys(self.needs, 0)
            bounds = [self._master.bound]
            while self.work < end:
                if self.search.tell:
                    self.search.tell()
                self._separators[0].open_to(share * safe + (1 - share) * y, blur)
                hits = new = 0
                for cell in [*self.needs, *self._separators[0].also(y)]:
                    if self.work >= stop:
                        break
                    if idle.setdefault(cell, 0) > 1 and (len(bounds) + cell) % 4:
                        continue
                    found = self._cut(self._separators[0], cell, y)
                    idle[cell] = idle[cell] + 1 if found is None else 0
                    hits, new = hits + (found is not None), new + bool(found)
                new += self._master.bridge(y)
                if new:
                    y = self._bridged(self._master.solve())
                    if share < _STAGES[0][0]:
                        self.used |= y > 1e-6
                bounds.append(self._master.bound)
                stalled = len(bounds) > _STALL and bounds[-1] - bounds[-_STALL] < 0.1
                if hits <= len(self.needs) // 30 or stalled:
                    break

    def _bridged(self, y: Floats) -> Floats:
        """The cheapest fractional pattern once more, until none of what sums ask for readers is broken."""
        while self._master.bridge_readers(y):
            y = self._master.solve()
        return y

    def close(self, budget: int) -> None:
        """Branch and bound over the cuts, each time cutting off what it brings, until that is safe or the work spent."""
        end = self.work + budget
        sharp = False
        while not self.optimal and self.work < end:
            self.rounds += 1
            if self.search.tell:
                self.search.tell()
            fine, gap = sharp, 0.4 / self._master.unit if sharp else 0.45
            hidden, done = self._master.whole(self.best.hidden, end - self.work, gap)
            cost = int(self.moves.cost[hidden].sum())
            if self.few and not sharp:
                # No cell less is possible: only the values of the cells are still to be won.
                sharp, end = True, min(end, self.work + budget // 4)
            if not done and cost >= self.best.cost:
                return
            bad, cover = self._unsafe(hidden)
            if not bad:
                self._take(cover)
                self.optimal = done and fine and self.best.cost <= cost
                if not done:
                    return
                sharp = True
            else:
                # What releases kept from outsiders alone hide follows from repairs that go on to their end.
                self._repair(hidden, bad, end if self.moves.knows.shape[1] else None)

    def _cut(self, separator: Separator, cell: int, point: Floats) -> bool | None:
        """Add cuts for the cell: True when one is new, None when there is none."""
        added = [self._master.add(cut) for cut in separator.cuts(cell, point)]
        return any(added) if added else None

    def _safe(self) -> Floats:
        """Where safe patterns lie."""
        seen = np.mean(np.array(self.search.seen), axis=0)
        return np.asarray(0.5 * self.best.hidden + 0.5 * seen, dtype=np.float64)

    def _unsafe(self, hidden: Bools) -> tuple[list[Missing], Cover]:
        """What this pattern does not protect, in whole numbers, and the proofs for the rest."""
        part = self.moves.part(hidden | self.moves.primary)
        router = Router(part)
        at = {int(cell): i for i, cell in enumerate(part.cells)}
        fine = Cover(part, {at[cell]: ways for cell, ways in self.needs.items()})
        bad = fine.fill(router, list(fine.needs), np.ones(part.size))
        self._extra += router.work
        return [(int(part.cells[cell]), reader) for cell, reader in bad], fine.back(self.moves)

    def _take(self, cover: Cover) -> None:
        """Take a safe pattern over when it is cheaper, without what it can do without."""
        cover = self.search.reduced(cover)
        if cover.cost < self.best.cost:
            self.best = cover

    def _repair(self, hidden: Bools, bad: list[Missing], stop: int | None) -> None:
        """Cut the pattern off, hide the cheapest cells that satisfy the new cuts, and again, until it is safe.

        ``stop``: at so much work it is left as it is, with the cuts found so far.
        """
        safe = self._safe()
        now = hidden.copy()
        self._master.bridge(hidden.astype(np.float64))
        self._master.bridge_readers(hidden.astype(np.float64))
        for _ in range(_REPAIRS):
            point = now.astype(np.float64)
            cuts: list[Cut] = []
            for share in _WHOLE:
                self._separators[0].open_to((1 - share) * point + share * safe, 1e-3)
                for cell in dict.fromkeys(cell for cell, _ in bad):
                    if stop is not None and self.work >= stop:
                        return
                    for cut in self._separators[0].cuts(cell, point):
                        self._master.add(cut)
                        cuts.append(cut)
            if not cuts:
                cuts = [self._last_resort(cell, now, reader) for cell, reader in dict(bad).items()]
            for cut in cuts:
                if cut.short(now):
                    price = self.moves.cost / self._master.unit - 0.5 * safe - 0.25 * cut.alpha
                    now[np.argmin(np.where(cut.alpha > 1e-6, price, np.inf))] = True
            bad, cover = self._unsafe(now)
            if not bad or self.moves.cost[now].sum() > self.best.cost * 1.2 + self._master.unit:
                break
        whole = self.search.complete(now) if bad else cover
        if whole is not None:
            self._take(whole)

    def _last_resort(self, cell: int, hidden: Bools, reader: int) -> Cut:
        """A cut where short moves and fractions say nothing: one cell must be hidden of those that matter, found by trial."""
        point = hidden.astype(np.float64)
        self._separators[1].open_to(point, 1e-6)
        cut = self._separators[1].cut(cell, point, reader)
        if cut is None:
            router, ways = Router(self.moves), self._separators[1].ways(cell)
            known = self.moves.knows[:, reader] if reader != EVERYBODY else np.zeros_like(hidden)
            open_ = hidden | self.moves.primary
            rest = np.flatnonzero(~open_)
            queue = np.array_split(rest, min(8, max(1, len(rest))))
            while queue:
                some = queue.pop(0)
                trial = open_.copy()
                trial[some] = True
                router.allow(trial & ~known)
                if all(router.route(cell, way) is None for way in ways) and not router.unsettled:
                    open_ = trial
                elif len(some) > 64:
                    queue.extend(np.array_split(some, 4))
            self._extra += router.work
            cut = Cut((~open_ & ~known).astype(np.float64), None if cell in self.needs else cell)
        self._master.add(cut)
        return cut

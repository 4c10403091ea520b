"""Better and better safe patterns: take some proofs away, route them anew, show what is no longer needed.

Works on a core of cells that random cheap patterns have used, a small system on which a step takes milliseconds.
Randomness comes from a generator with a fixed seed and work is counted, so a search always goes the same way.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.cover import Cover, Missing, Needs
from hjalp_pipeline.confidentiality.suppression.moves import Floats, Moves
from hjalp_pipeline.confidentiality.suppression.reduced import reduce
from hjalp_pipeline.confidentiality.suppression.routes import Router, prices

#: Steps of one round, and after how many the prices are shaken anew.
_STEPS, _SHAKE = 200, 40
#: Random patterns before each round; their cells make the core.
_STARTS = 4
#: Largest random addition to a price (1 is a cell), and how many proofs are taken at most around one primary cell.
_NOISE, _NEAR = 0.6, 10
#: How much worse (in cells) a step may be to be taken now and then, at the start of a round.
_HEAT = 0.3


@dataclass
class Search:
    """Looks for cheap covers of one part of a system. ``seen`` holds the patterns met, for the bound to lean on."""

    moves: Moves
    needs: Needs
    seed: int = 1
    #: Called after each step.
    tell: Callable[[], None] | None = None
    seen: list[Bools] = field(default_factory=list)
    _work: int = 0
    _unit: int = field(init=False)
    _base: Floats = field(init=False)
    _router: Router = field(init=False)
    _rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        """Prices from costs, and the router over everything."""
        m = self.moves
        self._unit = int(m.cost.min())
        self._base = prices(m)
        self._router = Router(m)
        self._rng = np.random.default_rng(self.seed)

    @property
    def work(self) -> int:
        """Units of work so far."""
        return self._work + self._router.work

    def first(self, before: Bools | None = None) -> tuple[Cover, tuple[Missing, ...]]:
        """A pattern by one route after the other, not reduced, and the primaries for which there is no move at all.

        ``before``: cells that are taken rather than others.
        """
        return self.go_on(Cover(self.moves, self.needs), self.needs, before)

    def go_on(self, cover: Cover, needs: Needs, before: Bools | None = None) -> tuple[Cover, tuple[Missing, ...]]:
        """The same with other needs, keeping the proofs found."""
        self.needs = needs
        cover = Cover(self.moves, needs, cover.proof)
        return cover, cover.fill(self._router, list(needs), prices(self.moves, before))

    def reduced(self, cover: Cover, done: Bools | None = None) -> Cover:
        """The pattern without cells it can do without; those that are ``done`` are not tried."""
        order = self._by_cost(cover)
        self._work += reduce(cover, order if done is None else [cell for cell in order if not done[cell]])
        self.seen.append(cover.hidden)
        return cover

    def start(self, noise: float) -> tuple[Cover, Bools, tuple[Missing, ...]]:
        """A random safe pattern, all cells it has tried, and the primaries it missed (it is not safe then)."""
        self._router.exact = False
        cover = Cover(self.moves, self.needs)
        order = list(self.needs)
        self._rng.shuffle(order)
        failed = cover.fill(self._router, order, self._base + noise * self._rng.random(self.moves.size))
        tried = cover.hidden
        return cover if failed else self.reduced(cover), tried, failed

    def complete(self, hidden: Bools) -> Cover | None:
        """A safe pattern that prefers these cells, not reduced; None when a route is missing."""
        self._router.exact = False
        cover = Cover(self.moves, self.needs)
        failed = cover.fill(self._router, list(self.needs), np.where(hidden, 0.01, self._base))
        return None if failed else cover

    def vary(self, budget: int) -> None:
        """Some random patterns, for the bound to lean on."""
        end = self.work + budget
        for _ in range(_STARTS):
            if self.work < end:
                self.start(0.8)

    def improve(self, best: Cover, budget: int, patience: int, used: Bools, floor: int) -> Cover:
        """Rounds of steps until the work is spent or ``patience`` rounds brought nothing.

        ``used``: promising cells; ``floor``: a cost below which there is no cell left to save.
        """
        end = self.work + budget
        idle = 0
        while idle < patience and self.work < end and best.cost >= floor:
            core = best.hidden | used
            cost = best.cost
            for _ in range(_STARTS):
                if self.work > end:
                    break
                cover, tried, failed = self.start(0.8)
                core |= tried
                if not failed and cover.cost < best.cost:
                    best = cover
            best = self._round(best, core, end, floor)
            self.seen.append(best.hidden)
            idle = idle + 1 if best.cost > cost - self._unit // 2 else 0
        return best

    def _by_cost(self, cover: Cover) -> list[int]:
        """The secondary cells, dearest first."""
        return sorted(cover.secondary.tolist(), key=lambda cell: (-int(self.moves.cost[cell]), cell))

    def _round(self, full: Cover, core: Bools, end: int, floor: int) -> Cover:
        """One round of steps on the core."""
        part = self.moves.part(core | full.hidden)
        router = Router(part, exact=False)
        current = best = full.onto(part)
        before = self._work
        base = self._base[part.cells]
        noise = np.zeros(part.size)
        for step in range(_STEPS):
            if step % _SHAKE == 0:
                noise = _NOISE * self._rng.random(part.size)
            trial = self._step(current, router, base + noise)
            if self.tell:
                self.tell()
            if trial is None:
                continue
            worse = (trial.cost - current.cost) / self._unit
            heat = _HEAT * (1 - step / _STEPS) + 0.01
            if worse <= 0 or self._rng.random() < np.exp(-worse / heat):
                current = trial
            if current.cost < best.cost:
                best = current
            self._work = before + router.work
            before, router.work = self._work, 0
            if self.work > end or best.cost < floor:
                break
        return best.back(self.moves)

    def _step(self, current: Cover, router: Router, price: Floats) -> Cover | None:
        """Take away the proofs in one neighbourhood and route them again; None when it led nowhere."""
        m, rng = current.moves, self._rng
        near, price = self._neighbours(current, price)
        trial = current.copy()
        for cell in near:
            trial.take(cell)
        if trial.fill(router, near, price) or not near:
            return None
        if trial.cost > current.cost + 3 * self._unit:
            return None
        moved = trial.beyond(current)
        touched = [int(cell) for cell in trial.secondary if moved[cell]]
        dear = {cell: -(m.cost[cell] / self._unit + rng.random()) for cell in touched}
        router.work += reduce(trial, sorted(touched, key=dear.__getitem__))
        return trial

    def _neighbours(self, current: Cover, price: Floats) -> tuple[list[int], Floats]:
        """Which proofs to take: those around one primary, or through some secondary cells, which become dearer."""
        m, rng = current.moves, self._rng
        price = price.copy()
        primaries, secondary = list(current.proof), current.secondary
        kind = int(rng.integers(3))
        if not len(secondary):
            return [], price
        if kind == 0:
            around = current.touched([primaries[int(rng.integers(len(primaries)))]]) & ~m.primary
            near = current.using(around)
            rng.shuffle(near)
            return near[:_NEAR], price
        taken = np.zeros(m.size, dtype=np.bool_)
        if kind == 1:
            taken[rng.choice(secondary, min(len(secondary), 1 + int(rng.integers(3))), replace=False)] = True
            price[taken] += 1.5
        else:
            taken[self._around(m, int(secondary[int(rng.integers(len(secondary)))]))] = True
            taken &= (current.uses > 0) & ~m.primary
            price[taken] += 0.7 * rng.random(int(taken.sum()))
        near = current.using(taken)
        rng.shuffle(near)
        return near, price

    @staticmethod
    def _around(moves: Moves, cell: int) -> Ints:
        """The cells that share a row with this one."""
        rows = moves.row[moves.col == cell]
        return moves.col[np.isin(moves.row, rows)]

"""Tables that agree with what is published: all of them where they are few, else some by a random walk.

They are changes to the figures of the part. A walk begins with those: where they are a ``first_table``, which tables it comes to
follows from what is published alone.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import gcd

import numpy as np

from hjalp_pipeline.confidentiality.knowledge import AttackError, parts
from hjalp_pipeline.confidentiality.solver import Solver
from hjalp_pipeline.confidentiality.suppression.moves import Moves, split
from hjalp_pipeline.confidentiality.suppression.routes import Router
from hjalp_pipeline.confidentiality.system import Bools, Ints, System

#: Work of the enumeration before it gives up: terms of sums looked at. About a CPU second.
_TERMS = 400_000
#: Steps of the walk between two tables that are kept, for each direction there is; steps of a whole walk, and moves looked for.
_STEPS, _WALK, _WAYS = 3, 200_000, 600


def first_table(system: System, hidden: Bools) -> Ints | None:
    """Figures of all cells, int64 [n], of one table that agrees with what is published, and that follows from it alone.

    It is the first that the attacker's solver finds; None where it fails. The true figures of hidden cells are never looked at.
    """
    try:
        unknown, figures = parts(system, hidden)
        for part in unknown:
            solver = Solver(part)
            solver.optimise(np.ones(len(part.cells), dtype=np.int64))
            if not solver.pool:
                solver.first()
            figures[part.cells] = solver.pool[0]
    except AttackError:
        return None
    return figures


def hidden_parts(system: System, hidden: Bools) -> tuple[Moves, ...]:
    """The connected parts of what is hidden: figures of different parts do not depend on each other."""
    return split(replace(system, primary=hidden, open=~hidden))


def every_table(part: Moves, most: int, terms: int = _TERMS) -> Ints | None:
    """All tables of a part, as changes to its figures, int64 [tables, n].

    None when there are more than ``most``, or when looking at so many ``terms`` of sums does not suffice to find them.
    """
    search = _Bounds(part, terms)
    low, high = (-part.down).tolist(), part.up.tolist()
    found: list[list[int]] = []
    if search.narrow(low, high, list(range(search.rows))):
        waiting = [_branches(low, high)]
        while waiting:
            branch = next(waiting[-1], None)
            if branch is None:
                waiting.pop()
                continue
            cell, low, high = branch
            if search.left <= 0:
                return None
            if cell is not None and not search.narrow(low, high, search.touching[cell].copy()):
                continue
            if low == high:
                found.append(low)
                if len(found) > most:
                    return None
            else:
                search.left -= part.size
                waiting.append(_branches(low, high))
    return None if search.left <= 0 else np.array(found, dtype=np.int64)


def _branches(low: list[int], high: list[int]) -> Iterator[tuple[int | None, list[int], list[int]]]:
    """The same bounds with the cell that has fewest values left at each of them; no cell where nothing is left to try."""
    free = [cell for cell, (least, most) in enumerate(zip(low, high, strict=True)) if least < most]
    if not free:
        yield None, low, high
        return
    cell = min(free, key=lambda one: high[one] - low[one])
    for value in range(low[cell], high[cell] + 1):
        below, above = low.copy(), high.copy()
        below[cell] = above[cell] = value
        yield cell, below, above


class _Bounds:
    """What the sums of a part say of bounds. ``left``: terms that may still be looked at; ``touching``: the rows by cell."""

    def __init__(self, part: Moves, terms: int) -> None:
        self.left, self.rows = terms, len(part.slack)
        entries = zip(part.row.tolist(), part.col.tolist(), part.coef.tolist(), strict=True)
        self._terms: list[list[tuple[int, int]]] = [[] for _ in range(self.rows)]
        self.touching: list[list[int]] = [[] for _ in range(part.size)]
        for row, cell, coef in entries:
            self._terms[row].append((cell, coef))
            self.touching[cell].append(row)
        self._limits = [(0 if same else None, int(slack)) for same, slack in zip(part.equal, part.slack, strict=True)]

    def narrow(self, low: list[int], high: list[int], waiting: list[int]) -> bool:
        """Bounds that the waiting rows allow, and those that they change, in place; False when there is no table, or no work left."""
        queued = set(waiting)
        while waiting:
            row = waiting.pop()
            queued.discard(row)
            terms, (least, most) = self._terms[row], self._limits[row]
            self.left -= len(terms)
            if self.left <= 0:
                return False
            ends = [(a * low[c], a * high[c]) if a > 0 else (a * high[c], a * low[c]) for c, a in terms]
            bottom, top = sum(one for one, _ in ends), sum(one for _, one in ends)
            for (cell, coef), (mine, most_mine) in zip(terms, ends, strict=True):
                bounds = [_floor(most - bottom + mine, coef)]
                if least is not None:
                    bounds.append(_floor(least - top + most_mine, coef, up=True))
                new_low, new_high = low[cell], high[cell]
                for value, is_high in bounds:
                    new_low, new_high = (new_low, min(new_high, value)) if is_high else (max(new_low, value), new_high)
                if new_low > new_high:
                    return False
                if (new_low, new_high) != (low[cell], high[cell]):
                    low[cell], high[cell] = new_low, new_high
                    more = [other for other in self.touching[cell] if other not in queued]
                    waiting.extend(more)
                    queued.update(more)
        return True


def _floor(room: int, coef: int, *, up: bool = False) -> tuple[int, bool]:
    """The bound that ``coef * x <= room`` (``>=`` with ``up``) sets, and whether it is one from above."""
    if up:
        return (-(-room // coef), False) if coef > 0 else (room // coef, True)
    return (room // coef, True) if coef > 0 else (-(-room // coef), False)


def some_tables(part: Moves, number: int, seed: int) -> Ints:
    """So many tables of a part by a random walk, as changes to its figures, int64 [number, n].

    A step adds or takes away a short move; it is taken when the result agrees. So the walk is uniform over all tables that
    such steps reach, in the long run; how long it is, is bounded. It begins where the part stands.
    """
    rng = np.random.default_rng(seed)
    ways = [_Step(part, z) for z in _directions(part, rng)]
    now, activity = np.zeros(part.size, dtype=np.int64), np.zeros(len(part.slack), dtype=np.int64)
    kept = [now.copy()]
    between = min(_STEPS * len(ways), _WALK // number)
    while ways and len(kept) < number:
        for which, sign in zip(rng.integers(len(ways), size=between), rng.choice((1, -1), size=between), strict=True):
            ways[which].take(now, activity, int(sign))
        kept.append(now.copy())
    return np.array(kept, dtype=np.int64)


class _Step:
    """A short move, and the sums with room that it changes; the others it leaves as they are."""

    def __init__(self, part: Moves, z: Ints) -> None:
        self._cells = np.flatnonzero(z)
        self._by, self._up, self._down = z[self._cells], part.up[self._cells], -part.down[self._cells]
        activity = np.bincount(part.row, weights=part.coef * z[part.col], minlength=len(part.slack)).astype(np.int64)
        self._rows = np.flatnonzero(activity)
        self._more, self._slack = activity[self._rows], part.slack[self._rows]

    def take(self, now: Ints, activity: Ints, sign: int) -> None:
        """Change a table and its sums by the move or its opposite, in place, where the result agrees."""
        cells, sums = now[self._cells] + sign * self._by, activity[self._rows] + sign * self._more
        if (cells <= self._up).all() and (cells >= self._down).all() and (sums <= self._slack).all():
            now[self._cells], activity[self._rows] = cells, sums


def _directions(part: Moves, rng: np.random.Generator) -> Iterator[Ints]:
    """Short moves, some for each cell, each once; of a large part for some of its cells only."""
    router, seen = Router(part, exact=False), set[bytes]()
    cells = list(range(part.size)) if part.size <= _WAYS // 6 else rng.permutation(part.size)[: _WAYS // 6].tolist()
    for _ in range(3):
        router.price(1 + rng.random(part.size))
        for cell in cells:
            for sign in (1, -1):
                z = router.route(cell, (sign, 1))
                if z is None:
                    continue
                z = z // gcd(*np.abs(z).tolist())
                if z.tobytes() not in seen and (-z).tobytes() not in seen:
                    seen.add(z.tobytes())
                    yield z

"""Tables that agree with what is published: all of them where they are few, else some by a random walk.

The true figures are where it starts, so it is for the protector alone; which tables there are follows from what is published.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import gcd

import numpy as np

from hjalp_pipeline.confidentiality.suppression.moves import Moves, split
from hjalp_pipeline.confidentiality.suppression.routes import Router
from hjalp_pipeline.confidentiality.system import Bools, Ints, System

#: Tries of the enumeration, for each table that it may find, before it gives up.
_TRIES = 40
#: Steps of the walk between two tables that are kept, for each direction there is.
_STEPS = 3


def hidden_parts(system: System, hidden: Bools) -> tuple[Moves, ...]:
    """The connected parts of what is hidden: figures of different parts do not depend on each other."""
    return split(replace(system, primary=hidden, open=~hidden))


def every_table(part: Moves, most: int) -> Ints | None:
    """All tables of a part, as changes to the true figures, int64 [tables, n]; None when there are more than ``most``."""
    rows = [np.flatnonzero(part.row == number) for number in range(len(part.slack))]
    terms = [list(zip(part.col[at].tolist(), part.coef[at].tolist(), strict=True)) for at in rows]
    touching: list[list[int]] = [[] for _ in range(part.size)]
    for number, of in enumerate(terms):
        for cell, _ in of:
            touching[cell].append(number)
    limits = [(0 if same else None, int(slack)) for same, slack in zip(part.equal, part.slack, strict=True)]
    found: list[list[int]] = []
    tries = _TRIES * most

    def narrowed(low: list[int], high: list[int], waiting: list[int]) -> bool:
        """Bounds that the rows allow, in place; False when there is no table."""
        while waiting:
            number = waiting.pop()
            least, most_ = limits[number]
            for cell, coef in terms[number]:
                others = [(c, a) for c, a in terms[number] if c != cell]
                bottom = sum(min(a * low[c], a * high[c]) for c, a in others)
                top = sum(max(a * low[c], a * high[c]) for c, a in others)
                ends = [_floor(most_ - bottom, coef)]
                if least is not None:
                    ends.append(_floor(least - top, coef, up=True))
                new_low, new_high = low[cell], high[cell]
                for value, is_high in ends:
                    new_low, new_high = (new_low, min(new_high, value)) if is_high else (max(new_low, value), new_high)
                if new_low > new_high:
                    return False
                if (new_low, new_high) != (low[cell], high[cell]):
                    low[cell], high[cell] = new_low, new_high
                    waiting.extend(other for other in touching[cell] if other not in waiting)
        return True

    def go(low: list[int], high: list[int]) -> bool:
        """Whether everything from here on was looked at."""
        nonlocal tries
        free = [cell for cell in range(part.size) if low[cell] < high[cell]]
        if not free:
            found.append(low)
            return len(found) <= most
        cell = min(free, key=lambda one: high[one] - low[one])
        for value in range(low[cell], high[cell] + 1):
            tries -= 1
            if tries < 0:
                return False
            below, above = low.copy(), high.copy()
            below[cell] = above[cell] = value
            if narrowed(below, above, touching[cell].copy()) and not go(below, above):
                return False
        return True

    low, high = (-part.down).tolist(), part.up.tolist()
    if not narrowed(low, high, list(range(len(terms)))) or not go(low, high):
        return None
    return np.array(found, dtype=np.int64)


def _floor(room: int, coef: int, *, up: bool = False) -> tuple[int, bool]:
    """The bound that ``coef * x <= room`` (``>=`` with ``up``) sets, and whether it is one from above."""
    if up:
        return (-(-room // coef), False) if coef > 0 else (room // coef, True)
    return (room // coef, True) if coef > 0 else (-(-room // coef), False)


def some_tables(part: Moves, number: int, seed: int) -> Ints:
    """So many tables of a part by a random walk, as changes to the true figures, int64 [number, n].

    A step adds or takes away a short move; it is taken when the result agrees. So the walk is uniform over all tables that
    such steps reach, in the long run. The first is the true one.
    """
    rng = np.random.default_rng(seed)
    ways = list(_directions(part, rng))
    now = np.zeros(part.size, dtype=np.int64)
    kept = [now]
    while ways and len(kept) < number:
        for _ in range(_STEPS * len(ways)):
            way = ways[int(rng.integers(len(ways)))]
            trial = now + way if rng.random() < 0.5 else now - way
            if part.is_move(trial):
                now = trial
        kept.append(now)
    return np.array(kept, dtype=np.int64)


def _directions(part: Moves, rng: np.random.Generator) -> Iterator[Ints]:
    """Short moves, some for each cell, each once."""
    router, seen = Router(part, exact=False), set[bytes]()
    for _ in range(3):
        router.price(1 + rng.random(part.size))
        for cell in range(part.size):
            for sign in (1, -1):
                z = router.route(cell, (sign, 1))
                if z is None:
                    continue
                z = z // gcd(*np.abs(z).tolist())
                if z.tobytes() not in seen and (-z).tobytes() not in seen:
                    seen.add(z.tobytes())
                    yield z

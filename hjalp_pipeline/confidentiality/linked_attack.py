"""The attacker of linked tables: what an outsider, and everybody who knows its own figures, can tell (H11, R11).

Shares the model with the suppressor and nothing else. Figures that stand in the same equations on the same side are told
apart by nothing, so what is possible follows from their sums: the general attacker (``attack``) finds the exact ends of
what each sum is above 1 a figure, with a witness for each, and from these follow the ends of the figures. Nothing here reads
a hidden figure but to know what the equations say.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from hjalp_pipeline.confidentiality.attack import Interval, attack
from hjalp_pipeline.confidentiality.endless import ray_of
from hjalp_pipeline.confidentiality.knowledge import Part
from hjalp_pipeline.confidentiality.linked import Kind, Link, Told
from hjalp_pipeline.confidentiality.model import NO_BOUND, THRESHOLD, Rows, Rule, System, holds
from hjalp_pipeline.confidentiality.solver import LARGE

#: What so many different links have in common is kept.
_KEPT = 1 << 14
#: By kind what its figures are together above 1 each.
_Sums = dict[Kind, int]


@dataclass(frozen=True)
class _Ends:
    """Of every kind the least and the most that its figures can be together above 1 each, and sums that reach them.

    ``exact``: whether the solver proved all of them.
    """

    low: _Sums
    high: _Sums
    witnesses: tuple[_Sums, ...]
    exact: bool


def told(link: Link, hidden: Collection[int], rule: Rule) -> set[Told]:
    """Hidden figures for which the rule does not hold, and who can tell: None for everybody, or the owner of others."""
    found = _fails(link, sorted(hidden), rule)
    kinds = {kind: {link.figures[at].owner for at in of} for kind, of in _by_kind(link, sorted(hidden)).items()}
    without_end = len(_endless(tuple(kinds))) == len(kinds)
    by_owner: set[Told] = set()
    for owner in link.owners(hidden):
        # Where everything grows, whoever leaves unknown figures of every kind is told nothing.
        if not without_end or {owner} in kinds.values():
            broken = _fails(link, link.unknown(hidden, owner), rule)
            by_owner |= {(owner, at) for at in set(broken) - set(found)}
    return by_owner | {(None, at) for at in found}


def alone(link: Link, hidden: Collection[int], rule: Rule) -> dict[int, tuple[int, ...]]:
    """For each hidden figure of 1, whose one person knows it: the small figures that person can tell, where there are any."""
    safe = set(hidden) - set(_fails(link, sorted(hidden), rule))
    found = {}
    for one in sorted(at for at in hidden if link.figures[at].value == 1):
        broken = _fails(link, sorted(set(hidden) - {one}), rule)
        if breaks := tuple(at for at in broken if at in safe and link.figures[at].value < THRESHOLD):
            found[one] = breaks
    return found


def told_to_persons(link: Link, hidden: Collection[int], rule: Rule) -> Iterator[tuple[int, set[int], set[int]]]:
    """For each cell of 1 or 2 that is hidden, whose persons know it in all releases: their number, the figures they can tell and
    no outsider can, and those of them that they can tell whatever is hidden.
    """
    by_all = set(_fails(link, sorted(hidden), rule))
    small = {link.figures[at].name[:-1]: link.figures[at].value for at in hidden if link.figures[at].value < THRESHOLD}
    for cell, number in sorted(small.items()):
        known = {at for at, figure in enumerate(link.figures) if figure.name[:-1] == cell}
        found = set(_fails(link, sorted(set(hidden) - known), rule)) - by_all
        if found:
            yield number, found, found & set(_fails(link, sorted(link.everything - known), rule))


def intervals(link: Link, hidden: Collection[int]) -> list[Interval]:
    """What an outsider can tell of every hidden figure, ``cell`` being its number; witnesses are of the hidden in order."""
    cells = sorted(hidden)
    if not cells:
        return []
    members = _by_kind(link, cells)
    ends = _ends(*_known(link, members))
    tables = np.array(list(dict.fromkeys(_tables(members, ends))), dtype=np.int64)
    found = []
    for kind, of_kind in members.items():
        low, high = _range(ends, kind, len(of_kind))
        for at in of_kind:
            of_cell = tables[:, cells.index(at)]
            low_witness, high_witness = tables[int(of_cell.argmin())], tables[int(of_cell.argmax())]
            found.append(Interval(at, low, high, low_witness, high_witness, exact=ends.exact))
    return sorted(found, key=lambda one: one.cell)


def _tables(members: dict[Kind, list[int]], ends: _Ends) -> Iterator[tuple[int, ...]]:
    """Values of the figures that agree with the sums found: in each a figure of every kind has all that is above 1, in
    turn, and one in which everything has grown that can.
    """
    order = np.argsort([at for of_kind in members.values() for at in of_kind])
    speed = _endless(tuple(members))
    # What grows without end needs not be the largest of its kind in turn: two turns bring each down to 1.
    turns = max(len(of_kind) if kind not in speed else min(len(of_kind), 2) for kind, of_kind in members.items())
    far = {
        kind: value + speed.get(kind, 0) * LARGE * max(map(len, members.values()))
        for kind, value in ends.witnesses[0].items()
    }
    for sums, share in ((far, None), *((sums, turn) for sums in ends.witnesses for turn in range(turns))):
        values = [part for kind, of_kind in members.items() for part in _parts(sums[kind], len(of_kind), share)]
        yield tuple(np.array(values, dtype=np.int64)[order].tolist())


def _parts(above: int, count: int, turn: int | None) -> list[int]:
    """``count`` figures that are ``above`` more than 1 each together: all of it for the one whose turn it is, or even."""
    if turn is None:
        return [1 + (above + place) // count for place in range(count)]
    return [1 + (above if place == turn % count else 0) for place in range(count)]


def _fails(link: Link, unknown: Sequence[int], rule: Rule) -> list[int]:
    """The unknown figures for which the rule does not hold."""
    members = _by_kind(link, unknown)
    if len(_endless(tuple(sorted(members)))) == len(members):
        return []
    ends = _ends(*_known(link, members))
    return [
        at
        for kind, of_kind in members.items()
        for at in of_kind
        if not holds(rule, link.figures[at].value, *_range(ends, kind, len(of_kind)))
    ]


def _range(ends: _Ends, kind: Kind, count: int) -> tuple[int, int]:
    high = ends.high[kind]
    return ends.low[kind] + 1 if count == 1 else 1, high if high >= NO_BOUND else high + 1


def _by_kind(link: Link, unknown: Sequence[int]) -> dict[Kind, list[int]]:
    found: dict[Kind, list[int]] = {}
    for at in unknown:
        found.setdefault(link.figures[at].kind, []).append(at)
    return dict(sorted(found.items()))


def _known(link: Link, members: dict[Kind, list[int]]) -> tuple[tuple[Kind, ...], tuple[int, ...]]:
    """What is known of the unknown figures: their kinds, and what each equation leaves for them above 1 each."""
    sums = {kind: sum(link.figures[at].value - 1 for at in of_kind) for kind, of_kind in members.items()}
    places = max((releases.bit_length() for _, releases in sums), default=0)
    right = (
        sum(side * value for (side, releases), value in sums.items() if releases >> place & 1)
        for place in range(places)
    )
    return tuple(members), tuple(right)


def _rows(kinds: Sequence[Kind], right: Sequence[int]) -> Rows:
    terms = [
        [(number, side) for number, (side, releases) in enumerate(kinds) if releases >> place & 1]
        for place in range(len(right))
    ]
    return Rows.of((of, value) for of, value in zip(terms, right, strict=True) if of)


@lru_cache(maxsize=_KEPT)
def _endless(kinds: tuple[Kind, ...]) -> dict[Kind, int]:
    """How fast the kinds grow that can grow without end, all together."""
    places = max((releases.bit_length() for _, releases in kinds), default=0)
    cells = np.arange(len(kinds), dtype=np.int64)
    no_rows = Rows.of(())
    free = np.full(len(kinds), NO_BOUND, dtype=np.int64)
    ray = ray_of(Part(cells, np.zeros_like(cells), free, _rows(kinds, [0] * places), no_rows)) if kinds else cells
    return {kind: speed for kind, speed in zip(kinds, ray.tolist(), strict=True) if speed > 0}


@lru_cache(maxsize=_KEPT)
def _ends(kinds: tuple[Kind, ...], right: tuple[int, ...]) -> _Ends:
    """The exact ends of the sums of kinds, from what is known of them alone."""
    count = len(kinds)
    none, every = np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.bool_)
    system = System(
        names=tuple((str(kind),) for kind in kinds),
        values=none,
        lower=none,
        upper=np.full(count, NO_BOUND, dtype=np.int64),
        primary=every,
        open=~every,
        cost=none + 1,
        equations=_rows(kinds, right),
        inequalities=Rows.of(()),
    )
    found = attack(system, every)
    witnesses = {tuple(w.tolist()): None for one in found for w in (one.low_witness, one.high_witness)}
    return _Ends(
        {kind: one.low for kind, one in zip(kinds, found, strict=True)},
        {kind: one.high for kind, one in zip(kinds, found, strict=True)},
        tuple(dict(zip(kinds, witness, strict=True)) for witness in witnesses),
        all(one.exact for one in found),
    )

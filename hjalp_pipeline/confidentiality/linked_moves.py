"""Which hidden figures of a link are protected, shown by simple moves (H11). Part of the suppressor.

A move changes hidden figures and leaves every equation as it is. Figures of one kind are alike, so moves are made of kinds: some
are raised, others lowered, by whole numbers. A kind can be lowered by what its figures are above 1 together. A move that
lowers none can be made as often as one likes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import gcd

from hjalp_pipeline.confidentiality.linked import Kind, Link, Told
from hjalp_pipeline.confidentiality.primary import THRESHOLD

#: What a move does, by kind; or in which direction it goes, by kind and sign, while it is being found.
_Move = dict[Kind, int]
_Signed = dict[tuple[Kind, int], int]
#: Kinds of a move that lowers some; one with more is left to the general attacker.
_KINDS = 4


def unprotected(link: Link, hidden: Collection[int]) -> set[Told]:
    """The figures and attackers, the outsider and every owner, for whom no simple move protects them."""
    of_kind: dict[Kind, list[int]] = {}
    for at in sorted(hidden):
        of_kind.setdefault(link.figures[at].kind, []).append(at)
    found: set[Told] = {(None, at) for at in _stuck(link, of_kind)}
    all_grow = len(growing(frozenset(of_kind))) == len(of_kind)
    # Where all grow, only who owns all figures of a kind has more than an outsider.
    owners = {kind: {link.figures[at].owner for at in members} for kind, members in of_kind.items()}
    for owner in link.owners(hidden):
        if not all_grow or any(known == {owner} for known in owners.values()):
            rest = {kind: [at for at in of if link.figures[at].owner != owner] for kind, of in of_kind.items()}
            found |= {(owner, at) for at in _stuck(link, {kind: of for kind, of in rest.items() if of})}
    return found


def settles(link: Link, hidden: Collection[int]) -> bool:
    """Whether what no simple move protects cannot be protected: all figures stand in the same equations."""
    return len({releases for at in hidden if (releases := link.figures[at].releases)}) <= 1


def _stuck(link: Link, of_kind: Mapping[Kind, Sequence[int]]) -> Iterator[int]:
    """The unknown figures, by kind, that no simple move protects."""
    kinds = frozenset(of_kind)
    grow = growing(kinds)
    if len(grow) == len(kinds):
        return
    above = {kind: sum(link.figures[at].value - 1 for at in members) for kind, members in of_kind.items()}
    for kind, members in of_kind.items():
        if kind in grow:
            continue
        by_moves = max((_often(move, above) * move[kind] for move in moves(kinds) if move.get(kind, 0) > 0), default=0)
        falls = any(_often(move, above) for move in moves(kinds) if move.get(kind, 0) < 0)
        for at in members:
            value = link.figures[at].value
            up = by_moves + above[kind] - (value - 1)
            if up < THRESHOLD - value or not (up or (value > 1 and (falls or len(members) > 1))):
                yield at


def _often(move: _Move, above: Mapping[Kind, int]) -> int:
    """How often a move that lowers some kind can be made; one that lowers none grows, and is asked about no more."""
    return min((above[kind] // -by for kind, by in move.items() if by < 0), default=0)


@cache
def growing(kinds: frozenset[Kind]) -> frozenset[Kind]:
    """The kinds whose figures can grow without end while those of other kinds grow with them."""
    return frozenset(kind for one in _directions([{(kind, 1): 1} for kind in sorted(kinds)]) for kind, _ in one)


@cache
def moves(kinds: frozenset[Kind]) -> tuple[_Move, ...]:
    """Moves of few kinds that raise some and lower others."""
    both: list[_Signed] = [{(kind, sign): 1} for kind in sorted(kinds) for sign in (1, -1)]
    return tuple({kind: sign * by for (kind, sign), by in one.items()} for one in _directions(both, _KINDS))


def _directions(directions: list[_Signed], most: int | None = None) -> list[_Signed]:
    """Sums of these that leave every equation as it is, found equation by equation from one that raises it and one that
    lowers it; of those that need no more kinds than others do, and no more than ``most``.
    """
    bits = 0
    for one in directions:
        for (_, releases), _ in one:
            bits |= releases
    for bit in (1 << place for place in range(bits.bit_length())):
        moved = [
            (sum(side * sign * by for ((side, of), sign), by in one.items() if of & bit), one) for one in directions
        ]
        rising, falling = ([(by, one) for by, one in moved if by * sign > 0] for sign in (1, -1))
        pairs = [
            _whole({at: a.get(at, 0) * -down + b.get(at, 0) * up for at in {*a, *b}})
            for up, a in rising
            for down, b in falling
            if not any((kind, -sign) in b for kind, sign in a) and (most is None or len({*a, *b}) <= most)
        ]
        directions = _fewest([*(one for by, one in moved if by == 0), *pairs])
    return directions


def _whole(direction: _Signed) -> _Signed:
    divisor = gcd(*direction.values())
    return {at: by // divisor for at, by in direction.items()}


def _fewest(directions: Iterable[_Signed]) -> list[_Signed]:
    """Those that are not sums of others: no other needs only kinds of theirs."""
    kept: list[_Signed] = []
    for one in sorted(directions, key=len):
        if not any(other.keys() <= one.keys() for other in kept):
            kept.append(one)
    return kept

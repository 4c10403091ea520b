"""Which hidden figures of a link are protected, shown by simple moves (H11). Part of the suppressor.

A move changes hidden figures and leaves every equation as it is. Figures of one kind are alike, so a move that lets all its
figures grow, balanced over both sides in every release, can be made of kinds alone; by it they are 3 or more as well as
what they are. What cannot grow is protected where the figures of one kind can be exchanged for each other.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import gcd

from hjalp_pipeline.confidentiality.linked import Kind, Link, Told
from hjalp_pipeline.confidentiality.primary import THRESHOLD

#: What figures of one kind must be above 1 together, so that one of them can be 1 or THRESHOLD.
_ROOM = THRESHOLD - 1


def unprotected(link: Link, hidden: Collection[int]) -> set[Told]:
    """The figures and attackers, the outsider and every owner, for whom no simple move protects them."""
    of_kind: dict[Kind, list[int]] = {}
    for at in sorted(hidden):
        of_kind.setdefault(link.figures[at].kind, []).append(at)
    found: set[Told] = {(None, at) for at in _stuck(link, of_kind)}
    all_grow = len(growing(frozenset(of_kind))) == len(of_kind)
    # Only who owns all figures of a kind, or knows some that are exchanged, has more than an outsider.
    owners = {kind: {link.figures[at].owner for at in members} for kind, members in of_kind.items()}
    for owner in link.owners(hidden):
        if not all_grow or any(known == {owner} for known in owners.values()):
            rest = {kind: [at for at in of if link.figures[at].owner != owner] for kind, of in of_kind.items()}
            found |= {(owner, at) for at in _stuck(link, {kind: of for kind, of in rest.items() if of})}
    return found


def _stuck(link: Link, of_kind: Mapping[Kind, Sequence[int]]) -> Iterator[int]:
    """The unknown figures, by kind, that no simple move protects."""
    grow = growing(frozenset(of_kind))
    for kind, members in of_kind.items():
        if kind not in grow and not _exchange(link, members):
            yield from members


def settles(link: Link, hidden: Collection[int]) -> bool:
    """Whether what no simple move protects cannot be protected: all figures stand in the same equations."""
    return len({releases for at in hidden if (releases := link.figures[at].releases)}) <= 1


def _exchange(link: Link, members: Sequence[int]) -> bool:
    room = sum(link.figures[at].value - 1 for at in members)
    return len(members) > 1 and room >= _ROOM


@cache
def growing(kinds: frozenset[Kind]) -> frozenset[Kind]:
    """The kinds whose figures can grow without end while those of other kinds grow with them.

    The directions are found equation by equation, as sums of one that raises it and one that lowers it.
    """
    directions: list[dict[Kind, int]] = [{kind: 1} for kind in sorted(kinds)]
    bits = 0
    for _, releases in kinds:
        bits |= releases
    for bit in (1 << place for place in range(bits.bit_length())):
        moved = [(sum(side * n for (side, of), n in one.items() if of & bit), one) for one in directions]
        pairs = [
            _whole({kind: a.get(kind, 0) * -down + b.get(kind, 0) * up for kind in {*a, *b}})
            for up, a in moved
            if up > 0
            for down, b in moved
            if down < 0
        ]
        directions = _fewest([*(one for by, one in moved if by == 0), *pairs])
    return frozenset(kind for one in directions for kind in one)


def _whole(direction: dict[Kind, int]) -> dict[Kind, int]:
    divisor = gcd(*direction.values())
    return {kind: n // divisor for kind, n in direction.items()}


def _fewest(directions: Iterable[dict[Kind, int]]) -> list[dict[Kind, int]]:
    """Those that are not sums of others: no other needs only kinds of theirs."""
    kept: list[dict[Kind, int]] = []
    for one in sorted(directions, key=len):
        if not any(other.keys() <= one.keys() for other in kept):
            kept.append(one)
    return kept

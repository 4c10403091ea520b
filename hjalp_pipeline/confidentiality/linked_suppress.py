"""Which further figures of a link are hidden, so that neither an outsider nor an owner can tell one of another (H11).

Links are small, and figures of one kind differ by size alone. So the patterns with the fewest further figures, and of those
the one with the smallest, are gone through by how many of each kind are hidden: in one release at most three of a kind are
needed. Simple moves say whether a pattern is safe. Where they say no and more than one release is in the link, the general
attacker decides; what he tells whatever is hidden is left, and said.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement

from hjalp_pipeline.confidentiality.attack import attack
from hjalp_pipeline.confidentiality.linked import Kind, Link, Told
from hjalp_pipeline.confidentiality.linked_moves import settles, unprotected
from hjalp_pipeline.confidentiality.model import NO_BOUND, Rule, SystemBuilder, holds

#: So many further figures are tried in all ways; more are needed only where earlier releases hid something else.
_FURTHER = 4
#: The same where each pattern is attacked.
_ATTACKED = 2
#: What so many different links have in common is kept.
_KEPT = 1 << 14


@dataclass(frozen=True)
class Choice:
    """What a link hides, and what of it no pattern protects."""

    hidden: frozenset[int]
    unprotected: frozenset[Told]


def choose(link: Link, rule: Rule) -> Choice:
    """The safe pattern with the fewest figures, then the smallest; where none is safe, one that leaves no more than it must."""
    if not unprotected(link, link.hidden):
        return Choice(link.hidden, frozenset())
    if found := _first(link, _FURTHER, lambda hidden: not unprotected(link, hidden)):
        return Choice(found, frozenset())
    lost = _told(link, link.everything, rule)

    def is_best(hidden: frozenset[int]) -> bool:
        return unprotected(link, hidden) <= lost or _told(link, hidden, rule) <= lost

    further = _FURTHER if settles(link, link.everything) else _ATTACKED
    hidden = _first(link, further, is_best) or _fewer(link, is_best)
    return Choice(hidden, frozenset(_told(link, hidden, rule)))


def _first(link: Link, most: int, is_fine: Callable[[frozenset[int]], bool]) -> frozenset[int] | None:
    """The cheapest fine pattern with so many further figures at most."""
    groups = _groups(link)
    for further in range(most + 1):
        for _, _, added in sorted(_ways(link, groups, further)):
            hidden = link.hidden | set(added)
            if is_fine(hidden):
                return hidden
    return None


def _ways(link: Link, groups: Sequence[Sequence[int]], further: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """So many further figures, the smallest of their groups: their sum, how many are summed ones, and their numbers."""
    for chosen in combinations_with_replacement(range(len(groups)), further):
        count = {group: chosen.count(group) for group in chosen}
        if all(len(groups[group]) >= number for group, number in count.items()):
            added = tuple(at for group, number in count.items() for at in groups[group][:number])
            summed = sum(link.figures[at].side > 0 for at in added)
            yield sum(link.figures[at].value for at in added), summed, added


def _groups(link: Link) -> list[list[int]]:
    """What may be hidden by kind, smallest first; apart those of an owner who knows another hidden figure anyway."""
    knowing = set(link.owners(link.hidden))
    found: dict[tuple[Kind, bool], list[int]] = {}
    for at in sorted(link.free, key=lambda at: (link.figures[at].value, link.figures[at].name)):
        figure = link.figures[at]
        found.setdefault((figure.kind, figure.owner in knowing), []).append(at)
    return list(found.values())


def _fewer(link: Link, is_fine: Callable[[frozenset[int]], bool]) -> frozenset[int]:
    """A fine pattern from the one that hides everything: of each group only as many of the smallest as are needed."""
    hidden = link.everything
    for group in sorted(_groups(link), key=len, reverse=True):
        for number in (*range(min(_FURTHER, len(group))), len(group) // 2):
            less = hidden - set(group[number:])
            if is_fine(less):
                hidden = less
                break
    return hidden


def _told(link: Link, hidden: Collection[int], rule: Rule) -> set[Told]:
    """Which hidden figures are told to whom, exactly."""
    unsure = unprotected(link, hidden)
    if not unsure or settles(link, hidden):
        return unsure
    found = set()
    for attacker in {attacker for attacker, _ in unsure}:
        of_kind: dict[Kind, list[int]] = {}
        for at in link.unknown(hidden, attacker):
            of_kind.setdefault(link.figures[at].kind, []).append(at)
        above = tuple(sorted((kind, sum(link.figures[at].value - 1 for at in of)) for kind, of in of_kind.items()))
        for (kind, _), (least, most) in zip(above, _ends(above), strict=True):
            low = least + 1 if len(of_kind[kind]) == 1 else 1
            found |= {
                (attacker, at)
                for at in of_kind[kind]
                if not holds(rule, link.figures[at].value, low, min(most + 1, NO_BOUND))
            }
    return found


@lru_cache(maxsize=_KEPT)
def _ends(above: tuple[tuple[Kind, int], ...]) -> tuple[tuple[int, int], ...]:
    """The least and the most that the figures of each kind can be above 1 together."""
    builder = SystemBuilder()
    cells = [builder.add_cell((str(kind),), value, lower=0, primary=True) for kind, value in above]
    for place in range(max(releases.bit_length() for (_, releases), _ in above)):
        terms = [
            (cell, side) for cell, ((side, releases), _) in zip(cells, above, strict=True) if releases >> place & 1
        ]
        builder.add_row(terms, sum(side * above[cell][1] for cell, side in terms))
    system = builder.build()
    return tuple((one.low, one.high) for one in attack(system, system.primary))

"""Two tables that add up to each other and have no totals, cell by cell of what they have in common (H11, R11).

A *link* is one such cell, a code and a time, in every release there is of it: in each release the sum of one table's
figures, less what is counted more than once, is the sum of the other's. What is counted more than once is known, and so
are all shown figures; so an equation of a link says what the sum of its hidden figures of one side less that of the other
is. A link shares nothing with any other. Hidden figures are whole numbers from 1 and have no upper bound.
"""

from collections.abc import Collection
from dataclasses import dataclass

from hjalp_pipeline.confidentiality.system import Name

#: Side of the figures that are summed, and of those their sum is.
SUMMED, SUM_OF = 1, -1
#: What the figures of a link are to an attacker who does not know them: their side, and the equations they stand in (a bit each).
Kind = tuple[int, int]
#: Who can tell about a hidden figure, None for everybody, and its number in the link.
Told = tuple[str | None, int]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, one and the same in every release in which it is unchanged. ``value`` is 1 or more.

    ``releases``: a bit for every equation it stands in. ``owner``: who knows it whatever is hidden, with all figures of
    that owner in all releases.
    """

    name: Name
    value: int
    side: int
    releases: int
    owner: str | None = None

    @property
    def kind(self) -> Kind:
        """Figures of one kind stand in the same equations on the same side."""
        return self.side, self.releases


@dataclass(frozen=True, eq=False)
class Link:
    """The figures of a link that nobody has been shown. Each is told by its number.

    ``hidden``: those that are hidden whatever is decided, being small or out; ``free``: those that may be hidden as well.
    """

    figures: tuple[Figure, ...]
    hidden: frozenset[int]
    free: frozenset[int]

    @property
    def everything(self) -> frozenset[int]:
        """The pattern that hides all that can be hidden: what it does not protect nothing does."""
        return self.hidden | self.free

    def owners(self, hidden: Collection[int]) -> tuple[str, ...]:
        """Who owns a hidden figure; to everybody else the link is what it is to an outsider."""
        return tuple(sorted({owner for at in hidden if (owner := self.figures[at].owner) is not None}))

    def unknown(self, hidden: Collection[int], owner: str | None) -> list[int]:
        """The hidden figures that an owner (None: an outsider) does not know, in order."""
        return sorted(at for at in hidden if owner is None or self.figures[at].owner != owner)

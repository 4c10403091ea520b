"""The page for whoever signs a release: what is to be decided, what each kind of reader could find out, why each cell is hidden.

Danish, printable, self-contained. It names cells in words and never tells a figure, but it tells which are small: it is the
office's alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hjalp_pipeline.confidentiality.evidence import COUNTS, LIMITS, RULES, Count
from hjalp_pipeline.confidentiality.primary import THRESHOLD
from hjalp_pipeline.confidentiality.system import Rule
from hjalp_pipeline.pages.grid import Grid, grid, swatch
from hjalp_pipeline.pages.template import template

#: So many cells are listed at once; more of them are folded by their first code.
_FOLD = 80


@dataclass(frozen=True)
class Reader:
    """What one kind of reader could find out: who, what such a reader knows besides the tables, what the attack came to.

    ``open``: whether what is found out has to be looked at; null when it was not examined.
    """

    who: str
    knows: str
    finds: str
    open: bool | None = False


@dataclass(frozen=True)
class Decision:
    """What a person has to decide about a whole release, by page (its time): how many cells nothing protects there.

    ``file``: the definition, ``command``: what makes the release.
    """

    file: str
    command: str
    by_page: Mapping[str, int]

    @property
    def cells(self) -> int:
        """How many cells it is about."""
        return sum(self.by_page.values())


@dataclass(frozen=True)
class Why:
    """A hidden cell in words, and why it is hidden: null for its own sake, else the cells it protects in words. ``times``: when.

    ``tells``: for its own sake, because it would tell the category of a whole group. ``readers``: for who knows some cells alone.
    """

    cell: str
    protects: Sequence[str] | None = None
    times: str = ""
    tells: bool = False
    readers: bool = False


@dataclass(frozen=True)
class Signing:
    """What is told of an attack. ``tables``: ``counts``; the lists of cells are in words. ``why``: hidden cells by first code.

    ``fails``: cells that could have been protected; ``unprotectable``: that nothing hidden beside them can protect;
    ``guessed``: that nothing can protect from whoever takes equal figures to be unchanged; ``told``: that nothing keeps from
    somebody who knows some cells, which needs no decision.
    """

    tables: Mapping[str, Mapping[Count, int]]
    rule: Rule
    assumptions: Sequence[str]
    readers: Sequence[Reader] = ()
    pictures: Sequence[Grid] = ()
    why: Mapping[str, Sequence[Why]] | None = None
    fails: Sequence[str] = ()
    unprotectable: Sequence[str] = ()
    guessed: Sequence[str] = ()
    told: Sequence[str] = ()
    linked: bool = False
    notes: Sequence[str] = ()


def signing_page(found: Signing, *, title: str, decision: Decision | None = None) -> str:
    """The page (Danish html). ``decision``: where to write what is decided, of the whole release."""
    why = found.why or {}
    return template("hjalp_pipeline.confidentiality", "signing.html.j2").render(
        found=found,
        title=title,
        decision=decision,
        undecided=[*found.unprotectable, *found.guessed],
        rule=RULES[found.rule],
        threshold=THRESHOLD,
        total={key: sum(row[key] for row in found.tables.values()) for key in COUNTS},
        why=why,
        folded=sum(map(len, why.values())) > _FOLD,
        pictures=[
            (of, grid(of, f"billede{number}"), {swatch(mark): text for mark, text in of.legend.items()})
            for number, of in enumerate(found.pictures)
        ],
        limits=LIMITS,
    )

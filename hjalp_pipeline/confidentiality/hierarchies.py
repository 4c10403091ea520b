"""A table with its sums: every combination of codes is a cell, every total over the codes of one dimension an equation."""

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hjalp_pipeline.confidentiality.model import SystemBuilder
from hjalp_pipeline.confidentiality.system import NO_BOUND, THRESHOLD, ModelError, Name, cost_of


@dataclass(frozen=True)
class Dimension:
    """A dimension with a hierarchy of any depth: every code and its parent, None for the one root (the total)."""

    name: str
    parents: Mapping[str, str | None]

    def __post_init__(self) -> None:
        """ModelError unless it is one tree."""
        roots = [code for code, parent in self.parents.items() if parent is None]
        if len(roots) != 1:
            msg = f"Dimension {self.name} must have one root, not {len(roots)}"
            raise ModelError(msg)
        for code in self.parents:
            self.ancestors(code)

    @staticmethod
    def flat(name: str, leaves: Iterable[str], total: str = "TOT") -> "Dimension":
        """One total over the leaves."""
        return Dimension(name, {total: None, **dict.fromkeys(leaves, total)})

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The code and everything above it, root last. ModelError for an unknown code or a loop."""
        out: list[str] = []
        at: str | None = code
        while at is not None:
            if at not in self.parents or at in out:
                msg = f"Dimension {self.name}: {code} does not lead to the root"
                raise ModelError(msg)
            out.append(at)
            at = self.parents[at]
        return tuple(out)

    def children(self) -> dict[str, tuple[str, ...]]:
        """The children of every code that has any, in the order of ``parents``."""
        out: dict[str, list[str]] = {}
        for code, parent in self.parents.items():
            if parent is not None:
                out.setdefault(parent, []).append(code)
        return {code: tuple(codes) for code, codes in out.items()}

    def leaves(self) -> tuple[str, ...]:
        """The codes without children."""
        above = set(self.parents.values())
        return tuple(code for code in self.parents if code not in above)

    def single(self) -> dict[str, str]:
        """For every code the code that stands for it: a parent with one child is the same figure as the child."""
        children = self.children()

        def down(code: str) -> str:
            below = children.get(code, ())
            return down(below[0]) if len(below) == 1 else code

        return {code: down(code) for code in self.parents}


def hierarchical_table(
    counts: Mapping[Name, int],
    dimensions: Sequence[Dimension],
    *,
    builder: SystemBuilder | None = None,
    prefix: Name = (),
    suffix: Name | Callable[[Name, int], Name] = (),
    population: Mapping[Name, int] | None = None,
    lower: int = 1,
    multiplier: Callable[[Name], int] | None = None,
    behind: Mapping[Name, int] | None = None,
    apart: Collection[str] = (),
    overlap: bool = False,
    loose: Collection[str] = (),
    telling: Collection[Name] = (),
) -> SystemBuilder:
    """A whole table with all its sums, added to ``builder`` (a new one by default), which is returned.

    counts: leaf coordinates -> count, 0 where missing. Every combination of codes of the dimensions becomes a cell
    named ``prefix + codes + suffix`` (``prefix`` should be the table, ``suffix`` the year and release, or a function of
    codes and figure), and each parent code of one dimension, the others fixed, an equation. population: leaf
    coordinates -> public upper bound; sums get the sum; a cell with a missing or smaller bound than its count (a person
    may borrow where he does not live) gets NO_BOUND. multiplier: codes -> factor on the cost, to have totals hidden
    last. A parent with a single child is an alias of the child. ModelError when a count has an unknown code or one that
    is not a leaf.

    apart: dimensions whose parts are told one by one, such as kommuner. Then ``counts`` and ``population`` hold every
    cell, not leaves alone, and a total of one part stays a cell of its own. overlap: a person may stand in several of
    the parts, and everybody knows how much more they are than the total; else that is a ModelError. loose: dimensions in several
    of whose codes a person may stand, in how many nobody knows: a total is at least each of its parts, and at most their sum.
    behind: by cell the
    observations behind a figure; it is primary when it or they are below the threshold. telling: cells that are primary
    for what they tell (``attribute``); a zero among them is hidden as well, and may be anything from 0 on.
    """
    builder = SystemBuilder() if builder is None else builder
    values = dict(counts) if apart else _summed_counts(counts, dimensions)
    bounds = population if apart else _summed_bounds(population, dimensions)
    stands_for = [dict.fromkeys(d.parents) if d.name in apart else d.single() for d in dimensions]
    cells: dict[Name, int] = {}
    for key in itertools.product(*(dimension.parents for dimension in dimensions)):
        value = values[key]
        same = tuple(codes[code] or code for codes, code in zip(stands_for, key, strict=True))
        bound = NO_BOUND if bounds is None else bounds.get(same, NO_BOUND)
        small = None if behind is None else value > 0 and min(value, behind[key]) < THRESHOLD
        tells = key in telling
        end = suffix(same, value) if callable(suffix) else suffix
        cells[key] = builder.add_cell(
            (*prefix, *same, *end),
            value,
            lower=0 if tells and value == 0 else lower,
            upper=bound if bound >= value else NO_BOUND,
            primary=True if tells else small,
            cost=cost_of(value, multiplier(key) if multiplier else 1),
        )
        builder.alias((*prefix, *key, *end), cells[key])
    for at, dimension in enumerate(dimensions):
        others: list[Iterable[str]] = [d.parents for d in dimensions]
        for parent, below in dimension.children().items():
            if len(below) == 1 and dimension.name not in apart:
                continue
            others[at] = (parent,)
            for key in itertools.product(*others):
                parts = [(*key[:at], code, *key[at + 1 :]) for code in below]
                if dimension.name in loose:
                    builder.add_overlapping(cells[key], [cells[part] for part in parts])
                elif dimension.name in apart:
                    twice = sum(values[part] for part in parts) - values[key] if overlap else 0
                    builder.add_row([*((cells[part], 1) for part in parts), (cells[key], -1)], twice)
                else:
                    builder.add_equation(cells[key], (cells[part] for part in parts))
    for at, dimension in enumerate(dimensions):
        if dimension.name in loose:
            _overlaps(builder, cells, dimensions, at)
    return builder


def _overlaps(builder: SystemBuilder, cells: Mapping[Name, int], dimensions: Sequence[Dimension], at: int) -> None:
    """Add that nobody stands in more parts of a dimension (place ``at``) at a code of another than at the code above that.

    So the parts exceed their total by no more than they do above: persons by paragraph, of one type, by no more than of all types.
    Where nobody has devices by two paragraphs everybody can add up the persons of each type.
    """
    for parent, below in dimensions[at].children().items():

        def excess(key: Name, parent: str = parent, below: tuple[str, ...] = below) -> dict[int, int]:
            """By how much the parts exceed their total."""
            terms: dict[int, int] = {cells[*key[:at], parent, *key[at + 1 :]]: -1}
            for code in below:
                part = cells[*key[:at], code, *key[at + 1 :]]
                terms[part] = terms.get(part, 0) + 1
            return terms

        for key in itertools.product(*((parent,) if d is dimensions[at] else d.parents for d in dimensions)):
            for place, other in enumerate(dimensions):
                above = other.parents[key[place]] if place != at else None
                if above is not None:
                    raised = excess((*key[:place], above, *key[place + 1 :]))
                    builder.add_row([*excess(key).items(), *((cell, -n) for cell, n in raised.items())], 0, equal=False)


def _summed_counts(counts: Mapping[Name, int], dimensions: Sequence[Dimension]) -> dict[Name, int]:
    """The figure of every cell from those of leaves."""
    leaves = [set(dimension.leaves()) for dimension in dimensions]
    values = dict.fromkeys(itertools.product(*(dimension.parents for dimension in dimensions)), 0)
    for key, count in counts.items():
        if key in values and not all(code in leaf for code, leaf in zip(key, leaves, strict=True)):
            msg = f"Counts are given for leaves, not for {key}"
            raise ModelError(msg)
        for above in itertools.product(*(d.ancestors(code) for d, code in zip(dimensions, key, strict=True))):
            values[above] += count
    return values


def _summed_bounds(population: Mapping[Name, int] | None, dimensions: Sequence[Dimension]) -> dict[Name, int] | None:
    """The bound of every cell from those of leaves."""
    if population is None:
        return None
    bounds = dict.fromkeys(itertools.product(*(dimension.parents for dimension in dimensions)), 0)
    for key in itertools.product(*(dimension.leaves() for dimension in dimensions)):
        for above in itertools.product(*(d.ancestors(code) for d, code in zip(dimensions, key, strict=True))):
            bounds[above] = min(bounds[above] + population.get(key, NO_BOUND), NO_BOUND)
    return bounds

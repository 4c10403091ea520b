"""Whoever runs the program: how likely each hidden figure is below 3, given that the program chose this pattern (R11).

Two readers are told apart, both of whom hold every table that agrees with what is published as likely as another:

- one who does not run the program: the *share* of tables in which the figure is small,
- one who runs it on those tables under keys of his own and weighs each by how often it leads to this pattern: *given*.

The second is sampled, with the work bounded: some of the tables, some keys, the quick search. A table leads to the pattern when
the pattern costs no more than what the search finds for it. What keys wish hidden outside the pattern is left out: those
figures are shown, so it is as likely for each table. All hidden cells are asked about, whatever they are: if small ones alone
were, that a pattern was not taken would tell which they are. Nor does anything else in it follow from the true figures: it
begins with a table that the attacker's solver finds. So whoever holds the publication can audit it himself, with the same outcome.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TypeVar

import numpy as np

from hjalp_pipeline.confidentiality.agreeing import every_table, first_table, hidden_parts, some_tables
from hjalp_pipeline.confidentiality.keyed import KEY_BYTES, OfficeKey, priced, wished
from hjalp_pipeline.confidentiality.keyed_pattern import protect_with
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.suppress import Work
from hjalp_pipeline.confidentiality.suppression.moves import Floats, Moves, SuppressionError
from hjalp_pipeline.confidentiality.system import BIG, THRESHOLD, Bools, Ints, Rule, System, cost_of

T = TypeVar("T")

#: Running the program may make no hidden figure likelier to be below 3 than this.
BOUND = 2 / 3
#: Tables of a part: all when they are so many at most, else so many by a walk.
TABLES = 300
#: Runs of the program for one audit and their work (``Work``), whichever is less, and keys that each table is run with.
RUNS, UNITS, KEYS = 160, 100_000, 4
#: Patterns of a key that are tried at most.
ATTEMPTS = 8
_QUICK = Work(units=1)
_SEED = 1
_ROUNDING = 1e-9
#: What running the program adds counts from here on: less is within what a sample can tell.
_NOISE = 0.1


@dataclass(frozen=True)
class Told:
    """What is left of the doubt about a hidden cell: how likely it is below 3, without the program and given its choice."""

    cell: int
    share: float
    given: float


@dataclass(frozen=True)
class Transparency:
    """The audit. ``tables``: looked at, ``whole``: they are all there are; ``runs``: of the program, 0 without any; ``untried``:
    hidden cells for whose part there were none.

    ``bound``: how likely a cell may be; ``attempt``: which of the key's patterns it is; ``proven``: what is hidden follows from
    the pattern alone, so that no table that agrees can be ruled out (docs/confidentiality.md, what that proves).
    """

    told: tuple[Told, ...]
    tables: int
    whole: bool
    runs: int
    bound: float = BOUND
    attempt: int = 0
    proven: bool = False
    untried: int = 0

    def above(self, bound: float) -> list[int]:
        """The cells that what is published makes likelier below 3 than the bound, the likeliest first."""
        return [
            cell for value, cell in sorted((-one.share, one.cell) for one in self.told) if -value > bound + _ROUNDING
        ]

    def betrayed(self, bound: float) -> list[int]:
        """The cells that running the program makes likelier below 3 than the bound, the likeliest first."""
        worse = [one for one in self.told if one.given > one.share + _NOISE]
        return [cell for value, cell in sorted((-one.given, one.cell) for one in worse) if -value > bound + _ROUNDING]


def transparency(
    system: System,
    hidden: Bools,
    rule: Rule,
    *,
    runs: int = RUNS,
    units: int = UNITS,
    keys: Sequence[OfficeKey | None] | None = None,
    readers: Readers | None = None,
    already_hidden: Bools | None = None,
) -> Transparency:
    """Audit a pattern. ``runs``: of the program at most, 0 for shares alone; ``units``: their work, but for two tables a part.

    ``keys``: those of the attacker, any he likes; ``[None]`` for a pattern that was made without a key.
    ``readers``: whom the pattern is kept from besides, see ``protect``. ``already_hidden``: whatever their figures are, bool [n].

    The outcome follows from what is published alone, unless a cell of 3 or more is primary for a reason of its own (a table with
    a sensitive dimension). Where no table is found, nothing is told. Cells that everybody knows are not told. Where the runs do
    not suffice for two tables of each part, or their work does not, they are of the largest parts, of one at least.
    """
    figures = first_table(system, hidden)
    if figures is None:
        return Transparency((), 0, whole=False, runs=0, untried=int(hidden.sum()))
    fixed = np.asarray(hidden & system.primary & (system.values >= THRESHOLD), dtype=np.bool_)
    fixed = fixed if already_hidden is None else fixed | already_hidden
    system = as_if(system, hidden, figures, fixed)
    parts = hidden_parts(system, hidden)
    keys = _keys(KEYS) if keys is None else keys
    told, tables, whole, ran, spent, untried = list[Told](), 0, True, 0, 0, 0
    found_of = [tables_of(part) for part in parts]
    doubtful = [number for number, (found, _) in enumerate(found_of) if len(found) > 1]
    largest_first = sorted(range(len(parts)), key=lambda number: -parts[number].size)
    asked = [number for number in largest_first if number in doubtful][: runs // (2 * len(keys))]
    for at in largest_first:
        part, (found, every) = parts[at], found_of[at]
        tables, whole = tables + len(found), whole and every
        small = found + part.values < THRESHOLD
        share, given = small.mean(axis=0), small.mean(axis=0)
        if at in asked and (not ran or spent < units):
            some, share_of_work = _some(len(found), runs // (len(asked) * len(keys))), units // len(asked)
            weight, work = likelihoods(
                system, hidden, part, found[some], rule, keys=keys, units=share_of_work, readers=readers, fixed=fixed
            )
            some = some[: len(weight)]
            ran, spent = ran + len(some) * len(keys), spent + work
            if weight.any():
                given = np.average(small[some], axis=0, weights=weight)
        elif at in doubtful:
            untried += part.size
        told += [Told(*one) for one in zip(part.cells.tolist(), share.tolist(), given.tolist(), strict=True)]
    return Transparency(tuple(sorted(told, key=attrgetter("cell"))), tables, whole, ran, untried=untried)


def _keys(number: int) -> list[OfficeKey]:
    rng = np.random.default_rng(_SEED)
    return [OfficeKey(rng.bytes(KEY_BYTES)) for _ in range(number)]


def _some(number: int, most: int) -> Ints:
    """Numbers of tables to run the program on, spread over all of them; so are the first of them, for work may end early."""
    spread = np.unique(np.linspace(0, number - 1, min(number, most)).astype(np.int64))
    return np.asarray(np.random.default_rng(_SEED).permutation(spread), dtype=np.int64)


def tables_of(part: Moves) -> tuple[Ints, bool]:
    """Tables of a part as changes to its figures, and whether they are all."""
    found = every_table(part, TABLES)
    return (some_tables(part, TABLES, _SEED), False) if found is None else (found, True)


def likelihoods(
    system: System,
    hidden: Bools,
    part: Moves,
    tables: Ints,
    rule: Rule,
    *,
    keys: Sequence[OfficeKey | None],
    units: int = UNITS,
    readers: Readers | None = None,
    fixed: Bools | None = None,
) -> tuple[Floats, int]:
    """For each table of a part the share of the keys under which the program, run on it, would choose this pattern; and the work.

    The other parts are as in the ``system``. ``fixed``: hidden whatever their figures are, bool [n]. Ends with the ``units`` of
    work: then it is of the first tables only, of two at least.
    """
    fixed = system.pattern() if fixed is None else fixed
    counts, spent = list[float](), 0
    for table in tables:
        if spent >= units and len(counts) > 1:
            break
        values = system.values.copy()
        values[part.cells] += table
        other = as_if(system, hidden, values, fixed)
        led = [_chosen(other, hidden, rule, key, readers) for key in keys]
        spent += sum(work for _, work in led)
        counts.append(sum(chosen for chosen, _ in led) / len(keys))
    return np.array(counts), spent


def as_if(system: System, hidden: Bools, figures: Ints, fixed: Bools) -> System:
    """The system as the program had it if these were the figures of the ``hidden`` cells: which are small, and what each costs.

    ``fixed``: hidden cells that are primary whatever their figures are.
    """
    cost = system.cost.copy()
    for cell in np.flatnonzero(hidden & (cost >= BIG)).tolist():
        cost[cell] = cost_of(int(figures[cell]), int(cost[cell]) // BIG)
    primary = np.where(hidden, (figures < THRESHOLD) | fixed, system.primary)
    return replace(system, values=figures, primary=np.asarray(primary, dtype=np.bool_), cost=cost)


def _chosen(
    system: System, hidden: Bools, rule: Rule, key: OfficeKey | None, readers: Readers | None
) -> tuple[bool, int]:
    """Whether the pattern costs no more, at the key's prices, than what the program finds, and the work of finding out."""
    asked = priced(system, key) if key else system
    hides = np.asarray(wished(system, key) & hidden, dtype=np.bool_) if key else system.pattern()
    try:
        found = protect_with(asked, hides, rule, work=_QUICK, readers=readers)
    except SuppressionError:
        return False, 0
    free = system.primary | hides
    return int(asked.cost[hidden & ~free].sum()) <= int(asked.cost[found.hidden & ~free].sum()), found.work


def attempted(
    make: Callable[[int], T],
    audit: Callable[[T], Transparency],
    bound: float,
    *,
    first: int = 0,
    most: int = ATTEMPTS,
) -> tuple[T, Transparency]:
    """The first of the key's patterns that running the program tells no more of than the bound, and its audit.

    ``make``: the pattern of an attempt (``OfficeKey.attempt``), numbered from ``first``. Where none of so many is within the
    bound, the one with the fewest cells above it is taken, and of those the one that hides fewest. Which are passed over follows
    from what they show.
    """
    tried: list[tuple[T, Transparency]] = []
    for attempt in range(first, first + most):
        found = make(attempt)
        tried.append((found, replace(audit(found), bound=bound, attempt=attempt)))
        if not tried[-1][1].betrayed(bound):
            return tried[-1]
    return min(tried, key=lambda one: (len(one[1].betrayed(bound)), len(one[1].told)))

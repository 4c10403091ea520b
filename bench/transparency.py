"""Whoever runs the program, measured: ``uv run python -m bench.transparency`` (docs/confidentiality.md).

Twenty toy tables (4 kommuner, 2 sexes, 4 ages, made up by a generator with a fixed seed, one to five primary cells) and R10.
Every table that agrees with what is published is enumerated and the program run on it. Three programs: without a key, with
one, with one and as many of its patterns as the audit asks for. *Computed*, *narrowed*, *inferred*: hidden cells of which the
tables that can lead to the pattern leave one value, fewer values than all that agree, and primary cells of which they leave 1
and 2 only. Without a key a table can lead to the pattern when it does; with one, when some key makes it (``protect_with``),
which is tried too.
*Share*, *given*: primary cells likelier than 2/3 to be small, by what is published and by running the program under keys;
*worse*: those of the latter that running the program makes likelier by more than the sampling can explain.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from bench.confidentiality import read
from hjalp_pipeline.confidentiality.agreeing import every_table, hidden_parts
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.keyed import KEY_BYTES, OfficeKey
from hjalp_pipeline.confidentiality.keyed_pattern import protect_by_key, protect_with
from hjalp_pipeline.confidentiality.suppress import Work, protect
from hjalp_pipeline.confidentiality.system import THRESHOLD, Bools, System
from hjalp_pipeline.confidentiality.transparency import BOUND, RUNS, attempted, transparency

KOMMUNER, SEXES, AGES = ("A", "B", "C", "D"), ("1", "2"), ("a", "b", "c", "d")
#: Persons in a cell of the youngest on average, and of the other ages against them.
MEAN, BY_AGE, SPREAD = 10.0, (1.0, 0.8, 0.6, 0.5), 0.5
#: A part of which more tables agree is not enumerated; ``many`` counts them.
MOST = 2_000
_R10 = Path(__file__).parent / "sdc" / "R10.csv"


@dataclass
class Score:
    """What the reader with the program finds, added up."""

    primary: int = 0
    hidden: int = 0
    tables: int = 0
    many: int = 0
    computed: int = 0
    narrowed: int = 0
    inferred: int = 0
    share: int = 0
    given: int = 0
    worse: int = 0

    def __iadd__(self, other: "Score") -> "Score":
        """Both together."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        return self


def toys(number: int) -> Iterator[System]:
    """So many toy tables."""
    seed = 0
    while number:
        rng = np.random.default_rng(seed)
        size, seed = rng.lognormal(0, SPREAD, len(KOMMUNER)), seed + 1
        counts = {
            (kommune, sex, age): int(rng.poisson(MEAN * of_kommune * of_age))
            for kommune, of_kommune in zip(KOMMUNER, size, strict=True)
            for sex in SEXES
            for age, of_age in zip(AGES, BY_AGE, strict=True)
        }
        flat = (("area", KOMMUNER), ("sex", SEXES), ("age", AGES))
        dimensions = [Dimension.flat(name, codes, "TOT") for name, codes in flat]
        # The last part of a name is the release, which the key leaves out.
        system = hierarchical_table(counts, dimensions, suffix=("v1",)).build()
        if 1 <= system.primary.sum() <= 5:
            number -= 1
            yield system


def score(system: System, hidden: Bools, work: Work, *, keyed: bool, runs: int) -> Score:
    """What the reader finds about one pattern."""
    found = Score(primary=int(system.primary.sum()), hidden=int(hidden.sum()))
    for part in hidden_parts(system, hidden):
        every = every_table(part, MOST)
        if every is None:
            found.many += 1
            continue
        found.tables += len(every)
        leads = np.array([_leads(system, hidden, part.cells, table, work, keyed=keyed) for table in every])
        values = every + part.values
        low, high = values.min(axis=0), values.max(axis=0)
        low_left, high_left = values[leads].min(axis=0), values[leads].max(axis=0)
        primary = part.values < THRESHOLD
        found.computed += int((low_left == high_left).sum())
        found.narrowed += int(((low_left != low) | (high_left != high)).sum())
        found.inferred += int((primary & (high_left < THRESHOLD)).sum())
    audit = transparency(system, hidden, "up3", runs=runs, keys=None if keyed else [None])
    mine = [one for one in audit.told if system.primary[one.cell]]
    found.share = sum(one.share > BOUND + 1e-9 for one in mine)
    betrayed = set(audit.betrayed(BOUND))
    found.given = sum(one.given > BOUND + 1e-9 for one in mine)
    found.worse = sum(one.cell in betrayed for one in mine)
    return found


def _leads(system: System, hidden: Bools, cells: np.ndarray, table: np.ndarray, work: Work, *, keyed: bool) -> bool:
    """Whether the program can choose this pattern for another table."""
    values = system.values.copy()
    values[cells] += table
    small = (values > 0) & (values < THRESHOLD)
    as_if = replace(system, values=values, primary=small)
    if keyed:
        return bool((protect_with(as_if, hidden & ~small, "up3", work=work).hidden == hidden).all())
    return bool((protect(as_if, "up3", work=work).hidden == hidden).all())


def measure(systems: list[System], work: Work, runs: int) -> Iterator[tuple[str, Score]]:
    """The three programs on the same tables."""
    rng = np.random.default_rng(17)
    keys = [OfficeKey(rng.bytes(KEY_BYTES)) for _ in systems]
    total = [Score() for _ in range(3)]
    for system, key in zip(systems, keys, strict=True):
        plain = protect(system, "up3", work=work).hidden
        by_key, audited = by_attempts(system, key, work, runs)
        for number, pattern in enumerate((plain, by_key, audited)):
            total[number] += score(system, pattern, work, keyed=number > 0, runs=runs)
    yield from zip(("no key", "key", "key and audit"), total, strict=True)


def by_attempts(system: System, key: OfficeKey, work: Work, runs: int) -> tuple[Bools, Bools]:
    """The key's first pattern, and the one that the audit is content with."""
    patterns: dict[int, Bools] = {}

    def make(attempt: int) -> Bools:
        return patterns.setdefault(attempt, protect_by_key(system, "up3", key.attempt(attempt), work=work).hidden)

    found, _ = attempted(make, lambda hidden: transparency(system, hidden, "up3", runs=runs), BOUND)
    return patterns[0], found


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; 1 when a table can be ruled out although there is a key."""
    parser = argparse.ArgumentParser(prog="bench.transparency", description=__doc__)
    parser.add_argument("--toys", type=int, default=20)
    parser.add_argument(
        "--units", type=int, default=1, help="work of the suppressor, for each run (default: first pattern)"
    )
    parser.add_argument("--runs", type=int, default=RUNS, help="of the program, for the last column")
    parser.add_argument("--r10", action="store_true", help="R10 as well")
    asked = parser.parse_args(arguments)
    work, wrong = Work(units=asked.units), 0
    sets = [(f"{asked.toys} toys", list(toys(asked.toys)))] if asked.toys else []
    if asked.r10:
        sets.append(("R10", [read(_R10, "kom").system]))
    sys.stdout.write(f"table | program | {' | '.join(one.name for one in fields(Score))} | CPU s\n")
    for name, systems in sets:
        start = time.process_time()
        for program, found in measure(systems, work, asked.runs):
            cells = " | ".join(str(getattr(found, one.name)) for one in fields(found))
            sys.stdout.write(f"{name} | {program} | {cells} | {time.process_time() - start:.0f}\n")
            wrong += program != "no key" and found.narrowed > 0
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())

"""Releases of many small countries: none may fail to be made. By hand: ``python -m hjalp_tests.production.test_many_releases 40``."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.production.release.disclosure import audit_published, protect_tables
from hjalp_pipeline.production.release.told_names import word
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import example_country, write_country
from hjalp_tests.examples import some
from hjalp_tests.production.compare import make_possible_release
from hjalp_tests.production.disclosed import AGES, Made, as_tables, figures, published
from hjalp_tests.production.world import run

pytestmark = pytest.mark.slow

#: Persons in a cell, from sparse to dense: what the dice may show.
SHAPES: tuple[tuple[int, ...], ...] = (
    (0, 0, 0, 0, 1, 2),
    (0, 0, 1, 1, 2, 3, 4),
    (0, 1, 2, 3, 4, 5, 6, 8),
    (0, 1, 3, 5, 9, 14, 22),
    (2, 5, 9, 20, 40, 80),
    (1, *range(30, 90)),
)


def releases(seed: int) -> tuple[Made, Made]:
    """Two releases of a year: kommuner of one shape or of many, the second with deliveries, a new kommune, new registers."""
    dice = random.Random(seed)
    kommuner = dice.sample(KOMNR, dice.randint(2, 12))
    own = dice.random() < 0.3
    shape = SHAPES[seed % len(SHAPES)]

    def leaves() -> dict[tuple[str, str], int]:
        faces = dice.choice(SHAPES) if own else shape
        return {(sex, age): dice.choice(faces) for sex in ("1", "2") for age in AGES}

    before = {komnr: leaves() for komnr in kommuner}
    sources = dict.fromkeys(kommuner, "as before")
    after = dict(before)
    for komnr in dice.sample(kommuner, dice.randint(0, 2)):
        sources[komnr] = "delivered again"
        cells = dice.sample(sorted(before[komnr]), dice.randint(0, 4))
        after[komnr] = before[komnr] | {cell: dice.choice(shape) for cell in cells}
    if dice.random() < 0.3:
        sources = dict.fromkeys(kommuner, "another register")
    if dice.random() < 0.5:
        after[next(komnr for komnr in KOMNR if komnr not in before)] = leaves()
    twice = dice.randint(0, 3)
    pair = []
    for release, of, told in (("2024v1", before, dict.fromkeys(kommuner, "as before")), ("2024v2", after, sources)):
        made = figures(release, of)
        bound = dice.choice((0, 1, 10, 500))
        population = {cell: number + dice.randint(0, bound) for cell, number in made.persons.items()}
        twice = min(twice, made.persons["000", "1", "90-"])
        whole = {("000", sex, age): made.persons["000", sex, age] - twice for sex in "01" for age in ("TOT", "90-")}
        pair.append(replace(made, persons=made.persons | whole, population=population, sources=told))
    return pair[0], pair[1]


def make(seed: int, units: int = 30_000) -> tuple[int, int]:
    """Make both releases and attack them together; hidden cells of each. AssertionError when one cannot be made."""
    out = []
    for made in releases(seed):
        found = protect_tables(STATISTIC, made.release, as_tables(made), [2024], out, sources=made.sources, units=units)
        assert (found.fails, found.differ) == ([], [])
        out.append(published(made, found.tables))
    # What the attack on both breaks, the gate of the second has named; the attack may call it a fault of the first.
    (audit,) = audit_published(STATISTIC, out)
    broken = {word(name) for name in (*audit.fails, *audit.inherent)}
    assert broken == set(found.inherent)
    assert {word(name) for name in audit.guessed} == set(found.guessed)
    return len(out[0].hidden), len(out[1].hidden)


@pytest.mark.parametrize("seed", range(2))
def test_a_few_countries(seed: int) -> None:
    make(seed, units=2_000)


@pytest.mark.parametrize("seed", some([2, 3, *range(100, 116)]))
def test_many_countries(seed: int) -> None:
    make(seed)


@pytest.mark.parametrize("seed", some(range(200, 205)))
def test_countries_from_their_deliveries(tmp_path: Path, seed: int) -> None:
    country = example_country(seed)
    write_country(tmp_path, country)
    root = DataRoot(tmp_path)
    for kvartal in sorted({*country.kvartaler, *(delivery.kvartal for delivery in country.deliveries)}):
        run(root, kvartal)
    for name in sorted(country.releases):
        made = make_possible_release(root, name)
        assert made is None or made.made


if __name__ == "__main__":
    first, number = 100, int(sys.argv[1])
    failed = 0
    for one in range(first, first + number):
        began = time.process_time()
        try:
            told = str(make(one))
        except Exception as fault:
            failed += 1
            told = f"{type(fault).__name__}: {fault}"
        sys.stdout.write(f"{one}: {told}, {time.process_time() - began:.1f} CPU s\n")
        sys.stdout.flush()
    sys.stdout.write(f"{failed} of {number} could not be made\n")

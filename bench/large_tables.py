"""Made-up tables of tens of thousands of cells, as dense as those of ``bench/sdc``: the same tables every time.

A cell of the small table becomes several, each drawn around its count. So the share of ones, twos and zeros is that of
the small table, and so is the population, which bounds every one of them.
"""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import Name, System

TOTAL = "Total"
#: What a cell of the small table is divided by: another dimension, or districts below the areas.
SHAPES = ("parts", "districts")


def large_table(file: Path, shape: str, times: int, seed: int = 1) -> System:
    """The table of ``file`` (country, regions, kommuner, by sex and age) ``times`` over, with all its sums.

    shape: "parts" adds a dimension of so many codes and their total, "districts" so many areas below each kommune.
    """
    rng = np.random.default_rng(seed)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    areas: dict[str, str | None] = {TOTAL: None}
    counts: Counter[Name] = Counter()
    population: Counter[Name] = Counter()
    codes = [f"{number:02}" for number in range(times)]
    key: Callable[[str, str, str, str], Name] = _district if shape == "districts" else _part
    for row in rows:
        areas[row["reg"]] = TOTAL
        areas[row["kom"]] = row["reg"]
        for code in codes:
            cell = key(row["kom"], row["sex"], row["age"], code)
            if shape == "districts":
                areas[cell[0]] = row["kom"]
            population[cell] += int(row["pop"])
            counts[cell] = min(int(rng.poisson(int(row["count"]))), int(row["pop"]))
    dimensions = [
        Dimension("area", areas),
        Dimension.flat("sex", sorted({row["sex"] for row in rows}), TOTAL),
        Dimension.flat("age", dict.fromkeys(row["age"] for row in rows), TOTAL),
    ]
    if shape == "parts":
        dimensions.append(Dimension.flat("part", codes, TOTAL))
    return hierarchical_table(counts, dimensions, population=population).build()


def _part(area: str, sex: str, age: str, code: str) -> Name:
    return area, sex, age, code


def _district(area: str, sex: str, age: str, code: str) -> Name:
    return f"{area}-{code}", sex, age

"""Made-up tables of tens of thousands of cells, as dense as those of ``bench/sdc``: the same tables every time.

A cell of the small table becomes several, each drawn around its count. So the share of ones, twos and zeros is that of
the small table, and so is the population, which bounds every one of them.
"""

import csv
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from hjalp_pipeline.confidentiality.attack import is_safe
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import Name, Rule, System
from hjalp_pipeline.confidentiality.suppress import Work, protect

TOTAL = "Total"
#: What a cell of the small table is divided by: another dimension, or districts below the areas.
SHAPES = ("parts", "districts")
#: Table of bench/sdc, shape and times of the measured ones: some 15,000 and 45,000 cells.
MEASURED = (
    ("A12", "districts", 3), ("A12", "parts", 3), ("C12sparse", "districts", 3), ("C12sparse", "parts", 3),
    ("A12", "districts", 10), ("A12", "parts", 10), ("C12sparse", "districts", 10), ("C12sparse", "parts", 10),
)  # fmt: skip
#: Work by table, one unit being some 0.03 to 0.05 ms.
UNITS = {3: 400_000, 10: 1_000_000}
_HEAD = ("table", "size", "primary", "cells", "at least", "gap %", "CPU s", "attack s", "fail", "cannot")


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


def measure(times: int | None = None, rule: Rule = "up3") -> int:
    """Protect and attack the measured tables (of ``times``, if given), one line each; 1 when a pattern fails the attack."""
    sys.stdout.write(" | ".join(_HEAD) + "\n")
    wrong = 0
    for name, shape, times_ in MEASURED:
        if times not in (None, times_):
            continue
        system = large_table(Path(__file__).parent / "sdc" / f"{name}.csv", shape, times_)
        with shown(f"{name} {shape} {times_}") as tell:
            start = time.process_time()
            found = protect(system, rule, work=Work(units=UNITS[times_]), progress=tell)
            taken = time.process_time() - start
        start = time.process_time()
        fail = len(is_safe(system, found.hidden & ~system.open, rule))
        values = (
            f"{name} {shape} {times_}", system.size, int(system.primary.sum()), found.cells, found.lower_cells,
            f"{100 * found.gap_cells:.1f}", f"{taken:.0f}", f"{time.process_time() - start:.0f}",
            fail, len(found.unprotectable),
        )  # fmt: skip
        sys.stdout.write(
            " | ".join(str(value).rjust(len(head)) for value, head in zip(values, _HEAD, strict=True)) + "\n"
        )
        sys.stdout.flush()
        wrong += fail > len(found.unprotectable)
    return int(wrong > 0)


@contextmanager
def shown(name: str) -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar on the terminal for each step of a table; nothing where there is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description:<40}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name)

        def tell(step: str, done: int, of: int) -> None:
            bar.update(task, description=f"{name}: {step}", completed=done, total=max(of, 1))

        yield tell

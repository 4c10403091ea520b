"""Cell keys weighed against suppression on one country's tables: ``python -m bench.cell_key RELEASE`` with the data root in $HJALP_DATA.

Each person has a random number, a cell the fractional part of the sum of its persons': the same persons, the same change, in whichever
table. What a figure becomes is drawn by that key: at most ``MOST`` more or less, a half as likely with each step, true on average; a zero
stays. docs/confidentiality.md has what came out.
"""

import sys
from collections.abc import Sequence
from functools import cache
from itertools import product

import numpy as np
import polars as pl

from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.suppress import Work, protect
from hjalp_pipeline.production.orders.order_making import counted_records
from hjalp_pipeline.storage.root import DataRoot

MOST = 3
TABLES = (
    ("komnr_statbank", "isoklasse"),
    ("isoklasse", "lovnavn", "koen"),
    ("isoklasse", "koen", "aldersgruppe"),
)


@cache
def changes(value: int) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]  # two plain vectors
    """What may be added to a figure, and up to which key each: the mean is 0, and nothing falls below 0."""
    steps = np.arange(-min(value, MOST), MOST + 1)
    low, high = 1e-9, 1e9
    for _ in range(200):
        tilt = (low * high) ** 0.5
        weights = 0.5 ** np.abs(steps) * tilt ** steps.astype(float)
        low, high = (tilt, high) if (weights * steps).sum() < 0 else (low, tilt)
    return steps, np.cumsum(weights / weights.sum())


def changed(value: int, key: float) -> int:
    """A figure as it would be shown."""
    if value == 0:
        return 0
    steps, upto = changes(min(value, MOST + 1))
    # Keys add up as figures do: what is drawn by the key itself would tell of the sums.
    drawn = np.random.default_rng(int(key * 2**53)).random()
    return value + int(steps[min(np.searchsorted(upto, drawn), len(steps) - 1)])


def weigh(persons: pl.DataFrame, columns: Sequence[str]) -> str:
    """A row of the table: persons by these columns with all totals, hidden or changed."""
    found: dict[tuple[str, ...], tuple[int, float]] = {}
    for told in product((True, False), repeat=len(columns)):
        by = [
            (pl.col(c) if t else pl.lit("TOT")).alias(f"_{n}")
            for n, (c, t) in enumerate(zip(columns, told, strict=True))
        ]
        once = persons.select("person", "key", *by).unique()
        cells = once.group_by([f"_{n}" for n in range(len(columns))]).agg(pl.len(), pl.col("key").sum() % 1)
        found |= {tuple(codes): (value, key) for *codes, value, key in cells.iter_rows()}
    shown = {cell: changed(value, key) for cell, (value, key) in found.items()}
    moved = [abs(shown[cell] - value) for cell, (value, _) in found.items()]
    loose = [name for name in columns if name in ("isoklasse", "lovnavn")]
    dimensions = [Dimension.flat(name, sorted(persons[name].unique())) for name in columns]
    every = {cell: found.get(cell, (0, 0.0))[0] for cell in product(*(one.parents for one in dimensions))}
    builder = hierarchical_table(every, dimensions, prefix=("T",), apart=columns, overlap=True, loose=loose)
    hidden = int(protect(builder.build(), "up3", work=Work(units=20_000)).hidden.sum())
    lost = parts = told_exactly = apart = 0
    for at, column in enumerate(columns):
        if column in loose:
            continue
        groups: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for cell in found:
            if cell[at] != "TOT":
                groups.setdefault((*cell[:at], "TOT", *cell[at + 1 :]), []).append(cell)
        for total, cells in groups.items():
            if len(cells) > 1:
                parts += 1
                lost += sum(shown[cell] for cell in cells) != shown[total]
    rng = np.random.default_rng(2)
    for cell, (value, key) in found.items():
        if value > MOST:  # the same table without one of its persons
            less = changed(value - 1, float((key - rng.random()) % 1))
            apart += 1
            told_exactly += shown[cell] - less == 1
    whole = len(found)
    return (
        f"| {' x '.join(columns)} | {whole:,} | {hidden / whole:.0%} | {np.mean(np.array(moved) > 0):.0%} | {np.mean(moved):.2f} "
        f"| {lost / max(1, parts):.0%} | {told_exactly / max(1, apart):.0%} |"
    )


def main(release: str) -> None:
    """Print the table."""
    (rows, _), *_ = list(counted_records(DataRoot.from_environment(), release).values())[-1:]
    rng = np.random.default_rng(1)
    keys = pl.DataFrame({"person": (known := rows["person"].unique().sort()), "key": rng.random(len(known))})
    persons = rows.join(keys, on="person").with_columns(pl.col("koen").cast(pl.String))
    for columns in TABLES:
        sys.stdout.write(weigh(persons, columns) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])

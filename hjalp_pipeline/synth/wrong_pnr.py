"""CPR numbers as kommuner write them: most right, some fictitious, some that nobody has."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hjalp_pipeline.synth.cpr_numbers import unknown_pnr

_FIXED_FICTITIOUS: Final = ("0000000000", "1111111111", "9999999999", "INSTITUTION", "PLEJEHJEM", "12345", "DEPOT-01")


def spoil_pnr(pnr: NDArray[np.uint32], rng: np.random.Generator, *, fictitious: float, unknown: float) -> pl.Series:
    """CPR numbers as text: most right, shares of them fictitious (a kommune has a handful) and unknown."""
    numbers = pnr.copy()
    nobody = rng.random(len(pnr)) < unknown
    numbers[nobody] = unknown_pnr(int(nobody.sum()), rng)
    text = pl.Series("pnr", numbers).cast(pl.String).str.zfill(10)
    no_number = rng.random(len(pnr)) < fictitious
    pool = pl.Series(_fictitious(rng), dtype=pl.String)
    picked = pool.gather(pl.Series((rng.random(len(pnr)) ** 1.7 * len(pool)).astype(np.int64)))
    return pl.select(pl.when(pl.Series(no_number)).then(picked).otherwise(text).alias("pnr"))["pnr"]


def _fictitious(rng: np.random.Generator) -> list[str]:
    """A kommune's own numbers: day + 60, a 99th day, letters, and some everybody uses."""
    two = rng.integers(10, 100, 6)
    made = [
        f"{61 + two[0] % 28:02d}{1 + two[1] % 12:02d}{two[2]}{two[3]}{two[4]}",
        f"99{1 + two[1] % 12:02d}{two[2]}{two[3]}{two[5]}",
        f"0101{two[0]}A{two[1]}{two[2] % 10}",
        f"3102{two[3]}{two[4]}{two[5]}",
    ]
    fixed = [str(text) for text in rng.permutation(_FIXED_FICTITIOUS)]
    return [made[0], fixed[0], made[1], *fixed[1:4], made[2], made[3], *fixed[4:]]

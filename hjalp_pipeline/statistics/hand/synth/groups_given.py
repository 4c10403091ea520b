"""Which target groups stand with a service: one or two codes that fit it, at times none, one twice, or one nobody knows."""

from datetime import date
from functools import cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hjalp_pipeline.statistics.hand.synth.received import CODES
from hjalp_pipeline.synth.sources import Days, Ints, day, read_rows, share

SHARE_TWO: Final = 0.22
SHARE_NONE: Final = 0.06
SHARE_REPEATED: Final = 0.004
SHARE_TWO_BLANKS: Final = 0.01
#: New codes of 2022 (register history 28/06/2023), and codes that no list has.
NEW_CODES: Final = ("3", "4")
_NEW_FROM: Final = day(date(2022, 1, 1))
UNKNOWN: Final = ("1.3.2", "5", "1.2.9.1")
SHARE_NEW: Final = 0.02
SHARE_UNKNOWN: Final = 0.003
#: A kommune whose system hands over no target groups, but for a few.
WITHOUT: Final = "482"
SHARE_NONE_THERE: Final = 0.8


@cache
def _profiles() -> list[tuple[list[str], NDArray[np.float64]]]:
    """Codes that fit each service, and the cumulated share of each."""
    rows = read_rows("target_groups_of_services.csv", __package__)
    found = []
    for code in CODES:
        mine = [row for row in rows if row["code"] == code]
        weights = np.array([float(row["weight"]) for row in mine])
        found.append(([row["maalgruppe"] for row in mine], np.cumsum(weights) / weights.sum()))
    return found


def target_groups(person: Ints, code: Ints, start: Days, komnr: str, rng: np.random.Generator) -> pl.Series:
    """The field ``maalgruppe`` of services of a kommune; a person's first code is the same for the same service."""
    count = len(person)
    first, second = (_drawn(code, share(person, salt)) for salt in (501, 502))
    draw = rng.random((6, count))
    fresh = pl.Series(NEW_CODES).gather(pl.Series((draw[3] * len(NEW_CODES)).astype(np.int64)))
    odd = pl.Series(UNKNOWN).gather(pl.Series((draw[3] * len(UNKNOWN)).astype(np.int64)))
    frame = pl.DataFrame({
        "first": first,
        "second": second,
        "fresh": fresh,
        "odd": odd,
        "two": (share(person, 503) < SHARE_TWO) & (first != second).to_numpy(),
        "none": draw[0] < (SHARE_NONE_THERE if komnr == WITHOUT else SHARE_NONE),
        "new": (start >= _NEW_FROM) & (draw[1] < SHARE_NEW),
        "unknown": draw[2] < SHARE_UNKNOWN,
        "repeated": draw[4] < SHARE_REPEATED,
        "blank": np.where(draw[5] < SHARE_TWO_BLANKS, "  ", " "),
    })  # fmt: skip
    text = (
        pl.when("none").then(None)
        .when("new").then("fresh")
        .when("unknown").then("odd")
        .when("repeated").then(pl.concat_str("first", "blank", "first"))
        .when("two").then(pl.concat_str("first", "blank", "second"))
        .otherwise("first")
    )  # fmt: skip
    return frame.select(text.alias("maalgruppe"))["maalgruppe"]


def _drawn(code: Ints, draw: NDArray[np.float64]) -> pl.Series:
    """A fitting code for each service, by a number between 0 and 1."""
    texts, numbers, before = [], np.zeros(len(code), dtype=np.int64), 0
    for place, (codes, shares) in enumerate(_profiles()):
        here = code == place
        numbers[here] = before + np.minimum(np.searchsorted(shares, draw[here], side="right"), len(codes) - 1)
        texts += codes
        before += len(codes)
    return pl.Series(texts).gather(pl.Series(numbers))

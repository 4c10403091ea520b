"""The faults the source names, at plausible rates: rows a kommune's system holds beside, or instead of, the right ones."""

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.statistics.hand.synth.received import BEGINNING, CODES, LAST_DAY, Services
from hjalp_pipeline.synth.population import Persons
from hjalp_pipeline.synth.sources import NEVER, day

#: Shares of all services of a kommune unless the name says otherwise.
SHARE_TOUCHING: Final = 0.012  # a change of assessment ends a row and begins the next
SHARE_OVERLAPPING: Final = 0.006
SHARE_AGAIN: Final = 0.004  # ended services reported once more with other ids
SHARE_AGAIN_THERE: Final = 0.3
#: Kommuner that report what had ended once more after a change of version.
AGAIN: Final = ("440", "746")
SHARE_ENDED_BEFORE: Final = 0.008  # before there were data
SHARE_BACKWARDS: Final = 0.003  # of those that ended
SHARE_OPEN_AFTER_DEATH: Final = 0.45  # of those a death ended
SHARE_LATE_AFTER_DEATH: Final = 0.15
SHARE_BEGUN_AFTER_DEATH: Final = 0.02
SHARE_DUPLICATE_ID: Final = 0.0005
SHARE_UNKNOWN_CODE: Final = 0.003
SHARE_FICTITIOUS_PNR: Final = 0.002
SHARE_UNKNOWN_PNR: Final = 0.002
#: Codes that the list has not: closed, mistyped, and the paragraph for the code.
UNKNOWN_CODES: Final = ("30012", "31200", "99999", "108", "0")
#: Services that never reach the extract of a kommune's system.
MISSING: Final = (("336", "31134"), ("390", "30014"), ("825", "30182"), ("573", "30013"))
#: What a row is beside a service as it was: added to eight times its number, so that each has an id of its own.
KINDS: Final = 8
_SECOND, _AGAIN, _BEFORE, _GHOST = 1, 2, 3, 4
_LONG: Final = 200
_OVERLAP_DAYS: Final = 20
_LATE_RECORDED: Final = 0.06


def system_rows(
    kommune: int, services: Services, first_id: int, persons: Persons, rng: np.random.Generator
) -> pl.DataFrame:
    """All rows a kommune's systems ever hold.

    Columns: ``number`` (of the row in the country), ``person``, ``code`` (place in CODES), ``start``, ``end`` (days,
    NEVER: open), ``recorded``, ``end_recorded`` (days the system learnt of them), ``double`` (twice in the file).
    """
    komnr, count = KOMNR[kommune], len(services)
    death = persons.death[services.person]
    base = pl.DataFrame({
        "number": (np.arange(count) + first_id).astype(np.uint64) * KINDS,
        "person": services.person, "code": services.code, "start": services.start, "end": services.end,
        "death": death, "draw": rng.random(count), "other": rng.random(count),
        "days": rng.integers(1, 200, count), "lag": rng.integers(0, 14, count), "late": rng.integers(20, 120, count),
    })  # fmt: skip
    missing = [CODES.index(code) for where, code in MISSING if where == komnr]
    base = base.filter(~pl.col("code").is_in(missing))
    rows = pl.concat([*_divided(base), _reported_again(base, komnr), _from_before(base, persons), _ghosts(base)])
    rows = rows.with_columns(end=_ends())
    late = (pl.col("late") * (pl.col("lag") * 7 % 100 < _LATE_RECORDED * 100)).cast(pl.Int32)
    recorded = pl.max_horizontal("start", "recorded") + pl.col("lag") + late
    ended = pl.max_horizontal(recorded, pl.col("end") + (pl.col("lag") * 5 % 14) + late)
    return rows.select(
        "number", "person", "code", "start", "end",
        recorded=recorded.cast(pl.Int32),
        end_recorded=pl.when(pl.col("end") < NEVER).then(ended).otherwise(NEVER).cast(pl.Int32),
        double=pl.Series(rng.random(rows.height) < SHARE_DUPLICATE_ID),
    )  # fmt: skip


def _divided(base: pl.DataFrame) -> list[pl.DataFrame]:
    """Services as two rows that touch or overlap, and all others as they are."""
    until = pl.min_horizontal("end", pl.lit(LAST_DAY))
    cut = (pl.col("draw") < SHARE_TOUCHING + SHARE_OVERLAPPING) & (until - pl.col("start") > _LONG)
    at = pl.col("start") + ((until - pl.col("start")) * (0.3 + pl.col("other") * 0.5)).cast(pl.Int32)
    overlap = pl.when(pl.col("draw") < SHARE_OVERLAPPING).then(_OVERLAP_DAYS).otherwise(0)
    rows = base.with_columns(recorded=pl.col("start"), cut=cut, at=at, overlap=overlap)
    first = rows.with_columns(end=pl.when("cut").then(pl.col("at") - 1).otherwise("end").cast(pl.Int32))
    second = rows.filter("cut").with_columns(
        number=pl.col("number") + _SECOND,
        start=(pl.col("at") - pl.col("overlap")).cast(pl.Int32),
        recorded=pl.col("at"),
    )
    return [frame.select(*base.columns, pl.col("recorded").cast(pl.Int32)) for frame in (first, second)]


def _reported_again(base: pl.DataFrame, komnr: str) -> pl.DataFrame:
    part = SHARE_AGAIN_THERE if komnr in AGAIN else SHARE_AGAIN
    ended = base.filter((pl.col("other") < part) & (pl.col("end") < NEVER))
    return ended.with_columns(
        number=pl.col("number") + _AGAIN, recorded=(pl.col("end") + pl.col("days")).cast(pl.Int32)
    )


def _from_before(base: pl.DataFrame, persons: Persons) -> pl.DataFrame:
    """Services that ended before there were data, of persons who were grown up."""
    end = (BEGINNING - 1 - pl.col("days") * 4).cast(pl.Int32)
    born = pl.Series(persons.birth[base["person"].to_numpy()])
    old = base.filter((pl.col("draw") > 1 - SHARE_ENDED_BEFORE * 2) & (born < day(date(1988, 1, 1))))
    rows = old.with_columns(number=pl.col("number") + _BEFORE, end=end)
    return rows.with_columns(start=(pl.col("end") - pl.col("days") * 5).cast(pl.Int32), recorded=pl.col("end"))


def _ghosts(base: pl.DataFrame) -> pl.DataFrame:
    """Services begun after the person's death."""
    start = (pl.col("death") + pl.col("days")).cast(pl.Int32)
    dead = base.filter((pl.col("end") == pl.col("death")) & (pl.col("other") > 1 - SHARE_BEGUN_AFTER_DEATH))
    rows = dead.with_columns(number=pl.col("number") + _GHOST, start=start, end=pl.lit(NEVER, pl.Int32))
    return rows.with_columns(recorded=pl.col("start")).filter(pl.col("start") <= LAST_DAY)


def _ends() -> pl.Expr:
    """Ends as the system has them: never told of a death, or late; before the start."""
    died = pl.col("end") == pl.col("death")
    backwards = (pl.col("end") < NEVER) & (pl.col("other").is_between(0.5, 0.5 + SHARE_BACKWARDS))
    return (
        pl.when(died & (pl.col("draw") < SHARE_OPEN_AFTER_DEATH)).then(NEVER)
        .when(died & (pl.col("draw") < SHARE_OPEN_AFTER_DEATH + SHARE_LATE_AFTER_DEATH))
        .then(pl.col("end") + pl.col("days"))
        .when(backwards).then(pl.col("start") - pl.col("days") % 40 - 1)
        .otherwise("end")
        .cast(pl.Int32)
    )  # fmt: skip

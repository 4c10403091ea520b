"""R2: the same record in two systems of a kommune, or with a member and the kommune that reports for it (seed 3.5, 5.1, 5.3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import polars as pl

from hjalp_pipeline.rules.rule import Code


@dataclass(frozen=True, eq=False)
class Combining:
    """How a statistic's deliveries become one kommune's data (R2).

    ``id``: column that names a record within a system; the matches of equal records are in its order. ``key``: columns or
    expressions that say which record a row is; null equals null [chosen]. ``filled``: what an older row fills in on its
    newer match where that one has null. Never a date: null in the newer system means still open, and old systems close what
    they hold at the change. ``members``: whether a member's rows are held against those of who reports for it.

    ``twice``: code of a record that comes twice in a delivery, ``same`` of one that stands in a newer system, ``fill`` of
    rows that were filled in.
    """

    id: str
    key: Mapping[str, pl.Expr]
    filled: tuple[str, ...]
    twice: Code
    same: Code
    fill: Code
    members: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the raw data that are looked at here."""
        of_key = (name for expression in self.key.values() for name in expression.meta.root_names())
        return tuple(dict.fromkeys((self.id, *of_key, *self.filled)))


@dataclass(frozen=True)
class Combined:
    """A kommune's rows with where they come from, row by row.

    ``delivery``: place of the delivery among those in force (UInt32), the rows of each one after the other; ``gone``: the
    row is a genganger of a kommune that reports for this one; ``filled``: an older row filled something in (Boolean).
    """

    frame: pl.DataFrame
    delivery: pl.Series
    gone: pl.Series
    filled: pl.Series

    def rows(self) -> pl.DataFrame:
        """The rows that stay."""
        return self.frame.filter(~self.gone)

    def kept(self, deliveries: int) -> list[int]:
        """Rows that stay of each delivery."""
        counts = dict(self.delivery.filter(~self.gone).value_counts().iter_rows())
        return [counts.get(place, 0) for place in range(deliveries)]

    def filled_rows(self) -> int:
        """Rows that stay and were filled in: ``UDFYLDT_LOV``."""
        return int((self.filled & ~self.gone).sum())


def combine_systems(frames: Sequence[pl.DataFrame], how: Combining) -> Combined:
    """The union of a kommune's systems, newest first, without gengangere between them.

    With ``a`` rows of a key on the newer side and ``b`` on the older, ``min(a, b)`` of the older go, both sides in order
    of ``how.id``; each fills nulls of its match first.
    """
    union = _whole(frames[0], 0)
    for place, older in enumerate(frames[1:], start=1):
        pairs = matches(union.frame, older, how)
        union = _fill(union, older, pairs, how.filled)
        rest = _whole(older.filter(~_rows(pairs, "older", older.height)), place)
        union = Combined(
            pl.concat([union.frame, rest.frame]),
            pl.concat([union.delivery, rest.delivery]),
            pl.concat([union.gone, rest.gone]),
            pl.concat([union.filled, rest.filled]),
        )
    return union


def settle(data: Mapping[str, Combined], pairs: Iterable[tuple[str, str]], how: Combining) -> dict[str, Combined]:
    """Members' rows that stand with a kommune that reports for them are gone, after filling the row that stays.

    ``data``: combined data by komnr; ``pairs``: (reporter, member) without circles, a member's in the order in which it is
    held against its reporters. A member's row is matched once. A reporter's row may be matched by a row of each member, but
    no two rows of a member are the same loan: not even by way of a third kommune.
    """
    settled = dict(data)
    # Which loan a row is: its own place among all rows, or that of the row that stays for it.
    starts = dict(zip(data, accumulate((one.frame.height for one in data.values()), initial=0), strict=False))
    loans = {
        komnr: pl.int_range(start, start + data[komnr].frame.height, dtype=pl.UInt64, eager=True).alias("loan")
        for komnr, start in starts.items()
    }
    for reporter, member in _reporters_first(pairs):
        older = settled[member]
        free, rows = _places(~loans[reporter].is_in(loans[member].filter(older.gone).implode())), _places(~older.gone)
        left = older.frame[rows]
        found = matches(settled[reporter].frame[free], left, how)
        same = found.with_columns(loan=loans[reporter].gather(free.gather(found.get_column("newer"))))
        for komnr, start in starts.items():
            place = (pl.col("loan") - start).cast(pl.UInt32)
            of_it = same.filter(pl.col("loan").is_between(start, start + data[komnr].frame.height, closed="left"))
            settled[komnr] = _fill(settled[komnr], left, of_it.select("older", newer=place), how.filled)
        gone = found.select(older=rows.gather(found.get_column("older")))
        settled[member] = replace(older, gone=older.gone | _rows(gone, "older", older.frame.height))
        loans[member] = loans[member].scatter(gone.get_column("older"), same.get_column("loan"))
    return settled


def _reporters_first(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs, those of a member after those of its reporters, else in their order."""
    left, ordered = list(pairs), []
    while left:
        members = {member for _, member in left}
        waiting = {member for reporter, member in left if reporter in members}
        first = next(member for _, member in left if member not in waiting)
        ordered += [pair for pair in left if pair[1] == first]
        left = [pair for pair in left if pair[1] != first]
    return ordered


def _places(those: pl.Series) -> pl.Series:
    return pl.int_range(those.len(), dtype=pl.UInt32, eager=True).filter(those)


def matches(newer: pl.DataFrame, older: pl.DataFrame, how: Combining) -> pl.DataFrame:
    """Rows that are the same loan, one to one in order of ``how.id``: their places ``newer`` and ``older`` (UInt32)."""
    one, other, key = _keyed(newer, "newer", how), _keyed(older, "older", how), list(how.key)
    # Few loans stand on both sides: only those are sorted.
    one = one.join(other, on=key, how="semi", nulls_equal=True)
    other = other.join(one, on=key, how="semi", nulls_equal=True)
    on = [*key, "_rank"]
    return (
        _ranked(one, "newer", how)
        .join(_ranked(other, "older", how), on=on, how="inner", nulls_equal=True)
        .select("newer", "older")
        .sort("newer")
    )


def _keyed(frame: pl.DataFrame, place: str, how: Combining) -> pl.DataFrame:
    rows = frame.select(pl.col(how.id).alias("_id"), **how.key)
    return rows.with_row_index(place)


def _ranked(frame: pl.DataFrame, place: str, how: Combining) -> pl.DataFrame:
    """``frame`` with the rank of each row among those of its key."""
    rank = pl.int_range(pl.len(), dtype=pl.UInt32).over(*how.key)
    return frame.sort("_id", place).with_columns(_rank=rank)


def _rows(pairs: pl.DataFrame, side: str, height: int) -> pl.Series:
    """Boolean by row: whether it stands in ``pairs``."""
    return pl.int_range(height, dtype=pl.UInt32, eager=True).is_in(pairs.get_column(side).implode())


def _fill(newer: Combined, older: pl.DataFrame, pairs: pl.DataFrame, names: Iterable[str]) -> Combined:
    """``newer`` with nulls of the columns taken from the matches in ``older``."""
    if pairs.is_empty():
        return newer
    place = pairs.get_column("newer")
    columns, filled = [], newer.filled
    for name in names:
        known, value = newer.frame.get_column(name), older.get_column(name).gather(pairs.get_column("older"))
        fills = known.gather(place).is_null() & value.is_not_null()
        rows = place.filter(fills)
        columns.append(known.scatter(rows, value.filter(fills)) if rows.len() else known)
        filled = filled | _rows(rows.alias("newer").to_frame(), "newer", filled.len())
    return replace(newer, frame=newer.frame.with_columns(columns), filled=filled)


def _whole(frame: pl.DataFrame, place: int) -> Combined:
    nothing = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    return Combined(frame, pl.repeat(place, frame.height, dtype=pl.UInt32, eager=True), nothing, nothing)

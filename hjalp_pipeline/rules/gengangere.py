"""R2: the same loan in two systems of a kommune, or with a member and the kommune that reports for it (seed 3.5, 5.1, 5.3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import polars as pl

from hjalp_pipeline.rules.rule import Code, Rule

GENGANGER = Code(
    "GENGANGER", "Samme udlån står i det nye system eller hos den kommune, der indberetter for jer", "#a58bc8"
)
UDFYLDT_LOV = Code("UDFYLDT_LOV", "Paragraf eller fritekst er hentet fra det ældre af to ens udlån")
#: Columns that say which loan a row is, ``hminr`` as a number; null equals null [chosen].
GENGANGER_KEY = ("pnr", "pnr_tekst", "_hminr", "udleveringsdato")
#: What an older row fills in on its newer match where that one has null. Never a date: null in the newer system means
#: still on loan, and old systems close their loans at the change.
FILLED = ("lov_navn", "lov_tekst")
#: Columns of the raw data that are looked at here.
COLUMNS = ("udlaan_id", "pnr", "pnr_tekst", "hminr", "udleveringsdato", *FILLED)


@dataclass(frozen=True)
class Combined:
    """A kommune's rows with where they come from, row by row.

    ``delivery``: place of the delivery among those in force (UInt32), the rows of each one after the other; ``gone``: the
    row is a genganger of a kommune that reports for this one; ``filled``: an older row filled in ``FILLED`` (Boolean).
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


def combine_systems(frames: Sequence[pl.DataFrame]) -> Combined:
    """The union of a kommune's systems, newest first, without gengangere between them.

    With ``a`` rows of a key on the newer side and ``b`` on the older, ``min(a, b)`` of the older go, both sides in order
    of ``udlaan_id``; each fills nulls of its match first.
    """
    union = _whole(frames[0], 0)
    for place, older in enumerate(frames[1:], start=1):
        pairs = matches(union.frame, older)
        union = _fill(union, older, pairs)
        rest = _whole(older.filter(~_rows(pairs, "older", older.height)), place)
        union = Combined(
            pl.concat([union.frame, rest.frame]),
            pl.concat([union.delivery, rest.delivery]),
            pl.concat([union.gone, rest.gone]),
            pl.concat([union.filled, rest.filled]),
        )
    return union


def settle(data: Mapping[str, Combined], pairs: Iterable[tuple[str, str]]) -> dict[str, Combined]:
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
        found = matches(settled[reporter].frame[free], left)
        same = found.with_columns(loan=loans[reporter].gather(free.gather(found.get_column("newer"))))
        for komnr, start in starts.items():
            place = (pl.col("loan") - start).cast(pl.UInt32)
            of_it = same.filter(pl.col("loan").is_between(start, start + data[komnr].frame.height, closed="left"))
            settled[komnr] = _fill(settled[komnr], left, of_it.select("older", newer=place))
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


def matches(newer: pl.DataFrame, older: pl.DataFrame) -> pl.DataFrame:
    """Rows that are the same loan, one to one in order of ``udlaan_id``: their places ``newer`` and ``older`` (UInt32)."""
    one, other = _keyed(newer, "newer"), _keyed(older, "older")
    # Few loans stand on both sides: only those are sorted.
    one = one.join(other, on=list(GENGANGER_KEY), how="semi", nulls_equal=True)
    other = other.join(one, on=list(GENGANGER_KEY), how="semi", nulls_equal=True)
    on = [*GENGANGER_KEY, "_rank"]
    return (
        _ranked(one, "newer")
        .join(_ranked(other, "older"), on=on, how="inner", nulls_equal=True)
        .select("newer", "older")
        .sort("newer")
    )


def _keyed(frame: pl.DataFrame, place: str) -> pl.DataFrame:
    # The layout holds hminr to 1-6 digits, so the cast never fails.
    rows = frame.select("udlaan_id", "pnr", "pnr_tekst", "udleveringsdato", _hminr=pl.col("hminr").cast(pl.UInt32))
    return rows.with_row_index(place)


def _ranked(frame: pl.DataFrame, place: str) -> pl.DataFrame:
    """``frame`` with the rank of each row among those of its key."""
    rank = pl.int_range(pl.len(), dtype=pl.UInt32).over(*GENGANGER_KEY)
    return frame.sort("udlaan_id", place).with_columns(_rank=rank)


def _rows(pairs: pl.DataFrame, side: str, height: int) -> pl.Series:
    """Boolean by row: whether it stands in ``pairs``."""
    return pl.int_range(height, dtype=pl.UInt32, eager=True).is_in(pairs.get_column(side).implode())


def _fill(newer: Combined, older: pl.DataFrame, pairs: pl.DataFrame) -> Combined:
    """``newer`` with nulls of ``FILLED`` taken from the matches in ``older``."""
    if pairs.is_empty():
        return newer
    place = pairs.get_column("newer")
    columns, filled = [], newer.filled
    for name in FILLED:
        known, value = newer.frame.get_column(name), older.get_column(name).gather(pairs.get_column("older"))
        fills = known.gather(place).is_null() & value.is_not_null()
        rows = place.filter(fills)
        columns.append(known.scatter(rows, value.filter(fills)) if rows.len() else known)
        filled = filled | _rows(rows.alias("newer").to_frame(), "newer", filled.len())
    return replace(newer, frame=newer.frame.with_columns(columns), filled=filled)


def _whole(frame: pl.DataFrame, place: int) -> Combined:
    nothing = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    return Combined(frame, pl.repeat(place, frame.height, dtype=pl.UInt32, eager=True), nothing, nothing)


SAME_LOAN = Rule(
    "R2b",
    "Gengangere ved systemskifte og i samarbejder",
    "removes",
    combine_systems,
    (GENGANGER,),
    "seed 3.5, 5.1, 5.3",
)
FILL = Rule(
    "R2c", "Paragraf udfyldt fra det ældre af to ens udlån", "corrects", settle, (UDFYLDT_LOV,), "seed 3.5, 5.3"
)

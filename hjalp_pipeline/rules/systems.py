"""R1 and R2: which deliveries make up a kommune's data of a quarter, by names and verdicts alone (seed 3.3, 3.5, 5.1, 5.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from hjalp_pipeline.codelists.periods import Period


@dataclass(frozen=True, slots=True)
class SystemRow:
    """A row of ``systems.csv``: one source system of one kommune over the quarters ``from_quarter``..``to_quarter``."""

    komnr: str
    system: str
    leverandoer: str
    format: str
    encoding: str
    from_quarter: Period
    to_quarter: Period | None
    carry_forward: bool

    def in_force(self, kvartal: Period) -> bool:
        """Whether the kommune uses the system in the quarter."""
        return self.from_quarter <= kvartal and (self.to_quarter is None or kvartal <= self.to_quarter)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A delivery as R1 sees it: where it belongs, when it was received, and whether it was accepted."""

    kvartal: Period
    komnr: str
    system: str
    received: datetime
    accepted: bool
    key: str


def current_systems(systems: Iterable[SystemRow], komnr: str, kvartal: Period) -> tuple[str, ...]:
    """Systems of a kommune in force in the quarter, newest first."""
    return tuple(_current_rows(systems, komnr, kvartal))


def _current_rows(systems: Iterable[SystemRow], komnr: str, kvartal: Period) -> dict[str, SystemRow]:
    """The same with the newest row of each."""
    rows = [row for row in systems if row.komnr == komnr and row.in_force(kvartal)]
    found: dict[str, SystemRow] = {}
    for row in sorted(rows, key=_newest_first):
        found.setdefault(row.system, row)
    return found


def _newest_first(row: SystemRow) -> tuple[int, int, str]:
    # Two systems taken into use in the same period: the one still in use counts as the newer, then the name decides.
    ended = row.to_quarter.last_day if row.to_quarter else date.max
    return (-row.from_quarter.first_day.toordinal(), -ended.toordinal(), row.system)


def left_systems(systems: Iterable[SystemRow], komnr: str, kvartal: Period) -> tuple[SystemRow, ...]:
    """R2: systems a kommune left before the quarter whose data are carried forward, newest first; of each its last row."""
    rows = [row for row in systems if row.komnr == komnr]
    current = {row.system for row in rows if row.in_force(kvartal)}
    left: dict[str, SystemRow] = {}
    for row in sorted(rows, key=_newest_first, reverse=True):
        if row.to_quarter is not None and row.to_quarter < kvartal and row.system not in current:
            left[row.system] = row
    return tuple(row for row in sorted(left.values(), key=_newest_first) if row.carry_forward)


def deliveries_in_force(
    systems: Sequence[SystemRow],
    candidates: Iterable[Candidate],
    komnr: str,
    kvartal: Period,
    *,
    covered: bool = False,
) -> list[Candidate]:
    """R1 and R2: the deliveries whose union is the kommune's data of the quarter, newest system first.

    Empty when systems are in force and none of them has an accepted delivery of this very quarter: the kommune is
    missing, it is not taken silently from an earlier quarter. A system left before the quarter that is carried forward
    contributes its last accepted delivery: of the newest earlier quarter that has one, the one received last. It does so
    also where no system is in force and another kommune reports for this one (``covered``).
    """
    accepted = [candidate for candidate in candidates if candidate.komnr == komnr and candidate.accepted]
    current = _current_rows(systems, komnr, kvartal)
    found: list[tuple[SystemRow, Candidate]] = []
    for row in current.values():
        of_quarter = [c for c in accepted if c.system == row.system and c.kvartal == kvartal]
        if of_quarter:
            found.append((row, max(of_quarter, key=lambda c: (c.received, c.key))))
    if not found and (current or not covered):
        return []
    for row in left_systems(systems, komnr, kvartal):
        earlier = [c for c in accepted if c.system == row.system and c.kvartal < kvartal]
        if earlier:
            found.append((row, max(earlier, key=lambda c: (c.kvartal, c.received, c.key))))
    # A system that was left is the newer one where it was taken into use after one that is still used.
    return [candidate for row, candidate in sorted(found, key=lambda one: _newest_first(one[0]))]


def drop_dubletter(frame: pl.DataFrame, key: str) -> tuple[pl.DataFrame, int]:
    """R2: of rows with the same ``key`` in one delivery the last counts; returns kept rows in file order and the number dropped."""
    # Nearly all ids stand once. Equal ids have equal hashes, so only rows that share a hash are looked at as text.
    shared = frame.get_column(key).hash().is_duplicated()
    if not shared.any():
        return frame, 0
    suspects = frame.select(key).with_row_index("_row").filter(shared)
    gone = suspects.filter(
        ~suspects.get_column("_row").is_in(suspects.group_by(key).agg(pl.col("_row").max())["_row"].implode())
    )
    if gone.is_empty():
        return frame, 0
    rows = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
    return frame.filter(~rows.is_in(gone.get_column("_row").implode())), gone.height

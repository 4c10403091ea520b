"""R1 and R2: which deliveries make up a kommune's data of a quarter, and gengangere between its systems.

Seed 3.3, 3.5, 5.1, 5.3. The selection works on names and verdicts alone; the frames come in afterwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from hjalp_pipeline.codelists.kvartaler import Kvartal

#: Two rows of different systems with the same values here are the same loan; null equals null [chosen].
GENGANGER_KEY = ("pnr", "pnr_tekst", "hminr", "udleveringsdato")
#: What an older row fills in on its newer match where that one has null.
FILLED = ("indleveringsdato", "lov_navn", "lov_tekst")


@dataclass(frozen=True, slots=True)
class SystemRow:
    """A row of ``systems.csv``: one source system of one kommune over the quarters ``from_quarter``..``to_quarter``."""

    komnr: str
    system: str
    leverandoer: str
    format: str
    encoding: str
    from_quarter: Kvartal
    to_quarter: Kvartal | None
    carry_forward: bool

    def in_force(self, kvartal: Kvartal) -> bool:
        """Whether the kommune uses the system in the quarter."""
        return self.from_quarter <= kvartal and (self.to_quarter is None or kvartal <= self.to_quarter)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A delivery as R1 sees it: where it belongs, when it was received, and whether it was accepted."""

    kvartal: Kvartal
    komnr: str
    system: str
    received: datetime
    accepted: bool
    key: str


def current_systems(systems: Iterable[SystemRow], komnr: str, kvartal: Kvartal) -> tuple[str, ...]:
    """Systems of a kommune in force in the quarter, newest first."""
    rows = [row for row in systems if row.komnr == komnr and row.in_force(kvartal)]
    return tuple(dict.fromkeys(row.system for row in sorted(rows, key=_newest_first)))


def _newest_first(row: SystemRow) -> tuple[int, int, int, str]:
    # Two systems taken into use in the same quarter: the one still in use counts as the newer, then the name decides.
    ended = (row.to_quarter.aar * 4 + row.to_quarter.nr) if row.to_quarter else 10**9
    return (-(row.from_quarter.aar * 4 + row.from_quarter.nr), -ended, 0, row.system)


def deliveries_in_force(
    systems: Sequence[SystemRow], candidates: Iterable[Candidate], komnr: str, kvartal: Kvartal
) -> list[Candidate]:
    """R1 and R2: the deliveries whose union is the kommune's data of the quarter, newest system first.

    Empty when no system in force has an accepted delivery of this very quarter: the kommune is missing, it is not taken
    silently from an earlier quarter. Systems left before the quarter contribute their last accepted delivery when their
    row says ``carry_forward=yes``. Latest is by reception time, then quarter [chosen].
    """
    accepted = [candidate for candidate in candidates if candidate.komnr == komnr and candidate.accepted]
    current = current_systems(systems, komnr, kvartal)
    found: list[Candidate] = []
    for system in current:
        of_quarter = [c for c in accepted if c.system == system and c.kvartal == kvartal]
        if of_quarter:
            found.append(max(of_quarter, key=lambda c: (c.received, c.key)))
    if not found:
        return []
    left: dict[str, SystemRow] = {}
    for row in systems:
        ended_before = row.to_quarter is not None and row.to_quarter < kvartal
        if row.komnr == komnr and ended_before and row.system not in current:
            known = left.get(row.system)
            if known is None or known.from_quarter < row.from_quarter:
                left[row.system] = row
    for row in sorted(left.values(), key=_newest_first):
        earlier = [c for c in accepted if c.system == row.system and c.kvartal < kvartal]
        if row.carry_forward and earlier:
            found.append(max(earlier, key=lambda c: (c.received, c.kvartal, c.key)))
    return found


def drop_dubletter(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """R2: of rows with the same ``udlaan_id`` in one delivery the last counts; returns kept rows in file order and the number dropped."""
    # Nearly all ids stand once. Equal ids have equal hashes, so only rows that share a hash are looked at as text.
    shared = frame.get_column("udlaan_id").hash().is_duplicated()
    if not shared.any():
        return frame, 0
    suspects = frame.select("udlaan_id").with_row_index("_row").filter(shared)
    gone = suspects.filter(
        ~suspects.get_column("_row").is_in(suspects.group_by("udlaan_id").agg(pl.col("_row").max())["_row"].implode())
    )
    if gone.is_empty():
        return frame, 0
    rows = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
    return frame.filter(~rows.is_in(gone.get_column("_row").implode())), gone.height


def combine_systems(frames: Sequence[pl.DataFrame]) -> tuple[pl.DataFrame, list[int]]:
    """R2: the union of a kommune's systems, newest first, without gengangere; returns it and the rows kept of each.

    With ``a`` rows of a key on the newer side and ``b`` on the older, ``min(a, b)`` of the older go, both sides in order
    of ``udlaan_id``; each fills nulls of its match first. The systems' rows follow one another in the order given.
    """
    union, kept = frames[0], [frames[0].height]
    for older in frames[1:]:
        before = union.height
        union = _merge(union, older)
        kept.append(union.height - before)
    return union, kept


def _ranked(frame: pl.DataFrame) -> pl.DataFrame:
    """Row position and the rank of each row among those of its key, by ``udlaan_id``."""
    return (
        frame.with_row_index("_row")
        .sort("udlaan_id", "_row")
        .with_columns(_rank=pl.int_range(pl.len(), dtype=pl.UInt32).over(*GENGANGER_KEY))
    )


def _merge(newer: pl.DataFrame, older: pl.DataFrame) -> pl.DataFrame:
    on = [*GENGANGER_KEY, "_rank"]
    filling = _ranked(older).select(
        *on, pl.col("_row").alias("_older"), *(pl.col(c).alias(f"{c}_older") for c in FILLED)
    )
    matched = _ranked(newer).join(filling, on=on, how="left", nulls_equal=True).sort("_row")
    gone = matched.get_column("_older").drop_nulls()
    filled = matched.with_columns(*(pl.coalesce(c, f"{c}_older") for c in FILLED)).select(newer.columns)
    rest = older.with_row_index("_row").filter(~pl.col("_row").is_in(gone.implode())).select(newer.columns)
    return pl.concat([filled, rest])

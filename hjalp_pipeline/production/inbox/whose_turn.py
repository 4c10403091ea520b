"""Who is late or rejected, and why: what the gate means to a person who looks after one period on one day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.codes import REJECTION_TEXT
from hjalp_pipeline.production.inbox.gate import gate, gate_frame
from hjalp_pipeline.production.inbox.gate_state import SETTLED, Status
from hjalp_pipeline.storage.inbox import period_folders
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

#: Statuses in which the kommune owes a delivery.
OWES: tuple[Status, ...] = ("missing", "rejected", "partial")


@dataclass(frozen=True, slots=True)
class Turn:
    """A kommune in a period, as a person reads it.

    ``days_late``: whole days since the deadline when it owes a delivery, else 0; ``why``: the reason in Danish, the sentence
    of a rejection with it; ``receipt``: the newest delivery's receipt below the statistic's folder, null when there is none;
    ``settled``: nobody has to do anything.
    """

    komnr: str
    kommune: str
    status: Status
    deadline: date
    days_late: int
    why: str
    receipt: str | None
    settled: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest period with deliveries, its kommuner, those nobody waits for last; ``awaited``: later periods that have
    ended, of which nothing has come, with their deadlines.
    """

    period: Period
    turns: tuple[Turn, ...]
    awaited: tuple[tuple[Period, date], ...]


def standing_now(root: DataRoot, today: date, made: str | None = None) -> Standing | None:
    """How the newest period with deliveries stands on a day; None while the inbox has no period's folder.

    ``made``: the period whose gate has just been made and is read as it was kept; that of another is made now.
    """
    statistic = root.declared
    known = [period for period in period_folders(root) if period in statistic.periods(today)]
    if not known:
        return None
    period = known[-1]
    rows = Lake(root).frame("status", made) if made == str(period) else gate_frame(gate(root, str(period)))
    ended = [later for later in period.until(statistic.period.of(today)) if later > period and later.last_day < today]
    return Standing(period, turns_of(root, rows, today), tuple((later, later.deadline) for later in ended))


def turns_of(root: DataRoot, rows: pl.DataFrame, today: date) -> tuple[Turn, ...]:
    """The gate (``gate.SCHEMA``) for people, whoever is waited for longest first."""
    turns = [_turn(root, row, today) for row in rows.iter_rows(named=True)]
    return tuple(sorted(turns, key=lambda turn: (turn.settled, -turn.days_late, turn.komnr)))


def _turn(root: DataRoot, row: Mapping[str, Any], today: date) -> Turn:
    deadline, status, code, detail = (
        date.fromisoformat(row["deadline"]),
        row["status"],
        row["newest_code"],
        row["detail"],
    )
    text = REJECTION_TEXT.get(code or "", "")
    told = text if f"({code})" in detail else text and f"{code}: {text}"
    return Turn(
        row["komnr"],
        row["kommune"],
        status,
        deadline,
        max((today - deadline).days, 0) if status in OWES else 0,
        "; ".join(filter(None, (detail, told))),
        receipt_of(root, row["kvartal"], row["newest_delivery"]),
        status in SETTLED and not row["needs"],
    )


def receipt_of(root: DataRoot, period: str, newest_delivery: str | None) -> str | None:
    """The receipt of a kommune's newest delivery below the statistic's folder; None when there is none.

    Of two files that differ in their ending alone, the receipts carry the whole name.
    """
    newest = newest_delivery or ""
    for stem in (newest, newest.rpartition(".")[0]):
        name = f"receipts/{period}/{stem}.html"
        if stem and root.file(name).is_file():
            return name
    return None

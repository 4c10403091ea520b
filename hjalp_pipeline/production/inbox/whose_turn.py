"""Who is late or rejected, and why: what the gate means to a person who looks after one period on one day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.codes import REJECTION_TEXT
from hjalp_pipeline.production.inbox.gate import GateRow, gate
from hjalp_pipeline.production.inbox.gate_state import SETTLED, Status
from hjalp_pipeline.storage.inbox import period_folders
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


def standing_now(root: DataRoot, today: date) -> Standing | None:
    """How the newest period with deliveries stands on a day; None while the inbox has no period's folder."""
    statistic = root.declared
    known = [period for period in period_folders(root) if period in statistic.periods(today)]
    if not known:
        return None
    period = known[-1]
    turns = turns_of(root, gate(root, str(period)), today)
    ended = [later for later in period.until(statistic.period.of(today)) if later > period and later.last_day < today]
    return Standing(period, turns, tuple((later, later.deadline) for later in ended))


def turns_of(root: DataRoot, rows: Iterable[GateRow], today: date) -> tuple[Turn, ...]:
    """The gate's rows for people, whoever is waited for longest first."""
    turns = [_turn(root, row, today) for row in rows]
    return tuple(sorted(turns, key=lambda turn: (turn.settled, -turn.days_late, turn.komnr)))


def _turn(root: DataRoot, row: GateRow, today: date) -> Turn:
    deadline = date.fromisoformat(row.deadline)
    text = REJECTION_TEXT.get(row.newest_code or "")
    told = f"{row.newest_code}: {text}" if text else ""
    return Turn(
        row.komnr,
        row.kommune,
        row.status,
        deadline,
        max((today - deadline).days, 0) if row.status in OWES else 0,
        "; ".join(filter(None, (row.detail, text if f"({row.newest_code})" in row.detail else told))),
        receipt_of(root, row),
        row.status in SETTLED and not row.needs,
    )


def receipt_of(root: DataRoot, row: GateRow) -> str | None:
    """The receipt of a kommune's newest delivery below the statistic's folder; None when there is none.

    Of two files that differ in their ending alone, the receipts carry the whole name.
    """
    newest = row.newest_delivery or ""
    for stem in (newest, newest.rpartition(".")[0]):
        name = f"receipts/{row.kvartal}/{stem}.html"
        if stem and root.file(name).is_file():
            return name
    return None

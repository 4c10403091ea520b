"""What the statistic gets in a country: which months are delivered, what is wrong with some, approvals and releases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Maaned
from hjalp_pipeline.statistics.hand.synth.vendor_systems import Change, periods_of
from hjalp_pipeline.synth.source_systems import Delivery, Extension, Sender
from hjalp_pipeline.synth.sources import mix

#: Story of a delivery: what it holds or how it is broken, and the code it is rejected with (None: accepted).
STORIES: Final = {
    "full": None,
    "most": None,  # a first delivery that a fuller one supersedes
    "half": None,  # only a part of what the system holds
    "wrong_count": "ANTAL",
    "truncated": "ANTAL",
    "truncated_xml": "XML_UGYLDIG",
    "columns": "KOLONNER",
    "many_errors": "FOR_MANGE_FEJL",
    "encoding": "TEGNSAET",
    "empty": "TOM",
    "stranger": "UKENDT_AFSENDER",
}
#: What happens to a kommune in a month.
When = tuple[str, str]
HEADER: Final = "decided_at;aar;komnr;kind;decision;decided_by;note"
QUARTERS: Final = ("K1", "K2", "K3", "K4")
#: Changes the rows of a kommune (number) for one month (as text); the default leaves them alone.
Plant = Callable[[str, str, pl.DataFrame], pl.DataFrame]


def nothing_planted(_komnr: str, _month: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as they are."""
    return rows


@dataclass(frozen=True, slots=True)
class Round:
    """Answers of kommuner for a year's quarters, from a moment on: all of them, or those named."""

    file: str
    aar: int
    begins: datetime
    decision: str = "godkendt"
    kommuner: tuple[str, ...] = KOMNR
    quarters: tuple[str, ...] = QUARTERS
    note: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """All that a folder of the statistic holds, but for the rows.

    ``before``, ``after``: another delivery the day before or after the good one; ``instead``: of another story, None: none
    at all; ``late``: day of the month it comes on and whether that was granted; ``plant``: what only some months' files hold;
    ``listed_wrongly``: kommuner whose old system ``systems.csv`` does not carry forward, though it must.
    """

    months: tuple[Maaned, ...]
    changes: Mapping[str, Change]
    rounds: tuple[Round, ...]
    releases: Mapping[str, str]
    before: Mapping[When, str] = field(default_factory=dict)
    after: Mapping[When, str] = field(default_factory=dict)
    instead: Mapping[When, str | None] = field(default_factory=dict)
    late: Mapping[When, tuple[int, bool]] = field(default_factory=dict)
    plant: Plant = nothing_planted
    listed_wrongly: tuple[str, ...] = ()

    def deliveries(self, senders: tuple[Sender, ...], seed: int) -> list[Delivery]:
        """Every file of the inbox, in order of kommune, month and time."""
        found: list[Delivery] = []
        for sender in senders:
            for month in periods_of(sender, self.months):
                found += self._of_month(sender, month, seed)
        return sorted(found, key=lambda row: (row.sender.komnr, str(row.period), row.received))

    def _of_month(self, sender: Sender, month: Maaned, seed: int) -> list[Delivery]:
        key = (str(month), sender.komnr)
        received = self._received(sender.komnr, month, seed)
        found = [(received, self.instead.get(key, "full"))]
        found.append((received - timedelta(days=1, minutes=47), self.before.get(key)))
        found.append((received + timedelta(hours=19, minutes=13), self.after.get(key)))
        return [
            Delivery(month, _stranger(sender) if story == "stranger" else sender, at, story, STORIES[story])
            for at, story in found
            if story is not None
        ]

    def _received(self, komnr: str, month: Maaned, seed: int) -> datetime:
        """Between the 3rd and the 14th of the next month, between six in the morning and six at night; late ones on their day."""
        number = int(mix(np.array([int(komnr) * 100_000 + month.aar * 100 + month.nr]), seed + 31)[0])
        first = month.next().first_day
        late, _ = self.late.get((str(month), komnr), (0, True))
        moment = datetime(first.year, first.month, late or 3 + number % 12)  # noqa: DTZ001 - Danish time, as the names of files are
        return moment + timedelta(
            hours=6 + number // 16 % 11, minutes=number // 256 % 60, seconds=number // 32_768 % 60
        )

    def extensions(self) -> tuple[Extension, ...]:
        """Rows of ``extensions.csv``."""
        return tuple(
            Extension(komnr, Maaned.parse(month), _day_after(month, late), "Systemskifte eller sygdom")
            for (month, komnr), (late, granted) in self.late.items()
            if granted
        )

    def approvals(self, seed: int) -> dict[str, str]:
        """Text of each file of ``approvals/``: the rounds in their order, a kommune's answers some days into its round."""
        files: dict[str, list[str]] = {}
        for one in self.rounds:
            rows = files.setdefault(one.file, [HEADER])
            for komnr in (code for code in one.kommuner if code not in one.without):
                number = int(mix(np.array([one.aar * 1000 + int(komnr)]), seed + 37)[0])
                moment = one.begins + timedelta(days=number % 14, minutes=number // 32 % 600)
                at = moment.isoformat(timespec="seconds")
                rows += [f"{at};{one.aar};{komnr};{kind};{one.decision};kommunen;{one.note}" for kind in one.quarters]
        return {name: "\n".join(rows) + "\n" for name, rows in files.items()}


def _day_after(month: str, number: int) -> date:
    return Maaned.parse(month).deadline.replace(day=number)


def _stranger(sender: Sender) -> Sender:
    """The same kommune with a system nobody was told of."""
    return Sender(sender.komnr, "ukendt", "csv", "utf-8", sender.first)

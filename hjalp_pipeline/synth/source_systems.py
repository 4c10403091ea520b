"""Who sends what to a statistic: source systems, kommuner that report for others, deliveries, later deadlines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from hjalp_pipeline.codelists.periods import Period


@dataclass(frozen=True, slots=True)
class Sender:
    """One source system of one kommune (a row of ``systems.csv``) and how it writes."""

    komnr: str
    system: str
    format: str
    encoding: str
    first: Period
    last: Period | None = None
    carry_forward: bool = False
    crlf: bool = False
    bom: bool = False
    permuted: bool = False
    hyphen: bool = False
    empty_elements: bool = False

    def active(self, period: Period) -> bool:
        """Whether the system delivers for the period."""
        return self.first <= period and (self.last is None or period <= self.last)


@dataclass(frozen=True, slots=True)
class Collaboration:
    """A kommune that reports for another, from a day until (not including) a day."""

    komnr_indberetter: str
    komnr_medlem: str
    from_date: date
    to_date: date | None = None

    def active(self, period: Period) -> bool:
        """Whether it is in force on the last day of the period."""
        return self.from_date <= period.last_day and (self.to_date is None or period.last_day < self.to_date)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file of the inbox: sender, period, time, what it tells (``story``), its rejection (None: accepted), its records."""

    period: Period
    sender: Sender
    received: datetime
    story: str
    code: str | None = None
    records: int = 0

    @property
    def name(self) -> str:
        """Name of the file."""
        return f"{self.sender.komnr}_{self.sender.system}_{self.received:%Y%m%dT%H%M%S}.{self.sender.format}"


@dataclass(frozen=True, slots=True)
class Extension:
    """A later deadline for one kommune and period."""

    komnr: str
    period: Period
    new_deadline: date
    reason: str


def codelist_texts(
    word: str,
    *,
    senders: Iterable[Sender],
    suppliers: Mapping[str, str],
    collaborations: Iterable[Collaboration],
    extensions: Iterable[Extension],
) -> dict[str, str]:
    """Text of ``systems.csv``, ``collaborations.csv`` and ``extensions.csv``, by name.

    ``word``: what their columns call a period, ``quarter`` or ``period``; ``suppliers``: the supplier of each system.
    """
    systems = [f"komnr;system;leverandoer;format;encoding;from_{word};to_{word};carry_forward"]
    systems += [
        f"{row.komnr};{row.system};{suppliers[row.system]};{row.format};{row.encoding};{row.first};"
        f"{row.last or ''};{'yes' if row.carry_forward else 'no'}"
        for row in senders
    ]
    together = ["komnr_indberetter;komnr_medlem;from_date;to_date"]
    together += [
        f"{row.komnr_indberetter};{row.komnr_medlem};{row.from_date};{row.to_date or ''}" for row in collaborations
    ]
    granted = [f"komnr;{word};new_deadline;reason"]
    granted += [f"{row.komnr};{row.period};{row.new_deadline};{row.reason}" for row in extensions]
    lists = {"systems": systems, "collaborations": together, "extensions": granted}
    return {f"{name}.csv": "\n".join(lines) + "\n" for name, lines in lists.items()}


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Write texts by their names, as UTF-8 with LF, into a folder that is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")

"""What a kommune has decided of each year, and until when it may: from decisions, receipts, and definitions of releases."""

import contextlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.dialogue.reminders.day_lists import read_approval_deadlines
from hjalp_pipeline.portal.receipts_read import receipts_of
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.publishing.definition import Definition, DefinitionError
from hjalp_pipeline.rules.approval import Decision, Received, State, latest_decisions, state_of
from hjalp_pipeline.storage.codelists import read_collaborations
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.inbox import period_folders
from hjalp_pipeline.storage.root import DataRoot

SAID: dict[State, tuple[str, str]] = {
    State.UBESVARET: ("ikke besvaret", "warn"),
    State.GODKENDT: ("godkendt", "ok"),
    State.AFVIST: ("afvist: send igen", "no"),
    State.GENLEVERET: ("afvist, og sendt igen: svar på de nye tal", "warn"),
    State.FORAELDET: ("godkendt før den nyeste levering", "warn"),
}


#: What is said of a year where one of these states is, the first that holds.
_YEAR_SAID: tuple[tuple[set[State], str], ...] = (
    ({State.UBESVARET, State.GENLEVERET}, "svar mangler"),
    ({State.AFVIST}, "noget er afvist: ret, og send igen"),
    ({State.FORAELDET}, "alt er besvaret, men noget før den nyeste levering: se de nye tal efter"),
)


@dataclass(frozen=True, slots=True)
class KindStand:
    """One of the things a kommune decides of a year. ``decided``: its decision that counts, None without one."""

    kind: str
    asked: str
    state: State
    decided: Decision | None

    @property
    def word(self) -> str:
        """The state in words."""
        return SAID[self.state][0]

    @property
    def mark(self) -> str:
        """The style of the state."""
        return SAID[self.state][1]


@dataclass(frozen=True, slots=True)
class YearStand:
    """A year of a kommune. ``until``: when answers still count for the release that is coming, None when none is defined."""

    aar: int
    kinds: tuple[KindStand, ...]
    deadline: date | None
    until: datetime | None

    def turn(self, now: datetime) -> str:
        """Whose turn it is: nobody's once no answer counts, for then there is nothing a kommune can do."""
        open_ = self.is_open(now) and any(
            one.state in (State.UBESVARET, State.GENLEVERET, State.AFVIST) for one in self.kinds
        )
        return "jer" if open_ else "ingen"

    def word(self, now: datetime) -> str:
        """The state of the whole year in words: that of what comes first."""
        states = {one.state for one in self.kinds}
        said = next((words for some, words in _YEAR_SAID if states & some), "alt er besvaret")
        return said if self.is_open(now) or states == {State.GODKENDT} else "fristen for svar er udløbet"

    def is_open(self, now: datetime) -> bool:
        """Whether an answer still counts for the release that is coming."""
        return self.until is None or now <= self.until


def report_of(root: DataRoot, aar: int, komnr: str) -> Path:
    """The approval report of a kommune."""
    return root.approvals / "reports" / str(aar) / f"{komnr}.html"


def years_of(root: DataRoot, komnr: str) -> list[YearStand]:
    """The years with a report or a decision of a kommune, newest first."""
    reports = root.approvals / "reports"
    years = {int(path.name) for path in reports.glob("[0-9][0-9][0-9][0-9]") if (path / f"{komnr}.html").is_file()}
    decisions = [one for one in read_approvals(root) if one.komnr == komnr]
    received = _received(root, komnr)
    definitions = _definitions(root)
    deadlines = dict(read_approval_deadlines(root))
    latest = latest_decisions(decisions)
    return [
        _year(
            root,
            komnr,
            aar,
            latest=latest,
            received=received,
            definitions=definitions,
            deadline=deadlines.get(aar),
        )
        for aar in sorted(years | {one.aar for one in decisions}, reverse=True)
    ]


def _year(
    root: DataRoot,
    komnr: str,
    aar: int,
    *,
    latest: dict[tuple[int, str, str], Decision],
    received: list[Received],
    definitions: list[Definition],
    deadline: date | None,
) -> YearStand:
    approval = root.declared.approval
    coming = [one for one in definitions if aar in one.span.years and not _stands(root, one)]
    holding = [one for one in definitions if aar in one.span.years]
    quarters: dict[str, Period] = {}
    if holding:
        quarters = {one: Period.parse(holding[-1].period_of(one)) for one in KOMNR}
    elif folders := period_folders(root):
        quarters = dict.fromkeys(KOMNR, folders[-1])
    kinds = tuple(
        KindStand(
            kind,
            approval.asked_for(kind),
            state_of(latest.get((aar, komnr, kind)), received, quarters),
            latest.get((aar, komnr, kind)),
        )
        for kind in approval.kinds
    )
    limits = [one.approvals_until for one in coming if one.approvals_until is not None]
    return YearStand(aar, kinds, deadline, min(limits) if limits else None)


def _definitions(root: DataRoot) -> list[Definition]:
    found = []
    for path in root.releases.glob("[0-9]*.toml"):
        with contextlib.suppress(DefinitionError):
            found.append(read_definition(root, path.stem))
    return sorted(found, key=lambda one: (one.publish_at, one.release))


def _stands(root: DataRoot, definition: Definition) -> bool:
    return (root.releases / definition.release / "manifest.json").is_file()


def _received(root: DataRoot, komnr: str) -> list[Received]:
    """Accepted deliveries with records of the kommune: its own, and those of whoever reports for it."""
    reporters = {row.komnr_indberetter for row in read_collaborations(root) if row.komnr_medlem == komnr}
    return [
        Received(one.name.komnr, Period.parse(one.period), one.name.received.replace(tzinfo=DANISH_TIME))
        for reporter in {komnr, *reporters}
        for one in receipts_of(root, reporter)
        if one.accepted and one.lies
    ]

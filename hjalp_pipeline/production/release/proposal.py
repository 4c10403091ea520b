"""The definition of a next release, proposed from an earlier one's pins and what has come since. A person reads and sets it."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.inbox.gate import GateRow, gate
from hjalp_pipeline.production.quarter.counting import participants
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.known_defects import read_known_defects
from hjalp_pipeline.production.release.manifest import pins_of
from hjalp_pipeline.publishing.definition import DefinitionError, is_release_name, parse_definition
from hjalp_pipeline.rules.approval import standing_decisions
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.storage.inbox import list_inbox
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.registers import newest_extract
from hjalp_pipeline.storage.root import DataRoot

#: From the proposal to publication, unless a person says otherwise.
_AHEAD = timedelta(days=28)
_FRIDAY = 5

#: The table of kommuner that are taken from another period, as a kind of definition calls it.
_OVERRIDES = ("quarter_overrides", "period_overrides")
#: Keys a person decides for each release; the proposal sets them, or leaves them out.
_ANEW = frozenset(
    [
        "reference_years",
        "quarter",
        "period",
        "first_quarter",
        "last_quarter",
        "registers",
        "publish_at",
        "publish_at_reason",
        "next_release",
        "tables",  # of a later year it is asked again
        "protect_against",
        "approvals_until",
        *_OVERRIDES,
        *("accept_unprotectable", "accept_orders"),  # somebody has looked at exactly so many of that release
    ]
)
#: Keys that speak of the deliveries of one quarter: not carried over to another.
_OF_THE_QUARTER = frozenset(["partial"])
#: Kommuner named one by one in a comment.
_NAMED = 20


def propose(root: DataRoot, release: str, earlier: str, now: datetime) -> str:
    """Write ``releases/{release}.toml`` after the release ``earlier`` and return its text.

    DefinitionError when it exists already, a name is none, or the earlier release is not defined.
    """
    if not is_release_name(release):
        raise DefinitionError(f"{release!r} is not the name of a release (2024v1)")
    path = root.releases / f"{release}.toml"
    if path.exists() or (root.releases / release).exists():
        what = f"{release}.toml" if path.exists() else release
        raise DefinitionError(f"releases/{what} exists already: nothing is overwritten")
    text = _Proposal(root, release, earlier, now.astimezone(DANISH_TIME)).text()
    parse_definition(release, text, root.declared.definition, root.declared.period)
    write_bytes(path, text.encode())
    return text


class _Proposal:
    def __init__(self, root: DataRoot, release: str, earlier: str, now: datetime) -> None:
        self.root, self.release, self.now = root, release, now
        self.before = read_definition(root, earlier)
        self.pins = pins_of(root, earlier)
        #: A release of a later year takes that year's period; only one of the same year has re-deliveries.
        self.later = max(0, int(release[:4]) - self.before.span.years[-1])
        self.shown = self.before.shown_later(self.later)

    def _announced(self) -> list[str]:
        """A reminder of the day the earlier release announced: which one comes after this is decided anew."""
        day = self.before.next_release
        return (
            [f"# next_release = {day}  # SET: the day {self.before.release} announced; leave it out, or name the next"]
            if day
            else []
        )

    def _tables(self) -> list[str]:
        """The tables the earlier release published: the same of the same years; of later ones whoever sets it decides."""
        if not self.before.tables:
            return []
        named = f"tables = {_toml(list(self.before.tables))}"
        remark = "# " if self.later else ""
        return [f"{remark}{named}  # SET: {self.before.release} published these alone; without the key all come out"]

    def text(self) -> str:
        publish = (self.now + _AHEAD).replace(hour=8, minute=0, second=0, microsecond=0)
        while publish.isoweekday() > _FRIDAY:
            publish += timedelta(days=1)
        until = self.now.replace(second=0, microsecond=0)  # a release is not made before it
        against = ", ".join(f'"{name}"' for name in (*self.before.protect_against, self.before.release))
        overrides = self.overrides
        lines = [
            f"# Proposed from {self.before.release} on {self.now:%Y-%m-%d}. Read it, set what says SET, "
            f"then: {self.root.command('release')} {self.release}",
            f"# Carried over from {self.before.release}: {', '.join(self.carried) or 'nothing'}",
            *self._listed_defects(),
            *self._announced(),
            *self._tables(),
            *(f"{key} = {_toml(value)}" for key, value in self.shown.items()),
            f'registers = "{newest_extract(self.root)}"  # the newest; {self.before.release} used {self.before.registers}',
            f"publish_at = {publish.isoformat()}  # SET: 08:00 Danish time, with the offset of that day",
            f"protect_against = [{against}]",
            f"approvals_until = {until.isoformat()}  # SET: decisions after it are not part of this release",
        ]
        lines += [f"{key} = {_toml(value)}" for key, value in self.carried.items() if not isinstance(value, dict)]
        lines += [] if self.later else self._notes()
        lines += ["", f"[{next(key for key in _OVERRIDES if hasattr(self.before, key))}]"]
        lines += [f'{komnr} = "{kvartal}"  # {NAVN[komnr]}, {self._why(komnr)}' for komnr, kvartal in overrides.items()]
        left = {komnr: kvartal for komnr, kvartal in self._newer.items() if overrides.get(komnr) != kvartal}
        for kvartal in sorted(set(left.values())):
            kommuner = sorted(komnr for komnr, of in left.items() if of == kvartal)
            lines.append(f"# Also data in {kvartal}, to which most have delivered: {_listed(kommuner)}")
        for key, table in self.carried.items():
            if isinstance(table, dict):
                lines += ["", f"[{key}]", *(f"{name} = {_toml(value)}" for name, value in table.items())]
        return "\n".join(lines) + "\n"

    @cached_property
    def span(self) -> Span:
        """What the proposed release shows."""
        return replace(self.before, **self.shown).span  # type: ignore[arg-type]  # fields of its kind

    @cached_property
    def carried(self) -> dict[str, Any]:
        """Keys of the earlier definition that are not decided anew, with what they say; none that says nothing."""
        path = self.root.releases / f"{self.before.release}.toml"
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        anew = _ANEW | _OF_THE_QUARTER if self.later else _ANEW
        return {key: value for key, value in sorted(content.items()) if key not in anew and value not in ("", [], {})}

    def _listed_defects(self) -> list[str]:
        """A comment on the rows of ``known_defects.csv`` that the release will tell of."""
        rows = [row for row in read_known_defects(self.root) if row.concerns(self.span.years)]
        if not rows:
            return []
        who = "; ".join(f"{row.what} {', '.join(row.who)}" for row in rows)
        return [f"# Known defects in codelists/known_defects.csv for these years: {_plain(who)}"]

    @cached_property
    def overrides(self) -> dict[str, str]:
        """Those of the earlier release, and kommuner with newer data that were approved since or delivered out of turn.

        A quarter that most kommuner have delivered to is an ordinary one, no re-delivery: it is left to a person.
        """
        if self.later:
            return {}
        found = dict(self.before.taken_apart)
        for komnr, kvartal in self._newer.items():
            if komnr in self._entered or not self._ordinary[kvartal]:
                found[komnr] = kvartal
        return dict(sorted(found.items()))

    def _why(self, komnr: str) -> str:
        if self.overrides[komnr] == self.before.taken_apart.get(komnr):
            return f"as in {self.before.release}"
        return f"approved after {self.before.release}" if komnr in self._entered else "delivered out of turn"

    @cached_property
    def _gates(self) -> dict[str, list[GateRow]]:
        """The gate of each later quarter that has deliveries."""
        kvartaler = sorted({file.folder for file in list_inbox(self.root) if file.folder > self.before.taken_from})
        return {} if self.later else {kvartal: gate(self.root, kvartal) for kvartal in kvartaler}

    @cached_property
    def _newer(self) -> dict[str, str]:
        """The newest quarter each kommune has data in, for those that have some after the quarter used so far."""
        return {
            row.komnr: kvartal
            for kvartal, rows in self._gates.items()
            for row in rows
            if row.status in ("delivered", "partial", "newest_rejected", "stale")
            and kvartal > self.before.period_of(row.komnr)
        }

    @cached_property
    def _ordinary(self) -> dict[str, bool]:
        """Whether at least half of the kommuner that had delivered to the earlier release's quarter are in a later one."""
        delivered = sum(row.newest_delivery is not None for row in gate(self.root, self.before.taken_from))
        return {
            kvartal: 2 * sum(row.newest_delivery is not None for row in rows) >= delivered
            for kvartal, rows in self._gates.items()
        }

    @cached_property
    def _entered(self) -> set[str]:
        """Kommuner that take part in a year now and did not by the decisions the earlier release counted."""
        decisions = read_approvals(self.root)
        then, today = (
            set(participants(self.root.declared, standing_decisions(decisions, until), self.span).iter_rows())
            for until in (self.before.approvals_until, None)
        )
        return {komnr for _, komnr in today - then}

    def _notes(self) -> list[str]:
        """Comments on kommuner whose deliveries are others than those of the earlier release, in the same quarter."""
        changed, unread = [], []
        lake, pins = Lake(self.root), self.pins.deliveries if self.pins else {}
        used: Mapping[str, str] = {komnr: self.before.period_of(komnr) for komnr in NAVN}
        for kvartal in sorted(set(used.values())):
            for row in gate(self.root, kvartal):
                if used[row.komnr] != kvartal or self.overrides.get(row.komnr, kvartal) != kvartal:
                    continue
                stored = lake.raw(kvartal, row.komnr)
                now = [part.sha256 for part in stored.deliveries] if stored else []
                pinned = [digest for _, digest in pins[row.komnr].files] if row.komnr in pins else []
                if row.needs == "raw":
                    unread.append(f"{row.komnr} {row.kommune} ({kvartal})")
                elif self.pins is not None and now != pinned:
                    changed.append(f"{row.komnr} {row.kommune} ({kvartal})")
        said = [
            ("Re-delivered in the same quarter", changed),
            ("Run the quarter first, a delivery is not read", unread),
        ]
        return [f"# {what}: {_listed(kommuner)}" for what, kommuner in said if kommuner]


def _toml(value: object) -> str:
    """A value of a definition as TOML writes it: its texts are those of JSON, but for the character 127."""
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(text: str) -> str:
    """A text that cannot end the comment it stands in."""
    return "".join(character for character in text if character.isprintable())


def _listed(kommuner: Sequence[str]) -> str:
    """Kommuner one by one, or how many when nobody would read them."""
    return ", ".join(kommuner) if len(kommuner) <= _NAMED else f"{len(kommuner)} kommuner"

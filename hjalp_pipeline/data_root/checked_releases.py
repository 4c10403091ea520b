"""What is wrong with release definitions: what cannot be read or meant, and inputs they name that are not there."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from hjalp_pipeline.data_root.folders import EXAMPLE
from hjalp_pipeline.data_root.wrong import MAY_READ, PAGE, Wrong
from hjalp_pipeline.production.disk import disk_sentence
from hjalp_pipeline.production.quarter.counting import participants
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.release_calendar import CALENDAR, read_days, too_soon
from hjalp_pipeline.production.release.release_order import left_out, unfit_tables
from hjalp_pipeline.publishing.definition import Definition, DefinitionError, is_release_name
from hjalp_pipeline.publishing.definition_sense import contradictions
from hjalp_pipeline.rules.approval import latest_decisions
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.lists import InputError
from hjalp_pipeline.storage.registers import extracts
from hjalp_pipeline.storage.root import DataRoot


class Definitions:
    """The definitions there are: ``planned`` have no release yet, ``wrong`` is what is wrong with any of them."""

    def __init__(self, root: DataRoot, now: datetime) -> None:
        """Reads them all. One that stands was made by the rules of its day: whether it can be meant is not asked again."""
        self.root, self.now = root, now
        self.planned: list[Definition] = []
        self.wrong: list[Wrong] = []
        names = sorted(path.stem for path in root.releases.glob("*.toml") if path.name != EXAMPLE)
        known = {name for name in names if is_release_name(name)}
        for name in names:
            self.wrong += self._looked_at(name, known)

    def _looked_at(self, name: str, known: set[str]) -> Iterator[Wrong]:
        if name not in known:
            yield Wrong(f"releases/{name}.toml is not read: its name is no release's", "call it like one: 2024v1.toml")
            return
        try:
            definition = read_definition(self.root, name)
        except DefinitionError as fault:
            for what in fault.faults:
                yield Wrong(what, f"the keys there are: {PAGE}, or releases/{EXAMPLE}")
            return
        except OSError as fault:
            yield Wrong(disk_sentence(fault, self.root) or type(fault).__name__, MAY_READ)
            return
        if (self.root.releases / name).is_dir():
            return
        self.planned.append(definition)
        # As on the day it may be made: decisions that are still to come are no fault before.
        then = max(self.now, definition.approvals_until)
        found = contradictions(definition, then, self.root.declared.first_period, self.root.declared.first_quarter)
        yield from (Wrong(what, "set it so that it can be meant") for what in found)
        for what in unfit_tables(self.root, definition):
            yield Wrong(f"releases/{name}.toml, {what}", "name others, or leave the key out: then it publishes all")
        with suppress(DefinitionError, OSError):  # told where that definition is looked at
            for what in left_out(self.root, definition, foreseen=True):
                yield Wrong(f"releases/{name}.toml, {what}", "name it: a table that is out is not taken back")
        with suppress(InputError, OSError):  # told by whoever looks at the lists
            yield from (Wrong(what, "set one of them") for what in too_soon(self.root, definition))
        yield from self._announced(name)
        if not found and definition.approvals_until <= self.now:
            yield from self._taken_part(name, definition)
        there = extracts(self.root)
        if definition.registers not in there:
            yield Wrong(
                f"releases/{name}.toml, registers: there is no extract registers/{definition.registers}",
                f"name one of {', '.join(there)}" if there else "put it there",
            )
        for earlier in definition.protect_against:
            if earlier not in known:
                yield Wrong(
                    f"releases/{name}.toml, protect_against: there is no release {earlier}",
                    "name releases that there are",
                )

    def _announced(self, name: str) -> Iterator[Wrong]:
        """Whether the calendar, once it is kept, has a row of a release: a name mistyped there would hold nothing back."""
        days = read_days(self.root)
        if days.rows and name not in days.rows and not days.wrong:
            yield Wrong(
                f"releases/{name}.toml: {CALENDAR.place} has no row of it, so it opens at its publish_at, announced or not",
                f"give it a row, or correct the name in the row that is meant: {', '.join(sorted(days.rows))}",
            )

    def _taken_part(self, name: str, definition: Definition) -> Iterator[Wrong]:
        """The years nobody takes part in by the decisions given until ``approvals_until``, which is over."""
        try:
            decisions = read_approvals(self.root)
        except (InputError, OSError):
            return  # told by whoever looks at the decisions
        declared, span = self.root.declared, definition.span
        given = {key: one.approved for key, one in latest_decisions(decisions, definition.approvals_until).items()}
        since = sum(one.aar in span.years and one.decided_at > definition.approvals_until for one in decisions)
        some = set(participants(declared, given, span).get_column("aar"))
        nobody = [str(aar) for aar in span.years if aar not in some]
        if nobody:
            until = definition.approvals_until.astimezone(DANISH_TIME)
            yield Wrong(
                f"releases/{name}.toml, approvals_until: nobody takes part in {', '.join(nobody)} by the decisions given until "
                f"{until:%Y-%m-%d %H:%M}; {since} were given since, or are dated later",
                f"a kommune takes part when it has approved {declared.approval.needed_en} before that: set it after the decisions",
            )

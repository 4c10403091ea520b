"""What approval reports are made from: a quarter as it was last run, or a release by its pins (R12, R13)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR, NAVN
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.dialogue.reminders.day_lists import read_approval_deadlines
from hjalp_pipeline.pages.template import danish_date, danish_moment
from hjalp_pipeline.production.inbox.gate_state import why_not_yet_in
from hjalp_pipeline.production.quarter.computation import Entries, Partitions, pinned_partitions
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.embargo import APPROVAL_REPORTS
from hjalp_pipeline.production.release.participation import accepted_deliveries, participation, participation_of_release
from hjalp_pipeline.production.release.publication_list import read_publication
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.publishing.definition import Definition, DefinitionError, is_release_name
from hjalp_pipeline.publishing.publication import Settings, publication_of
from hjalp_pipeline.report_spec import FIGURES
from hjalp_pipeline.rules.approval import Decision, latest_decisions
from hjalp_pipeline.rules.collaborations import Collaboration, reports_for
from hjalp_pipeline.storage.codelists import InputError, read_collaborations, read_systems
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.registers import load
from hjalp_pipeline.storage.root import DataRoot

#: Figures of every report of a release, in its folder, so that the next release can say what changed.
FIGURES_FILE = "tal.csv"


@dataclass(frozen=True)
class ArchiveRemarks:
    """The release old records come from, until which day, and how many were delivered and archived by kommune where that differs (H8)."""

    release: str
    until: date
    differing: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Source:
    """Everything the reports of a year are made from.

    ``release``: null before a release; ``kvartal``: the quarter most figures are made from, ``quarters`` by reporting
    kommune; ``entries``, ``partitions``: chain results and the raw partitions behind them, by reporting kommune;
    ``participation``: 98 rows of the year; ``decisions``: by (komnr, kind);
    ``until``: answers wanted, or counted, until then, in words; ``before``: figures to compare with (of a release; before one the
    history in the lake knows them), and ``before_name`` what they are called; ``contact``: whom a kommune answers;
    ``not_yet_in``: kommuner that are asked for nothing yet; ``archive``: where old records of a release come from.
    """

    lake: Lake
    aar: int
    release: str | None
    kvartal: str
    quarters: Mapping[str, str]
    entries: Entries
    partitions: Partitions
    extract: str
    collaborations: Sequence[Collaboration]
    participation: pl.DataFrame
    decisions: Mapping[tuple[str, str], Decision]
    until: str | None
    before: pl.DataFrame
    before_name: str
    contact: str
    not_yet_in: frozenset[str] = frozenset()
    archive: ArchiveRemarks | None = None

    def reporters(self, komnr: str) -> list[str]:
        """Kommuner whose deliveries hold this one's loans: itself and who reports or has reported for it, those with data."""
        return [reporter for reporter in self.entries if reporter == komnr or komnr in self._members(reporter)]

    def _members(self, reporter: str) -> tuple[str, ...]:
        return reports_for(self.collaborations, reporter, Period.parse(self.quarters[reporter]))

    def covered_by(self, komnr: str) -> list[str]:
        """Kommuner that report for this one now."""
        reporting = [
            row.komnr_indberetter
            for row in self.collaborations
            if row.komnr_medlem == komnr
            and row.komnr_indberetter != komnr
            and row.in_force(Period.parse(self.quarters[row.komnr_indberetter]).last_day)
        ]
        return sorted(set(reporting))


def of_quarter(root: DataRoot, aar: int, kvartal: str, until: date | None = None) -> Source:
    """Reports before a release, from a quarter as it was last run; InputError when it cannot say anything of the year.

    ``until``: when the kommuner are asked to have answered; else what ``approval_deadlines.csv`` says, by which they are
    reminded, else the definition of a release that is not made yet.
    """
    lake = Lake(root)
    quarter = lake.quarter(kvartal)
    if quarter is None:
        raise InputError(f"{kvartal} has not been run")
    _require(
        aar >= root.declared.first_year,
        f"{aar} is not a year of the statistic, which begins with {root.declared.first_year}",
    )
    _require(Period.parse(kvartal).last_day >= date(aar, 12, 31), f"{kvartal} says nothing of the whole of {aar}")
    entries, raw = quarter.kommuner, lake.raw_of(kvartal)
    stale = [komnr for komnr, entry in entries.items() if komnr not in raw or raw[komnr].key != entry.raw_key]
    _require(not stale, f"{kvartal} has to be run first: {', '.join(f'{komnr} {NAVN[komnr]}' for komnr in stale)}")
    register = load(root, quarter.extract)
    same = register.fingerprint == quarter.extract_fingerprint
    _require(same, f"registers/{quarter.extract} is another than {kvartal} was run with: run the quarter first")
    decisions = read_approvals(root)
    quarters = dict.fromkeys(KOMNR, Period.parse(kvartal))
    collaborations = read_collaborations(root)
    return Source(
        lake=lake,
        aar=aar,
        release=None,
        kvartal=kvartal,
        quarters=dict.fromkeys(KOMNR, kvartal),
        entries=entries,
        partitions=raw,
        extract=quarter.extract,
        collaborations=collaborations,
        participation=participation(
            root.declared, decisions, accepted_deliveries(root), collaborations, {aar: quarters}
        ),
        decisions=_of_year(decisions, aar),
        until=danish_date(until or dict(read_approval_deadlines(root)).get(aar)) or _planned(root, aar, kvartal),
        before=read_figures(None),
        before_name="den forrige rapport",
        contact=_contact(read_publication(root)),
        not_yet_in=_not_yet_in(root, collaborations, Period.parse(kvartal)),
    )


def _not_yet_in(root: DataRoot, collaborations: Sequence[Collaboration], period: Period) -> frozenset[str]:
    systems = read_systems(root)
    return frozenset(komnr for komnr in KOMNR if why_not_yet_in(systems, collaborations, komnr, period))


def of_release(inputs: ReleaseInputs, earlier: Sequence[str]) -> Source:
    """The reports of a release's latest year, by its pins; compared with the newest of ``earlier`` with the same latest year."""
    root, definition, pins = inputs.root, inputs.definition, inputs.pins
    aar = definition.span.years[-1]
    same_year = [name for name in earlier if read_definition(root, name).span.years[-1] == aar]
    paths = [(name, root.releases / name / APPROVAL_REPORTS / FIGURES_FILE) for name in same_year]
    standing = [(name, path) for name, path in paths if path.is_file()]
    name, path = standing[-1] if standing else ("", None)
    return Source(
        lake=inputs.lake,
        aar=aar,
        release=definition.release,
        kvartal=definition.taken_from,
        quarters={komnr: definition.period_of(komnr) for komnr in KOMNR},
        entries=inputs.entries,
        partitions=pinned_partitions(root, definition.release, pins),
        extract=pins.registers,
        collaborations=pins.collaborations,
        participation=participation_of_release(inputs.statistic, definition, pins).filter(aar=aar),
        decisions=_of_year(pins.latest.values(), aar),
        until=danish_moment(definition.approvals_until),
        before=read_figures(path),
        before_name=f"udgivelsen {name}",
        contact=_contact(pins.publication),
        archive=_archive(inputs),
    )


def _archive(inputs: ReleaseInputs) -> ArchiveRemarks | None:
    pin = inputs.pins.archive
    if pin is None or inputs.archived is None:
        return None
    return ArchiveRemarks(pin.release, pin.until, inputs.archived.differing)


def _of_year(decisions: Iterable[Decision], aar: int) -> dict[tuple[str, str], Decision]:
    latest = latest_decisions(decisions)
    return {(komnr, kind): decision for (year, komnr, kind), decision in latest.items() if year == aar}


def _contact(settings: Settings) -> str:
    return publication_of("", settings).contact.da


def _planned(root: DataRoot, aar: int, kvartal: str) -> str | None:
    """When decisions are wanted by the definition of a release of this year and quarter; of several the earliest not made."""
    found: list[Definition] = []
    for path in sorted(root.releases.glob("*.toml")):
        if is_release_name(path.stem) and not (root.releases / path.stem).is_dir():
            try:
                found.append(read_definition(root, path.stem))
            except DefinitionError:
                continue
    limits = [one.approvals_until for one in found if one.span.years[-1] == aar and one.taken_from == kvartal]
    return danish_moment(min(limits)) if limits else None


def read_figures(path: Path | None) -> pl.DataFrame:
    """The figures another report was made with (``FIGURES``)."""
    if path is None:
        return pl.DataFrame(schema=FIGURES)
    return pl.read_csv(path, separator=";", schema=FIGURES, glob=False).with_columns(pl.col("kode").fill_null(""))


def write_figures(path: Path, figures: pl.DataFrame) -> None:
    """Write figures so that ``of_release`` of a later release reads them."""
    write_bytes(path, figures.select(FIGURES.names()).write_csv(separator=";").encode())


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise InputError(otherwise)

"""What a release's definition says when it is first made, and the gates that must be open then (R13)."""

from dataclasses import replace

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.production.inbox.gate import GateRow, gate
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.quarter.counting import participants
from hjalp_pipeline.production.release.archived import pin_of
from hjalp_pipeline.production.release.known_defects import read_known_defects
from hjalp_pipeline.production.release.pins import (
    ArchivePin,
    Gate,
    KommunePin,
    Pins,
    ReleaseRefused,
    counting_code,
)
from hjalp_pipeline.production.release.publication_list import read_publication
from hjalp_pipeline.production.release.release_calendar import read_days
from hjalp_pipeline.publishing.definition import Definition
from hjalp_pipeline.rules.approval import latest_decisions
from hjalp_pipeline.rules.collaborations import Collaboration, covered_by, reports_for
from hjalp_pipeline.storage.codelists import InputError, read_collaborations, read_systems
from hjalp_pipeline.storage.decisions import approval_files, read_approvals
from hjalp_pipeline.storage.entries import RawPartition
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.key_file import read_key
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.registers import Extract, prepare
from hjalp_pipeline.storage.root import DataRoot


def refuse(release: str, reasons: list[str], gate: Gate) -> None:
    """ReleaseRefused when there are reasons."""
    if reasons:
        raise ReleaseRefused(release, reasons, gate)


class ReleaseGates:
    """The gates of a release that was not made before, and its pins once they are open."""

    def __init__(self, root: DataRoot, definition: Definition) -> None:
        """Reads the lists; no gate is looked at yet."""
        self.root, self.definition = root, definition
        self.lake = Lake(root)
        self.collaborations: list[Collaboration] = read_collaborations(root)
        self.latest = latest_decisions(read_approvals(root), definition.approvals_until)
        self.decisions = {key: decision.approved for key, decision in self.latest.items()}
        self.quarters = sorted({definition.period_of(komnr) for komnr in KOMNR})
        #: Partial kommuner that the definition gives no reason for and that take no part, nor do their members.
        self.unnamed: dict[str, str] = {}

    def pins(self) -> Pins:
        """The pins of the release; ReleaseRefused while a gate is closed."""
        release = self.definition.release
        span = self.definition.span
        years = span.years
        some = set(participants(self.root.declared, self.decisions, span).get_column("aar"))
        nobody = [aar for aar in years if aar not in some]
        needed = self.root.declared.approval.needed_en
        refuse(
            release,
            [
                f"nobody takes part in {aar}: no kommune has approved {needed} up to approvals_until"
                f" ({self.definition.approvals_until:%Y-%m-%d %H:%M})"
                for aar in nobody
            ],
            Gate.APPROVALS,
        )
        extract = self._extract()
        self._check_deliveries()
        deliveries = self._deliveries()
        used = {tuple(name.split("/")[1].split("_")[:2]) for pin in deliveries.values() for name, _ in pin.files}
        names = ("collaborations", "known_defects", "publication", "systems")
        lists = [self.root.codelists / f"{name}.csv" for name in names]
        known = read_known_defects(self.root)
        # The supplier decides nothing, and who supplies whom is none of a manifest's business.
        systems = [replace(row, leverandoer="") for row in read_systems(self.root) if (row.komnr, row.system) in used]
        return Pins(
            definition=sha256(self.root.releases / f"{release}.toml"),
            registers=extract.date,
            register_files=extract.files,
            deliveries=deliveries,
            systems=tuple(systems),
            collaborations=tuple(self.collaborations),
            decisions=self.decisions,
            decided_at={key: decision.decided_at for key, decision in self.latest.items()},
            files={f"codelists/{path.name}": sha256(path) for path in lists if path.is_file()},
            approval_files={f"approvals/{path.name}": sha256(path) for path in approval_files(self.root)},
            code=counting_code(self.root.declared),
            known_defects=tuple(row for row in known if row.concerns(years)),
            publication=read_publication(self.root),
            covered=self._covered(),
            archive=self._archive(),
            key=key.digest if (key := read_key(self.root)) else "",
            protect_kommuner=self.definition.owned,
            announced=row.day if (row := read_days(self.root).row(release)) and row.confirmed else None,
        )

    def _archive(self) -> ArchivePin | None:
        given = self.definition.archived
        return pin_of(self.root, self.definition.release, *given) if given else None

    def _covered(self) -> tuple[str, ...]:
        """Kommuner whose records are inside those of another, each by the period it is taken from."""
        of = self.root.declared.covered
        periods = {komnr: Period.parse(self.definition.period_of(komnr)) for komnr in KOMNR}
        return of(self.collaborations, periods) if of else ()

    def _extract(self) -> Extract:
        """The register extract, refused unless its population of every reference year is whole (R10)."""
        years = self.root.declared.population_of(self.definition.span, needed=True)
        try:
            return prepare(self.root, self.definition.registers, years)
        except InputError as fault:
            raise ReleaseRefused(self.definition.release, [str(fault)], Gate.POPULATION) from None

    def _deliveries(self) -> dict[str, KommunePin]:
        stored: dict[str, tuple[str, RawPartition]] = {}
        for kvartal in self.quarters:
            raw = self.lake.raw_of(kvartal)
            stored |= {komnr: (kvartal, raw[komnr]) for komnr in self._kommuner_of(kvartal) if komnr in raw}
        return {
            komnr: KommunePin(
                kvartal, tuple((f"{part.kvartal}/{part.filename}", part.sha256) for part in raw.deliveries)
            )
            for komnr, (kvartal, raw) in sorted(stored.items())
        }

    def _kommuner_of(self, kvartal: str) -> list[str]:
        return [komnr for komnr in KOMNR if self.definition.period_of(komnr) == kvartal]

    def _check_deliveries(self) -> None:
        """Every kommune that takes part must have its data in, and what is stored must be what the inbox says."""
        span = self.definition.span
        taking_part = set(participants(self.root.declared, self.decisions, span).get_column("komnr"))
        reasons: dict[str, list[str]] = {}
        covered = self._covered()
        for kvartal in self.quarters:
            for row in self._gate_after_first_run(kvartal):
                if row.needs == "raw":
                    what = f"{kvartal} has to be run first, {row.detail}"
                elif row.komnr in covered and row.status in ("covered", "rejected"):
                    continue  # it takes no part: a part of its records is not known
                elif row.komnr in taking_part and row.status in ("missing", "rejected", "not_yet_in"):
                    what = f"{kvartal}: takes part, but {row.detail}"
                elif row.komnr in taking_part and row.status == "covered" and not self._reporter_delivered(row.komnr):
                    what = f"{kvartal}: takes part, but no kommune that reports for it has delivered"
                elif row.silent and row.komnr not in self.definition.partial:
                    what = (
                        f"{kvartal}: partial, no delivery from {', '.join(row.silent)}, and [partial] does not say why"
                    )
                    if not taking_part & {row.komnr, *self._members(row.komnr)}:
                        self.unnamed[row.komnr] = what
                        continue
                else:
                    continue
                reasons.setdefault(what, []).append(f"{row.komnr} {row.kommune}")
        found = [f"{what}: {', '.join(kommuner)}" for what, kommuner in reasons.items()]
        refuse(self.definition.release, found, Gate.DELIVERIES)

    def _members(self, komnr: str) -> tuple[str, ...]:
        quarter = Period.parse(self.definition.period_of(komnr))
        return reports_for(self.collaborations, komnr, quarter)

    def _gate_after_first_run(self, kvartal: str) -> list[GateRow]:
        """The gate of the kommuner the release takes from a quarter; deliveries never loaded before are loaded now."""
        kommuner = set(self._kommuner_of(kvartal))
        rows = [row for row in gate(self.root, kvartal) if row.komnr in kommuner]
        never = [row.komnr for row in rows if row.needs == "raw" and row.stored_delivery is None]
        if not never:
            return rows
        refresh_raw(self.root, kvartal, never)
        return [row for row in gate(self.root, kvartal) if row.komnr in kommuner]

    def _reporter_delivered(self, komnr: str) -> bool:
        """A kommune that others report for has its data in when one of those does."""
        for reporter in KOMNR:
            kvartal = self.definition.period_of(reporter)
            covers = reporter in covered_by(self.collaborations, komnr, Period.parse(kvartal))
            if covers and self.lake.raw(kvartal, reporter) is not None:
                return True
        return False

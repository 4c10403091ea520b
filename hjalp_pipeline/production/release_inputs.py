"""What a release is made of: deliveries in force, register extract, approvals, and the gates before anything is made (R13).

Its inputs are those its definition names, whatever the quarters were last run with.
"""

from functools import cache, cached_property
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.production.chain import QuarterChain, refresh_chain
from hjalp_pipeline.production.gate import GateRow, gate
from hjalp_pipeline.production.quarter import ledger_frame
from hjalp_pipeline.production.raw import refresh_raw
from hjalp_pipeline.production.tables import count_tables, participants, quarter_bestand
from hjalp_pipeline.publishing.definition import Definition, DefinitionError, parse_definition
from hjalp_pipeline.rules.approval import standing_decisions
from hjalp_pipeline.rules.kommune import reports_for
from hjalp_pipeline.storage.codelists import approval_files, read_approvals, read_collaborations
from hjalp_pipeline.storage.files import fingerprint, sha256
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.registers import Extract, load, prepare
from hjalp_pipeline.storage.root import DataRoot


class ReleaseRefused(Exception):
    """A check that blocks failed. ``reasons`` names each kommune or file; nothing was written."""

    def __init__(self, release: str, reasons: list[str]) -> None:
        """``reasons``: one sentence each."""
        self.reasons = reasons
        super().__init__(f"release {release} is refused:\n" + "\n".join(f"- {reason}" for reason in reasons))


def read_definition(root: DataRoot, release: str) -> Definition:
    """The definition of a release; DefinitionError when it is missing or cannot be used."""
    path = root.releases / f"{release}.toml"
    if not path.is_file():
        raise DefinitionError(f"releases/{release}.toml is missing")
    try:
        return parse_definition(release, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise DefinitionError(f"releases/{release}.toml is not UTF-8") from None


class ReleaseInputs:
    """The inputs of one release; making it raises ReleaseRefused when a gate is closed."""

    def __init__(self, root: DataRoot, definition: Definition) -> None:
        """Checks the gates and brings the chain results up to date with the extract the definition names."""
        self.root, self.definition = root, definition
        self.lake = Lake(root)
        self.extract: Extract = prepare(root, definition.registers)
        self.collaborations = read_collaborations(root)
        self.decisions = standing_decisions(read_approvals(root), definition.approvals_until)
        self.deltagere = participants(self.decisions, definition.reference_years)
        self._check_years()
        self._check_deliveries()
        self.entries = self._chain_results()
        self.ledger = ledger_frame(definition.release, self.entries)

    def _refuse(self, reasons: list[str]) -> None:
        if reasons:
            raise ReleaseRefused(self.definition.release, reasons)

    def _check_years(self) -> None:
        last = self.definition.reference_years[-1]
        quarters = {self.definition.quarter, *self.definition.quarter_overrides.values()}
        self._refuse([f"{kvartal} says nothing of {last}" for kvartal in sorted(quarters) if int(kvartal[:4]) < last])

    def _kommuner_of(self, kvartal: str) -> list[str]:
        return [komnr for komnr in KOMNR if self.definition.quarter_of(komnr) == kvartal]

    @property
    def quarters(self) -> list[str]:
        """Quarters the release takes deliveries from."""
        return sorted({self.definition.quarter_of(komnr) for komnr in KOMNR})

    def _check_deliveries(self) -> None:
        """Every kommune that takes part must have its data in, and what is stored must be what the inbox says."""
        taking_part = set(self.deltagere.get_column("komnr"))
        reasons: dict[str, list[str]] = {}
        for kvartal in self.quarters:
            for row in self._gate_after_first_run(kvartal):
                if row.needs == "raw":
                    what = f"{kvartal} has to be run first, {row.detail}"
                elif row.komnr in taking_part and row.status in ("missing", "rejected"):
                    what = f"{kvartal}: takes part, but {row.detail}"
                elif row.komnr in taking_part and row.status == "covered" and not self._reporter_delivered(row.komnr):
                    what = f"{kvartal}: takes part, but no kommune that reports for it has delivered"
                else:
                    continue
                reasons.setdefault(what, []).append(f"{row.komnr} {row.kommune}")
        self._refuse([f"{what}: {', '.join(kommuner)}" for what, kommuner in reasons.items()])

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
            kvartal = self.definition.quarter_of(reporter)
            covers = komnr in reports_for(self.collaborations, reporter, Kvartal.parse(kvartal))
            if covers and self.lake.raw(kvartal, reporter) is not None:
                return True
        return False

    def _chain_results(self) -> dict[str, dict[str, Any]]:
        register = cache(lambda: load(self.root, self.extract.date))
        entries: dict[str, dict[str, Any]] = {}
        #: Raw partitions the figures are made from, kept as they were read: a run meanwhile must not change the manifest.
        self.partitions: dict[str, dict[str, Any]] = {}
        broken = []
        for kvartal in self.quarters:
            stored = self.lake.raw_of(kvartal)
            partitions = {komnr: stored[komnr] for komnr in self._kommuner_of(kvartal) if komnr in stored}
            chain = QuarterChain(self.lake, kvartal, self.extract.fingerprint, self.collaborations)
            self.partitions |= partitions
            done = refresh_chain(chain, partitions, register, {})
            entries |= done.entries
            broken += [str(fault) for fault in done.broken.values()]
        self._refuse(broken)
        return dict(sorted(entries.items()))

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Unsuppressed ``hjalp1``..``hjalp3`` of the release's years. Confidential."""
        folketal = pl.read_parquet(self.root.registers / self.extract.date / "folketal.parquet")
        bestand = quarter_bestand(self.lake, self.entries.values())
        years = self.definition.reference_years
        return count_tables(bestand, self.deltagere, folketal, years, self.definition.release)

    def hashes(self) -> dict[str, str]:
        """SHA-256 of every input by its path below the data root; approvals by the decisions that counted."""
        definition = self.definition
        files = [self.root.releases / f"{definition.release}.toml"]
        files += [
            path for path in sorted(self.root.codelists.glob("*.csv")) if path.stem in ("systems", "collaborations")
        ]
        inputs = {path.relative_to(self.root.path).as_posix(): sha256(path) for path in files}
        inputs |= {
            f"registers/{self.extract.date}/{name}.parquet": digest for name, digest in self.extract.files.items()
        }
        inputs["approvals"] = fingerprint(*sorted(self.decisions.items()))
        for komnr in self.entries:
            for delivery in self.partitions[komnr]["deliveries"]:
                inputs[f"inbox/{delivery['kvartal']}/{delivery['filename']}"] = delivery["sha256"]
        return inputs

    def approval_files(self) -> dict[str, str]:
        """SHA-256 of the approvals' files as they are now; they are appended to, so they do not tell releases apart."""
        return {path.relative_to(self.root.path).as_posix(): sha256(path) for path in approval_files(self.root)}

    def rows(self) -> dict[str, dict[str, int]]:
        """Rows kept and removed by reason for each step, over all kommuner."""
        summed = (
            self.ledger.group_by("step", "reason").agg(pl.col("rows").sum()).sort("step", "reason", nulls_last=False)
        )
        rows: dict[str, dict[str, int]] = {}
        for step, reason, number in summed.iter_rows():
            rows.setdefault(step, {})[reason or "kept"] = number
        return rows

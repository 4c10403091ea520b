"""A release: figures and microdata from its own inputs, written as one folder, whole or not at all (R13).

Its inputs are those its definition names, whatever the quarters were last run with: deliveries in force, register extract,
approvals up to a point in time.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline import __version__
from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.production.chain import QuarterChain, dataset, refresh_chain
from hjalp_pipeline.production.gate import GateRow, gate
from hjalp_pipeline.production.quarter import ledger_frame
from hjalp_pipeline.production.raw import refresh_raw
from hjalp_pipeline.production.tables import count_tables, participants, quarter_bestand, suppress
from hjalp_pipeline.publishing.definition import Definition, DefinitionError, parse_definition
from hjalp_pipeline.publishing.microdata import genhjalp_g, modulus_11, write_genhjalp
from hjalp_pipeline.publishing.statbank import statbank_csv
from hjalp_pipeline.rules.approval import standing_decisions
from hjalp_pipeline.rules.chain import STATES
from hjalp_pipeline.rules.cpr import is_fictitious
from hjalp_pipeline.rules.kommune import reports_for
from hjalp_pipeline.rules.person import alder
from hjalp_pipeline.storage.codelists import read_approvals, read_collaborations
from hjalp_pipeline.storage.files import fingerprint, read_json, sha256, sync, write_bytes, write_json
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.registers import Extract, load, prepare
from hjalp_pipeline.storage.root import DataRoot

#: Said in the manifest and the log of every release until secondary suppression protects its figures.
NOT_FIT = (
    "NOT FIT FOR PUBLICATION: only primary suppression (1 and 2) is applied; hidden figures can be computed from sums "
    "and from earlier releases."
)


class ReleaseRefused(Exception):
    """A check that blocks failed. ``reasons`` names each kommune or file; nothing was written."""

    def __init__(self, release: str, reasons: list[str]) -> None:
        """``reasons``: one sentence each."""
        self.reasons = reasons
        super().__init__(f"release {release} is refused:\n" + "\n".join(f"- {reason}" for reason in reasons))


@dataclass(frozen=True)
class Release:
    """A release that stands: where, what was counted, and what its manifest says."""

    name: str
    path: Path
    manifest: dict[str, Any]
    made: bool


def read_definition(root: DataRoot, release: str) -> Definition:
    """The definition of a release; DefinitionError when it is missing or cannot be used."""
    path = root.releases / f"{release}.toml"
    if not path.is_file():
        raise DefinitionError(f"releases/{release}.toml is missing")
    try:
        return parse_definition(release, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise DefinitionError(f"releases/{release}.toml is not UTF-8") from None


def make_release(root: DataRoot, release: str, now: datetime | None = None) -> Release:
    """Make a release, or find that the one that stands is the same; ReleaseRefused otherwise.

    The folder appears by one rename. Before ``publish_at`` the owner alone may read it; its microdata never anyone else.
    """
    definition = read_definition(root, release)
    work = _Work(root, definition)
    target = root.releases / release
    with tempfile.TemporaryDirectory(prefix=f".{release}.", dir=root.releases) as scratch:
        building = Path(scratch) / release
        building.mkdir(mode=0o700)
        manifest = work.write(building)
        if target.is_dir():
            _require_same(release, read_json(target / "manifest.json") or {}, manifest)
            return Release(release, target, manifest, made=False)
        _set_modes(building, embargoed=(now or datetime.now(UTC)) < definition.publish_at)
        for path in building.rglob("*"):
            sync(path)
        building.rename(target)
        sync(root.releases)
    return Release(release, target, manifest, made=True)


def _require_same(release: str, standing: dict[str, Any], remade: dict[str, Any]) -> None:
    """A release never changes: making it again must give what stands, else it is refused with what differs."""
    changed = [
        f"{part} {name} differs from what was published"
        for part in ("inputs", "outputs")
        for name in sorted({*standing.get(part, {}), *remade[part]})
        if standing.get(part, {}).get(name) != remade[part].get(name)
    ]
    if standing.get("program") != remade["program"]:
        changed.insert(0, "the program is another version than the one that published it")
    if changed:
        raise ReleaseRefused(release, [*changed, "a published release never changes: make a new one"])


def _set_modes(building: Path, *, embargoed: bool) -> None:
    for path in (building, *building.rglob("*")):
        private = embargoed or "microdata" in path.relative_to(building.parent).parts
        folder = 0o700 if private else 0o755
        path.chmod(folder if path.is_dir() else folder & 0o666)


class _Work:
    """The making of one release: gates when it begins, then its files."""

    def __init__(self, root: DataRoot, definition: Definition) -> None:
        self.root, self.definition = root, definition
        self.lake = Lake(root)
        self.extract: Extract = prepare(root, definition.registers)
        self.collaborations = read_collaborations(root)
        self.deltagere = participants(root, definition.reference_years, definition.approvals_until)
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
        broken = []
        for kvartal in self.quarters:
            stored = self.lake.raw_of(kvartal)
            partitions = {komnr: stored[komnr] for komnr in self._kommuner_of(kvartal) if komnr in stored}
            chain = QuarterChain(self.lake, kvartal, self.extract.fingerprint, self.collaborations)
            done = refresh_chain(chain, partitions, register, {})
            entries |= done.entries
            broken += [str(fault) for fault in done.broken.values()]
        self._refuse(broken)
        return dict(sorted(entries.items()))

    def write(self, building: Path) -> dict[str, Any]:
        """Write every file of the release and the manifest last; returns the manifest."""
        self._write_tables(building)
        (building / "microdata").mkdir()
        loans, too_old = self._write_microdata(building / "microdata")
        outputs = {
            path.relative_to(building).as_posix(): sha256(path)
            for path in sorted(building.rglob("*"))
            if path.is_file()
        }
        manifest = {
            "release": self.definition.release,
            "fit_for_publication": False,
            "warning": NOT_FIT,
            "program": {"version": __version__},
            "publish_at": self.definition.publish_at.isoformat(),
            "inputs": self._inputs(),
            "rows": self._rows() | {"microdata": {"kept": loans, "OVER_20_AAR": too_old}},
            "outputs": outputs,
        }
        write_json(building / "manifest.json", manifest)
        return manifest

    def _write_tables(self, building: Path) -> None:
        folketal = pl.read_parquet(self.root.registers / self.extract.date / "folketal.parquet")
        bestand = quarter_bestand(self.lake, self.entries.values())
        years = self.definition.reference_years
        hidden = suppress(count_tables(bestand, self.deltagere, folketal, years, self.definition.release))
        codes = ["kommunedk", "konams", "alerams", "tid"]
        write_bytes(
            building / "HJALP1.csv", statbank_csv(hidden["hjalp1"].select("kommunedk", "tid", "antal"), "antal")
        )
        write_bytes(building / "HJALP2.csv", statbank_csv(hidden["hjalp2"].select(*codes, "antal"), "antal"))
        write_bytes(
            building / "HJALP3.csv", statbank_csv(hidden["hjalp3"].select(*codes, "promille"), "promille", decimals=1)
        )

    def _write_microdata(self, folder: Path) -> tuple[int, int]:
        """GENHJALP and a GENHJALP_G for each year; returns loans written and loans left out as older than 20 years."""
        before = sum(entry["rows"]["kommune_assigned"] for entry in self.entries.values())
        written = write_genhjalp(folder / "GENHJALP.parquet", self._loans())
        standing = standing_decisions(read_approvals(self.root), self.definition.approvals_until)
        for aar in self.definition.reference_years:
            frame = genhjalp_g(self.definition.release, aar, KOMNR, standing)
            frame.write_parquet(folder / f"GENHJALP_G{aar}.parquet")
        return written, before - written

    def _loans(self) -> Iterator[pl.DataFrame]:
        """Every loan inside the statistic for the release, one reporting kommune at a time."""
        last = self.definition.reference_years[-1]
        for komnr, entry in self.entries.items():
            frame = loans_of(self.lake, entry).filter(
                pl.col("udgaar_fra_aar").is_null() | (pl.col("udgaar_fra_aar") > last)
            )
            ten_digits = pl.col("pnr_tekst").str.extract(r"^([0-9]{10})$").cast(pl.Int64)
            number = pl.coalesce(pl.col("pnr").cast(pl.Int64), ten_digits)
            yield frame.select(
                ALDER=alder(last),
                # The register has decided; these two only describe the number [chosen].
                # Not ten digits is null here, which a horizontal sum would count as 0, a multiple of 11.
                CPRTJEK=pl.when(number.is_not_null() & modulus_11(number)).then(pl.lit("1")).otherwise(pl.lit("0")),
                CPRTYPE=pl.when(is_fictitious()).then(pl.lit("1")).otherwise(pl.lit("0")),
                DODDATO="doddato",
                FOED_DATO="foed_dato",
                HMIISO="hmiiso",
                HMINAVN="hminavn",
                HMINR="hminr",
                INDLEVERINGSDATO="indleveringsdato",
                KOEN=pl.col("koen").cast(pl.String),
                KOMNR_BETALING="komnr_betaling",
                KOMNR_INDBERETTER=pl.lit(komnr),
                KOMNR_STATBANK="komnr_statbank",
                LOV_NAVN="lov_navn",
                LOV_NAVN_OPRET="lov_navn_opret",
                LOV_TEKST="lov_tekst",
                PNR=pl.coalesce(pl.col("pnr").cast(pl.String).str.zfill(10), "pnr_tekst"),
                UDLEVERINGSDATO="udleveringsdato",
                VERSION=pl.lit(self.definition.release),
            )

    def _inputs(self) -> dict[str, str]:
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
        decisions = standing_decisions(read_approvals(self.root), definition.approvals_until)
        inputs["approvals"] = fingerprint(*sorted(decisions.items()))
        for komnr in self.entries:
            raw = self.lake.raw(definition.quarter_of(komnr), komnr)
            for delivery in raw["deliveries"] if raw else []:
                inputs[f"inbox/{delivery['kvartal']}/{delivery['filename']}"] = delivery["sha256"]
        return inputs

    def _rows(self) -> dict[str, dict[str, int]]:
        """Rows kept and removed by reason for each step, over all kommuner."""
        summed = (
            self.ledger.group_by("step", "reason").agg(pl.col("rows").sum()).sort("step", "reason", nulls_last=False)
        )
        rows: dict[str, dict[str, int]] = {}
        for step, reason, number in summed.iter_rows():
            rows.setdefault(step, {})[reason or "kept"] = number
        return rows


def loans_of(lake: Lake, entry: dict[str, Any]) -> pl.DataFrame:
    """A kommune's loans inside the statistic: the raw columns with what every data state added, in raw order."""
    states = {state: pl.read_parquet(lake.path / entry["files"][dataset(state)]) for state in STATES}
    assigned = states["kommune_assigned"]
    raw = pl.read_parquet(lake.path / entry["raw_file"]).drop("indleveringsdato")[assigned.get_column("raekke")]
    # After the dates nothing is removed, so these three hold the same rows in the same order.
    added = [states[state].drop("raekke") for state in ("dates_corrected", "paragraph_enriched", "kommune_assigned")]
    return pl.concat([raw, *added], how="horizontal")

"""A release: figures and microdata from its own inputs, written as one folder, whole or not at all (R13)."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline import __version__
from hjalp_pipeline.production.microdata import write_microdata
from hjalp_pipeline.production.published import keep_figures
from hjalp_pipeline.production.release_inputs import ReleaseInputs, ReleaseRefused, read_definition
from hjalp_pipeline.production.tables import suppress
from hjalp_pipeline.publishing.statbank import statbank_csv
from hjalp_pipeline.storage.files import read_json, sha256, sweep, sync, write_bytes, write_json
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

#: Said in the manifest and the log of every release until secondary suppression protects its figures.
NOT_FIT = (
    "NOT FIT FOR PUBLICATION: only primary suppression (1 and 2) is applied; hidden figures can be computed from sums "
    "and from earlier releases."
)


@dataclass(frozen=True)
class Release:
    """A release that stands: where, what was counted, and what its manifest says."""

    name: str
    path: Path
    manifest: dict[str, Any]
    made: bool


def make_release(root: DataRoot, release: str, now: datetime | None = None) -> Release:
    """Make a release, or find that the one that stands is the same; ReleaseRefused otherwise.

    The folder appears by one rename. Before ``publish_at`` the owner alone may read it; its microdata never anyone else.
    """
    definition = read_definition(root, release)
    embargoed = (now or datetime.now(UTC)) < definition.publish_at
    target = root.releases / release
    with Lake(root).lock(f"release-{release}"):
        inputs = ReleaseInputs(root, definition)
        sweep(root.releases)
        with tempfile.TemporaryDirectory(prefix=f".{release}.", suffix=".tmp", dir=root.releases) as scratch:
            building = Path(scratch) / release
            building.mkdir(mode=0o700)
            manifest = _write(inputs, building)
            stands = target.is_dir()
            if stands:
                _require_same(release, read_json(target / "manifest.json") or {}, manifest)
                _set_modes(target, embargoed=embargoed)
            else:
                _set_modes(building, embargoed=embargoed)
                for path in building.rglob("*"):
                    sync(path)
                keep_figures(root, release, inputs.tables)
                building.rename(target)
                sync(root.releases)
    return Release(release, target, manifest, made=not stands)


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


def _write(inputs: ReleaseInputs, building: Path) -> dict[str, Any]:
    """Write every file of the release and the manifest last; returns the manifest."""
    _write_tables(suppress(inputs.tables), building)
    (building / "microdata").mkdir()
    loans, too_old = write_microdata(inputs, building / "microdata")
    files = [path for path in sorted(building.rglob("*")) if path.is_file()]
    manifest = {
        "release": inputs.definition.release,
        "fit_for_publication": False,
        "warning": NOT_FIT,
        "program": {"version": __version__},
        "publish_at": inputs.definition.publish_at.isoformat(),
        "inputs": inputs.hashes(),
        "approval_files": inputs.approval_files(),
        "rows": inputs.rows() | {"microdata": {"kept": loans, "OVER_20_AAR": too_old}},
        "outputs": {path.relative_to(building).as_posix(): sha256(path) for path in files},
    }
    write_json(building / "manifest.json", manifest)
    return manifest


def _write_tables(hidden: dict[str, pl.DataFrame], building: Path) -> None:
    codes = ["kommunedk", "konams", "alerams", "tid"]
    write_bytes(building / "HJALP1.csv", statbank_csv(hidden["hjalp1"].select("kommunedk", "tid", "antal"), "antal"))
    write_bytes(building / "HJALP2.csv", statbank_csv(hidden["hjalp2"].select(*codes, "antal"), "antal"))
    hjalp3 = hidden["hjalp3"].select(*codes, "promille")
    write_bytes(building / "HJALP3.csv", statbank_csv(hjalp3, "promille", decimals=1))

"""``hjalp verify``: what stands on the disk against what was written, byte by byte. Reads everything, writes nothing.

What a run checks by times and inodes is here read again, so that also a disk that has lost a bit is found.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hjalp_pipeline.production.inbox.receipts import receipt_faults
from hjalp_pipeline.production.orders.delivered_orders import UNLISTED, look_at_orders, of_nothing, ordered_stock
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.embargo import is_embargoed, open_modes, standing_releases
from hjalp_pipeline.production.release.manifest import (
    Manifest,
    ManifestError,
    kept_manifest,
    known_manifest,
    made_and_gone,
)  # fmt: skip
from hjalp_pipeline.production.release.pins import Pins
from hjalp_pipeline.production.release.standing import release_faults
from hjalp_pipeline.production.verifying import Look, Verification
from hjalp_pipeline.publishing.definition import DefinitionError, is_release_name
from hjalp_pipeline.rules.approval import standing_decisions
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.entries import (
    ChainEntry,
    PreparedExtract,
    QuarterEntry,
    RawPartition,
    Verdict,
    read_entry,
)
from hjalp_pipeline.storage.lake_version import LAYOUT, check_layout, frames
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.sealed import is_broken, read_sealed

_SEALED_SINCE = (  # JSON files of the lake that carry a hash since 0.4.0; those of earlier versions cannot tell
    "*.json",
    "leverancer/index.json",
    "tables/*.json",
    "unread/*.json",
    "audits/*.json",
    "udgivelser/fortrolighed/*.json",
)


def verify(root: DataRoot, release: str | None = None) -> Verification:
    """Look at a release with its inputs and what the lake keeps of it; without a name at all releases and the whole lake."""
    looked = _Look(root)
    names = (
        [release] if release else sorted(path.name for path in root.releases.glob("*/") if is_release_name(path.name))
    )
    for name in names:
        with looked.at(f"releases/{name}"):
            looked.release(name)
    if release is None:
        for name, published in made_and_gone(root, datetime.now(UTC)).items():
            tell = looked.fault if published else looked.verdict.notes.append
            tell(f"releases/{name} does not stand, though it has been made")
        looked.lake()
        looked.receipts()
        looked.orders()
    looked.verdict.faults = list(dict.fromkeys(looked.verdict.faults))
    return looked.verdict


class _Look(Look):
    # A release --------------------------------------------------------------------------------------------------

    def release(self, release: str) -> None:
        if not (self.root.releases / release).is_dir():
            self.fault(f"releases/{release} does not stand")
            return
        for what in release_faults(self.root, release, lambda path: self.digest(path) or ""):
            self.fault(what)
        standing = {one.release: one for one in standing_releases(self.root)}
        embargoed = release in standing and is_embargoed(self.root, standing[release], datetime.now(UTC))
        for path, mode in open_modes(self.root.releases / release, embargoed=embargoed):
            self.fault(f"releases/{path.relative_to(self.root.releases).as_posix()} is open to others ({mode:04o})")
        manifest = self._manifest(release)
        if manifest is None or manifest.pins is None:
            self.verdict.notes.append(f"{release}: its manifest does not say what it was made of")
            return
        self._inputs(release, manifest, manifest.pins)
        for name in [spec.name for spec in self.root.declared.every.tables]:
            if check_layout(self.root) == LAYOUT:
                self.sealed(self.store.frame_path(f"udgivelser/{name}", release), needed=False)

    def _manifest(self, release: str) -> Manifest | None:
        """The release's own manifest that tells its pins, else the lake's copy."""
        for read in (known_manifest, kept_manifest):
            try:
                found = read(self.root, release)
            except (OSError, ManifestError):
                continue
            if found is not None and found.pins is not None:
                return found
        return None

    def _inputs(self, release: str, manifest: Manifest, pins: Pins) -> None:
        made = f"{release} was made"
        for name, digest in manifest.inputs.items():
            if name.startswith("inbox/"):
                self.delivery(name.removeprefix("inbox/"), digest, made)
            elif name.startswith("codelists/"):
                if self.digest(self.root.file(name)) != digest:
                    self.verdict.notes.append(
                        f"{name} has changed since {made}: the rows that counted are in its manifest"
                    )
            elif name != "approvals":
                self.must_be(self.root.file(name), name, digest, made)
        try:
            decided = standing_decisions(read_approvals(self.root), read_definition(self.root, release).approvals_until)
        except (InputError, DefinitionError) as fault:
            self.fault(str(fault))
            return
        if dict(decided) != dict(pins.decisions):
            self.fault(f"approvals: other decisions count up to approvals_until than when {made}")

    # The lake ---------------------------------------------------------------------------------------------------

    def lake(self) -> None:
        lake = self.root.lake
        if not lake.is_dir():
            return
        if check_layout(self.root) < LAYOUT:
            self.verdict.notes.append(
                "lake/ is of an earlier version, which kept no hashes: run its quarters with this one"
            )
            return
        if lake.stat().st_mode & 0o077:
            self.fault("lake/ is open to others")
        for path, kind in self.store.naming():
            with self.at(self.name(path)):
                self._entry(path, kind)
        for path in (path for name in _SEALED_SINCE for path in sorted(lake.glob(name))):
            with self.at(self.name(path)):
                self.verdict.files += 1
                if is_broken(path):
                    self.fault(f"{self.name(path)} is not as it was written")
        for path in frames(self.root):
            with self.at(self.name(path)):
                self.sealed(path, needed=True)

    def receipts(self) -> None:
        """What kommuner were told."""
        for path in sorted(self.root.receipts.glob("*/*.json")):
            with self.at(self.root.name(path)):
                self.verdict.files += 2
                for changed in receipt_faults(path):
                    self.fault(f"{self.root.name(changed)} is not as it was written")

    def orders(self) -> None:
        """The tables that were delivered to order, for the owner alone."""
        stock = ordered_stock(self.root)
        if stock is None or not self.root.orders.is_dir():
            return
        with self.at("orders"):
            found = look_at_orders(self.root, stock, self.digest)
            for what in (*found.faults, *of_nothing(self.root, [order for order, _ in found.orders])):
                self.fault(what)
            self.verdict.notes += [f"orders/{name} {UNLISTED}" for name in found.unlisted]
            for path in (self.root.orders, *sorted(self.root.orders.rglob("*"))):
                if (mode := path.lstat().st_mode & 0o777) & 0o077:
                    self.fault(f"{self.root.name(path)} is open to others ({mode:04o})")

    def _entry(self, path: Path, kind: type[Any]) -> None:
        self.verdict.files += 1
        entry = read_entry(path, kind)
        if entry is not None:
            self._named(path, entry)
        elif read_sealed(path) is None:
            self.fault(f"{self.name(path)} is not as it was written")
        else:
            self.verdict.notes.append(f"{self.name(path)} has the form of another version: it counts as never made")

    def _named(self, path: Path, entry: object) -> None:
        """The files that a JSON file of the lake names, and the inputs it was made from."""
        match entry:
            case Verdict(copy_sha256=str(digest)):
                self.file(self.store.typed_path(path.stem), digest)
            case RawPartition():
                self.file(self.store.file(entry.file), entry.sha256)
                for part in entry.deliveries:
                    self.delivery(f"{part.kvartal}/{part.filename}", part.sha256, "it was read")
            case ChainEntry():
                self._chain(entry)
            case QuarterEntry():
                for of_kommune in entry.kommuner.values():
                    self._chain(of_kommune)
            case PreparedExtract():
                for name, digest in entry.parts.items():
                    self.file(path.parent / entry.arrays / name, digest)
                for name, digest in entry.files.items():
                    where = f"registers/{path.parent.name}/{name}.parquet"
                    self.must_be(self.root.file(where), where, digest, "it was prepared")
            case dict() if path.parent.name == "sider":
                for name, digest in entry.items():
                    self.file(self.root.lake / "udgivelser" / "fortrolighed" / name, digest)

    def _chain(self, entry: ChainEntry) -> None:
        for dataset, name in entry.files.items():
            self.file(self.store.file(name), entry.sha256.get(dataset))

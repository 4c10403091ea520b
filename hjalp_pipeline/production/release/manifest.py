"""A release's ``manifest.json``: what it was made of and what it holds, and the copy of it that the lake keeps (R13)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from hjalp_pipeline.production.release.pins import Pins, ReleaseRefused
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.files import read_json, write_json
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Faults, Written, as_json, from_json


class ManifestError(InputError):
    """A manifest says something that cannot be read. Names the file and each key."""


@dataclass(frozen=True, slots=True)
class Program:
    """The program that made a release."""

    version: str


@dataclass(frozen=True, slots=True)
class Confidentiality:
    """By what rule and against which releases it is protected, the attacker's verdict, hidden cells by year and table.

    ``attempts``: by year which of the key's patterns it is; not written where there is no key.
    """

    rule: str = ""
    verdict: str = ""
    protected_against: tuple[str, ...] = ()
    hidden: dict[str, dict[str, int]] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release says of itself, in the order it is written; what an older version did not tell is empty.

    ``taking_part``: kommuner by year; ``inputs``, ``approval_files``, ``outputs``: SHA-256 by path; ``rows``: kept and
    removed by step and reason.
    """

    release: str = ""
    confidentiality: Confidentiality | None = None
    program: Program | None = None
    publish_at: str = ""
    publish_at_reason: str = ""
    taking_part: dict[str, int] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    pins: Annotated[Pins, Written(dict, Pins.from_json, Pins.as_json)] | None = None
    approval_files: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write a manifest as a release publishes it."""
    written = as_json(Manifest, manifest)
    if manifest.confidentiality and not manifest.confidentiality.attempts:
        del written["confidentiality"]["attempts"]
    write_json(path, written)


def known_manifest(root: DataRoot, release: str) -> Manifest | None:
    """The manifest a release was made with: of the folder that stands, else the lake's copy; None for a new release.

    The copy counts only while the definition is the one it was made from. A folder without one gives an empty one.
    """
    if (root.releases / release).is_dir():
        return _standing(root, release) or Manifest()
    copy = kept_manifest(root, release)
    if copy is None or copy.pins is None:
        return None
    return copy if copy.pins.definition == sha256(root.releases / f"{release}.toml") else None


def kept_manifest(root: DataRoot, release: str) -> Manifest | None:
    """The lake's copy of a release's manifest; None when there is none, or what is there is no JSON."""
    return _read(root, copy_path(root, release))


def copy_path(root: DataRoot, release: str) -> Path:
    """Where the lake keeps the copy."""
    return Lake(root).of_release("manifester", release, "json")


def _standing(root: DataRoot, release: str) -> Manifest | None:
    return _read(root, root.releases / release / "manifest.json")


def _read(root: DataRoot, path: Path) -> Manifest | None:
    content = json_object(path)
    try:
        return None if content is None else from_json(Manifest, content)
    except Faults as fault:
        raise ManifestError(f"{root.name(path)}, {fault}") from None


def json_object(path: Path) -> dict[str, Any] | None:
    """A JSON object as it stands; None when there is none."""
    try:
        content = read_json(path)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def known_pins(root: DataRoot) -> dict[str, Pins]:
    """The pins of every release that stands or of which the lake keeps the manifest, by release; a release whose
    manifest does not tell is left out.
    """
    names = {path.parent.name for path in root.releases.glob("*/manifest.json")}
    names |= {path.stem for path in copy_path(root, "x").parent.glob("*.json")}
    found = {}
    for release in sorted(names):
        for manifest in (_standing(root, release), kept_manifest(root, release)):
            if manifest is not None and manifest.pins is not None:
                found[release] = manifest.pins
                break
    return found


def made_and_gone(root: DataRoot, now: datetime) -> dict[str, bool]:
    """Releases that the lake keeps the manifest of and that do not stand; whether each was to be published by now."""
    found = {}
    for path in sorted(copy_path(root, "x").parent.glob("*.json")):
        manifest = kept_manifest(root, path.stem)
        if manifest is not None and manifest.publish_at and not (root.releases / path.stem).is_dir():
            found[path.stem] = datetime.fromisoformat(manifest.publish_at) <= now
    return found


def keep_manifest(root: DataRoot, release: str, manifest: Manifest) -> None:
    """Keep a copy of a release's manifest in the lake."""
    write_manifest(copy_path(root, release), manifest)


def attempts_of(root: DataRoot, release: str) -> dict[str, int]:
    """By year which of the key's patterns a release has that stands, or that the lake knows of (``known_manifest``).

    None where it was made without a key.
    """
    manifest = known_manifest(root, release)
    return manifest.confidentiality.attempts if manifest and manifest.confidentiality else {}


def pins_of(root: DataRoot, release: str) -> Pins | None:
    """What a release that stands was made of; None when its manifest does not tell."""
    manifest = known_manifest(root, release)
    return manifest.pins if manifest else None


def read_pins(root: DataRoot, release: str) -> Pins | None:
    """The pins of a release that was made before; None when it was not.

    ReleaseRefused when its folder stands and its definition has changed.
    """
    pins = pins_of(root, release)
    if pins is not None and pins.definition != sha256(root.releases / f"{release}.toml"):
        raise ReleaseRefused(
            release,
            [
                f"releases/{release}.toml has changed since it was made",
                "a published release never changes: make a new one",
            ],
        )
    return pins


def manifest_hashes(root: DataRoot, releases: Iterable[str]) -> dict[str, str]:
    """SHA-256 of the manifests of earlier releases: what a later one is protected against and compared with."""
    paths = [root.releases / release / "manifest.json" for release in releases]
    return {root.name(path): sha256(path) for path in paths if path.is_file()}

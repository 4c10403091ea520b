"""Embargo: before ``publish_at`` the owner alone may read a release; at that time it opens (R13: 08:00 Danish time).

Points in time are compared as such, so that summer and winter time make no difference.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.storage.files import read_json
from hjalp_pipeline.storage.root import DataRoot

#: Folder of a release with the kommuner's approval reports: unsuppressed figures.
APPROVAL_REPORTS = "godkendelse"
#: What of a release is for the owner alone, also once it is out. The manifest counts rows exactly and holds hashes of private
#: files: compared with that of another release it could tell how small a hidden figure is.
PRIVATE = frozenset({"microdata", APPROVAL_REPORTS, "manifest.json"})


@dataclass(frozen=True, slots=True)
class Standing:
    """A release that stands: when it may be read, and whether it can be by now."""

    release: str
    publish_at: datetime
    opened: bool


def standing_releases(root: DataRoot) -> list[Standing]:
    """Releases that stand, by name, with the time their manifest says."""
    found = []
    for folder in sorted(root.releases.glob("*/")):
        manifest = read_json(folder / "manifest.json") if is_release_name(folder.name) else None
        if manifest is not None:
            opened = bool(folder.stat().st_mode & 0o077)
            found.append(Standing(folder.name, datetime.fromisoformat(manifest["publish_at"]), opened))
    return found


def due(releases: Iterable[Standing], now: datetime) -> list[str]:
    """Releases to open at ``now`` (with its zone): their time has come, and they are still closed."""
    return [release.release for release in releases if not release.opened and release.publish_at <= now]


def open_due(root: DataRoot, now: datetime) -> list[Standing]:
    """Open every release whose time has come; returns those opened now."""
    releases = standing_releases(root)
    names = set(due(releases, now))
    for name in sorted(names):
        set_modes(root.releases / name, embargoed=False)
    return [release for release in releases if release.release in names]


def set_modes(folder: Path, *, embargoed: bool) -> None:
    """Who may read a release's folder: the owner alone before it is published, and what is ``PRIVATE`` never anyone else."""
    paths = [folder, *folder.rglob("*")]
    # The folder itself opens last and closes first: it is seen whole or not at all.
    for path in paths if embargoed else reversed(paths):
        private = embargoed or not PRIVATE.isdisjoint(path.relative_to(folder).parts)
        mode = 0o700 if private else 0o755
        path.chmod(mode if path.is_dir() else mode & 0o666)

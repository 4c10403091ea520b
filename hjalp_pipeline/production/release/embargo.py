"""Embargo: before ``publish_at`` the owner alone may read a release; at that time it opens (R13: 08:00 Danish time).

Points in time are compared as such, so that summer and winter time make no difference.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hjalp_pipeline.production.release.pins import ReleaseRefused
from hjalp_pipeline.production.release.release_calendar import CALENDAR, unconfirmed
from hjalp_pipeline.production.release.standing import require_as_published
from hjalp_pipeline.publishing.definition import Definition, is_release_name
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
        if not is_release_name(folder.name):
            continue
        try:
            publish_at = datetime.fromisoformat((read_json(folder / "manifest.json") or {})["publish_at"])
        except (ValueError, KeyError, TypeError):  # no manifest, or none that can be read: it stays as it is
            continue
        found.append(Standing(folder.name, publish_at, bool(folder.stat().st_mode & 0o077)))
    return found


def due(releases: Iterable[Standing], now: datetime) -> list[str]:
    """Releases to open at ``now`` (with its zone): their time has come, and they are still closed."""
    return [release.release for release in releases if not release.opened and release.publish_at <= now]


def open_due(root: DataRoot, now: datetime) -> tuple[list[Standing], list[ReleaseRefused]]:
    """Open every release whose time has come, whose day is confirmed where the calendar has it, and that is as it was
    published; returns those opened now, and why others were not.
    """
    releases = {release.release: release for release in standing_releases(root)}
    opened, refused = [], []
    waits = unconfirmed(root)
    for name in due(releases.values(), now):
        if name in waits:
            refused.append(ReleaseRefused(name, [f"its day is not confirmed in {CALENDAR.place}"]))
            continue
        try:
            require_as_published(root, name)
        except ReleaseRefused as fault:
            refused.append(fault)
            continue
        set_modes(root.releases / name, embargoed=False)
        opened.append(releases[name])
    return opened, refused


def is_embargoed(root: DataRoot, definition: Definition, now: datetime) -> bool:
    """Whether the owner alone may read a release at ``now``: its time has not come, or its day is not confirmed."""
    return now < definition.publish_at or definition.release in unconfirmed(root)


def set_modes(folder: Path, *, embargoed: bool) -> None:
    """Who may read a release's folder: the owner alone before it is published, and what is ``PRIVATE`` never anyone else."""
    paths = [folder, *folder.rglob("*")]
    # The folder itself opens last and closes first: it is seen whole or not at all.
    for path in paths if embargoed else reversed(paths):
        path.chmod(_mode(folder, path, embargoed=embargoed))


def open_modes(folder: Path, *, embargoed: bool) -> list[tuple[Path, int]]:
    """What of a release more people may read or write than ``set_modes`` lets, with its mode."""
    found = []
    for path in (folder, *sorted(folder.rglob("*"))):
        mode = path.lstat().st_mode & 0o777
        if mode & ~_mode(folder, path, embargoed=embargoed) & 0o077:
            found.append((path, mode))
    return found


def _mode(folder: Path, path: Path, *, embargoed: bool) -> int:
    private = embargoed or not PRIVATE.isdisjoint(path.relative_to(folder).parts)
    mode = 0o700 if private else 0o755
    return mode if path.is_dir() else mode & 0o666

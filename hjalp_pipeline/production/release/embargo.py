"""Embargo: before ``publish_at`` the owner alone may read a release; at that time it opens (R13: 08:00 Danish time).

Points in time are compared as such, so that summer and winter time make no difference.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from hjalp_pipeline.production.disk import said
from hjalp_pipeline.production.release.behind_closed import is_closed, still_closed
from hjalp_pipeline.production.release.pins import ReleaseRefused
from hjalp_pipeline.production.release.release_calendar import CALENDAR, Days, read_days
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


class Held(Enum):
    """Why a release whose ``publish_at`` has come may not open."""

    UNCONFIRMED = f"its day is not confirmed in {CALENDAR.place}"
    MISREAD = "what the calendar says of it cannot be read"
    BEHIND = "its pages show figures of a release that is still closed"


def standing_releases(root: DataRoot) -> list[Standing]:
    """Releases that stand, by name, with the time their manifest says."""
    found = []
    for folder in sorted(root.releases.glob("*/")):
        if not is_release_name(folder.name):
            continue
        try:
            publish_at = datetime.fromisoformat((read_json(folder / "manifest.json") or {})["publish_at"])
            opened = bool(folder.stat().st_mode & 0o077)
        except (OSError, ValueError, KeyError, TypeError):  # no manifest, or none that can be read: it stays as it is
            continue
        if publish_at.tzinfo is not None:  # a time without a zone is no point in time
            found.append(Standing(folder.name, publish_at, opened))
    return found


def due(releases: Iterable[Standing], now: datetime) -> list[str]:
    """Releases to open at ``now`` (with its zone): their time has come, and they are still closed."""
    return [release.release for release in releases if not release.opened and release.publish_at <= now]


def open_due(root: DataRoot, now: datetime) -> tuple[list[Standing], list[ReleaseRefused]]:
    """Open every release whose time has come, whose day is confirmed where the calendar has it, that shows nothing of a
    release that is still closed, and that is as it was published; returns those opened now, and why others were not.
    """
    releases = {release.release: release for release in standing_releases(root)}
    opened, refused = [], []
    days, waiting = read_days(root), due(releases.values(), now)
    for name in list(waiting):
        opens = days.opens_at(name, releases[name].publish_at)
        if opens is None:
            refused.append(ReleaseRefused(name, [_told(_held_by(days, name), days)]))
        if opens is None or opens > now:
            waiting.remove(name)
    # One that opens now may be what another waits for.
    while ready := [name for name in waiting if not still_closed(root, name)]:
        for name in ready:
            waiting.remove(name)
            try:
                require_as_published(root, name)
                set_modes(root.releases / name, embargoed=False)
            except ReleaseRefused as fault:
                refused.append(fault)
            except OSError as fault:  # of this release alone: the others are due all the same
                refused.append(ReleaseRefused(name, [said(fault, root)]))
            else:
                opened.append(releases[name])
    for name in waiting:
        refused.append(ReleaseRefused(name, [f"{Held.BEHIND.value}: {', '.join(still_closed(root, name))}"]))
    return opened, refused


def _held_by(days: Days, release: str) -> Held:
    return Held.MISREAD if days.is_wrong(release) else Held.UNCONFIRMED


def _told(held: Held, days: Days) -> str:
    return f"{held.value}: {days.fault}" if held is Held.MISREAD else held.value


def held(root: DataRoot, release: Standing) -> Held | None:
    """What keeps a release closed although its time has come; None when nothing known does, or it has been opened."""
    days = read_days(root)
    if release.opened:
        return None
    if days.opens_at(release.release, release.publish_at) is None:
        return _held_by(days, release.release)
    return Held.BEHIND if still_closed(root, release.release) else None


def held_back(root: DataRoot) -> dict[str, datetime | None]:
    """When those open that are closed and do not open at their ``publish_at``, by name; None: nobody can tell yet."""
    days, standing = read_days(root), {one.release: one for one in standing_releases(root)}
    closed = {name: days.opens_at(name, one.publish_at) for name, one in standing.items() if not one.opened}

    def opens(name: str) -> datetime | None:
        found = [closed[other] for other in (name, *still_closed(root, name)) if other in closed]
        known = [moment for moment in found if moment is not None]
        return max(known) if len(known) == len(found) else None

    every = {name: opens(name) for name in closed}
    return {name: moment for name, moment in every.items() if moment != standing[name].publish_at}


def is_embargoed(root: DataRoot, release: Definition | Standing, now: datetime) -> bool:
    """Whether the owner alone may read a release at ``now``: its time has not come, or its day is not confirmed or later, and
    it has not been opened. What was open once is not closed by a line that is added later.
    """
    name, publish_at = release.release, release.publish_at
    if now < publish_at:
        return True
    if (root.releases / name).is_dir() and not is_closed(root, name):
        return False
    opens = read_days(root).opens_at(name, publish_at)
    return opens is None or now < opens or bool(still_closed(root, name))


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

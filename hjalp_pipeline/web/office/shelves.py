"""Which files of a data root are pages of the office, and who may see them.

A file is on a shelf when it lies in one of ``SHELVES`` and has one of its endings: deliveries, microdata, code lists and the
rest of the lake are on none. Links that lead elsewhere are not followed. A viewer sees what other accounts of the machine
may read, so that what is confidential or under embargo is decided in one place, by the file's mode.
"""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hjalp_pipeline.storage.root import DataRoot

#: Where the pages for the person who signs a release lie.
SIGNING = "lake/udgivelser/fortrolighed"
#: Where the drafts of articles lie.
DRAFTS = "lake/udgivelser/nyt"
#: Folders below the statistic's own, and the endings of files that are shown.
SHELVES: dict[str, tuple[str, ...]] = {
    "receipts": (".html", ".json"),
    "reminders": (".html", ".csv"),
    "approvals/reports": (".html", ".xlsx"),
    "specification": (".html", ".xsd", ".csv", ".xml", ".xlsx"),
    "releases": (".html", ".csv", ".px", ".json", ".xlsx", ".toml"),
    SIGNING: (".html",),
    DRAFTS: (".html",),
}


def is_plain(name: str) -> bool:
    """Whether a path is made of ordinary names: none is empty, hidden or leads up, none is a pattern."""
    return all(part and part[0] != "." and not set(part) & set("\\\0*?[]") for part in name.split("/"))


@dataclass(frozen=True)
class Office:
    """The office's pages of one statistic; ``viewers``: shown to people who may only look."""

    root: DataRoot
    viewers: bool

    def file(self, name: str) -> Path | None:
        """The file that is shown under a name (its path below the statistic's folder); None when none is."""
        if not is_plain(name):
            return None
        if not any(name.startswith(f"{shelf}/") and name.endswith(ends) for shelf, ends in SHELVES.items()):
            return None
        path = self.root.folder
        for part in name.split("/"):
            path = path / part
            if not self._opens(path):
                return None
        return path if path.is_file() else None

    def files(self, shelf: str, pattern: str) -> Iterator[Path]:
        """Files of a shelf that are shown, by name."""
        folder = self.root.folder / shelf
        yield from sorted(path for path in folder.glob(pattern) if self.file(self.root.name(path)))

    def _opens(self, path: Path) -> bool:
        """Whether a file or folder is no link and, for a viewer, for others to read."""
        try:
            found = path.lstat()
        except OSError:
            return False
        return not stat.S_ISLNK(found.st_mode) and (not self.viewers or bool(found.st_mode & stat.S_IROTH))

"""Where the web dialogue keeps what is its own: ``portal/`` below the data root, for the owner alone."""

import os
from dataclasses import dataclass
from pathlib import Path

from hjalp_pipeline.portal.sealing import Seal, new_key
from hjalp_pipeline.storage.files import locked, make_folder, write_bytes
from hjalp_pipeline.storage.root import DataRoot


@dataclass(frozen=True, slots=True)
class PortalPlace:
    """The folder and what lies in it."""

    folder: Path

    @classmethod
    def of(cls, root: DataRoot) -> "PortalPlace":
        """The place of a data root; all its statistics share it."""
        return cls(root.path / "portal")

    @property
    def settings(self) -> Path:
        """What the office sets."""
        return self.folder / "portal.toml"

    @property
    def database(self) -> Path:
        """People's sessions, drafts, questions, the log; unless the settings name another database."""
        return self.folder / "portal.db"

    @property
    def heads(self) -> Path:
        """The hash of each row of the log, beside the database: rows cut off at its end are missed here."""
        return self.folder / "log.heads"

    @property
    def uploads(self) -> Path:
        """Files that were uploaded and are neither sent nor discarded."""
        return self.folder / "uploads"

    @property
    def withdrawn(self) -> Path:
        """Deliveries that a kommune has withdrawn."""
        return self.folder / "withdrawn"

    @property
    def locks(self) -> Path:
        """Locks of this program."""
        return self.folder / "locks"

    @property
    def key_file(self) -> Path:
        """The office's key for drafts."""
        return self.folder / "key"

    def key(self) -> Seal:
        """The office's key for drafts: ``portal/key``, made the first time, once however many ask for it."""
        path = self.key_file
        if not path.is_file():
            with locked(self.locks / "key"):
                if not path.is_file():
                    write_bytes(path, new_key())
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return Seal(path.read_bytes())

    def prepare(self) -> None:
        """Make the folders, for the owner alone."""
        for folder in (self.folder, self.uploads, self.withdrawn, self.locks):
            make_folder(folder)
            os.chmod(folder, 0o700)  # noqa: PTH101 (the same call as in files.py, on a folder that may be older)

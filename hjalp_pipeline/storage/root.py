"""Where things lie below the data root (``HJALP_DATA``). No path of the program is spelled anywhere else."""

import os
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT_VARIABLE = "HJALP_DATA"
PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class DataRoot:
    """The data root and its folders."""

    path: Path
    statistic: str = "hjalp"

    @classmethod
    def from_environment(cls) -> "DataRoot":
        """``$HJALP_DATA``, or ``data/`` in the project."""
        return cls(Path(os.environ.get(ENVIRONMENT_VARIABLE) or PROJECT / "data").resolve())

    @property
    def inbox(self) -> Path:
        """Deliveries as received, never touched."""
        return self.path / "inbox"

    @property
    def codelists(self) -> Path:
        """Lists a statistician maintains."""
        return self.path / "codelists"

    @property
    def registers(self) -> Path:
        """Register extracts by date."""
        return self.path / "registers"

    @property
    def approvals(self) -> Path:
        """Approval decisions, appended to."""
        return self.path / "approvals"

    @property
    def releases(self) -> Path:
        """Release definitions and what was published."""
        return self.path / "releases"

    @property
    def receipts(self) -> Path:
        """One receipt per delivery."""
        return self.path / "receipts"

    @property
    def reminders(self) -> Path:
        """Reminders: a list and letters for each day, what was sent, the office's page."""
        return self.path / "reminders"

    @property
    def specification(self) -> Path:
        """The requirement specification for kommuner and vendors."""
        return self.path / "specification"

    @property
    def lake(self) -> Path:
        """The program's own data."""
        return self.path / "lake"

    @property
    def catalog(self) -> Path:
        """The analysts' database of views."""
        return self.path / "hjalp.duckdb"

    @property
    def dagster_home(self) -> Path:
        """The Dagster instance that the UI and the command line share."""
        return self.path / "dagster_home"

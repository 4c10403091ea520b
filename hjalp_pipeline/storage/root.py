"""Where things lie below the data root (``HJALP_DATA``): registers and Dagster's instance, shared, and a folder a statistic."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hjalp_pipeline.statistic import Statistic

ENVIRONMENT_VARIABLE = "HJALP_DATA"
#: What the address of a data root in a bucket begins with.
SCHEME = "s3://"
PROJECT = Path(__file__).resolve().parents[2]
_PACKAGE = Path(__file__).resolve().parents[1]
#: The statistics there are, and the one that is meant when none is named.
STATISTICS = ("hjalp", "hand")
DEFAULT = "hjalp"
#: Folders of a statistic that every data root has; until version 0.3.1 those of the first lay in the data root itself. And all of them.
FIRST = ("inbox", "codelists", "approvals", "releases", "receipts", "reminders", "specification", "lake")
OWN = (*FIRST, "orders", "articles")
#: What every statistic reads, or has a part in.
SHARED = ("registers", "dagster_home")


class DataRootError(Exception):
    """A data root that cannot be used as it is; says what to do."""


@dataclass(frozen=True)
class DataRoot:
    """A data root as one statistic sees it: ``path`` is what all share, ``folder`` is the statistic's own.

    ``flat``: laid out as until version 0.3.1, the statistic's folders in the data root itself.
    """

    path: Path
    statistic: str = DEFAULT
    flat: bool = False

    @classmethod
    def from_environment(cls, statistic: str = DEFAULT) -> "DataRoot":
        """``$HJALP_DATA``, or ``data/`` in the project. DataRootError while a move to the present layout is half done, and
        when it is a folder inside a data root or around one.
        """
        path = place()
        wrong = misplaced(path)
        if wrong:
            raise DataRootError(f"{path} ({ENVIRONMENT_VARIABLE}) {wrong}")
        if moving(path).is_dir():
            raise DataRootError("the data root is being moved to folders by statistic: run `hjalp migrate` to its end")
        return cls(path, statistic, flat=statistic == DEFAULT and is_flat(path))

    @property
    def declared(self) -> "Statistic":
        """The statistic as it is declared."""
        from hjalp_pipeline.statistic import declared  # noqa: PLC0415 (whoever asks for help waits for no library)

        return declared(self.statistic)

    @property
    def folder(self) -> Path:
        """What belongs to the statistic alone."""
        return self.path if self.flat else self.path / self.statistic

    def command(self, name: str) -> str:
        """How a command is typed for the statistic: ``hjalp run``."""
        return typed(name, self.statistic)

    @property
    def beside(self) -> list[str]:
        """Folders of the first statistic at their place until version 0.3.1, where nobody reads them any more."""
        old = self.statistic == DEFAULT and not self.flat
        return [name for name in FIRST if old and (self.path / name).is_dir()]

    @property
    def writable(self) -> bool:
        """Whether this process may write there."""
        places = (self.path, self.folder, self.lake, self.dagster_home)
        return all(os.access(place, os.W_OK) for place in places if place.exists())

    def name(self, path: Path) -> str:
        """How a file is named in messages and manifests: its path below ``folder``, of what is shared below ``path``."""
        return path.relative_to(self.folder if path.is_relative_to(self.folder) else self.path).as_posix()

    def file(self, name: str) -> Path:
        """The file of such a name."""
        return (self.path if name.split("/", 1)[0] in SHARED else self.folder) / name

    @property
    def inbox(self) -> Path:
        """Deliveries as received, never touched."""
        return self.folder / "inbox"

    @property
    def codelists(self) -> Path:
        """Lists a statistician maintains."""
        return self.folder / "codelists"

    @property
    def registers(self) -> Path:
        """Register extracts by date."""
        return self.path / "registers"

    @property
    def approvals(self) -> Path:
        """Approval decisions, appended to."""
        return self.folder / "approvals"

    @property
    def releases(self) -> Path:
        """Release definitions and what was published."""
        return self.folder / "releases"

    @property
    def receipts(self) -> Path:
        """One receipt per delivery."""
        return self.folder / "receipts"

    @property
    def reminders(self) -> Path:
        """Reminders: a list and letters for each day, what was sent, the office's page."""
        return self.folder / "reminders"

    @property
    def specification(self) -> Path:
        """The requirement specification for kommuner and vendors."""
        return self.folder / "specification"

    @property
    def orders(self) -> Path:
        """Tables made to order, and the ledger of them."""
        return self.folder / "orders"

    @property
    def articles(self) -> Path:
        """Articles that an editor has finished."""
        return self.folder / "articles"

    @property
    def lake(self) -> Path:
        """The program's own data."""
        return self.folder / "lake"

    @property
    def catalog(self) -> Path:
        """The analysts' database of views."""
        return self.folder / f"{self.statistic}.duckdb"

    @property
    def dagster_home(self) -> Path:
        """The Dagster instance that the UI and the command line share."""
        return self.path / "dagster_home"


def typed(command: str, statistic: str) -> str:
    """How a command is typed for a statistic: the first need not be named."""
    return f"hjalp {command}" if statistic == DEFAULT else f"hjalp {command} --statistic {statistic}"


def shipped(name: str) -> Path:
    """A file that goes with the program: beside the package in a checkout, inside it when installed from a wheel."""
    inside = _PACKAGE / name
    return inside if inside.is_file() else PROJECT / name


def is_address(text: str) -> bool:
    """Whether a data root is named that lies in a bucket."""
    return text.startswith(SCHEME)


def place() -> Path:
    """``$HJALP_DATA``, or ``data/`` in the project. DataRootError for a bucket: a command makes a folder of it before it asks."""
    named = os.environ.get(ENVIRONMENT_VARIABLE) or ""
    if is_address(named):
        raise DataRootError(
            f"{ENVIRONMENT_VARIABLE} names a bucket: only the command `hjalp` works on it (docs/object-storage.md)"
        )
    return Path(named or PROJECT / "data").resolve()


def require_place() -> None:
    """DataRootError unless ``$HJALP_DATA`` is a folder that may be entered: a name typed wrong is no new data root."""
    path = place()
    if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
        raise DataRootError(f"the data root {path} ({ENVIRONMENT_VARIABLE}) may not be entered by this account")
    if not path.is_dir():
        what = "is no folder" if path.exists() else "does not exist"
        raise DataRootError(
            f"the data root {path} {what} ({ENVIRONMENT_VARIABLE}): `hjalp init` makes an empty one, `hjalp demo` one of "
            "made-up data"
        )


def misplaced(path: Path) -> str | None:
    """Why a folder is not the one that was meant: it lies inside a data root, or holds one; None when neither is so."""
    with contextlib.suppress(OSError):  # where nobody may look there is nothing to find
        above, below = _root_above(path), _root_below(path)
        if above:
            return f"lies inside the data root {above}: that is the folder to name"
        if below:
            return f"is no data root, but holds one: {below} is the folder to name"
    return None


def _root_above(path: Path) -> Path | None:
    if _holds(path, SHARED):
        return None
    for above in path.parents:
        first = path.relative_to(above).parts[0]
        part = first in (*SHARED, *STATISTICS) or _holds(above / first, FIRST)
        if part and (_holds(above, SHARED) or _holds_statistic(above)):
            return above
    return None


def _root_below(path: Path) -> Path | None:
    if not path.is_dir() or _holds(path, SHARED) or _holds_statistic(path) or is_flat(path):
        return None
    for below in sorted(path.iterdir()):
        if _holds(below, SHARED) and (_holds_statistic(below) or is_flat(below)):
            return below
    return None


def _holds(path: Path, folders: tuple[str, ...]) -> bool:
    return any((path / name).is_dir() for name in folders)


def _holds_statistic(path: Path) -> bool:
    return any(_holds(path / name, FIRST) for name in STATISTICS)


def is_flat(path: Path) -> bool:
    """Whether a data root is laid out as until version 0.3.1."""
    return not (path / DEFAULT).is_dir() and any((path / name).is_dir() for name in FIRST)


def moving(path: Path) -> Path:
    """Where a statistic's folders are while they are moved."""
    return path / f".{DEFAULT}-moving"

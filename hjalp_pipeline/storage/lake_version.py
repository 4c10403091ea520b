"""The version of the lake's layout: an older one is brought up to date, a newer one refused."""

from collections.abc import Iterator
from pathlib import Path

from hjalp_pipeline import __version__
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.files import make_folder, read_json, read_parquet, write_json
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.sealed import is_sealed, write_sealed_parquet

#: 1: hjalp up to 0.3.1, without hashes. 2: JSON files and small frames carry a hash of themselves.
LAYOUT = 2
#: Folders of the lake whose Parquet files a JSON file names with their hash.
_NAMED = ("raw", "registers", "bestand", "removed")


def check_layout(root: DataRoot) -> int:
    """The layout of the lake there is (this program's own when there is none yet); InputError for a later one."""
    if not root.lake.is_dir():
        return LAYOUT
    try:
        told = read_json(root.lake / "layout.json")
        layout = 1 if told is None else int(told["layout"])
    except (ValueError, TypeError, KeyError):
        raise InputError(
            "lake/layout.json is not as it was written: put it back from a copy, or move lake/ away, and it is made again "
            "from the inbox"
        ) from None
    if layout > LAYOUT:
        raise InputError(
            f"lake/ was written by hjalp {told.get('program')} in a layout that hjalp {__version__} does not know: use that "
            "version or a later one, or move lake/ away, and it is made again from the inbox"
        )
    return layout


def is_open(root: DataRoot) -> bool:
    """Whether this program may write to the lake as it is; InputError for one of a later version."""
    return check_layout(root) == LAYOUT and (root.lake / "layout.json").is_file()


def open_lake(root: DataRoot) -> None:
    """Make the lake when there is none, close it to others, and take over that of an earlier version.

    What can be computed is computed by the next run; what cannot (figures behind releases, the history of reports) is taken
    as it stands, and a change is seen from now on. InputError for the lake of a later version.
    """
    layout = check_layout(root)
    make_folder(root.lake)
    if root.lake.stat().st_mode & 0o077:
        root.lake.chmod(0o700)  # unsuppressed figures and CPR numbers
    if layout == LAYOUT and (root.lake / "layout.json").is_file():
        return
    for path in frames(root):
        if not is_sealed(path):
            write_sealed_parquet(path, read_parquet(path))
    write_json(root.lake / "layout.json", {"layout": LAYOUT, "program": __version__})


def frames(root: DataRoot) -> Iterator[Path]:
    """The small frames of the lake, which carry a hash of themselves."""
    named = (*_NAMED, *root.declared.rulebook.states)
    for path in sorted(root.lake.rglob("*.parquet")):
        inside = path.relative_to(root.lake).parts
        typed_copy = inside[0] == "leverancer" and len(inside) > 2
        if not (typed_copy or inside[0] in named or any(part.startswith(".") for part in inside)):
            yield path

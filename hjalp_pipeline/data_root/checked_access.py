"""Whether this account may read what people maintain and write where the program does, and who else may read persons' data."""

import os
from collections.abc import Iterator
from pathlib import Path

from hjalp_pipeline.data_root.folders import FOLDERS
from hjalp_pipeline.data_root.wrong import MAY_READ, Wrong
from hjalp_pipeline.storage.registers import extracts
from hjalp_pipeline.storage.root import DataRoot

#: Folders whose files hold person numbers.
_OF_PERSONS = ("registers", "inbox")
_OTHERS_ENTER, _OTHERS_WRITE = 0o001, 0o002


def wrong_access(root: DataRoot) -> Iterator[Wrong]:
    """What this account may not read or write, and what everybody on the machine may."""
    for place in (root.path, root.folder, root.lake, root.receipts, root.approvals, root.releases, root.dagster_home):
        if place.is_dir() and not os.access(place, os.W_OK | os.X_OK):
            yield Wrong(
                f"{_name(root, place)} may not be written to",
                "give the account that runs hjalp the right to write there",
            )
    for place in _read(root):
        if place.exists() and not os.access(place, os.R_OK | (os.X_OK if place.is_dir() else 0)):
            yield Wrong(f"{_name(root, place)} may not be read", MAY_READ)
    for one in FOLDERS:
        place = root.file(one.name)
        if not place.is_dir():
            continue
        mode = place.stat().st_mode
        if one.name in _OF_PERSONS and mode & _OTHERS_ENTER and _others_enter(place.parent):
            yield Wrong(f"{_name(root, place)} can be entered by everybody on this machine", f"chmod o-rwx {one.name}")
        if mode & _OTHERS_WRITE:
            yield Wrong(f"{_name(root, place)} can be written to by everybody on this machine", f"chmod o-w {one.name}")


def _read(root: DataRoot) -> Iterator[Path]:
    """Folders, and the files of extracts: every other file says it by itself when it is read."""
    yield from (root.file(one.name) for one in FOLDERS)
    for extract in extracts(root):
        yield from sorted((root.registers / extract).glob("*.parquet"))


def _others_enter(place: Path) -> bool:
    above = [place, *place.parents]
    return all(one.stat().st_mode & _OTHERS_ENTER for one in above)


def _name(root: DataRoot, place: Path) -> str:
    return (
        "the data root"
        if place == root.path
        else f"{root.name(place)}"
        if place != root.folder
        else f"{root.statistic}/"
    )

"""``hjalp init``: an empty data root. Nothing that is there is touched, so it may be run again."""

from dataclasses import dataclass
from pathlib import Path

from hjalp_pipeline.data_root.folders import FOLDERS, first_files
from hjalp_pipeline.storage.files import make_folder, write_bytes
from hjalp_pipeline.storage.root import DataRoot, DataRootError, is_flat, misplaced


@dataclass(frozen=True, slots=True)
class Begun:
    """What was made, and what was there already and stayed as it is; names below the data root."""

    made: tuple[str, ...]
    kept: tuple[str, ...]


def begin(path: Path, statistic: str) -> Begun:
    """Make a data root, or what it lacks of a statistic's folders and first files; DataRootError when it may not be there."""
    root = DataRoot(path, statistic)
    if path.exists() and not path.is_dir():
        raise DataRootError(f"{path} is a file: name a folder")
    wrong = misplaced(path)
    if wrong:
        raise DataRootError(f"{path} {wrong}")
    if is_flat(path):
        raise DataRootError(f"{path} is a data root of version 0.3: `hjalp migrate` moves it to the present layout")
    places = {root.file(name): text for name, text in first_files(root.declared).items()}
    kept = [place for place in places if place.exists() or place.is_symlink()]
    for folder in (root.path, root.folder, root.releases):
        if not folder.is_dir():
            make_folder(folder, 0o755)  # what is published is for all
    for one in FOLDERS:
        make_folder(root.file(one.name))
    made = [place for place in places if place not in kept]
    for place in made:
        write_bytes(place, places[place].encode())
    return Begun(_names(path, made), _names(path, kept))


def _names(path: Path, places: list[Path]) -> tuple[str, ...]:
    return tuple(place.relative_to(path).as_posix() for place in places)

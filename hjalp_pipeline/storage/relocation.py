"""Moves a data root of version 0.3.1 or older to the present layout: the statistic's folders go below a folder of its own."""

from hjalp_pipeline.storage.files import is_locked, make_folder, sync
from hjalp_pipeline.storage.root import DEFAULT, OWN, DataRoot, DataRootError, is_flat, moving

#: Beside the folders: the analysts' database, what was removed and by whom, whether it is a demo's.
_FILES = (f"{DEFAULT}.duckdb", "removed.csv")


def migrate(root: DataRoot) -> list[str]:
    """Move the statistic's folders and files; returns their names, in order, none when nothing is to be moved.

    Renames only: no byte is copied or changed, and ``registers/`` and ``dagster_home/`` stay. The folders come together in a
    hidden folder that gets its name last, so a move that was broken off is seen, and goes on when it is asked for again.

    Raises:
        DataRootError: something is at work in the data root, or what is to be moved is not on one disk.
    """
    place = moving(root.path)
    if not place.is_dir() and not is_flat(root.path):
        return []
    if (root.path / DEFAULT).exists():
        raise DataRootError(
            f"{DEFAULT}/ came up while its folders lay in {place.name}: put them together into the latter"
        )
    _require_idle(root)
    make_folder(place, 0o755)
    for name in (*OWN, *_FILES):
        path = root.path / name
        if path.exists() and (place / name).exists():
            raise DataRootError(
                f"{name} lies in the data root and in {place.name}: put what is in the first into the second, remove the "
                "first, then run `hjalp migrate` again"
            )
        if path.exists():
            try:
                path.rename(place / name)
            except OSError as fault:
                raise DataRootError(f"{name} cannot be moved: {fault.strerror}; run `hjalp migrate` again") from fault
    sync(place)
    place.rename(root.path / DEFAULT)
    sync(root.path)
    return sorted(path.name for path in (root.path / DEFAULT).iterdir())


def _require_idle(root: DataRoot) -> None:
    """Whoever works in the lake or runs a job holds a lock."""
    places = (root.path / "lake" / "locks", moving(root.path) / "lake" / "locks")
    busy = [path.name for place in places for path in sorted(place.glob("*")) if is_locked(path)]
    if busy:
        raise DataRootError(f"something is at work in the data root ({busy[0]}): end it, then run `hjalp migrate`")

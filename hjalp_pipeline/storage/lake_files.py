"""Files of the lake: where they are, whether they stand as they were written, and the small frames of quarters."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.files import locked, read_parquet
from hjalp_pipeline.storage.hashes import Hashes
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.sealed import read_sealed_parquet, write_sealed_parquet


class NotMadeError(InputError, FileNotFoundError):
    """Something that a run has to make first. Names it."""


class ChangedError(InputError):
    """A file of the lake is not as it was written. Names it."""


class LakeFiles:
    """The lake's files below one data root."""

    def __init__(self, root: DataRoot, *, strict: bool = False) -> None:
        """Nothing is created until something is written.

        A JSON file that the disk does not give counts as never made; ``strict``: it is an OSError, for whoever removes what
        no file refers to.
        """
        self.root = root
        self.strict = strict
        self.path = root.lake
        self._hashes: Hashes | None = None

    def __getstate__(self) -> dict[str, object]:
        """For another process: what is remembered of files stays here, it reads that anew."""
        return {**self.__dict__, "_hashes": None}

    def relative(self, path: Path) -> str:
        """A path as it is kept in the lake's JSON files, so that the data root can be moved."""
        return path.relative_to(self.path).as_posix()

    def file(self, name: str) -> Path:
        """A file that one of the lake's JSON files names."""
        return self.path / name

    @property
    def hashes(self) -> Hashes:
        """What is remembered of files' hashes, so that a file that stands as it was is not read again."""
        if self._hashes is None:
            self._hashes = Hashes(self.path / "hashes.json", self.path / "locks" / "hashes")
        return self._hashes

    def size(self, path: Path) -> int:
        """Bytes of a file of the lake; 0 when it cannot be looked at, which whoever reads it says."""
        try:
            return path.stat().st_size
        except OSError:
            return 0

    def intact(self, name: str | None, digest: str | None) -> bool:
        """Whether a file of the lake is there and has the SHA-256 it was written with."""
        if name is None or digest is None:
            return False
        try:
            return self.hashes.digest(f"lake/{name}", self.path / name) == digest
        except OSError:
            return False

    def lock(self, kvartal: str, *, shared: bool = False) -> AbstractContextManager[None]:
        """Context manager: only one process at a time changes a quarter. ``shared``: for those that only prepare what it is
        changed by, beside each other.
        """
        return locked(self.lock_path(kvartal), shared=shared)

    def lock_path(self, kvartal: str) -> Path:
        """The file that who changes a quarter holds a lock on."""
        return self.path / "locks" / kvartal

    def frame_path(self, dataset: str, partition: str) -> Path:
        """Parquet file of a small dataset (``ledger``, ``tables/{name}``) for one quarter."""
        return self.path / dataset / f"{partition}.parquet"

    def of_release(self, kind: str, release: str, suffix: str) -> Path:
        """A file the lake keeps of a release: its manifest, verdict, pages' hashes, moves, results."""
        return self.path / "udgivelser" / kind / f"{release}.{suffix}"

    def quarters_with(self, dataset: str) -> list[str]:
        """Quarters a small dataset has been made for, in order."""
        return sorted(path.stem for path in (self.path / dataset).glob("*.parquet") if Period.is_form_of(path.stem))

    def save_frame(self, dataset: str, partition: str, frame: pl.DataFrame) -> Path:
        """Replace one partition of a small dataset."""
        path = self.frame_path(dataset, partition)
        write_sealed_parquet(path, frame)
        return path

    def frame(self, dataset: str, partition: str) -> pl.DataFrame:
        """Read one partition of a small dataset; FileNotFoundError names it when it was never made, ChangedError when it
        is not as it was written.
        """
        path = self.frame_path(dataset, partition)
        if not path.is_file():
            raise NotMadeError(f"{dataset} has not been made for {partition}")
        frame = read_sealed_parquet(path)
        if frame is None:
            raise ChangedError(f"lake/{self.relative(path)} is not as it was written")
        return frame

    def read(self, names: Iterable[str], columns: list[str] | None = None) -> pl.DataFrame:
        """Rows of several lake files one after the other, in the order given."""
        frames = [read_parquet(self.path / name, columns=columns) for name in names]
        return pl.concat(frames) if frames else pl.DataFrame()

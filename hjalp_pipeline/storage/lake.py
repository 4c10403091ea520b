"""The lake: typed deliveries, raw partitions, chain results and tables, each found by what it was made from.

Layout below ``lake/``::

    leverancer/{key}.json|.parquet         verdict and typed copy of a delivery's content
    raw/udlaan/{kvartal}/{komnr}.json      a raw partition: its deliveries and the Parquet file that holds its rows
    {state}/udlaan/{kvartal}/{komnr}-{fp}.parquet   the columns a data state adds
    removed/udlaan/{kvartal}/{komnr}-{fp}.parquet   rows the states removed, with why
    bestand/{kvartal}/{komnr}-{fp}.parquet          year-end stock by person
    kaede/{kvartal}/{komnr}-{fp}.json      a chain result, written after its files: it exists when they are whole
    kvartaler/{kvartal}.json               the chain results a quarter stands on
    {dataset}/{kvartal}.parquet            one frame a quarter: ledger, remarks, status, leverancer, tables

A file with a fingerprint in its name never changes; the small JSON files are replaced whole. A process that dies leaves
the old state or the new one, and at worst files nobody refers to, which ``hjalp prune`` removes.

Every JSON file and every small frame carries a hash of itself, and JSON files hold the SHA-256 of the Parquet files they
name. What is not as it was written is not used: it counts as never made, and is made again.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.files import (
    locked,
    read_parquet,
    sha256,
    write_parquet,
)
from hjalp_pipeline.storage.hashes import Hashes
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.sealed import read_sealed, read_sealed_parquet, write_sealed, write_sealed_parquet


class NotMadeError(InputError, FileNotFoundError):
    """Something that a run has to make first. Names it."""


class ChangedError(InputError):
    """A file of the lake is not as it was written. Names it."""


class Lake:
    """Access to the lake below one data root."""

    def __init__(self, root: DataRoot) -> None:
        """Nothing is created until something is written."""
        self.root = root
        self.path = root.lake
        self._hashes: Hashes | None = None

    def relative(self, path: Path) -> str:
        """A path as it is kept in the lake's JSON files, so that the data root can be moved."""
        return path.relative_to(self.path).as_posix()

    @property
    def hashes(self) -> Hashes:
        """What is remembered of files' hashes, so that a file that stands as it was is not read again."""
        if self._hashes is None:
            self._hashes = Hashes(self.path / "hashes.json", self.path / "locks" / "hashes")
        return self._hashes

    def intact(self, name: str | None, digest: str | None) -> bool:
        """Whether a file of the lake is there and has the SHA-256 it was written with."""
        if name is None or digest is None:
            return False
        try:
            return self.hashes.digest(f"lake/{name}", self.path / name) == digest
        except OSError:
            return False

    def intact_raw(self, partition: Mapping[str, Any]) -> bool:
        """Whether the file of a raw partition is as it was written."""
        return self.intact(partition["file"], partition["sha256"])

    def intact_chain(self, entry: Mapping[str, Any]) -> bool:
        """Whether every file of a chain result is as it was written."""
        return all(self.intact(name, entry["sha256"].get(dataset)) for dataset, name in entry["files"].items())

    def lock(self, kvartal: str) -> Any:
        """Context manager: only one process at a time changes a quarter."""
        return locked(self.path / "locks" / kvartal)

    # Typed deliveries -------------------------------------------------------------------------------------------

    def verdict(self, key: str) -> dict[str, Any] | None:
        """What intake found about a delivery's content, None when it has not been read."""
        return read_sealed(self._delivery(key, "json"))

    def typed_path(self, key: str) -> Path:
        """Parquet file with the good records of an accepted delivery."""
        return self._delivery(key, "parquet")

    def save_verdict(self, key: str, verdict: dict[str, Any], frame: pl.DataFrame | None) -> None:
        """Keep a delivery's typed copy, then its verdict (whose presence says that both are whole) with the copy's SHA-256."""
        path = self.typed_path(key)
        if frame is not None:
            write_parquet(path, frame)
            verdict["copy_sha256"] = sha256(path)
        write_sealed(self._delivery(key, "json"), verdict)

    def intact_copy(self, key: str, verdict: Mapping[str, Any]) -> bool:
        """Whether the typed copy of an accepted delivery is there as it was written."""
        return self.intact(self.relative(self.typed_path(key)), verdict.get("copy_sha256"))

    def _delivery(self, key: str, suffix: str) -> Path:
        return self.path / "leverancer" / key[:2] / f"{key}.{suffix}"

    # Raw partitions ---------------------------------------------------------------------------------------------

    def raw(self, kvartal: str, komnr: str) -> dict[str, Any] | None:
        """The stored raw partition of a kommune, None when there is none."""
        return read_sealed(self._raw(kvartal, komnr))

    def raw_of(self, kvartal: str) -> dict[str, dict[str, Any]]:
        """All stored raw partitions of a quarter by komnr."""
        folder = self.path / "raw" / "udlaan" / kvartal
        found = {path.stem: read_sealed(path) for path in sorted(folder.glob("[0-9][0-9][0-9].json"))}
        return {komnr: partition for komnr, partition in found.items() if partition is not None}

    def save_raw(self, kvartal: str, komnr: str, partition: dict[str, Any]) -> None:
        """Replace a raw partition."""
        write_sealed(self._raw(kvartal, komnr), partition)

    def remove_raw(self, kvartal: str, komnr: str) -> None:
        """Drop a raw partition whose kommune no longer has a delivery in force."""
        self._raw(kvartal, komnr).unlink(missing_ok=True)

    def save_unread(self, kvartal: str, files: dict[str, str]) -> None:
        """Keep which files of a quarter could not be read at its last run, and why."""
        write_sealed(self.path / "unread" / f"{kvartal}.json", files)

    def unread(self, kvartal: str) -> dict[str, str]:
        """Files that could not be read at the quarter's last run, with why."""
        found: dict[str, str] = read_sealed(self.path / "unread" / f"{kvartal}.json") or {}
        return found

    def combined_path(self, kvartal: str, komnr: str, key: str) -> Path:
        """Parquet file of a partition whose rows come from more than one delivery."""
        return self.path / "raw" / "udlaan" / kvartal / f"{komnr}-{key[:16]}.parquet"

    def _raw(self, kvartal: str, komnr: str) -> Path:
        return self.path / "raw" / "udlaan" / kvartal / f"{komnr}.json"

    # Chain results ----------------------------------------------------------------------------------------------

    def chain(self, kvartal: str, komnr: str, key: str) -> dict[str, Any] | None:
        """A kommune's chain result by what it was made from, None when it has to be computed."""
        entry = read_sealed(self._chain(kvartal, komnr, key))
        return entry if entry is not None and self.intact_chain(entry) else None

    def chain_file(self, dataset: str, kvartal: str, komnr: str, key: str) -> Path:
        """Parquet file of one data state (``cpr_validated/udlaan`` ..) or of ``bestand``."""
        return self.path / dataset / kvartal / f"{komnr}-{key[:16]}.parquet"

    def save_chain(
        self, kvartal: str, komnr: str, key: str, frames: dict[str, pl.DataFrame], entry: dict[str, Any]
    ) -> dict[str, Any]:
        """Write a chain result: its frames by dataset, then the entry with their paths; returns the entry."""
        files, hashes = {}, {}
        for dataset, frame in frames.items():
            path = self.chain_file(dataset, kvartal, komnr, key)
            write_parquet(path, frame)
            files[dataset], hashes[dataset] = self.relative(path), sha256(path)
        entry = {**entry, "key": key, "files": files, "sha256": hashes}
        write_sealed(self._chain(kvartal, komnr, key), entry)
        return entry

    def _chain(self, kvartal: str, komnr: str, key: str) -> Path:
        return self.path / "kaede" / kvartal / f"{komnr}-{key[:16]}.json"

    # Quarters ---------------------------------------------------------------------------------------------------

    def quarter(self, kvartal: str) -> dict[str, Any] | None:
        """What a quarter stands on: ``extract`` and the chain results by komnr, None when it was never run."""
        return read_sealed(self.path / "kvartaler" / f"{kvartal}.json")

    def quarters(self) -> list[str]:
        """Quarters that were run, in order."""
        return sorted(path.stem for path in (self.path / "kvartaler").glob("*K?.json"))

    def save_quarter(self, kvartal: str, manifest: dict[str, Any]) -> None:
        """Replace what a quarter stands on. What nothing refers to any more stays for its time (``production.retention``)."""
        write_sealed(self.path / "kvartaler" / f"{kvartal}.json", manifest)

    # Results of releases ----------------------------------------------------------------------------------------

    def save_release_results(self, release: str, results: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        """Keep which chain results (by quarter and komnr) a release was made of, so that they stay while it stands."""
        write_sealed(self._release_results(release), results)

    def release_results(self, release: str) -> dict[str, dict[str, dict[str, Any]]]:
        """Those results; empty when they are not known."""
        return read_sealed(self._release_results(release)) or {}

    def _release_results(self, release: str) -> Path:
        return self.path / "udgivelser" / "resultater" / f"{release}.json"

    # Frames of a quarter ----------------------------------------------------------------------------------------

    def frame_path(self, dataset: str, partition: str) -> Path:
        """Parquet file of a small dataset (``ledger``, ``tables/hjalp1``) for one quarter."""
        return self.path / dataset / f"{partition}.parquet"

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

"""The lake: typed deliveries, raw partitions, chain results and tables, each found by what it was made from.

Layout below ``lake/``::

    leverancer/{key}.json|.parquet         verdict and typed copy of a delivery's content
    raw/udlaan/{kvartal}/{komnr}.json      a raw partition: its deliveries and the Parquet file that holds its rows
    {state}/udlaan/{kvartal}/{komnr}-{fp}.parquet   the columns a data state adds
    bestand/{kvartal}/{komnr}-{fp}.parquet          year-end stock by person
    kaede/{kvartal}/{komnr}-{fp}.json      a chain result, written after its files: it exists when they are whole
    kvartaler/{kvartal}.json               the chain results a quarter stands on
    {dataset}/{kvartal}.parquet            one frame a quarter: ledger, remarks, status, leverancer, tables

A file with a fingerprint in its name never changes; the small JSON files are replaced whole. A process that dies leaves
the old state or the new one, and at worst files nobody refers to, which the next run removes.
"""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.storage.files import locked, read_json, read_parquet, write_json, write_parquet
from hjalp_pipeline.storage.root import DataRoot

#: Unreferenced results younger than this stay: a run under way may be about to refer to them.
KEEP_SECONDS = 24 * 3600


class Lake:
    """Access to the lake below one data root."""

    def __init__(self, root: DataRoot) -> None:
        """Nothing is created until something is written."""
        self.root = root
        self.path = root.lake

    def relative(self, path: Path) -> str:
        """A path as it is kept in the lake's JSON files, so that the data root can be moved."""
        return path.relative_to(self.path).as_posix()

    def lock(self, kvartal: str) -> Any:
        """Context manager: only one process at a time changes a quarter."""
        return locked(self.path / "locks" / kvartal)

    # Typed deliveries -------------------------------------------------------------------------------------------

    def verdict(self, key: str) -> dict[str, Any] | None:
        """What intake found about a delivery's content, None when it has not been read."""
        found: dict[str, Any] | None = read_json(self._delivery(key, "json"))
        return found

    def typed_path(self, key: str) -> Path:
        """Parquet file with the good records of an accepted delivery."""
        return self._delivery(key, "parquet")

    def save_verdict(self, key: str, verdict: dict[str, Any], frame: pl.DataFrame | None) -> None:
        """Keep a delivery's typed copy, then its verdict (whose presence says that both are whole)."""
        if frame is not None:
            write_parquet(self.typed_path(key), frame)
        write_json(self._delivery(key, "json"), verdict)

    def _delivery(self, key: str, suffix: str) -> Path:
        return self.path / "leverancer" / key[:2] / f"{key}.{suffix}"

    # Raw partitions ---------------------------------------------------------------------------------------------

    def raw(self, kvartal: str, komnr: str) -> dict[str, Any] | None:
        """The stored raw partition of a kommune, None when there is none."""
        found: dict[str, Any] | None = read_json(self._raw(kvartal, komnr))
        return found

    def raw_of(self, kvartal: str) -> dict[str, dict[str, Any]]:
        """All stored raw partitions of a quarter by komnr."""
        folder = self.path / "raw" / "udlaan" / kvartal
        return {path.stem: read_json(path) for path in sorted(folder.glob("[0-9][0-9][0-9].json"))}

    def save_raw(self, kvartal: str, komnr: str, partition: dict[str, Any]) -> None:
        """Replace a raw partition."""
        write_json(self._raw(kvartal, komnr), partition)

    def remove_raw(self, kvartal: str, komnr: str) -> None:
        """Drop a raw partition whose kommune no longer has a delivery in force."""
        self._raw(kvartal, komnr).unlink(missing_ok=True)

    def save_unread(self, kvartal: str, files: dict[str, str]) -> None:
        """Keep which files of a quarter could not be read at its last run, and why."""
        write_json(self.path / "unread" / f"{kvartal}.json", files)

    def unread(self, kvartal: str) -> dict[str, str]:
        """Files that could not be read at the quarter's last run, with why."""
        found: dict[str, str] = read_json(self.path / "unread" / f"{kvartal}.json") or {}
        return found

    def combined_path(self, kvartal: str, komnr: str, key: str) -> Path:
        """Parquet file of a partition whose rows come from more than one delivery."""
        return self.path / "raw" / "udlaan" / kvartal / f"{komnr}-{key[:16]}.parquet"

    def _raw(self, kvartal: str, komnr: str) -> Path:
        return self.path / "raw" / "udlaan" / kvartal / f"{komnr}.json"

    # Chain results ----------------------------------------------------------------------------------------------

    def chain(self, kvartal: str, komnr: str, key: str) -> dict[str, Any] | None:
        """A kommune's chain result by what it was made from, None when it has to be computed."""
        found: dict[str, Any] | None = read_json(self._chain(kvartal, komnr, key))
        return found

    def chain_file(self, dataset: str, kvartal: str, komnr: str, key: str) -> Path:
        """Parquet file of one data state (``cpr_validated/udlaan`` ..) or of ``bestand``."""
        return self.path / dataset / kvartal / f"{komnr}-{key[:16]}.parquet"

    def save_chain(
        self, kvartal: str, komnr: str, key: str, frames: dict[str, pl.DataFrame], entry: dict[str, Any]
    ) -> dict[str, Any]:
        """Write a chain result: its frames by dataset, then the entry with their paths; returns the entry."""
        files = {}
        for dataset, frame in frames.items():
            path = self.chain_file(dataset, kvartal, komnr, key)
            write_parquet(path, frame)
            files[dataset] = self.relative(path)
        entry = {**entry, "key": key, "files": files}
        write_json(self._chain(kvartal, komnr, key), entry)
        return entry

    def _chain(self, kvartal: str, komnr: str, key: str) -> Path:
        return self.path / "kaede" / kvartal / f"{komnr}-{key[:16]}.json"

    # Quarters ---------------------------------------------------------------------------------------------------

    def quarter(self, kvartal: str) -> dict[str, Any] | None:
        """What a quarter stands on: ``extract`` and the chain results by komnr, None when it was never run."""
        found: dict[str, Any] | None = read_json(self.path / "kvartaler" / f"{kvartal}.json")
        return found

    def quarters(self) -> list[str]:
        """Quarters that were run, in order."""
        return sorted(path.stem for path in (self.path / "kvartaler").glob("*K?.json"))

    def save_quarter(self, kvartal: str, manifest: dict[str, Any]) -> None:
        """Replace what a quarter stands on, then remove results of it that nothing has referred to for a day."""
        write_json(self.path / "kvartaler" / f"{kvartal}.json", manifest)
        used = {name for entry in manifest["kommuner"].values() for name in entry["files"].values()}
        keys = {f"{komnr}-{entry['key'][:16]}" for komnr, entry in manifest["kommuner"].items()}
        limit = time.time() - KEEP_SECONDS
        for path in (self.path / "kaede" / kvartal).glob("*.json"):
            if path.stem not in keys and path.stat().st_mtime < limit:
                files = read_json(path)["files"].values()
                path.unlink()
                for name in set(files) - used:
                    (self.path / name).unlink(missing_ok=True)

    # Frames of a quarter ----------------------------------------------------------------------------------------

    def frame_path(self, dataset: str, partition: str) -> Path:
        """Parquet file of a small dataset (``ledger``, ``tables/hjalp1``) for one quarter."""
        return self.path / dataset / f"{partition}.parquet"

    def save_frame(self, dataset: str, partition: str, frame: pl.DataFrame) -> Path:
        """Replace one partition of a small dataset."""
        path = self.frame_path(dataset, partition)
        write_parquet(path, frame)
        return path

    def frame(self, dataset: str, partition: str) -> pl.DataFrame:
        """Read one partition of a small dataset; FileNotFoundError names it when it was never made."""
        path = self.frame_path(dataset, partition)
        if not path.is_file():
            raise FileNotFoundError(f"{dataset} has not been made for {partition}")
        return read_parquet(path)

    def read(self, names: Iterable[str], columns: list[str] | None = None) -> pl.DataFrame:
        """Rows of several lake files one after the other, in the order given."""
        frames = [read_parquet(self.path / name, columns=columns) for name in names]
        return pl.concat(frames) if frames else pl.DataFrame()

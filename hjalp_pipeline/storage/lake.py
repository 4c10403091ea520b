"""The lake: typed deliveries, raw partitions, chain results and tables, each found by what it was made from.

Layout below ``lake/``::

    leverancer/{key}.json|.parquet         verdict and typed copy of a delivery's content
    raw/{thing}/{kvartal}/{komnr}.json     a raw partition: its deliveries and the Parquet file that holds its rows
    {state}/{thing}/{kvartal}/{komnr}-{fp}.parquet   the columns a data state adds
    removed/{thing}/{kvartal}/{komnr}-{fp}.parquet   rows the states removed, with why
    bestand/{kvartal}/{komnr}-{fp}.parquet          year-end stock by person
    kaede/{kvartal}/{komnr}-{fp}.json      a chain result, written after its files: it exists when they are whole
    kvartaler/{kvartal}.json               the chain results a quarter stands on
    {dataset}/{kvartal}.parquet            one frame a quarter: ledger, remarks, status, leverancer, tables

A file with a fingerprint in its name never changes; the small JSON files are replaced whole. A process that dies leaves
the old state or the new one, and at worst files nobody refers to, which ``hjalp prune`` removes.

Every JSON file and every small frame carries a hash of itself, and JSON files hold the SHA-256 of the Parquet files they
name. What is not as it was written is not used: it counts as never made, and is made again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.storage.entries import (
    ChainEntry,
    PreparedExtract,
    QuarterEntry,
    RawPartition,
    ReleaseResults,
    TablesEntry,
    Texts,
    Verdict,
    read_entry,
    write_entry,
)
from hjalp_pipeline.storage.files import write_parquet
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lake_files import ChangedError, LakeFiles, NotMadeError

__all__ = ["ChangedError", "Lake", "NotMadeError"]

_NAMING: dict[str, Any] = {
    "leverancer/??/*.json": Verdict,
    "raw/*/*/???.json": RawPartition,
    "kaede/*/*.json": ChainEntry,
    "kvartaler/*.json": QuarterEntry,
    "registers/*/*.json": PreparedExtract,
    "udgivelser/sider/*.json": Texts,
    "udgivelser/resultater/*.json": ReleaseResults,
}


class Lake(LakeFiles):
    """Access to the lake below one data root: its files, and what its JSON files say."""

    def computed(self, datasets: Iterable[str]) -> Iterator[Path]:
        """Files that can be computed again: those that a JSON file names (of these datasets among others), and the JSON
        files of chain results and verdicts.
        """
        results = (f"{dataset}/*/*.parquet" for dataset in datasets)
        for pattern in ("leverancer/??/*", "raw/*/*/*.parquet", "kaede/*/*.json", *results):
            yield from self.path.glob(pattern)

    def naming(self) -> Iterator[tuple[Path, Any]]:
        """JSON files that name other files with their hash, each with the type of what it says."""
        for pattern, kind in _NAMING.items():
            for path in sorted(self.path.glob(pattern)):
                yield path, kind

    def intact_raw(self, partition: RawPartition) -> bool:
        """Whether the file of a raw partition is as it was written."""
        return self.intact(partition.file, partition.sha256)

    def intact_chain(self, entry: ChainEntry) -> bool:
        """Whether every file of a chain result is as it was written."""
        return all(self.intact(name, entry.sha256.get(dataset)) for dataset, name in entry.files.items())

    # Typed deliveries -------------------------------------------------------------------------------------------

    def verdict(self, key: str) -> Verdict | None:
        """What intake found about a delivery's content, None when it has not been read."""
        return read_entry(self.verdict_path(key), Verdict, strict=self.strict)

    def verdict_path(self, key: str) -> Path:
        """JSON file of a delivery's verdict."""
        return self._delivery(key, "json")

    def typed_path(self, key: str) -> Path:
        """Parquet file with the good records of an accepted delivery."""
        return self._delivery(key, "parquet")

    def save_verdict(self, key: str, verdict: Verdict, frame: pl.DataFrame | None) -> Verdict:
        """Keep a delivery's typed copy, then its verdict (whose presence says that both are whole) with the copy's SHA-256,
        as it is returned.
        """
        path = self.typed_path(key)
        if frame is not None:
            write_parquet(path, frame)
            verdict = replace(verdict, copy_sha256=sha256(path))
        write_entry(self.verdict_path(key), Verdict, verdict)
        return verdict

    def forget_copy(self, path: Path) -> None:
        """Before a typed copy is removed: its verdict stays and must not claim it. Of any other file nothing is done."""
        if path.suffix == ".parquet" and path.parent.parent == self.path / "leverancer":
            verdict = self.verdict(path.stem)
            if verdict is not None:
                self.save_verdict(path.stem, replace(verdict, copy_sha256=None), None)

    def intact_copy(self, key: str, verdict: Verdict) -> bool:
        """Whether the typed copy of an accepted delivery is there as it was written."""
        return self.intact(self.relative(self.typed_path(key)), verdict.copy_sha256)

    def _delivery(self, key: str, suffix: str) -> Path:
        return self.path / "leverancer" / key[:2] / f"{key}.{suffix}"

    @property
    def _raw_folder(self) -> Path:
        return self.path / "raw" / self.root.declared.thing

    # Raw partitions ---------------------------------------------------------------------------------------------

    def raw(self, kvartal: str, komnr: str) -> RawPartition | None:
        """The stored raw partition of a kommune, None when there is none."""
        return read_entry(self._raw(kvartal, komnr), RawPartition, strict=self.strict)

    def raw_of(self, kvartal: str) -> dict[str, RawPartition]:
        """All stored raw partitions of a quarter by komnr."""
        return {komnr: partition for _kvartal, komnr, partition in self.raws(kvartal)}

    def raws(self, kvartal: str = "*") -> Iterator[tuple[str, str, RawPartition]]:
        """All stored raw partitions with quarter and komnr."""
        for path in sorted(self._raw_folder.glob(f"{kvartal}/[0-9][0-9][0-9].json")):
            partition = read_entry(path, RawPartition, strict=self.strict)
            if partition is not None:
                yield path.parent.name, path.stem, partition

    def save_raw(self, kvartal: str, komnr: str, partition: RawPartition) -> None:
        """Replace a raw partition."""
        write_entry(self._raw(kvartal, komnr), RawPartition, partition)

    def remove_raw(self, kvartal: str, komnr: str) -> None:
        """Drop a raw partition whose kommune no longer has a delivery in force."""
        self._raw(kvartal, komnr).unlink(missing_ok=True)

    def save_unread(self, kvartal: str, files: dict[str, str]) -> None:
        """Keep which files of a quarter could not be read at its last run, and why."""
        write_entry(self._unread(kvartal), Texts, files)

    def unread(self, kvartal: str) -> dict[str, str]:
        """Files that could not be read at the quarter's last run, with why."""
        return read_entry(self._unread(kvartal), Texts, strict=self.strict) or {}

    def _unread(self, kvartal: str) -> Path:
        return self.path / "unread" / f"{kvartal}.json"

    def combined_path(self, kvartal: str, komnr: str, key: str) -> Path:
        """Parquet file of a partition whose rows come from more than one delivery."""
        return self._raw_folder / kvartal / f"{komnr}-{key[:16]}.parquet"

    def _raw(self, kvartal: str, komnr: str) -> Path:
        return self._raw_folder / kvartal / f"{komnr}.json"

    # Chain results ----------------------------------------------------------------------------------------------

    def chain(self, kvartal: str, komnr: str, key: str) -> ChainEntry | None:
        """A kommune's chain result by what it was made from, None when it has to be computed."""
        entry = read_entry(self.chain_path(kvartal, komnr, key), ChainEntry, strict=self.strict)
        return entry if entry is not None and self.intact_chain(entry) else None

    def chain_file(self, dataset: str, kvartal: str, komnr: str, key: str) -> Path:
        """Parquet file of one data state (``{state}/{thing}``) or of ``bestand``."""
        return self.path / dataset / kvartal / f"{komnr}-{key[:16]}.parquet"

    def save_chain(self, kvartal: str, komnr: str, frames: dict[str, pl.DataFrame], entry: ChainEntry) -> ChainEntry:
        """Write a chain result: its frames by dataset, then the entry with their paths; returns the entry."""
        files, hashes = {}, {}
        for dataset, frame in frames.items():
            path = self.chain_file(dataset, kvartal, komnr, entry.key)
            write_parquet(path, frame)
            files[dataset], hashes[dataset] = self.relative(path), sha256(path)
        entry = replace(entry, files=files, sha256=hashes)
        write_entry(self.chain_path(kvartal, komnr, entry.key), ChainEntry, entry)
        return entry

    def chain_path(self, kvartal: str, komnr: str, key: str) -> Path:
        """JSON file of a chain result."""
        return self.path / "kaede" / kvartal / f"{komnr}-{key[:16]}.json"

    # Quarters ---------------------------------------------------------------------------------------------------

    def quarter(self, kvartal: str) -> QuarterEntry | None:
        """What a quarter stands on, None when it was never run.

        OSError when the disk does not give it: it is every kommune's, and a run would go on without what they stood on.
        """
        return read_entry(self._quarter(kvartal), QuarterEntry, strict=True)

    def kommuner_of(self, kvartal: str) -> dict[str, ChainEntry]:
        """The chain results a quarter stands on by komnr; none when it was never run."""
        quarter = self.quarter(kvartal)
        return quarter.kommuner if quarter else {}

    def quarters(self) -> list[str]:
        """Quarters that were run, in order."""
        return sorted(path.stem for path in (self.path / "kvartaler").glob("*.json") if Period.is_form_of(path.stem))

    def save_quarter(self, kvartal: str, entry: QuarterEntry) -> None:
        """Replace what a quarter stands on. What nothing refers to any more stays for its time (``production.retention``)."""
        write_entry(self._quarter(kvartal), QuarterEntry, entry)

    def _quarter(self, kvartal: str) -> Path:
        return self.path / "kvartaler" / f"{kvartal}.json"

    def counted_tables(self, kvartal: str) -> TablesEntry | None:
        """What the tables of a quarter were counted from; None when they never were."""
        return read_entry(self._tables(kvartal), TablesEntry, strict=self.strict)

    def save_counted_tables(self, kvartal: str, entry: TablesEntry) -> None:
        """Replace what the tables of a quarter were counted from, after the tables themselves."""
        write_entry(self._tables(kvartal), TablesEntry, entry)

    def _tables(self, kvartal: str) -> Path:
        return self.path / "tables" / f"{kvartal}.json"

    # Results of releases ----------------------------------------------------------------------------------------

    def save_release_results(self, release: str, results: ReleaseResults) -> None:
        """Keep which chain results (by quarter and komnr) a release was made of, so that they stay while it stands."""
        write_entry(self._release_results(release), ReleaseResults, results)

    def release_results(self, release: str) -> ReleaseResults:
        """Those results; empty when they are not known."""
        return read_entry(self._release_results(release), ReleaseResults, strict=self.strict) or {}

    def _release_results(self, release: str) -> Path:
        return self.of_release("resultater", release, "json")

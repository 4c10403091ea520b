"""The archive of a release: the microdata of an earlier one, pinned by their hashes (H8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import polars as pl

from hjalp_pipeline.production.quarter.counting import quarter_bestand
from hjalp_pipeline.production.release.pins import ArchivePin, Gate, Pins, ReleaseRefused
from hjalp_pipeline.production.release.standing import require_as_published
from hjalp_pipeline.rules.archive import ARKIVERET, Archive, Settled, differs, settle_archive
from hjalp_pipeline.storage.entries import ChainEntry
from hjalp_pipeline.storage.files import read_parquet
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.registers import load
from hjalp_pipeline.storage.root import DataRoot

#: The ledger's step, and how the manifest calls archived records that do not count.
STEP, REPLACED, UNKNOWN = "arkiv", "arkiv_erstattet", "arkiv_ukendt_person"


@dataclass(frozen=True, eq=False)
class Archived:
    """The records of the archive whose persons the register knows. ``rows``: as the statistic reads its microdata, ``stock``:
    the same as stock; ``unknown``: records on the archive's side of persons that are not known any more, by kommune.
    """

    how: Archive
    until: date
    rows: pl.DataFrame
    stock: pl.DataFrame
    unknown: Mapping[str, int]

    def settled(self, delivered: pl.DataFrame) -> Settled:
        """Delivered stock beside the archive."""
        return settle_archive(self.how, delivered, self.stock, self.until)

    def of(self, komnr: str) -> "Archived":
        """The archive of one kommune."""
        own = self.stock.get_column("komnr_statbank") == komnr
        unknown = {komnr: self.unknown[komnr]} if komnr in self.unknown else {}
        return Archived(self.how, self.until, self.rows.filter(own), self.stock.filter(own), unknown)

    @property
    def kommuner(self) -> frozenset[str]:
        """Kommuner with records in it."""
        return frozenset(self.stock.get_column("komnr_statbank").unique())


def pin_of(root: DataRoot, release: str, archive: str, until: date) -> ArchivePin:
    """What a new release takes from an earlier one; ReleaseRefused when that does not stand as it was published."""
    if not (root.releases / archive / "manifest.json").is_file():
        what = f"releases/{release}.toml, archive: releases/{archive} does not stand"
        raise ReleaseRefused(release, [what], Gate.DEFINITION)
    require_as_published(root, archive)
    declared = _declared(root)
    paths = {name: _path(root, archive, name) for name in declared.files}
    return ArchivePin(archive, until, {name: sha256(path) for name, path in paths.items()})


def archive_of(root: DataRoot, release: str, pins: Pins) -> Archived | None:
    """The archive a release's pins name, None without one; ReleaseRefused when a file is gone or another."""
    if pins.archive is None:
        return None
    changed = [
        f"releases/{pins.archive.release}/microdata/{name}.parquet is another than when the release was made"
        for name, digest in pins.archive.files.items()
        if not _path(root, pins.archive.release, name).is_file()
        or sha256(_path(root, pins.archive.release, name)) != digest
    ]
    if changed:
        raise ReleaseRefused(release, changed)
    return _read(root, pins.archive.release, pins.archive.until, tuple(pins.archive.files.items()), pins.registers)


def stock_of(root: DataRoot, release: str, pins: Pins, entries: Iterable[ChainEntry]) -> pl.DataFrame:
    """The stock a release is counted from: that of chain results, beside the archive where there is one."""
    delivered = quarter_bestand(Lake(root), entries)
    archived = archive_of(root, release, pins)
    return delivered if archived is None else archived.settled(delivered).stock


def stock_of_kommune(root: DataRoot, archived: Archived | None, komnr: str, entry: ChainEntry | None) -> pl.DataFrame:
    """The same of one reporting kommune; ``entry``: None of one that has delivered nothing. The archive comes from the caller,
    who asks for many kommuner: to find its files as they were means to read them.
    """
    delivered = quarter_bestand(Lake(root), [entry] if entry else [])
    return delivered if archived is None else archived.of(komnr).settled(delivered).stock


@lru_cache(maxsize=2)  # the steps of a revision ask for the same again and again
def _read(root: DataRoot, archive: str, until: date, _files: tuple[tuple[str, str], ...], extract: str) -> Archived:
    how, register = _declared(root), load(root, extract)
    rows = how.read({name: read_parquet(_path(root, archive, name)) for name in how.files})
    found = rows.with_columns(register.find(rows.get_column("pnr"), rows.get_column("pnr_tekst")).alias("person"))
    known = found.filter(pl.col("person").is_not_null())
    stock = how.stock(known, register).select(root.declared.stock.schema.names())
    lost = found.filter(pl.col("person").is_null(), pl.col(how.ends) <= until)
    return Archived(
        how, until, known, stock, dict(lost.group_by("komnr_statbank").len().sort("komnr_statbank").iter_rows())
    )


def _declared(root: DataRoot) -> Archive:
    declared = root.declared.archive
    if declared is None:
        raise ValueError(f"{root.declared.name} has no archive")
    return declared


def _path(root: DataRoot, release: str, name: str) -> Path:
    return root.releases / release / "microdata" / f"{name}.parquet"


@dataclass(frozen=True, eq=False)
class BesideArchive:
    """A release's delivered records beside its archive, kommune by kommune."""

    archived: Archived
    settled: Settled

    @cached_property
    def gone(self) -> Mapping[str, int]:
        """Delivered records on the archive's side that the archive stands in for, by kommune."""
        counts = self.settled.gone.group_by("komnr_statbank").len().sort("komnr_statbank")
        return dict(counts.iter_rows())

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The archive's records that count, as the statistic reads its microdata."""
        return self.archived.rows.filter(self.settled.stays)

    @property
    def counts(self) -> dict[str, int]:
        """Archived records that do not count, by reason."""
        on_side = self.archived.stock.get_column(self.archived.how.ends) <= self.archived.until
        found = {REPLACED: int((on_side & ~self.settled.stays).sum()), UNKNOWN: sum(self.archived.unknown.values())}
        return {reason: number for reason, number in found.items() if number}

    @cached_property
    def numbers(self) -> Mapping[str, tuple[int, int]]:
        """By kommune the number of records on the archive's side, delivered and archived."""
        ends, until = self.archived.how.ends, self.archived.until
        of_archive = self.archived.stock.filter(pl.col(ends) <= until).group_by("komnr_statbank").len()
        archived = dict(of_archive.iter_rows())
        kept = self.settled.stock.slice(0, self.settled.stock.height - int(self.settled.stays.sum()))
        on_side = dict(kept.filter(pl.col(ends) <= until).group_by("komnr_statbank").len().iter_rows())
        kommuner = sorted({*archived, *on_side, *self.gone})
        return {k: (self.gone.get(k, 0) + on_side.get(k, 0), archived.get(k, 0)) for k in kommuner}

    @property
    def differing(self) -> dict[str, tuple[int, int]]:
        """Those of them that are remarked: more than 1 % apart."""
        return {komnr: pair for komnr, pair in self.numbers.items() if differs(*pair)}

    def delivered(self, komnr: str, rows: pl.DataFrame) -> pl.DataFrame:
        """A kommune's records inside the statistic that count; ``rows`` have the columns ``Archive.record``."""
        how = self.archived.how
        own = self.settled.gone.filter(pl.col("komnr_statbank") == komnr)
        names = [*(name for name in how.same if name != "komnr_statbank"), how.begins]
        gone = own.select(names).rename(dict(zip(names, how.record, strict=True)))
        return rows.join(gone, on=list(how.record), how="anti", maintain_order="left")


def beside_archive(root: DataRoot, release: str, pins: Pins, entries: Iterable[ChainEntry]) -> BesideArchive | None:
    """A release's delivered records beside its archive; None without one."""
    archived = archive_of(root, release, pins)
    if archived is None:
        return None
    return BesideArchive(archived, archived.settled(quarter_bestand(Lake(root), entries)))


def ledger_step(beside: BesideArchive | None, kept: int) -> dict[str, dict[str, int]]:
    """The step of a release's ledger: delivered records that are kept, and those the archive stands in for."""
    if beside is None:
        return {}
    gone = sum(beside.gone.values())
    return {STEP: {"kept": kept - gone, **({ARKIVERET.name: gone} if gone else {})}}

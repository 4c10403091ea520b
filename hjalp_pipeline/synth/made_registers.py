"""Register extracts as Parquet: what the population register knew on the day of the extract."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.synth.addresses import Addresses, Spells, is_missing
from hjalp_pipeline.synth.population import HISTORY_START, Persons
from hjalp_pipeline.synth.sources import CHRISTIANSOE, EXTRACTS, KOM_CODES, NEVER, Days, Ints, day, share, stream

ROW_GROUP: Final = 250_000
#: Spells of recent years whose address the older extract has wrong (corrected residences in the newer one).
SHARE_CORRECTED: Final = 0.0006
_RECENT: Final = day(date(2021, 1, 1))
OLDEST: Final = 110
FOLKETAL_AAR: Final = (2022, 2023, 2024, 2025)


def write_extracts(
    registers: Path,
    persons: Persons,
    spells: Spells,
    addresses: Addresses,
    *,
    seed: int,
    progress: Callable[[str, float], None],
) -> None:
    """Write a folder ``{date}/`` for each extract: person, dod, befbop, befadr, folketal."""
    rng = stream(seed, 3, 0)
    shuffled = rng.permutation(len(spells.key)).astype(np.int32)
    person_order = rng.permutation(len(persons)).astype(np.int32)
    for number, extract in enumerate(EXTRACTS):
        progress(f"register extract {extract}", 0.25 + 0.15 * number)
        folder = registers / extract.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        cutoff = day(extract)
        _write_persons(folder, persons, person_order, cutoff)
        until = _until(persons, spells, cutoff)
        address = spells.address if extract == EXTRACTS[-1] else _uncorrected(spells)
        seen = spells.since <= cutoff
        keep = shuffled[seen[shuffled]]
        _write(
            folder / "befbop.parquet",
            pl.LazyFrame({
                "pnr": persons.pnr[spells.person[keep]],
                "adresse_id": adresse_numbers(address[keep]),
                "bop_vfra": spells.since[keep],
                "bop_vtil": until[keep],
            }).with_columns(
                _digits("pnr"), _digits("adresse_id"), _date("bop_vfra"), _date("bop_vtil"),
            ),
        )  # fmt: skip
        del keep
        _write_addresses(folder, addresses, cutoff)
        _write_folketal(folder, persons, spells, addresses, until=until, address=address, cutoff=cutoff)


def adresse_numbers(address: Ints) -> NDArray[np.uint32]:
    """Opaque numbers of addresses: one to one, telling nothing of the kommune."""
    return (address.astype(np.uint64) * np.uint64(2_654_435_761) % np.uint64(1 << 32)).astype(np.uint32)


def _until(persons: Persons, spells: Spells, cutoff: int) -> Days:
    """Ends of spells as known at the cutoff: one in the future, or by a death not yet heard of, is still open."""
    person = spells.person
    unknown_death = (persons.death_known[person] > cutoff) & (spells.until == persons.death[person] + 1)
    return np.where((spells.until > cutoff) | unknown_death, NEVER, spells.until).astype(np.int32)


def _uncorrected(spells: Spells) -> Ints:
    wrong = (spells.since >= _RECENT) & (share(spells.key, 72) < SHARE_CORRECTED)
    address = spells.address.copy()
    address[wrong] = np.roll(address[wrong], 1)
    return address


def _write_persons(folder: Path, persons: Persons, order: Ints, cutoff: int) -> None:
    order = order[persons.known_from[order] <= cutoff]
    _write(
        folder / "person.parquet",
        pl.LazyFrame(
            {
                "pnr": persons.pnr[order],
                "koen": 1 + persons.woman[order].astype(np.int8),
                "foed_dag": persons.birth[order],
            }
        ).with_columns(_digits("pnr"), pl.col("koen").cast(pl.Int8), _date("foed_dag")),
    )
    dead = order[persons.death_known[order] <= cutoff]
    _write(
        folder / "dod.parquet",
        pl.LazyFrame({"pnr": persons.pnr[dead], "doddato": persons.death[dead]}).with_columns(
            _digits("pnr"), _date("doddato")
        ),
    )


def _write_addresses(folder: Path, addresses: Addresses, cutoff: int) -> None:
    every = np.arange(len(addresses.kom), dtype=np.int32)
    every = every[~is_missing(every)]
    moved = every[(addresses.changed[every] >= 0) & (addresses.changed[every] <= cutoff)]
    changed = np.where(addresses.changed[every] >= 0, addresses.changed[every], HISTORY_START)
    kom = np.r_[addresses.kom[every], addresses.kom_before[moved]]
    frame = pl.LazyFrame({
        "number": adresse_numbers(np.r_[every, moved]),
        "kom": pl.Series(KOM_CODES).gather(pl.Series(kom)),
        "adr_vfra": np.r_[changed, np.full(len(moved), HISTORY_START)].astype(np.int32),
        "adr_vtil": np.r_[np.full(len(every), NEVER), addresses.changed[moved]].astype(np.int32),
    })  # fmt: skip
    frame = frame.sort("number", "adr_vfra").select(
        _digits("number").alias("adresse_id"), "kom", _date("adr_vfra"), _date("adr_vtil")
    )
    _write(folder / "befadr.parquet", frame)


def _write_folketal(
    folder: Path, persons: Persons, spells: Spells, addresses: Addresses, *, until: Days, address: Ints, cutoff: int
) -> None:
    """Population by kommune, sex and age, from the same extract; a year not yet over counts the day of the extract."""
    since, rows = spells.since, []
    ages = OLDEST + 1
    for aar in FOLKETAL_AAR:
        ultimo = day(date(aar, 12, 31))
        counted = min(ultimo, cutoff)
        there = np.flatnonzero((since <= counted) & (until > counted))
        person = spells.person[there]
        kom = addresses.kom_at(address[there], counted)
        year = persons.birth[person].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        alder = np.clip(aar - year, 0, OLDEST)
        danish = (kom <= CHRISTIANSOE) & ~is_missing(address[there]) & (year <= aar)
        cell = (kom.astype(np.int64) * 2 + persons.woman[person]) * ages + alder
        antal = np.bincount(cell[danish], minlength=(CHRISTIANSOE + 1) * 2 * ages)
        index = np.arange(len(antal))
        rows.append(
            pl.DataFrame({
                "aar": np.full(len(antal), aar, dtype=np.int16),
                "kom": pl.Series(KOM_CODES).gather(pl.Series(index // (2 * ages))),
                "koen": (1 + index // ages % 2).astype(np.int8),
                "alder": (index % ages).astype(np.int16),
                "antal": antal.astype(np.int32),
            })
        )  # fmt: skip
    assert len(KOMNR) == CHRISTIANSOE  # noqa: S101 - the cells above are the 98 kommuner and Christiansø
    _write(folder / "folketal.parquet", pl.concat(rows).lazy())


def _digits(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.zfill(10)


def _date(column: str) -> pl.Expr:
    return pl.when(pl.col(column) < NEVER).then(pl.col(column)).cast(pl.Date).alias(column)


def _write(path: Path, frame: pl.LazyFrame) -> None:
    frame.sink_parquet(path, compression="zstd", compression_level=1, row_group_size=ROW_GROUP, maintain_order=True)

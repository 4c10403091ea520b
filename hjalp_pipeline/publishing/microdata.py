"""Microdata for researchers: the registers GENHJALP (19 variables) and GENHJALP_G (10), names in upper case (seed 8.7)."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

GENHJALP: dict[str, pl.DataType] = {
    "ALDER": pl.Int32(),
    "CPRTJEK": pl.String(),
    "CPRTYPE": pl.String(),
    "DODDATO": pl.Date(),
    "FOED_DATO": pl.Date(),
    "HMIISO": pl.String(),
    "HMINAVN": pl.String(),
    "HMINR": pl.String(),
    "INDLEVERINGSDATO": pl.Date(),
    "KOEN": pl.String(),
    "KOMNR_BETALING": pl.String(),
    "KOMNR_INDBERETTER": pl.String(),
    "KOMNR_STATBANK": pl.String(),
    "LOV_NAVN": pl.String(),
    "LOV_NAVN_OPRET": pl.String(),
    "LOV_TEKST": pl.String(),
    "PNR": pl.String(),
    "UDLEVERINGSDATO": pl.Date(),
    "VERSION": pl.String(),
}
#: Order of rows within a reporting kommune: a person's loans together, whatever order they were delivered in.
_ORDER = [
    "PNR",
    "UDLEVERINGSDATO",
    "HMINR",
    "INDLEVERINGSDATO",
    "LOV_NAVN",
    "LOV_TEKST",
    "HMINAVN",
    "HMIISO",
    "KOMNR_BETALING",
]
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def modulus_11(number: pl.Expr) -> pl.Expr:
    """Boolean: an integer of ten digits satisfies modulus 11; numbers issued since October 2007 need not."""
    digits = [number // 10 ** (9 - place) % 10 for place in range(10)]
    return pl.sum_horizontal(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11 == 0


def write_genhjalp(path: Path, parts: Iterable[pl.DataFrame]) -> int:
    """Write GENHJALP from frames (one per reporting kommune) with exactly its variables; returns the rows written.

    Each part is put in the order of person, date and device, so that the file does not depend on the order of delivery.
    """
    compatible = pl.CompatLevel.oldest()
    schema = pl.DataFrame(schema=GENHJALP).to_arrow(compat_level=compatible).schema
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:  # type: ignore[no-untyped-call]
        for part in parts:
            ordered = part.select(*GENHJALP).sort(_ORDER, nulls_last=True, maintain_order=True)
            writer.write_table(ordered.to_arrow(compat_level=compatible).cast(schema))
            rows += ordered.height
    return rows


def genhjalp_g(
    release: str, aar: int, kommuner: Iterable[str], approved: Mapping[tuple[int, str, str], bool]
) -> pl.DataFrame:
    """GENHJALP_G of a year: what each kommune approved (``1``/``0`` as strings), one row per kommune.

    ``approved`` is keyed (aar, komnr, kind) with kinds ``K1``..``K4`` and ``PARAGRAF``; GODKENDT is all four quarters.
    """
    rows = []
    for komnr in kommuner:
        quarters = [approved.get((aar, komnr, f"K{nr}"), False) for nr in range(1, 5)]
        flags = [*quarters, approved.get((aar, komnr, "PARAGRAF"), False)]
        rows.append((date(aar, 1, 1), _flag(all(quarters)), *map(_flag, flags), komnr, date(aar, 12, 31), release))
    names = [
        "FRA_DATO",
        "GODKENDT",
        *(f"GODKENDT_KVT_0{nr}" for nr in range(1, 5)),
        "GODKENDT_PARAGRAF",
        "KOMNR_STATBANK",
        "TIL_DATO",
        "VERSION",
    ]
    return pl.DataFrame(rows, schema=names, orient="row")


def _flag(value: bool) -> str:
    return "1" if value else "0"

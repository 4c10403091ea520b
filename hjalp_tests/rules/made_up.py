"""A made-up register and made-up loans for the tests of the rules, written as short rows. All CPR numbers are made up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from hjalp_pipeline.rules.register import STILL, Register, Residences

Home = tuple[str, str, str | None]
#: Columns of a kommune's raw data.
RAW = pl.Schema(
    {
        "udlaan_id": pl.String,
        "pnr": pl.UInt32,
        "pnr_tekst": pl.String,
        "hminr": pl.String,
        "udleveringsdato": pl.Date,
        "indleveringsdato": pl.Date,
        "lov_navn": pl.String,
        "lov_tekst": pl.String,
    }
)
KNOWN = "0101501234"


def day(text: str | None) -> date | None:
    """A day, null for "" and None."""
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Person:
    """A person of the register; a home is (komnr, from, to), ``to`` None = still."""

    pnr: str = KNOWN
    koen: int = 1
    foed: str = "1950-01-01"
    doed: str | None = None
    homes: tuple[Home, ...] = ()


def number(pnr: str) -> int | None:
    """A CPR number as an integer when it is ten digits and fits 32 bits, as the raw data hold it."""
    ten_digits = len(pnr) == 10 and pnr.isascii() and pnr.isdigit()
    return int(pnr) if ten_digits and int(pnr) < 2**32 else None


def register(*people: Person) -> Register:
    """The register these people make up."""
    real = sorted((p for p in people if number(p.pnr) is not None), key=lambda p: p.pnr)
    odd = sorted((p for p in people if number(p.pnr) is None), key=lambda p: p.pnr)
    ordered = [*real, *odd]
    homes = [sorted(person.homes, key=lambda home: home[1]) for person in ordered]
    spells = [home for of_person in homes for home in of_person]
    epoch = date(1970, 1, 1)

    def days(text: str | None) -> int:
        found = day(text)
        return STILL if found is None else (found - epoch).days

    return Register(
        extract="2025-04-04",
        fingerprint="0" * 64,
        pnr=pl.Series("pnr", [number(p.pnr) for p in real], dtype=pl.UInt32),
        persons=pl.DataFrame(
            [(p.koen, day(p.foed), day(p.doed)) for p in ordered],
            schema={"koen": pl.UInt8, "foed_dato": pl.Date, "doddato": pl.Date},
            orient="row",
        ),
        odd=pl.DataFrame(
            [(p.pnr, len(real) + place) for place, p in enumerate(odd)],
            schema={"pnr_tekst": pl.String, "person": pl.UInt32},
            orient="row",
        ),
        residences=Residences(
            first=np.cumsum([0, *map(len, homes)]).astype(np.uint32),
            fra=np.array([days(home[1]) for home in spells], dtype=np.int32),
            til=np.array([days(home[2]) for home in spells], dtype=np.int32),
            komnr=np.array([int(home[0]) for home in spells], dtype=np.uint16),
        ),
    )


def loan(**changes: str | None) -> dict[str, str | None]:
    """A faultless loan, with changes; days as text."""
    faultless = {
        "udlaan_id": "1",
        "pnr": KNOWN,
        "hminr": "12345",
        "udleveringsdato": "2023-01-01",
        "indleveringsdato": None,
        "lov_navn": "SEL_112",
        "lov_tekst": None,
    }
    assert changes.keys() <= faultless.keys()
    return {**faultless, **changes}


def raw(loans: Iterable[Mapping[str, str | None]]) -> pl.DataFrame:
    """Loans as a kommune's raw data."""
    rows = [
        {
            **row,
            "pnr": number(row["pnr"] or ""),
            "pnr_tekst": row["pnr"] if number(row["pnr"] or "") is None else None,
            "udleveringsdato": day(row["udleveringsdato"]),
            "indleveringsdato": day(row["indleveringsdato"]),
        }
        for row in loans
    ]
    return pl.DataFrame(rows, schema=RAW, orient="row")

"""A made-up register and made-up loans for the tests of the rules, written as short rows. All CPR numbers are made up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.rules.register import STILL, Register, Residences
from hjalp_pipeline.rules.rule import Context
from hjalp_pipeline.rules.step import Step, run_state
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS, Paragraph
from hjalp_pipeline.statistics.hjalp.rules.paragraph import PARAGRAPH
from hjalp_pipeline.statistics.hjalp.rules.paragraph import enrich_paragraph as enrich
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK

K4 = Kvartal(2024, 4)
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


def in_state(
    name: str,
    rows: pl.DataFrame,
    people: Register,
    *,
    komnr: str = "461",
    kvartal: Kvartal = K4,
    until: date | None = None,
    paragraphs: tuple[Paragraph, ...] = PARAGRAPHS,
) -> Step:
    """What a data state of the chain makes of ``rows``; with other codes than those of the value set where given."""
    state = RULEBOOK.state(name)
    if paragraphs is not PARAGRAPHS:
        rules = (replace(PARAGRAPH, function=partial(enrich, paragraphs=paragraphs)), *state.rules[1:])
        state = replace(state, rules=rules)
    if "raekke" not in rows.columns:
        rows = rows.with_row_index("raekke")
    return run_state(state, rows, Context(people, komnr, kvartal, until))


def validate_cpr(rows: pl.DataFrame, people: Register) -> Step:
    """R3 and R4."""
    return in_state("cpr_validated", rows, people)


def correct_indleveringsdato(rows: pl.DataFrame, people: Register) -> Step:
    """R5, R3 again and R6."""
    return in_state("dates_corrected", rows, people)


def enrich_paragraph(rows: pl.DataFrame, kvartal: Kvartal, paragraphs: tuple[Paragraph, ...] = PARAGRAPHS) -> Step:
    """R7."""
    return in_state("paragraph_enriched", rows, register(), kvartal=kvartal, paragraphs=paragraphs)


def assign_komnr_statbank(rows: pl.DataFrame, people: Register, komnr: str, *, until: date | None) -> Step:
    """R8 and R9."""
    return in_state("kommune_assigned", rows, people, komnr=komnr, until=until)

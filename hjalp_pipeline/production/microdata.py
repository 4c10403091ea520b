"""Microdata of a release: every loan inside the statistic with the register's variables, one kommune at a time."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.contracts.states import RAW, of_state
from hjalp_pipeline.production.chain import rows_inside
from hjalp_pipeline.production.genhjalp import (
    GENHJALP,
    GENHJALP_G,
    ISO_HOVEDKLASSE,
    flows_by_quarter,
    genhjalp_g,
    modulus_11,
)
from hjalp_pipeline.production.release_inputs import ReleaseInputs
from hjalp_pipeline.publishing.codebook import codebook
from hjalp_pipeline.publishing.export import NOTE_DA
from hjalp_pipeline.publishing.microdata import write_register
from hjalp_pipeline.rules.cpr import is_fictitious
from hjalp_pipeline.rules.person import alder
from hjalp_pipeline.statistics.hjalp.rules.dates import EFTER_AARET, OVER_20_AAR, issued_after
from hjalp_pipeline.storage.entries import ChainEntry
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.storage.lake import Lake

_INTRO = (
    "GENHJALP har en række for hvert udlån, der er inden for statistikken og udleveret senest det seneste referenceår, også fra "
    "kommuner, der ikke deltager i tabellerne. GENHJALP_G har en række for hver kommune og siger, hvad den har godkendt af året.",
    "Alle koder er tekst, også når de består af cifre, så foranstillede nuller bevares. Datoer er datoer. Filernes variable "
    "bærer labels og kodetekster fra denne kodebog.",
    NOTE_DA,
    "Data er personhenførbare og må kun bruges inden for den aftale, de er udleveret under.",
)


#: Why microdata leave out a loan of the statistic, in the order of the rules (R6, R13).
LEFT_OUT = (OVER_20_AAR.name, EFTER_AARET.name)


def write_microdata(inputs: ReleaseInputs, folder: Path) -> dict[str, int]:
    """GENHJALP, a GENHJALP_G for each year and the codebook; returns loans ``kept`` and left out by reason (``LEFT_OUT``)."""
    definition = inputs.definition
    left_out, flows = Counter(dict.fromkeys(LEFT_OUT, 0)), Counter[tuple[str, Kvartal]]()
    written = write_register(folder / "GENHJALP.parquet", GENHJALP, _genhjalp(inputs, left_out, flows))
    for aar in definition.reference_years:
        rows = genhjalp_g(definition.release, aar, KOMNR, inputs.decisions, flows)
        write_register(folder / f"GENHJALP_G{aar}.parquet", GENHJALP_G, [rows])
    registers = (GENHJALP, GENHJALP_G)
    book = codebook("Udlån af hjælpemidler", definition.release, _INTRO, registers, [ISO_HOVEDKLASSE])
    for name, content in book.items():
        write_bytes(folder / name, content)
    return {"kept": written, **left_out}


def _genhjalp(
    inputs: ReleaseInputs, left_out: Counter[str], flows: Counter[tuple[str, Kvartal]]
) -> Iterator[pl.DataFrame]:
    """The loans of the release as the register has them, one reporting kommune at a time; counts what is left out, and flows."""
    last = inputs.definition.reference_years[-1]
    too_old = (pl.col("udgaar_fra_aar") <= last).fill_null(value=False)
    too_late = issued_after(last)
    for komnr, entry in inputs.entries.items():
        loans = loans_of(inputs.lake, entry)
        left_out.update(dict(zip(LEFT_OUT, loans.select(old=too_old.sum(), late=too_late.sum()).row(0), strict=True)))
        frame = loans.filter(~too_old & ~too_late)
        flows.update(flows_by_quarter(frame))
        ten_digits = pl.col("pnr_tekst").str.extract(r"^([0-9]{10})$").cast(pl.Int64)
        number = pl.coalesce(pl.col("pnr").cast(pl.Int64), ten_digits)
        yield frame.select(
            ALDER=alder(date(last, 12, 31)),
            # The register has decided; these two only describe the number [chosen].
            # Not ten digits is null here, which a horizontal sum would count as 0, a multiple of 11.
            CPRTJEK=pl.when(number.is_not_null() & modulus_11(number)).then(pl.lit("1")).otherwise(pl.lit("0")),
            CPRTYPE=pl.when(is_fictitious()).then(pl.lit("1")).otherwise(pl.lit("0")),
            DODDATO="doddato",
            FOED_DATO="foed_dato",
            HMIISO="hmiiso",
            HMINAVN=_told("hminavn"),
            HMINR="hminr",
            INDLEVERINGSDATO="indleveringsdato",
            KOEN=pl.col("koen").cast(pl.String),
            KOMNR_BETALING="komnr_betaling",
            KOMNR_INDBERETTER=pl.lit(komnr),
            KOMNR_STATBANK="komnr_statbank",
            LOV_NAVN=_told("lov_navn"),
            LOV_NAVN_OPRET="lov_navn_opret",
            LOV_TEKST=_told("lov_tekst"),
            PNR=pl.coalesce(pl.col("pnr").cast(pl.String).str.zfill(10), "pnr_tekst"),
            UDLEVERINGSDATO="udleveringsdato",
            VERSION=pl.lit(inputs.definition.release),
        )


def _told(column: str) -> pl.Expr:
    """A text as delivered; nothing but blanks tells nothing and is null, as the codebook says."""
    return pl.when(pl.col(column).str.strip_chars() != "").then(column)


def loans_of(lake: Lake, entry: ChainEntry) -> pl.DataFrame:
    """A kommune's loans inside the statistic: the raw columns with what every data state added, in raw order."""
    raw = [name for name in of_state(lake.root.declared, RAW).columns if name != "indleveringsdato"]
    chain = lake.root.declared.rulebook.chain
    added = {state.name: [name for name in state.stored if name not in ("raekke", "person")] for state in chain}
    return rows_inside(lake, entry, raw, **{state: names for state, names in added.items() if names})

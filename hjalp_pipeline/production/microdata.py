"""Microdata of a release: every loan inside the statistic with the register's variables, one kommune at a time."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.production.chain import dataset
from hjalp_pipeline.production.genhjalp import GENHJALP, GENHJALP_G, ISO_HOVEDKLASSE, genhjalp_g, modulus_11
from hjalp_pipeline.production.release_inputs import ReleaseInputs
from hjalp_pipeline.publishing.codebook import codebook
from hjalp_pipeline.publishing.microdata import write_register
from hjalp_pipeline.rules.chain import STATES
from hjalp_pipeline.rules.cpr import is_fictitious
from hjalp_pipeline.rules.person import alder
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.storage.lake import Lake

_INTRO = (
    "GENHJALP har en række for hvert udlån, der er inden for statistikken, også fra kommuner, der ikke deltager i tabellerne. "
    "GENHJALP_G har en række for hver kommune og siger, hvad den har godkendt af året.",
    "Alle koder er tekst, også når de består af cifre, så foranstillede nuller bevares. Datoer er datoer. Filernes variable "
    "bærer labels og kodetekster fra denne kodebog.",
    "Data er personhenførbare og må kun bruges inden for den aftale, de er udleveret under.",
)


def write_microdata(inputs: ReleaseInputs, folder: Path) -> tuple[int, int]:
    """GENHJALP, a GENHJALP_G for each year and the codebook; returns loans written and loans left out as older than 20 years."""
    definition = inputs.definition
    before = sum(entry["rows"]["kommune_assigned"] for entry in inputs.entries.values())
    written = write_register(folder / "GENHJALP.parquet", GENHJALP, _genhjalp(inputs))
    for aar in definition.reference_years:
        rows = genhjalp_g(definition.release, aar, KOMNR, inputs.decisions)
        write_register(folder / f"GENHJALP_G{aar}.parquet", GENHJALP_G, [rows])
    registers = (GENHJALP, GENHJALP_G)
    book = codebook("Udlån af hjælpemidler", definition.release, _INTRO, registers, [ISO_HOVEDKLASSE])
    for name, content in book.items():
        write_bytes(folder / name, content)
    return written, before - written


def _genhjalp(inputs: ReleaseInputs) -> Iterator[pl.DataFrame]:
    """Every loan inside the statistic for the release, one reporting kommune at a time."""
    last = inputs.definition.reference_years[-1]
    for komnr, entry in inputs.entries.items():
        frame = loans_of(inputs.lake, entry).filter(
            pl.col("udgaar_fra_aar").is_null() | (pl.col("udgaar_fra_aar") > last)
        )
        ten_digits = pl.col("pnr_tekst").str.extract(r"^([0-9]{10})$").cast(pl.Int64)
        number = pl.coalesce(pl.col("pnr").cast(pl.Int64), ten_digits)
        yield frame.select(
            ALDER=alder(last),
            # The register has decided; these two only describe the number [chosen].
            # Not ten digits is null here, which a horizontal sum would count as 0, a multiple of 11.
            CPRTJEK=pl.when(number.is_not_null() & modulus_11(number)).then(pl.lit("1")).otherwise(pl.lit("0")),
            CPRTYPE=pl.when(is_fictitious()).then(pl.lit("1")).otherwise(pl.lit("0")),
            DODDATO="doddato",
            FOED_DATO="foed_dato",
            HMIISO="hmiiso",
            HMINAVN="hminavn",
            HMINR="hminr",
            INDLEVERINGSDATO="indleveringsdato",
            KOEN=pl.col("koen").cast(pl.String),
            KOMNR_BETALING="komnr_betaling",
            KOMNR_INDBERETTER=pl.lit(komnr),
            KOMNR_STATBANK="komnr_statbank",
            LOV_NAVN="lov_navn",
            LOV_NAVN_OPRET="lov_navn_opret",
            LOV_TEKST="lov_tekst",
            PNR=pl.coalesce(pl.col("pnr").cast(pl.String).str.zfill(10), "pnr_tekst"),
            UDLEVERINGSDATO="udleveringsdato",
            VERSION=pl.lit(inputs.definition.release),
        )


def loans_of(lake: Lake, entry: Mapping[str, Any]) -> pl.DataFrame:
    """A kommune's loans inside the statistic: the raw columns with what every data state added, in raw order."""
    states = {state: pl.read_parquet(lake.path / entry["files"][dataset(state)]) for state in STATES}
    assigned = states["kommune_assigned"]
    raw = pl.read_parquet(lake.path / entry["raw_file"]).drop("indleveringsdato")[assigned.get_column("raekke")]
    # After the dates nothing is removed, so these three hold the same rows in the same order.
    added = [states[state].drop("raekke") for state in ("dates_corrected", "paragraph_enriched", "kommune_assigned")]
    return pl.concat([raw, *added], how="horizontal")

"""H9: the stock of services, one row each, from which all tables are counted."""

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.rules.rule import Rule, StateColumn, schema_of
from hjalp_pipeline.statistics.hand.codelists.first_quarters import FIRST_MAANED
from hjalp_pipeline.statistics.hand.codelists.services import SERVICES
from hjalp_pipeline.statistics.hand.codelists.target_groups import groups_of
from hjalp_pipeline.statistics.hand.rules.overlaps import OPEN

#: The date of death of one who lives.
ALIVE = OPEN
COLUMNS = (
    StateColumn("person", pl.UInt32, "Personens plads i det forberedte registerudtræk"),
    StateColumn("komnr_statbank", pl.String, "Handlekommunen", KOMNR),
    StateColumn("kode", pl.String, "Ydelsen", [service.code for service in SERVICES]),
    StateColumn("koen", pl.UInt8, "Køn", (1, 2)),
    StateColumn("foed_dato", pl.Date, "Fødselsdato"),
    StateColumn("doddato", pl.Date, f"Dødsdato, {ALIVE} = lever"),
    StateColumn("start", pl.Date, "Ydelsens første dag"),
    StateColumn("begynder", pl.Date, "Første dag, ydelsen tæller", at_least=FIRST_MAANED.first_day),
    StateColumn("slutter", pl.Date, f"Ydelsens sidste dag, {OPEN} = løber", at_least=FIRST_MAANED.first_day),
    StateColumn("grupper", pl.String, "Målgrupper med mellemrum imellem"),
)
SCHEMA = schema_of(COLUMNS)


def target_groups(frame: pl.DataFrame) -> pl.Series:
    """``grupper`` of column ``maalgruppe``: the groups its codes belong to, blanks between; each text is looked at once."""
    texts = frame.get_column("maalgruppe")
    different = texts.unique().drop_nulls().to_list()
    found = {text: " ".join(groups_of(text.split())) for text in different}
    none = " ".join(groups_of(()))
    return texts.replace_strict(found, default=none, return_dtype=pl.String).alias("grupper")


def stock(frame: pl.DataFrame, _maaned: Period) -> pl.DataFrame:
    """One row per kept service (``SCHEMA``, sorted by all columns), whatever month it is run for."""
    return frame.select(
        "person",
        "komnr_statbank",
        pl.col("modt_ydelse_kode").alias("kode"),
        "koen",
        "foed_dato",
        pl.col("doddato").fill_null(ALIVE),
        pl.col("ydelse_start").alias("start"),
        "begynder",
        pl.col("ydelse_slut").fill_null(OPEN).alias("slutter"),
        target_groups(frame),
    ).sort(*SCHEMA)


COUNTED = Rule("H9.0", "Bestand af ydelser", "selects", stock, source="H9")

"""H8: services that ended long ago, read back from HANDIC and HANDICM of an earlier release."""

from collections.abc import Mapping

import polars as pl

from hjalp_pipeline.rules.archive import Archive
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.statistics.hand.microdata.handic import HANDIC, HANDICM
from hjalp_pipeline.statistics.hand.rules.overlaps import OPEN
from hjalp_pipeline.statistics.hand.rules.service_codes import counts_from
from hjalp_pipeline.statistics.hand.rules.stock import ALIVE, SCHEMA, target_groups

_TEN_DIGITS = r"^[0-9]{10}$"


def read_services(files: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """HANDIC, each row with its target groups (``maalgruppe``, blanks between), its number as raw data have it, its kommune
    (``komnr_statbank``) and its last day (``slutter``).
    """
    groups = files[HANDICM.name].sort("MAAL_KEY", "MAALGRUPPE").group_by("MAAL_KEY", maintain_order=True)
    texts = groups.agg(maalgruppe=pl.col("MAALGRUPPE").str.join(" "))
    # A number above the largest that fits is a text in raw data, as one of another form is.
    number = pl.when(pl.col("PNR").str.contains(_TEN_DIGITS)).then("PNR").cast(pl.UInt32, strict=False)
    return (
        files[HANDIC.name]
        .join(texts, on="MAAL_KEY", how="left", maintain_order="left")
        .with_columns(
            pnr=number,
            pnr_tekst=pl.when(number.is_null()).then("PNR"),
            komnr_statbank="HANDLEKOMMUNE",
            slutter=pl.col("YDELSE_SLUT").fill_null(OPEN),
        )
    )


def as_stock(rows: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Rows of ``read_services`` with their ``person`` as the stock has them; a code counts from its first day (H5)."""
    persons = register.persons[rows.get_column("person")]
    known = rows.with_columns(
        persons.get_column("koen"),
        persons.get_column("foed_dato"),
        persons.get_column("doddato").fill_null(ALIVE),
        target_groups(rows),
        modt_ydelse_kode="MODT_YDELSE_KODE",
    )
    return known.select(
        "person",
        "komnr_statbank",
        kode="MODT_YDELSE_KODE",
        koen="koen",
        foed_dato="foed_dato",
        doddato="doddato",
        start="YDELSE_START",
        begynder=pl.max_horizontal("YDELSE_START", counts_from()),
        slutter="slutter",
        grupper="grupper",
    ).select(SCHEMA.names())


ARCHIVE = Archive(
    files=(HANDIC.name, HANDICM.name),
    read=read_services,
    stock=as_stock,
    same=("person", "komnr_statbank", "kode"),
    begins="start",
    ends="slutter",
    record=("person", "modt_ydelse_kode", "ydelse_start"),
)

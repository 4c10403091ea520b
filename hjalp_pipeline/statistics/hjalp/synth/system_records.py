"""Turns the records of kommuner into the records of one delivery: what the system knew, in its own words."""

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.statistics.hjalp.synth.senders import CHANGES, TAARNBY, TAARNBY_FROM
from hjalp_pipeline.synth.delivery_files import RecordForm
from hjalp_pipeline.synth.opaque_ids import uuid_texts
from hjalp_pipeline.synth.source_systems import Delivery, Sender
from hjalp_pipeline.synth.sources import day, share

FIELDS = (
    "udlaan_id", "komnr_indberetter", "komnr_betaling", "pnr", "hminr", "hmiiso", "hminavn", "udleveringsdato",
    "indleveringsdato", "lov_navn", "lov_tekst",
)  # fmt: skip
#: As the contract writes a loan.
FORM = RecordForm(
    "udlaan",
    ("pnr", "hmiiso", "hminr", "komnr_indberetter", "komnr_betaling"),
    ("udleveringsdato", "indleveringsdato"),
    ("lov_tekst", "lovtekst"),
)
#: Of the loans open at a change of system: in both systems, in the old alone, in the new alone.
SHARE_IN_BOTH, SHARE_OLD_ALONE = 0.75, 0.15
#: Of those in both: closed in the old system only, paragraph lost in the new one.
SHARE_CLOSED_IN_OLD, SHARE_LAW_LOST = 0.04, 0.7
_AEL_FROM = Kvartal(2025, 3)


def delivered_fields(records: pl.DataFrame, delivery: Delivery) -> pl.DataFrame:
    """The records of a delivery as text, columns FIELDS, in the order the system writes them."""
    sender, kvartal = delivery.sender, delivery.period
    ultimo = day(kvartal.last_day)
    rows = records.filter(pl.col("recorded") <= ultimo)
    if sender.komnr in CHANGES:
        rows = _of_system(rows, sender)
    number = rows["loan"].to_numpy()
    if delivery.story == "half":
        rows = rows.filter(pl.Series(share(number, 91) < 0.5))
    elif delivery.story == "most":
        rows = rows.filter(pl.Series(share(number, 92) < 0.96))
    rows = rows.with_columns(lov_navn=pl.col("lov_navn_2025k3") if kvartal >= _AEL_FROM else pl.col("lov_navn"))
    rows = pl.concat([rows, rows.filter("double").with_columns(lov_tekst=pl.lit("SEL § 112"))])
    if delivery.story == "many_errors":
        rows = rows.with_columns(bad=pl.when(pl.int_range(pl.len()) % 11 == 0).then(2).otherwise("bad"))
    return _with_faults(_as_text(rows, sender, ultimo)).select(FIELDS)


def _of_system(rows: pl.DataFrame, sender: Sender) -> pl.DataFrame:
    """The part of a kommune's loans that stands in its old or its new system (R2)."""
    if sender.komnr == TAARNBY:
        rows = rows.filter(pl.col("issued") >= day(TAARNBY_FROM))
        if sender.last is not None:  # the old system: deficient, and without paragraphs
            thinned = rows.filter(pl.Series(share(rows["loan"].to_numpy(), 93) < 0.85))
            return thinned.with_columns(lov_navn=pl.lit(None, pl.String), lov_navn_2025k3=pl.lit(None, pl.String))
        return rows
    _, last, carried, _ = CHANGES[sender.komnr]
    change = day(last.last_day)
    draw = pl.Series(share(rows["loan"].to_numpy(), 94))
    lost = pl.Series(share(rows["loan"].to_numpy(), 95) < SHARE_LAW_LOST)
    closed = pl.Series(share(rows["loan"].to_numpy(), 96) < SHARE_CLOSED_IN_OLD)
    before = pl.col("recorded") <= change
    open_then = pl.col("return_recorded") > change
    if sender.last is not None:
        swept = change - 20
        open_in_old = rows["return_recorded"] > change
        old = rows.with_columns(
            returned=pl.when(open_then & closed & (pl.col("issued") < swept)).then(swept).otherwise("returned"),
            return_recorded=pl.when(open_then & closed & (pl.col("issued") < swept))
            .then(change)
            .otherwise("return_recorded"),
        )
        return old.filter(before & (~open_in_old | (draw < SHARE_IN_BOTH + SHARE_OLD_ALONE)))
    migrated = before & open_then & ((draw < SHARE_IN_BOTH) | (draw >= SHARE_IN_BOTH + SHARE_OLD_ALONE))
    stays = before if not carried else migrated
    rows = rows.with_columns(
        pl.when(before & open_then & lost).then(None).otherwise(name).alias(name)
        for name in ("lov_navn", "lov_navn_2025k3")
    )
    return rows.filter(~before | stays)


def _as_text(rows: pl.DataFrame, sender: Sender, ultimo: int) -> pl.DataFrame:
    pnr = pl.col("pnr")
    if sender.hyphen:
        pnr = pl.when(pnr.str.contains(r"^\d{10}$")).then(
            pl.concat_str(pnr.str.slice(0, 6), pl.lit("-"), pnr.str.slice(6, 4))
        ).otherwise(pnr)  # fmt: skip
    known = pl.col("return_recorded") <= ultimo
    hub = pl.col("kom") != KOMNR.index(sender.komnr)
    # A hub often stands as the payer of its members' loans (seed 3.5).
    return rows.with_columns(
        udlaan_id=_ids(rows["loan"], sender),
        komnr_indberetter=pl.lit(sender.komnr),
        komnr_betaling=pl.when(hub & (pl.col("loan") % 10 < 7)).then(pl.lit(sender.komnr)).otherwise("komnr_betaling"),
        pnr=pnr,
        udleveringsdato=pl.col("issued").cast(pl.Date).cast(pl.String),
        indleveringsdato=pl.when(known).then(pl.col("returned")).cast(pl.Date).cast(pl.String),
    )


def _ids(loan: pl.Series, sender: Sender) -> pl.Series:
    """Ids of the sender's system: UUID-like, numbered with a prefix, or plain numbers; a new system gives new ones."""
    if sender.system in ("nexus", "eget-depot"):
        return uuid_texts(loan, 200)
    text = (loan * 3 + 100_000_007).cast(pl.String)
    if sender.system == "omsorgsdepot":
        return pl.select(pl.concat_str(pl.lit(f"{sender.komnr}-HJM-"), text.str.zfill(10)).alias("id"))["id"]
    return pl.select(pl.concat_str(pl.lit("U"), text).alias("id"))["id"] if sender.system == "hjm-xml" else text


def _with_faults(rows: pl.DataFrame) -> pl.DataFrame:
    """Spoil the form of the records marked as bad."""
    bad = pl.col("bad")
    danish = pl.concat_str(pl.col("udleveringsdato").str.slice(8, 2), pl.lit("-"), pl.col("udleveringsdato").str.slice(5, 2),
                           pl.lit("-"), pl.col("udleveringsdato").str.slice(0, 4))  # fmt: skip
    return rows.with_columns(
        udleveringsdato=pl.when(bad == 1).then(pl.lit("2024-02-30")).when(bad == 2).then(danish)
        .when(bad == 8).then(None).otherwise("udleveringsdato"),
        udlaan_id=pl.when(bad == 3).then(None).when(bad == 9)
        .then(pl.concat_str("udlaan_id", pl.lit("/genudlevering/efter/reparation/depot"))).otherwise("udlaan_id"),
        komnr_indberetter=pl.when(bad == 4).then(pl.lit("0")).otherwise("komnr_indberetter"),
        hminr=pl.when(bad == 5).then(pl.lit("12A45")).otherwise("hminr"),
        hmiiso=pl.when(bad == 6).then(pl.lit("122")).otherwise("hmiiso"),
        indleveringsdato=pl.when(bad == 7).then(pl.lit("31.12.2024")).otherwise("indleveringsdato"),
        pnr=pl.when(bad == 10).then(None).otherwise("pnr"),
    )  # fmt: skip

"""The records of a kommune as text, as one delivery tells them."""

from typing import Final

import numpy as np
import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.statistics.hand.synth.groups_given import target_groups
from hjalp_pipeline.statistics.hand.synth.received import CODES, Services
from hjalp_pipeline.statistics.hand.synth.spoiled_services import (
    SHARE_FICTITIOUS_PNR,
    SHARE_UNKNOWN_CODE,
    SHARE_UNKNOWN_PNR,
    UNKNOWN_CODES,
    system_rows,
)
from hjalp_pipeline.synth.delivery_files import RecordForm
from hjalp_pipeline.synth.opaque_ids import uuid_texts
from hjalp_pipeline.synth.population import Persons
from hjalp_pipeline.synth.source_systems import Delivery, Sender
from hjalp_pipeline.synth.sources import day, mix, read_rows, share, stream
from hjalp_pipeline.synth.wrong_pnr import spoil_pnr

FIELDS: Final = (
    "ydelse_id", "handlekommune", "betalingskommune", "pnr", "modt_ydelse_kode", "ydelse_start", "ydelse_slut",
    "maalgruppe", "funk_vurd", "prodnr", "afdeling_uuid",
)  # fmt: skip
#: As the contract writes a service.
FORM: Final = RecordForm(
    "ydelse",
    ("pnr", "handlekommune", "betalingskommune", "modt_ydelse_kode", "prodnr", "funk_vurd"),
    ("ydelse_start", "ydelse_slut"),
    ("funk_vurd", "funktionsvurdering"),
)
SHARE_NO_PAYER: Final = 0.03
SHARE_OTHER_PAYER: Final = 0.06
SHARE_NOT_ASSESSED: Final = 0.25
SHARE_NO_UNIT: Final = 0.1
SHARE_NO_DEPARTMENT: Final = 0.3
SHARE_BAD: Final = 0.0025
#: A kommune with fewer rows has no bad ones, so that none is rejected by chance.
FEWEST_WITH_BAD: Final = 200
#: Bad records: 1, 2 start, 3 no id, 4 handlekommune, 5, 6 maalgruppe, 7 funk_vurd, 8 prodnr, 9 uuid, 10 long id, 11 no pnr,
#: 12 betalingskommune, 13 end, 14 code.
BAD_KINDS: Final = 14
_MANY: Final = 11
_IN_TILBUD: Final = frozenset(
    place for place, row in enumerate(read_rows("services_received.csv", __package__)) if row["in_tilbud"] == "yes"
)
_UNITS_EACH: Final = 12


def make_rows(kommune: int, services: Services, first_id: int, *, persons: Persons, seed: int) -> pl.DataFrame:
    """All rows a kommune's systems ever hold (``spoiled_services.system_rows``), with the fields of a delivery as text."""
    rng = stream(seed, 22, kommune)
    rows = system_rows(kommune, services, first_id, persons, rng)
    rows = rows[rng.permutation(rows.height)]  # systems list their records by id, not by person or date
    person, code = rows["person"].to_numpy(), rows["code"].to_numpy()
    count = rows.height
    unknown = rng.random(count) < SHARE_UNKNOWN_CODE
    odd = pl.Series(UNKNOWN_CODES).gather(pl.Series(rng.integers(0, len(UNKNOWN_CODES), count)))
    unit = kommune * 10_000 + code * 100 + (share(person, 511) * _UNITS_EACH).astype(np.int64)
    lived_in = np.isin(code, list(_IN_TILBUD))
    bad = np.where(rng.random(count) < SHARE_BAD, 1 + rng.integers(0, BAD_KINDS, count), 0)
    return rows.with_columns(
        kom=pl.lit(KOMNR[kommune]),
        betalingskommune=_payer(kommune, count, rng),
        pnr=spoil_pnr(persons.pnr[person], rng, fictitious=SHARE_FICTITIOUS_PNR, unknown=SHARE_UNKNOWN_PNR),
        modt_ydelse_kode=pl.select(
            pl.when(pl.Series(unknown)).then(odd).otherwise(pl.Series(CODES).gather(rows["code"]))
        ).to_series(),
        maalgruppe=target_groups(person, code, rows["start"].to_numpy(), KOMNR[kommune], rng),
        funk_vurd=_only(pl.Series((share(person, 512) * 5).astype(np.int64)).cast(pl.String), rng.random(count) >= SHARE_NOT_ASSESSED),
        prodnr=_only(
            pl.Series(mix(unit, 513) % np.uint64(2_000_000_000)).cast(pl.String).str.zfill(10),
            lived_in & (rng.random(count) >= SHARE_NO_UNIT),
        ),
        afdeling_uuid=_only(uuid_texts(pl.Series(unit), 520), lived_in & (rng.random(count) >= SHARE_NO_DEPARTMENT)),
        bad=pl.Series(bad if count >= FEWEST_WITH_BAD else np.zeros(count, dtype=np.int64)).cast(pl.Int8),
    )  # fmt: skip


def _only(values: pl.Series, where: np.ndarray) -> pl.Series:
    """Values where they are given, null elsewhere."""
    return pl.select(pl.when(pl.Series(where)).then(values)).to_series()


def _payer(kommune: int, count: int, rng: np.random.Generator) -> pl.Series:
    payer = np.full(count, kommune, dtype=np.int64)
    other = rng.random(count) < SHARE_OTHER_PAYER
    payer[other] = rng.integers(0, len(KOMNR), int(other.sum()))
    payer[rng.random(count) < SHARE_NO_PAYER] = len(KOMNR)
    return pl.Series([*KOMNR, None], dtype=pl.String).gather(pl.Series(payer))


def as_delivered(rows: pl.DataFrame, delivery: Delivery) -> pl.DataFrame:
    """What the sender's system knew of the rows on the last day of the month, columns FIELDS, in its own words."""
    sender, last = delivery.sender, day(delivery.period.last_day)
    rows = rows.filter(pl.col("recorded") <= last)
    number = rows["number"].to_numpy()
    if delivery.story == "half":
        rows = rows.filter(pl.Series(share(number, 91) < 0.5))
    elif delivery.story == "most":
        rows = rows.filter(pl.Series(share(number, 92) < 0.96))
    rows = pl.concat([rows, rows.filter("double").with_columns(funk_vurd=pl.lit("2"))])
    if delivery.story == "many_errors":
        rows = rows.with_columns(
            bad=pl.when(pl.int_range(pl.len()) % _MANY == 0).then(2).otherwise("bad").cast(pl.Int8)
        )
    known = pl.col("end_recorded") <= last
    rows = rows.with_columns(
        ydelse_id=_ids(rows["number"], sender),
        handlekommune=pl.lit(sender.komnr),
        ydelse_start=pl.col("start").cast(pl.Date).cast(pl.String),
        ydelse_slut=pl.when(known).then(pl.col("end")).cast(pl.Date).cast(pl.String),
        afdeling_uuid=pl.col("afdeling_uuid").str.to_uppercase() if sender.permuted else pl.col("afdeling_uuid"),
        pnr=_hyphened() if sender.hyphen else pl.col("pnr"),
    )
    return _with_bad(rows).select(FIELDS)


def _hyphened() -> pl.Expr:
    pnr = pl.col("pnr")
    parts = pl.concat_str(pnr.str.slice(0, 6), pl.lit("-"), pnr.str.slice(6, 4))
    return pl.when(pnr.str.contains(r"^\d{10}$")).then(parts).otherwise(pnr)


def _ids(number: pl.Series, sender: Sender) -> pl.Series:
    """Ids of the sender's system: UUID-like, numbered with a prefix, or plain numbers; a new system gives new ones."""
    if sender.system in ("systematic", "egen-xml"):
        return uuid_texts(number, 530)
    text = (number * 3 + 200_000_009).cast(pl.String)
    prefix = {"kmd": "SØ-", "dxc": f"{sender.komnr}-Å-", "cgi": "Y"}.get(sender.system, "")
    return pl.select(pl.concat_str(pl.lit(prefix), text)).to_series()


def _with_bad(rows: pl.DataFrame) -> pl.DataFrame:
    """Spoil the form of the records marked as bad."""
    bad, start = pl.col("bad"), pl.col("ydelse_start")
    danish = pl.concat_str(
        start.str.slice(8, 2), pl.lit("-"), start.str.slice(5, 2), pl.lit("-"), start.str.slice(0, 4)
    )

    def spoiled(name: str, **kinds: str | None) -> pl.Expr:
        value = pl.col(name)
        for kind, text in kinds.items():
            value = pl.when(bad == int(kind[1:])).then(pl.lit(text, pl.String)).otherwise(value)
        return value.alias(name)

    return rows.with_columns(
        pl.when(bad == 2).then(danish).when(bad == 1).then(pl.lit("2024-02-30")).otherwise(start).alias("ydelse_start"),
        pl.when(bad == 10).then(pl.concat_str("ydelse_id", pl.lit("/genoptaget" * 5))).when(bad != 3).then("ydelse_id")
        .alias("ydelse_id"),
        spoiled("handlekommune", k4="0"), spoiled("maalgruppe", k5="1.2.1,1.1.2", k6="1.2.1."), spoiled("funk_vurd", k7="7"),
        spoiled("prodnr", k8="12345"), spoiled("afdeling_uuid", k9="ukendt"), spoiled("pnr", k11=None),
        spoiled("betalingskommune", k12="99"), spoiled("ydelse_slut", k13="31.12.2024"),
        spoiled("modt_ydelse_kode", k14="SEL 85"),
    )  # fmt: skip

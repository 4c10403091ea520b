"""What a receipt tells besides findings: services that are well-formed and yet hardly what was meant."""

from datetime import date

import polars as pl

from hjalp_pipeline.delivery.codes import Remark
from hjalp_pipeline.delivery.odd_texts import spoilt_number
from hjalp_pipeline.statistics.hand.codelists.services import SERVICES
from hjalp_pipeline.statistics.hand.codelists.target_groups import TARGET_CODES

NINE_DIGITS = "PNR_NI_CIFRE"
UNKNOWN_SERVICE = "YDELSE_UKENDT"
UNKNOWN_GROUP = "MAALGRUPPE_UKENDT"
EARLY_START = "STARTET_FOER_1950"
FUTURE_START = "STARTET_FREMTID"
TEXTS = {
    NINE_DIGITS: "Personnummeret har kun ni cifre, eller der er andre tegn imellem eller omkring cifrene. Det har måske været et "
    "tal i et regneark, og ydelsen kan ikke knyttes til en borger.",
    UNKNOWN_SERVICE: "Ydelseskoden findes ikke i værdisættet. Ydelsen tæller ikke.",
    UNKNOWN_GROUP: "En målgruppekode findes ikke i værdisættet. Ydelsen bruges, men koden tæller ikke.",
    EARLY_START: "Startdatoen ligger før 1950.",
    FUTURE_START: "Startdatoen ligger efter den dag, filen er sendt.",
}
EARLY = date(1950, 1, 1)
"""No service that is still of interest began before this day."""

#: A dotted code inside ``maalgruppe``.
_CODE = r"[0-9.]+"


def unknown_target() -> pl.Expr:
    """Boolean of column ``maalgruppe``: one of its codes is no code of the list; null where there is none."""
    return pl.col("maalgruppe").str.extract_all(_CODE).list.eval(~pl.element().is_in(list(TARGET_CODES))).list.any()


def look(frame: pl.DataFrame, received: date) -> dict[str, int]:
    """Good records of a delivery (``Layout.typed_schema``) by remark, zeros left out; ``received``: the day it was sent."""
    counts = frame.select(
        (~pl.col("modt_ydelse_kode").is_in([service.code for service in SERVICES])).sum().alias(UNKNOWN_SERVICE),
        spoilt_number(pl.col("pnr_tekst")).sum().alias(NINE_DIGITS),
        pl.col("ydelse_id").str.contains("\ufffd").sum().alias(Remark.STRANGE_TEXT),
        unknown_target().sum().alias(UNKNOWN_GROUP),
        (pl.col("ydelse_start") < EARLY).sum().alias(EARLY_START),
        (pl.col("ydelse_start") > received).sum().alias(FUTURE_START),
    ).row(0, named=True)
    return {str(code): int(number) for code, number in counts.items() if number}

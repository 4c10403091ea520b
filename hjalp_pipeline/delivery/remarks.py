"""What a receipt tells besides findings: records that are well-formed and yet hardly what was meant (``codes.Remark``)."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from hjalp_pipeline.codelists.paragraphs import PARAGRAPHS
from hjalp_pipeline.delivery.codes import Remark

SHEET_ROWS = (1 << 16, 1 << 20)
"""Rows a sheet can have, of the old and of the present format."""

EARLY = date(1950, 1, 1)
"""No loan that is still of interest was issued before this day."""

FAR_FEWER = 0.75
"""A delivery of less than this share of the one before it has far fewer records: each should hold all of them and more."""


#: A CPR number that has been a number: its first zero lost, or decimals behind it.
_CUT_PNR = r"^(?:[0-9]{9}|[0-9]{9,10}[.,]0+)$"
#: A letter that was lost (U+FFFD), or Danish letters and the paragraph sign written as UTF-8 and read as Windows-1252.
_STRANGE = "|".join(["\ufffd", *(letter.encode().decode("cp1252") for letter in "æøåÆØÅé§")])
#: A day without its hyphens, which no product code has.
_DAY_OF_DIGITS = "^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$"


def _repeating(frame: pl.DataFrame, fields: Sequence[str], pattern: str) -> pl.Expr:
    """Whether one of some fields has a pattern; texts that repeat are looked at once."""
    hits = [
        pl.col(field).is_in(texts.filter(texts.str.contains(pattern)).implode()).fill_null(value=False)
        for field in fields
        for texts in [frame.get_column(field).unique().drop_nulls()]
    ]
    return pl.any_horizontal(hits)


def count_remarks(frame: pl.DataFrame, records: int, received: date) -> dict[str, int]:
    """Good records of a delivery (``Layout.typed_schema``) by remark, zeros left out.

    ``records``: all records of the file; ``received``: the day it was sent.
    """
    law = pl.col("lov_navn").str.strip_chars()
    strange = _repeating(frame, ("hminavn", "lov_tekst"), _STRANGE) | pl.col("udlaan_id").str.contains("\ufffd")
    counts = frame.select(
        ((law != "") & ~law.is_in([paragraph.code for paragraph in PARAGRAPHS])).sum().alias(Remark.UNKNOWN_LAW),
        pl.col("pnr_tekst").str.contains(_CUT_PNR).sum().alias(Remark.NINE_DIGITS),
        strange.sum().alias(Remark.STRANGE_TEXT),
        _repeating(frame, ("hmiiso",), _DAY_OF_DIGITS).sum().alias(Remark.ISO_DAY),
        (pl.col("udleveringsdato") < EARLY).sum().alias(Remark.EARLY_ISSUE),
        (pl.col("udleveringsdato") > received).sum().alias(Remark.FUTURE_ISSUE),
        (pl.col("indleveringsdato") > received).sum().alias(Remark.FUTURE_RETURN),
    ).row(0, named=True)
    # the header takes one row of the sheet, a last line perhaps another
    if any(rows - records in (0, 1, 2) for rows in SHEET_ROWS):
        counts[Remark.SHEET_SIZE] = records
    return {str(code): int(number) for code, number in counts.items() if number}


def is_far_fewer(records: int, before: int) -> bool:
    """Whether a delivery has far fewer records than the one before it."""
    return records < before * FAR_FEWER

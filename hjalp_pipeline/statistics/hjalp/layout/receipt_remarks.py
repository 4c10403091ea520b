"""What a receipt tells besides findings: loans that are well-formed and yet hardly what was meant."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from hjalp_pipeline.delivery.codes import Remark
from hjalp_pipeline.delivery.odd_texts import spoilt_number
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS

NINE_DIGITS = "PNR_NI_CIFRE"
ISO_DAY = "HMIISO_SOM_DATO"
UNKNOWN_LAW = "LOV_NAVN_UKENDT"
EARLY_ISSUE = "UDLEVERET_FOER_1950"
FUTURE_ISSUE = "UDLEVERET_FREMTID"
FUTURE_RETURN = "INDLEVERET_FREMTID"
TEXTS = {
    NINE_DIGITS: "Personnummeret har kun ni cifre, eller der er andre tegn imellem eller omkring cifrene. Det har måske været et "
    "tal i et regneark, og udlånet kan ikke knyttes til en borger.",
    ISO_DAY: "ISO-koden ligner en dato. Den er sandsynligvis blevet til en dato i et regneark.",
    UNKNOWN_LAW: "Paragrafkoden findes ikke i værdisættet. Udlånet bruges, men koden tæller ikke.",
    EARLY_ISSUE: "Udleveringsdatoen ligger før 1950.",
    FUTURE_ISSUE: "Udleveringsdatoen ligger efter den dag, filen er sendt.",
    FUTURE_RETURN: "Indleveringsdatoen ligger efter den dag, filen er sendt.",
}
EARLY = date(1950, 1, 1)
"""No loan that is still of interest was issued before this day."""

#: A letter that was lost (U+FFFD, or a question mark inside a word), and Danish letters and the paragraph sign read in another
#: encoding than they were written in: UTF-8, the one of DOS and that of old Macintoshes, read as Windows-1252.
_STRANGE = "|".join(
    ["\ufffd", *(letter.encode().decode("cp1252") for letter in "æøåÆØÅé§"), "[A-Za-z][?›‘†¿¾Œ][a-z]", "[õ¤] ?[0-9]"]
)
#: A day without its hyphens, which no product code has.
_DAY_OF_DIGITS = "^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$"


def _repeating(frame: pl.DataFrame, fields: Sequence[str], pattern: str) -> pl.Expr:
    """Whether one of some fields has a pattern; texts that repeat are looked at once."""
    odd = frame.select(
        pl.col(field).unique().drop_nulls().implode().list.eval(pl.element().filter(pl.element().str.contains(pattern)))
        for field in fields
    )
    found = {field: odd.get_column(field)[0] for field in fields}
    hits = [
        pl.col(field).is_in(texts.implode()).fill_null(value=False) for field, texts in found.items() if texts.len()
    ]
    return pl.any_horizontal(hits) if hits else pl.lit(False)


def look(frame: pl.DataFrame, received: date) -> dict[str, int]:
    """Good records of a delivery (``Layout.typed_schema``) by remark, zeros left out; ``received``: the day it was sent."""
    law = pl.col("lov_navn").str.strip_chars()
    strange = _repeating(frame, ("hminavn", "lov_tekst"), _STRANGE) | pl.col("udlaan_id").str.contains(
        "\ufffd", literal=True
    )
    counts = frame.select(
        ((law != "") & ~law.is_in([paragraph.code for paragraph in PARAGRAPHS])).sum().alias(UNKNOWN_LAW),
        spoilt_number(pl.col("pnr_tekst")).sum().alias(NINE_DIGITS),
        strange.sum().alias(Remark.STRANGE_TEXT),
        _repeating(frame, ("hmiiso",), _DAY_OF_DIGITS).sum().alias(ISO_DAY),
        (pl.col("udleveringsdato") < EARLY).sum().alias(EARLY_ISSUE),
        (pl.col("udleveringsdato") > received).sum().alias(FUTURE_ISSUE),
        (pl.col("indleveringsdato") > received).sum().alias(FUTURE_RETURN),
    ).row(0, named=True)
    return {str(code): int(number) for code, number in counts.items() if number}

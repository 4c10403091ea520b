"""R7: ``lov_navn_opret``, the legal basis from the code delivered or, failing that, from the free text (seed 3.5, 5.3).

``lov_navn`` itself is never overwritten. The reading of a text is in ``lov_tekst``; here stands when which is used, and
which codes may be used for which loan.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.rules.rule import Code, Context, Rule
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS, Paragraph, last_day_of_use, usable_codes
from hjalp_pipeline.statistics.hjalp.rules.lov_tekst import read_lov_tekster

LOV_NAVN_UKENDT = Code("LOV_NAVN_UKENDT", "Lov_navn er ingen kode i værdisættet")
#: Where a paragraph comes from.
LOV_NAVN = Code("LOV_NAVN", "Paragraffen er indberettet som kode")
LOV_TEKST = Code("LOV_TEKST", "Paragraffen er læst af fritekst")
#: Why there is none, of a text.
OF_TEXT = (
    Code("FLERE", "Friteksten nævner flere paragraffer"),
    Code("AFSLAG", "Friteksten afslår eller benægter en paragraf"),
    Code("ANDEN_LOV", "Friteksten nævner en anden lov"),
    Code("UDENFOR", "Friteksten nævner en paragraf, der ikke er i værdisættet"),
    Code("INGEN", "Friteksten nævner ingen paragraf"),
)
#: Why there is none, of ``lov_navn``, when there is no text.
UKENDT_KODE = Code("UKENDT_KODE", "lov_navn er ingen kode i værdisættet, og der er ingen fritekst")
IKKE_I_KRAFT = Code("IKKE_I_KRAFT", "Koden i lov_navn kan ikke bruges for udlånet, og der er ingen fritekst")
TOM = Code("TOM", "Hverken kode eller fritekst")
#: ``lov_kilde``, in the order of the reports.
SOURCES = (LOV_NAVN, LOV_TEKST, *OF_TEXT, UKENDT_KODE, IKKE_I_KRAFT, TOM)


def _code() -> pl.Expr:
    """``lov_navn`` without blanks around it, null when nothing is left."""
    code = pl.col("lov_navn").str.strip_chars()
    return pl.when(code != "").then(code)


def is_unknown_code(paragraphs: Iterable[Paragraph] = PARAGRAPHS) -> pl.Expr:
    """Boolean of column ``lov_navn``: delivered, but no code of the value set on any day (R7)."""
    return ~_code().is_in(sorted({paragraph.code for paragraph in paragraphs})).fill_null(value=True)


def _periods(kvartal: Period, paragraphs: Iterable[Paragraph]) -> tuple[list[date], list[frozenset[Paragraph]]]:
    """Days of issue at which the codes that may be used change, and the codes before the first, between and after.

    A code may be used when some day of the delivery's quarter, or the day of issue, is a day of its use.
    """
    of_quarter = usable_codes(kvartal.first_day, kvartal.last_day, paragraphs)
    others = [paragraph for paragraph in paragraphs if paragraph not in of_quarter]
    ends = (last_day_of_use(paragraph) for paragraph in others)
    days = {paragraph.from_date for paragraph in others} | {end + timedelta(days=1) for end in ends if end}
    changes = sorted(days)
    return changes, [of_quarter | usable_codes(day, day, others) for day in (date.min, *changes)]


def enrich_paragraph(
    rows: pl.DataFrame, context: Context, paragraphs: tuple[Paragraph, ...] = PARAGRAPHS
) -> pl.DataFrame:
    """R7: adds ``lov_navn_opret`` (code or null) and ``lov_kilde``: where it came from, or why there is none.

    ``lov_kilde``: ``LOV_NAVN``, ``LOV_TEKST``; without paragraph, of the text ``FLERE`` (two paragraphs), ``AFSLAG`` (one
    that it refuses), ``ANDEN_LOV``, ``UDENFOR`` (not in the value set), ``INGEN`` (names none), and without a text
    ``UKENDT_KODE`` (``lov_navn`` is no code), ``IKKE_I_KRAFT`` (one that may not be used for the loan) or ``TOM``.
    """
    changes, usable = _periods(context.kvartal, paragraphs)
    period = pl.sum_horizontal([pl.lit(0), *(pl.col("udleveringsdato") >= day for day in changes)])
    numbered = rows.with_row_index("_nr").with_columns(_navn=_code(), _periode=period)
    parts = numbered.partition_by("_periode") or [numbered]
    read = [_read_texts(part, usable[part["_periode"][0] if part.height else 0]) for part in parts]
    joined = pl.concat(read).sort("_nr") if len(read) > 1 else read[0]
    return joined.with_columns(
        lov_kilde=pl.when(pl.col("_navn_brugt").is_not_null())
        .then(pl.lit(LOV_NAVN.name))
        .when(pl.col("_tekst").is_not_null())
        .then(pl.lit(LOV_TEKST.name))
        .when(pl.col("_udfald") != TOM.name)
        .then("_udfald")
        .when(is_unknown_code(paragraphs))
        .then(pl.lit(UKENDT_KODE.name))
        .when(pl.col("_navn").is_not_null())
        .then(pl.lit(IKKE_I_KRAFT.name))
        .otherwise(pl.lit(TOM.name)),
        lov_navn_opret=pl.coalesce("_navn_brugt", "_tekst"),
    ).select(*rows.columns, "lov_navn_opret", "lov_kilde")


def unknown_code(_rows: pl.DataFrame, _context: Context) -> pl.Expr:
    """Rows whose ``lov_navn`` is no code of the value set on any day, with or without a text."""
    return is_unknown_code()


def _read_texts(rows: pl.DataFrame, usable: frozenset[Paragraph]) -> pl.DataFrame:
    """The code that is used and, where there is none, what the text names, each distinct text read once."""
    named = rows.with_columns(
        _navn_brugt=pl.when(pl.col("_navn").is_in(sorted(paragraph.code for paragraph in usable))).then("_navn")
    )
    texts = named.filter(pl.col("_navn_brugt").is_null()).get_column("lov_tekst")
    readings = read_lov_tekster(texts, usable).rename({"code": "_tekst", "outcome": "_udfald"})
    joined = named.join(readings, on="lov_tekst", how="left", maintain_order="left")
    without = pl.col("_navn_brugt").is_null()
    return joined.with_columns(
        _tekst=pl.when(without).then("_tekst"), _udfald=pl.when(without).then(pl.col("_udfald").fill_null(TOM.name))
    )


PARAGRAPH = Rule(
    "R7",
    "Paragraf af lov_navn eller lov_tekst",
    "derives",
    enrich_paragraph,
    SOURCES,
    "seed 3.5, 5.3",
    "lov_kilde",
    ("udleveringsdato", "lov_navn", "lov_tekst"),
)
UNKNOWN_CODE = Rule(
    "R7b",
    "Lov_navn er ingen kode i værdisættet",
    "counts",
    unknown_code,
    (LOV_NAVN_UKENDT,),
    "seed 3.5, 5.3",
    reads=("lov_navn",),
)

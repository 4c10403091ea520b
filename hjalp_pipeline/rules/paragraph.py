"""R7: ``lov_navn_opret``, the legal basis from the code delivered or, failing that, from the free text (seed 3.5, 5.3).

``lov_navn`` itself is never overwritten. The reading of a text is in ``lov_tekst``; here stands when which is used.
"""

import polars as pl

from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.codelists.paragraphs import PARAGRAPHS, codes_in_force
from hjalp_pipeline.rules.lov_tekst import read_lov_tekster
from hjalp_pipeline.rules.step import Step, count_codes


def _in_force(code: pl.Expr, kvartal: Kvartal) -> pl.Expr:
    """Boolean: ``code`` may be used in the delivery's quarter or at the row's issue date (both overlap in practice)."""
    of_quarter = codes_in_force(kvartal.first_day, kvartal.last_day)
    accepted = code.is_in(sorted(of_quarter))
    for paragraph in PARAGRAPHS:
        if paragraph.code not in of_quarter:
            issued = pl.col("udleveringsdato")
            period = issued >= paragraph.from_date
            if paragraph.to_date is not None:
                period &= issued <= paragraph.to_date
            accepted |= (code == paragraph.code) & period
    return accepted.fill_null(value=False)


def enrich_paragraph(frame: pl.DataFrame, kvartal: Kvartal) -> Step:
    """Adds ``lov_navn_opret`` (code or null) and ``lov_kilde``: where it came from, or why there is none.

    ``lov_kilde``: ``LOV_NAVN``, ``LOV_TEKST``; without code ``FLERE`` (two paragraphs), ``ANDEN_LOV``, ``UDENFOR`` (not in
    the value set), ``IKKE_I_KRAFT`` (named, but not in force), ``INGEN`` (names none), ``TOM`` (no text).
    """
    code = pl.col("lov_navn").str.strip_chars()
    named = frame.with_columns(_navn=pl.when(_in_force(code, kvartal)).then(code))
    missing = named.filter(pl.col("_navn").is_null() & pl.col("lov_tekst").is_not_null()).get_column("lov_tekst")
    readings = read_lov_tekster(missing).select(
        "lov_tekst", pl.col("code").alias("_tekst"), pl.col("outcome").alias("_udfald")
    )
    joined = named.join(readings, on="lov_tekst", how="left", maintain_order="left")
    from_text = pl.when(_in_force(pl.col("_tekst"), kvartal)).then("_tekst")
    kept = (
        joined.with_columns(_fra_tekst=from_text)
        .with_columns(
            lov_navn_opret=pl.coalesce("_navn", "_fra_tekst"),
            lov_kilde=pl.when(pl.col("_navn").is_not_null())
            .then(pl.lit("LOV_NAVN"))
            .when(pl.col("_fra_tekst").is_not_null())
            .then(pl.lit("LOV_TEKST"))
            .when(pl.col("_tekst").is_not_null())
            .then(pl.lit("IKKE_I_KRAFT"))
            .otherwise(pl.col("_udfald").fill_null("TOM")),
        )
        .drop("_navn", "_tekst", "_udfald", "_fra_tekst")
    )
    return Step("paragraph_enriched", kept, {}, count_codes(kept, "lov_kilde"))

"""R5 and R6: dates corrected by death, and open loans too old to be believed (seed 3.5)."""

from datetime import date

import polars as pl

from hjalp_pipeline.rules.period import ikke_aktiv
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.step import Step, count_codes, first_reason, merge_counts, remove

#: A return up to this many days after the death is believed.
DAYS_AFTER_DEATH = 31
#: An open loan issued more than this many years before the end of a reference year is left out of that year [chosen: moves with the year].
YEARS_BELIEVED = 20


def correct_indleveringsdato(frame: pl.DataFrame, register: Register) -> Step:
    """R5, R3 again and R6 on rows with ``person``.

    Adds ``doddato``, ``indleveringsdato_leveret`` (as delivered), ``rettelse`` (``RETTET_DOED``, ``RETTET_DOED_31`` or
    null) and ``udgaar_fra_aar`` (Int32, first reference year that leaves an open loan out; null for closed loans).
    """
    dead = register.persons.get_column("doddato").gather(frame.get_column("person"))
    with_death = frame.with_columns(dead.alias("doddato"), pl.col("indleveringsdato").alias("indleveringsdato_leveret"))
    alive_at_issue, after_death = remove(
        with_death, first_reason(("UDLEVERET_EFTER_DOED", pl.col("udleveringsdato") > pl.col("doddato")))
    )
    late = pl.col("indleveringsdato") > pl.col("doddato") + pl.duration(days=DAYS_AFTER_DEATH)
    corrected = alive_at_issue.with_columns(
        rettelse=first_reason(
            ("RETTET_DOED", pl.col("indleveringsdato").is_null() & pl.col("doddato").is_not_null()),
            ("RETTET_DOED_31", late),
        )
    ).with_columns(
        indleveringsdato=pl.when(pl.col("rettelse").is_not_null()).then("doddato").otherwise("indleveringsdato")
    )
    kept, removed = remove(
        corrected,
        first_reason(
            ("INDLEVERET_FOER_UDLEVERING", pl.col("indleveringsdato") < pl.col("udleveringsdato")),
            ("IKKE_AKTIV", ikke_aktiv()),
        ),
    )
    kept = kept.with_columns(udgaar_fra_aar=udgaar_fra_aar())
    return Step("dates_corrected", kept, merge_counts(after_death, removed), count_codes(kept, "rettelse"))


def udgaar_fra_aar() -> pl.Expr:
    """R6: the first year Y with ``udleveringsdato < 31 December (Y - 20)`` of an open loan, null for a closed one."""
    issued = pl.col("udleveringsdato")
    new_years_eve = (issued.dt.month() == 12) & (issued.dt.day() == 31)
    year = issued.dt.year() + YEARS_BELIEVED + new_years_eve.cast(pl.Int32)
    return pl.when(pl.col("indleveringsdato").is_null()).then(year)


def on_loan_ultimo(aar: int) -> pl.Expr:
    """R10: on loan at the end of 31 December ``aar`` and not left out by R6; returned or died on that day is not on loan [chosen]."""
    ultimo = date(aar, 12, 31)
    believed = pl.col("udgaar_fra_aar").is_null() | (pl.col("udgaar_fra_aar") > aar)
    open_then = pl.col("indleveringsdato").is_null() | (pl.col("indleveringsdato") > ultimo)
    return (pl.col("udleveringsdato") <= ultimo) & open_then & believed

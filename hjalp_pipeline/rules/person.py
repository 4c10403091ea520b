"""Sex and date of birth as the register has them, and age in whole years (R9, H9; seed 3.5)."""

from datetime import date

import polars as pl

from hjalp_pipeline.rules.rule import Context


def alder(last_day: date) -> pl.Expr:
    """Age (Int32, whole years) on a day, or at the date of death for a person who died before."""
    day = pl.min_horizontal(pl.col("doddato"), pl.lit(last_day))
    born = pl.col("foed_dato")
    had_birthday = (day.dt.month() > born.dt.month()) | (
        (day.dt.month() == born.dt.month()) & (day.dt.day() >= born.dt.day())
    )
    return day.dt.year() - born.dt.year() - 1 + had_birthday.cast(pl.Int32)


def find_sex_and_birth(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Adds ``koen`` (1 man, 2 woman) and ``foed_dato`` of ``person``."""
    persons = context.register.persons[rows.get_column("person")]
    return rows.with_columns(persons.get_column("koen"), persons.get_column("foed_dato"))

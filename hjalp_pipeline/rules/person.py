"""R9: sex and date of birth as the register has them, and age in whole years (seed 3.5)."""

from datetime import date

import polars as pl

from hjalp_pipeline.codelists.age_groups import AGE_GROUPS
from hjalp_pipeline.rules.rule import Context, Rule


def alder(aar: int) -> pl.Expr:
    """Age (Int32, whole years) at 31 December ``aar``, or at the date of death for a person who died before."""
    ultimo = date(aar, 12, 31)
    day = pl.min_horizontal(pl.col("doddato"), pl.lit(ultimo))
    born = pl.col("foed_dato")
    had_birthday = (day.dt.month() > born.dt.month()) | (
        (day.dt.month() == born.dt.month()) & (day.dt.day() >= born.dt.day())
    )
    return day.dt.year() - born.dt.year() - 1 + had_birthday.cast(pl.Int32)


def age_group(years: pl.Expr) -> pl.Expr:
    """Code of the age group of an age in whole years (``0024`` .. ``90-``)."""
    expression = pl.lit(AGE_GROUPS[0].code)
    for group in AGE_GROUPS[1:]:
        expression = pl.when(years >= group.lower).then(pl.lit(group.code)).otherwise(expression)
    return expression


def find_sex_and_birth(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Adds ``koen`` (1 man, 2 woman) and ``foed_dato`` of ``person``."""
    persons = context.register.persons[rows.get_column("person")]
    return rows.with_columns(persons.get_column("koen"), persons.get_column("foed_dato"))


SEX_AND_BIRTH = Rule("R9", "Køn og fødselsdato fra registeret", "derives", find_sex_and_birth, source="seed 3.5")

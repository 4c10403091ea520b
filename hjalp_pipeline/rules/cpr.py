"""The population register decides whether a CPR number is valid, nothing else (R4, H3; seed 3.5, 5.3).

Modulus 11 is no test: numbers issued since October 2007 need not satisfy it. The form only tells the kommune why a number
that the register does not know was removed.
"""

import polars as pl

from hjalp_pipeline.rules.rule import Code, Context

CPR_FIKTIVT = Code("CPR_FIKTIVT", "Personnummeret har ikke form som et rigtigt personnummer", "#c98b3b")
CPR_UKURANT = Code("CPR_UKURANT", "Personnummeret findes ikke i befolkningsregisteret", "#e0b36a")

_DAYS_IN_MONTH = {1: 31, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_ALL_EQUAL = [int(digit * 10) for digit in "0123"]  # larger ones do not fit UInt32 and stand in pnr_tekst


def is_fictitious() -> pl.Expr:
    """Boolean of columns ``pnr``/``pnr_tekst``: not of the form of a real number.

    Not ten digits, letters, no such date (century by the seventh digit), day + 60 replacement numbers, all-equal digits.
    Whatever is not ten digits, or has a day above 42, stands in ``pnr_tekst`` and is so by that alone.
    """
    number = pl.col("pnr")
    day, month = number // 100_000_000, number // 1_000_000 % 100
    year, seventh = number // 10_000 % 100, number // 1_000 % 10
    full = (
        pl.when(seventh <= 3)
        .then(1900 + year)
        .when(seventh.is_in([4, 9]))
        .then(pl.when(year <= 36).then(2000 + year).otherwise(1900 + year))
        .otherwise(pl.when(year <= 57).then(2000 + year).otherwise(1800 + year))
    )
    leap = (full % 4 == 0) & ((full % 100 != 0) | (full % 400 == 0))
    days = (
        pl.when(month == 2)
        .then(28 + leap.cast(pl.UInt32))
        .otherwise(month.replace_strict(_DAYS_IN_MONTH, default=0, return_dtype=pl.UInt32))
    )
    return number.is_null() | (day < 1) | (day > days) | number.is_in(_ALL_EQUAL)


def modulus_11(number: pl.Expr) -> pl.Expr:
    """Boolean: an integer of ten digits satisfies modulus 11; numbers issued since October 2007 need not."""
    digits = [number // 10 ** (9 - place) % 10 for place in range(10)]
    return pl.sum_horizontal(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11 == 0


def cpr_marks() -> dict[str, pl.Expr]:
    """Of columns ``pnr``/``pnr_tekst``: CPRTJEK, ``1`` where modulus 11 is satisfied, and CPRTYPE, ``1`` where the form is no
    real number's, else ``0``. The register has decided; these two only describe the number [chosen].
    """
    ten_digits = pl.col("pnr_tekst").str.extract(r"^([0-9]{10})$").cast(pl.Int64)
    number = pl.coalesce(pl.col("pnr").cast(pl.Int64), ten_digits)
    # Not ten digits is null here, which a horizontal sum would count as 0, a multiple of 11.
    marks = {"CPRTJEK": number.is_not_null() & modulus_11(number), "CPRTYPE": is_fictitious()}
    return {name: pl.when(holds).then(pl.lit("1")).otherwise(pl.lit("0")) for name, holds in marks.items()}


def delivered_number() -> pl.Expr:
    """The number of columns ``pnr``/``pnr_tekst`` as text, as it was delivered."""
    return pl.coalesce(pl.col("pnr").cast(pl.String).str.zfill(10), "pnr_tekst")


def find_person(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Adds ``person`` (UInt32 index into the register's persons, null = not known)."""
    person = context.register.find(rows.get_column("pnr"), rows.get_column("pnr_tekst"))
    return rows.with_columns(person.alias("person"))


def not_in_register(rows: pl.DataFrame, _context: Context) -> pl.Series:
    """Rows whose number the register does not know, and whether it has the form of a real one."""
    unknown = rows.get_column("person").is_null()
    reasons = pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    # The form is looked at only where the register has said no.
    form = rows.filter(unknown).select(
        pl.when(is_fictitious()).then(pl.lit(CPR_FIKTIVT.name)).otherwise(pl.lit(CPR_UKURANT.name))
    )
    return reasons.scatter(unknown.arg_true(), form.to_series()) if form.height else reasons

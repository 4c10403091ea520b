"""Delivered text as it is meant: what does not count is dropped, lost zeros are given back, dates and numbers are read.

Everything is a Polars expression over a whole chunk. Nearly all values stand as they are meant: what can be is done once per
different text, or for the few that need it.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Field, Layout

# ASCII digits spelt out: \d of the regex engine matches the digits of every script.
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_TEN_DIGITS = r"^[0-9]{10}$"
_ODD_DIGITS = r"^[0-9](?:[0-9]{2})*$"
_ANY_DROPPED = "[ \u00a0-]"
_HYPHENED = r"^[0-9]{6}-[0-9A-Za-z]{4}$"
#: A control character other than tab and line ends (category Cc): no field takes one.
CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\u009f]"
#: A number as programs write one that is too long for them, with a decimal sign or the exponent's sign: digits are lost.
#: Without either (``12E5``) it may be an id, but is no person number.
_NOTATION_OF_ID = r"^[ \t\r\n\u00a0]*[+-]?[0-9]+(?:[.,][0-9]+[eE][+-]?|[eE][+-])[0-9]+[ \t\r\n\u00a0]*$"
_NOTATION_OF_PERSON = r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$"
#: What does not count around a code, number or date, in any format; texts stay as they are.
_BLANKS = " \t\r\n\u00a0"
_ONLY_BLANKS = f"^[{_BLANKS}]+$"
_AROUND = f"^[{_BLANKS}]|[{_BLANKS}]$"
_FIRST_DAY = date(1, 1, 1)  # the calendar of Python and Arrow readers has no year 0


def blank_to_null(column: pl.Expr) -> pl.Expr:
    """Null in place of an empty text."""
    return pl.when(column != "").then(column)


def lost_digits(field: Field, layout: Layout) -> str | None:
    """How a number that has lost digits looks in an id or person number (E-notation), None for other fields."""
    if field.form is Form.PERSONNUMMER:
        return _NOTATION_OF_PERSON
    return _NOTATION_OF_ID if field.name == layout.declaration.id and field.form is Form.TEKST else None


def _days(texts: pl.Series) -> pl.Series:
    return texts.str.to_date("%Y-%m-%d", strict=False, cache=False)


def as_dates(frame: pl.DataFrame, field: str, suspects: pl.Series) -> pl.Series:
    """A field as dates, ``_{field}``, only of zero-padded forms.

    The parser takes some others, 2024-1-5: what it takes of the suspects, the texts of another form, is no date.
    """
    texts = frame.get_column(field)
    days = _days(texts)
    wrong = (days < _FIRST_DAY).fill_null(value=False)
    taken = suspects.filter(_days(suspects).is_not_null())
    if not taken.is_empty():
        wrong |= texts.is_in(taken.implode()).fill_null(value=False)
    if wrong.any():
        days = pl.select(pl.when(~wrong).then(days)).to_series()
    return days.alias(f"_{field}")


def _texts(field: str, chosen: pl.Expr | None = None) -> pl.Expr:
    """The different texts of a field as one list, or those chosen of them. Codes repeat, so each is looked at once."""
    # Not a filter of the unique texts by themselves: they have no order, and would be in another one the second time.
    texts = pl.col(field).unique().drop_nulls().implode()
    return texts if chosen is None else texts.list.eval(pl.element().filter(chosen))


def _lists(frame: pl.DataFrame, lists: Mapping[str, pl.Expr]) -> dict[str, pl.Series]:
    """Lists of texts by field, made in one go: to ask a small chunk field by field costs more than to read it."""
    found = frame.select(texts.alias(field) for field, texts in lists.items())
    return {field: found.get_column(field)[0].alias(field) for field in lists}


def any_of(suspects: Mapping[str, pl.Series], patterns: Mapping[str, str]) -> set[str]:
    """Fields with a pattern among whose suspects it is found. Asked in one go: a call costs more than what it looks at."""
    asked = [
        pl.lit(suspects[field]).str.contains(pattern).any().alias(field)
        for field, pattern in patterns.items()
        if not suspects[field].is_empty()
    ]
    return {field for field, found in pl.select(asked).row(0, named=True).items() if found} if asked else set()


def _suspects(field: Field, layout: Layout) -> pl.Expr:
    """Texts of a field that deserve a look, most often none: those not of its form, or of a text field all different ones."""
    column = pl.col(field.name)
    if field.form is Form.PERSONNUMMER:
        return column.filter(~column.str.contains(_TEN_DIGITS)).implode()
    lost = lost_digits(field, layout)
    if lost is not None:  # an id hardly ever repeats
        return column.filter(column.str.contains(f"{CONTROL}|{lost}|{_ONLY_BLANKS}")).implode()
    form = _DATE if field.form is Form.DATO else field.pattern
    return _texts(field.name, None if form is None else ~pl.element().str.contains(form))


def trimmed(frame: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """Drop blanks around all values but texts; a required text of nothing but blanks is none.

    Gives the suspects of every field, too: the texts among which all that are of another form are found.
    """
    suspects = _lists(frame, {field.name: _suspects(field, layout) for field in layout.fields})
    texts = {field.name: _ONLY_BLANKS for field in layout.fields if field.form is Form.TEKST and field.required}
    others = {field.name: _AROUND for field in layout.fields if field.form is not Form.TEKST}
    for name in sorted(any_of(suspects, texts | others), key=layout.names.index):
        column = pl.col(name)
        if name in texts:
            frame = frame.with_columns(pl.when(~column.str.contains(_ONLY_BLANKS)).then(column).alias(name))
        else:
            frame = frame.with_columns(blank_to_null(column.str.strip_chars(_BLANKS)).alias(name))
            suspects |= _lists(frame, {name: _suspects(layout.by_name[name], layout)})
    return frame, suspects


def without_blanks(frame: pl.DataFrame, field: str) -> pl.DataFrame:
    """Drop blanks and hyphens from a field of codes, once per different code that has any."""
    odd = _lists(frame, {field: _texts(field, pl.element().str.contains(_ANY_DROPPED))})[field]
    if odd.is_empty():
        return frame
    clean = odd.str.replace_all(_ANY_DROPPED, "").to_frame().select(blank_to_null(pl.col(field))).to_series()
    return frame.with_columns(frame.get_column(field).replace(odd, clean))


def person_numbers(text: pl.Series, suspects: pl.Series) -> list[pl.Series]:
    """``_pnr``: the hyphen of DDMMYY-XXXX dropped; ``_ten``: it is ten digits.

    Nearly all are ten digits as delivered. The others are looked at by themselves and put back.
    """
    if suspects.is_empty():
        return [text.alias("_pnr"), text.is_not_null().alias("_ten")]
    ten = text.str.contains(_TEN_DIGITS).fill_null(value=False)
    rows = (~ten).arg_true()
    odd = text.gather(rows).alias("odd").to_frame()
    hyphened = pl.when(pl.col("odd").str.contains(_HYPHENED)).then("odd").str.replace("-", "", literal=True)
    odd = odd.select(pl.coalesce(hyphened, "odd"))
    is_ten = pl.first().str.contains(_TEN_DIGITS).fill_null(value=False)
    return [
        text.clone().scatter(rows, odd.to_series()).alias("_pnr"),
        ten.scatter(rows, odd.select(is_ten).to_series()).alias("_ten"),
    ]


def restored_zeros(layout: Layout) -> list[pl.Expr]:
    """Give back the leading zeros that numbers in a spreadsheet have lost."""
    lengths = dict.fromkeys(layout.of_form(Form.KOMMUNE, Form.EGEN_KOMMUNE), 3) | {layout.person: 10}
    lengths |= {field: layout.by_name[field].digits for field in layout.of_form(Form.FASTE_CIFRE)}
    pairs = {field: pl.col(field) for field in layout.of_form(Form.CIFERPAR)}
    return [
        *(
            pl.when(c.str.contains(_ODD_DIGITS)).then(pl.concat_str(pl.lit("0"), c)).otherwise(c).alias(field)
            for field, c in pairs.items()
        ),
        *(
            pl.when(pl.col(field).str.contains(rf"^[0-9]{{1,{length}}}$"))
            .then(pl.col(field).str.zfill(length))
            .otherwise(field)
            .alias(field)
            for field, length in lengths.items()
        ),
    ]

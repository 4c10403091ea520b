"""The form of one record: names, types, and what counts as a finding (interfaces.md, "Delivery").

Everything is a Polars expression over a whole chunk; nothing here looks at a record in Python. Findings say record
number, field and code, never a value. Whether a CPR number is real is R4's business: any text is let through.

Which fields there are, and their forms, is the layout's business (``specification``). The typed frame is made of ``FIELDS``
in every version: a field that a version adds is held to its form and then left out, until a rule needs it and it gets its
place in ``TYPED_SCHEMA`` and the contract of the raw data; one that a version drops is null.
"""

from datetime import date

import polars as pl

from hjalp_pipeline.delivery.codes import FindingCode
from hjalp_pipeline.delivery.specification.layout import Field, Form, Layout
from hjalp_pipeline.delivery.specification.versions import FIRST

FIELDS = (
    "udlaan_id",
    "komnr_indberetter",
    "komnr_betaling",
    "pnr",
    "hminr",
    "hmiiso",
    "hminavn",
    "udleveringsdato",
    "indleveringsdato",
    "lov_navn",
    "lov_tekst",
)
"""What the typed frame is made of, in the order of the interface."""

TEXT_SCHEMA = pl.Schema(dict.fromkeys(FIELDS, pl.String()))
"""The same as delivered text, null when absent or empty."""

TYPED_SCHEMA = pl.Schema(
    {
        "post": pl.UInt32(),
        "udlaan_id": pl.String(),
        "komnr_betaling": pl.String(),
        "pnr": pl.UInt32(),
        "pnr_tekst": pl.String(),
        "hminr": pl.String(),
        "hmiiso": pl.String(),
        "hminavn": pl.String(),
        "udleveringsdato": pl.Date(),
        "indleveringsdato": pl.Date(),
        "lov_navn": pl.String(),
        "lov_tekst": pl.String(),
    }
)
"""The typed frame: good records only, ``post`` is the record's number in the file, exactly one of pnr and pnr_tekst is set."""

CODE_OF_FORM: dict[Form, FindingCode] = {
    Form.TEKST: FindingCode.FELT,
    Form.CIFRE: FindingCode.FELT,
    Form.CIFERPAR: FindingCode.FELT,
    Form.KOMMUNE: FindingCode.KOMNR,
    Form.EGEN_KOMMUNE: FindingCode.KOMNR,
    Form.DATO: FindingCode.DATO,
    Form.PERSONNUMMER: FindingCode.FELT,
}
"""The finding for a value of another form than the field's."""

FINDINGS_SCHEMA = pl.Schema({"record": pl.UInt32(), "field": pl.String(), "code": pl.String()})

MISSHAPEN = "_misshapen"
"""Optional Boolean column of a chunk: true for a record whose fields could not be told apart (one finding, field "")."""

# ASCII digits spelt out: \d of the regex engine matches the digits of every script.
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_TEN_DIGITS = r"^[0-9]{10}$"
_ODD_DIGITS = r"^[0-9](?:[0-9]{2})*$"
_ANY_DROPPED = "[ \u00a0-]"
_HYPHENED = r"^[0-9]{6}-[0-9A-Za-z]{4}$"
#: A control character other than tab and line ends (category Cc): no field takes one.
_CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\u009f]"
#: A number as programs write one that is too long for them, with a decimal sign or the exponent's sign: digits are lost.
#: Without either (``12E5``) it may be an id, but is no CPR number.
_E_NOTATION = {
    "udlaan_id": r"^[ \t\r\n\u00a0]*[+-]?[0-9]+(?:[.,][0-9]+[eE][+-]?|[eE][+-])[0-9]+[ \t\r\n\u00a0]*$",
    "pnr": r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$",
}
#: What does not count around a code, number or date, in any format; texts stay as they are.
_BLANKS = " \t\r\n\u00a0"
_ONLY_BLANKS = f"^[{_BLANKS}]+$"
_AROUND = f"^[{_BLANKS}]|[{_BLANKS}]$"
_FIRST_DAY = date(1, 1, 1)  # the calendar of Python and Arrow readers has no year 0


def _blank_to_null(column: pl.Expr) -> pl.Expr:
    return pl.when(column != "").then(column)


def _dates(texts: pl.Series) -> pl.Series:
    """The dates of some texts, only of zero-padded forms: %Y-%m-%d alone also takes 2024-1-5."""
    frame = texts.alias("text").to_frame()
    day = pl.col("text").str.to_date("%Y-%m-%d", strict=False, cache=False)
    return frame.select(pl.when(pl.col("text").str.contains(_DATE) & (day >= _FIRST_DAY)).then(day)).to_series()


def _parsed(frame: pl.DataFrame, field: str) -> pl.Series:
    """A field as dates. A chunk holds each date many times, so the texts are parsed once each."""
    texts = frame.get_column(field)
    unlike = texts.unique()
    if unlike.len() * 4 > texts.len():
        return _dates(texts).alias(f"_{field}")
    days = _dates(unlike)
    return texts.replace_strict(unlike, days, return_dtype=pl.Date).alias(f"_{field}")


def _texts(frame: pl.DataFrame, field: str) -> pl.Series:
    """The different texts of a field. Codes repeat, so each is looked at once."""
    return frame.get_column(field).unique().drop_nulls()


def _suspects(frame: pl.DataFrame, field: Field) -> pl.Series:
    """Texts of a field that deserve a look, most often none: those not of its form, or of a text field all different ones."""
    column = frame.get_column(field.name)
    if field.name == "udlaan_id":  # hardly ever repeats
        return column.filter(column.str.contains(f"{_CONTROL}|{_E_NOTATION[field.name]}|{_ONLY_BLANKS}"))
    if field.form is Form.PERSONNUMMER:
        return column.filter(~column.str.contains(_TEN_DIGITS))
    texts = _texts(frame, field.name)
    form = _DATE if field.form is Form.DATO else field.pattern
    return texts if form is None else texts.filter(~texts.str.contains(form))


def _trimmed(frame: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """Drop blanks around all values but texts, of which nothing but blanks is no id; gives the suspects of every field, too."""
    suspects = {}
    for field in layout.fields:
        found = _suspects(frame, field)
        if field.form is not Form.TEKST and found.str.contains(_AROUND).any():
            column = pl.col(field.name)
            frame = frame.with_columns(_blank_to_null(column.str.strip_chars(_BLANKS)).alias(field.name))
            found = _suspects(frame, field)
        elif field.form is Form.TEKST and field.required and found.str.contains(_ONLY_BLANKS).any():
            column = pl.col(field.name)
            frame = frame.with_columns(pl.when(~column.str.contains(_ONLY_BLANKS)).then(column).alias(field.name))
        suspects[field.name] = found
    return frame, suspects


def _without_blanks(frame: pl.DataFrame, field: str) -> pl.DataFrame:
    """Drop blanks and hyphens from a field of codes, once per different code that has any."""
    texts = _texts(frame, field)
    odd = texts.filter(texts.str.contains(_ANY_DROPPED))
    if odd.is_empty():
        return frame
    clean = odd.str.replace_all(_ANY_DROPPED, "").to_frame().select(_blank_to_null(pl.col(field))).to_series()
    return frame.with_columns(frame.get_column(field).replace(odd, clean))


def _normalised_pnr(frame: pl.DataFrame, suspects: pl.Series) -> list[pl.Series]:
    """``_pnr``: the hyphen of DDMMYY-XXXX dropped; ``_ten``: it is ten digits.

    Nearly all are ten digits as delivered: the others are worked on as a column of nulls but for them, which costs little.
    """
    text = frame.get_column("pnr")
    if suspects.is_empty():
        return [text.alias("_pnr"), text.is_not_null().alias("_ten")]
    ten = text.str.contains(_TEN_DIGITS).fill_null(value=False)
    odd = pl.DataFrame({"odd": text, "ten": ten}).select(pl.when(~pl.col("ten")).then("odd"))
    hyphened = pl.when(pl.col("odd").str.contains(_HYPHENED)).then("odd").str.replace("-", "", literal=True)
    odd = odd.select(pl.coalesce(hyphened, "odd"))
    return odd.select(
        pl.when(ten).then(text).otherwise(pl.first()).alias("_pnr"),
        (pl.lit(ten) | pl.first().str.contains(_TEN_DIGITS).fill_null(value=False)).alias("_ten"),
    ).get_columns()


def _restore_zeros(layout: Layout) -> list[pl.Expr]:
    """Give back the leading zeros that numbers in a spreadsheet have lost."""
    pnr = pl.col("pnr")
    pairs = {field: pl.col(field) for field in layout.of_form(Form.CIFERPAR)}
    komnr = [pl.col(field) for field in layout.of_form(Form.KOMMUNE, Form.EGEN_KOMMUNE)]
    return [
        pl.when(pnr.str.contains(r"^[0-9]{1,9}$")).then(pnr.str.zfill(10)).otherwise(pnr).alias("pnr"),
        *(
            pl.when(c.str.contains(_ODD_DIGITS)).then(pl.concat_str(pl.lit("0"), c)).otherwise(c).alias(field)
            for field, c in pairs.items()
        ),
        *(pl.when(c.str.contains(r"^[0-9]{1,2}$")).then(c.str.zfill(3)).otherwise(c) for c in komnr),
    ]


def _form_errors(layout: Layout, suspects: dict[str, pl.Series]) -> dict[str, tuple[pl.Expr, pl.Expr]]:
    """Per field the code and a Boolean: delivered, but of another form. Null (treated as false) where nothing is delivered."""
    errors = {}
    for field in layout.fields:
        column = pl.col(field.name)
        code: pl.Expr = pl.lit(str(CODE_OF_FORM[field.form]))
        error: pl.Expr = pl.lit(None, pl.Boolean)
        if field.pattern is not None:
            error = ~column.str.contains(field.pattern)
        elif field.form is Form.EGEN_KOMMUNE:
            error = column != pl.col("_komnr")
        elif field.form is Form.DATO:
            error = pl.col(f"_{field.name}").is_null() & column.is_not_null()
        elif field.form is Form.TEKST and field.max_length is not None:
            error = column.str.len_chars() > field.max_length
        suspect = suspects[field.name].str
        notation = _E_NOTATION.get(field.name)
        if notation is not None and suspect.contains(notation).any():
            error = error.fill_null(False) | column.str.contains(notation)
        if suspect.contains(_CONTROL).any():
            odd = column.str.contains(_CONTROL)
            error = error.fill_null(False) | odd
            if field.form is not Form.DATO:
                code = pl.when(odd).then(pl.lit(str(FindingCode.FELT))).otherwise(code)
        errors[field.name] = code, error
    return errors


def _missing(layout: Layout) -> dict[str, pl.Expr]:
    """Per field that must not be null, a Boolean: it is."""
    return {
        field.name: pl.col("_pnr" if field.form is Form.PERSONNUMMER else field.name).is_null()
        for field in layout.fields
        if field.required
    }


def _bad(layout: Layout, suspects: dict[str, pl.Series]) -> pl.Expr:
    coded = [field.name for field in layout.fields if field.pattern is not None]
    wrong = [
        error.fill_null(False) for field, (_, error) in _form_errors(layout, suspects).items() if field not in coded
    ]
    for field in coded:
        if not suspects[field].is_empty():
            wrong.append(pl.col(field).is_in(suspects[field].implode()).fill_null(False))
    return pl.any_horizontal(*_missing(layout).values(), *wrong, MISSHAPEN)


def _findings(bad: pl.DataFrame, layout: Layout, suspects: dict[str, pl.Series]) -> pl.DataFrame:
    """All findings of the bad records, by record and then in the order of the fields."""
    errors, missing = _form_errors(layout, suspects), _missing(layout)
    codes = []
    for field in layout.names:
        code, error = errors[field]
        finding: pl.Expr = pl.when(error).then(code)
        if field in missing:
            finding = pl.when(missing[field]).then(pl.lit(str(FindingCode.MANGLER))).otherwise(finding)
        codes.append(pl.when(~pl.col(MISSHAPEN)).then(finding).alias(field))
    whole = pl.when(pl.col(MISSHAPEN)).then(pl.lit(str(FindingCode.FELT))).alias("")
    wide = bad.select(pl.col("post").alias("record"), whole, *codes)
    order = pl.Enum(["", *layout.names])
    return (
        wide.unpivot(index="record", variable_name="field", value_name="code")
        .drop_nulls("code")
        .sort("record", pl.col("field").cast(order))
        .cast(FINDINGS_SCHEMA)
    )


def type_records(
    chunk: pl.DataFrame, first_record: int, komnr: str, layout: Layout = FIRST, *, spreadsheet: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give a chunk of delivered text its types and tell what is wrong with it.

    ``chunk`` holds the columns of ``layout`` as String, in any order, and perhaps ``MISSHAPEN``; its first row is
    record number ``first_record`` of the file (1 = first). ``komnr`` is the kommune of the file's name. ``spreadsheet``
    restores leading zeros of pnr, kommune and ISO codes. Returns the good records (``TYPED_SCHEMA``) and the findings
    (record UInt32, field, code; all findings of a bad record, by record and field order).
    """
    frame = chunk if MISSHAPEN in chunk.columns else chunk.with_columns(pl.lit(False).alias(MISSHAPEN))
    if frame.select(pl.any_horizontal((pl.col(layout.names) == "").any())).item():
        frame = frame.with_columns(_blank_to_null(pl.col(layout.names)))
    for field in layout.of_form(Form.CIFERPAR):
        frame = _without_blanks(frame, field)
    frame, suspects = _trimmed(frame, layout)
    if spreadsheet:
        frame, suspects = _trimmed(frame.with_columns(_restore_zeros(layout)), layout)
    frame = frame.with_columns(
        pl.int_range(first_record, first_record + pl.len(), dtype=pl.UInt32).alias("post"),
        pl.lit(komnr).alias("_komnr"),
        *_normalised_pnr(frame, suspects["pnr"]),
        *(_parsed(frame, field) for field in layout.of_form(Form.DATO)),
        *(pl.lit(None, pl.String).alias(field) for field in FIELDS if field not in layout.by_name),
    )
    frame = frame.with_columns(_bad(layout, suspects).alias("_bad"))

    findings = FINDINGS_SCHEMA.to_frame()
    good = frame
    if frame["_bad"].any():
        findings = _findings(frame.filter("_bad"), layout, suspects)
        good = frame.filter(~pl.col("_bad"))
    number = pl.when("_ten").then("_pnr").cast(pl.UInt32, strict=False)
    typed = good.with_columns(
        number.alias("pnr"),
        pl.when(number.is_null()).then("_pnr").alias("pnr_tekst"),
        *(pl.col(f"_{field}").alias(field) for field in layout.of_form(Form.DATO)),
    )
    typed = typed.select(pl.col(name).cast(dtype) for name, dtype in TYPED_SCHEMA.items())
    return typed, findings

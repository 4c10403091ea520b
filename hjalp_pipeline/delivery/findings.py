"""What counts as a finding: which records are bad, and what is wrong with each field of them (interfaces.md, "Delivery").

Everything is a Polars expression over a whole chunk. Findings say record number, field and code, never a value.
"""

import polars as pl

from hjalp_pipeline.delivery.codes import FindingCode, code_of_form
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Layout
from hjalp_pipeline.delivery.normalise import CONTROL, any_of, lost_digits

FINDINGS_SCHEMA = pl.Schema({"record": pl.UInt32(), "field": pl.String(), "code": pl.String()})

MISSHAPEN = "_misshapen"
"""Optional Boolean column of a chunk: true for a record whose fields could not be told apart (one finding, field "")."""


Errors = dict[str, tuple[pl.Expr, pl.Expr]]
"""Per field the code and a Boolean: delivered, but of another form. Null (treated as false) where nothing is delivered."""


def form_errors(layout: Layout, suspects: dict[str, pl.Series]) -> Errors:
    """What is of another form than its field's, among the suspects of a chunk."""
    errors: Errors = {}
    lost = {field.name: pattern for field in layout.fields if (pattern := lost_digits(field, layout)) is not None}
    controls = any_of(suspects, dict.fromkeys(layout.names, CONTROL))
    any_lost = any_of(suspects, lost)
    for field in layout.fields:
        column = pl.col(field.name)
        code: pl.Expr = pl.lit(str(code_of_form(field.form)))
        error: pl.Expr = pl.lit(None, pl.Boolean)
        if field.form is Form.EGEN_KOMMUNE:
            error = column != pl.col("_komnr")
        elif field.form is Form.DATO:
            error = pl.col(f"_{field.name}").is_null() & column.is_not_null()
        elif field.pattern is not None:
            error = ~column.str.contains(field.pattern)
        elif field.form is Form.TEKST and field.max_length is not None:
            error = column.str.len_chars() > field.max_length
        if field.name in any_lost:
            error = error.fill_null(False) | column.str.contains(lost[field.name])
        if field.name in controls:
            odd = column.str.contains(CONTROL)
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


def is_bad(layout: Layout, suspects: dict[str, pl.Series], errors: Errors) -> pl.Expr:
    """Whether a record has a finding; of a chunk with what ``normalise`` adds, its suspects and errors."""
    coded = [field.name for field in layout.fields if field.pattern is not None]
    wrong = [error.fill_null(False) for field, (_, error) in errors.items() if field not in coded]
    for field in coded:
        if not suspects[field].is_empty():
            wrong.append(pl.col(field).is_in(suspects[field].implode()).fill_null(False))
    return pl.any_horizontal(*_missing(layout).values(), *wrong, MISSHAPEN)


def findings_of(bad: pl.DataFrame, layout: Layout, errors: Errors) -> pl.DataFrame:
    """All findings (``FINDINGS_SCHEMA``) of the bad records, by record and then in the order of the fields."""
    missing = _missing(layout)
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

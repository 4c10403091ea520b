"""The contract of the raw data, made from the layout: a field that a version adds is a column, and null where others have none."""

import pandera.polars as pa
import polars as pl

from hjalp_pipeline.contracts.one_pass import HOLDS
from hjalp_pipeline.delivery.layouts.forms import TEXT_OF_PERSON, Form
from hjalp_pipeline.delivery.layouts.layout import Field
from hjalp_pipeline.delivery.layouts.versions import Layouts


def raw_contract(layouts: Layouts) -> pa.DataFrameSchema:
    """The typed frame of a statistic's deliveries with the system they came from: what any version takes, and no more."""
    columns = {"post": _column(pl.UInt32(), "Postnummer i leverancen, 1 = første", pa.Check.ge(1))}
    for field in layouts.first.family:
        versions = [version.layout.by_name.get(field.name) for version in layouts.versions]
        columns |= _columns([known for known in versions if known], always=None not in versions)
    columns["system"] = _column(pl.String(), "Kildesystem")
    return pa.DataFrameSchema(columns, checks=[_one_form_of(layouts.first.person)], strict=True, name="raw")


def _column(kind: pl.DataType, description: str, *checks: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column(type(kind), checks=list(checks), nullable=nullable, description=description, coerce=False)


def _columns(field: list[Field], *, always: bool) -> dict[str, pa.Column]:
    """What a field becomes, as its versions have it; ``always``: no version is without it."""
    latest = field[-1]
    if latest.form is Form.PERSONNUMMER:
        number, text = latest.typed
        return {
            number: _column(pl.UInt32(), f"{latest.text_da} Som heltal, når det er ti cifre.", nullable=True),
            text: _column(pl.String(), f"{latest.text_da} I anden form end ti cifre.", nullable=True),
        }
    nullable = not (always and all(version.required for version in field))
    return {
        name: _column(kind, latest.text_da, *_checks(field), nullable=nullable) for name, kind in latest.typed.items()
    }


def _checks(field: list[Field]) -> list[pa.Check]:
    if field[-1].form is Form.DATO:
        return []
    patterns = [version.pattern for version in field]
    if None not in patterns:
        return [pa.Check.str_matches("|".join(dict.fromkeys(filter(None, patterns))))]
    lengths = [version.length for version in field]
    return [] if None in lengths else [pa.Check.str_length(1, max(filter(None, lengths)))]


def _one_form_of(person: str) -> pa.Check:
    held = pl.col(person).is_null() != pl.col(TEXT_OF_PERSON.format(person)).is_null()
    return pa.Check(lambda data: data.lazyframe.select(held), name=f"one_form_of_{person}", statistics={HOLDS: held})

"""Records as people type them: fields for a form, what is wrong with one, and how one is shown."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from hjalp_pipeline.delivery.codes import finding_text
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Field, Layout
from hjalp_pipeline.delivery.records import type_records
from hjalp_pipeline.dialogue.approval.cpr_like import CPR_LIKE_ID
from hjalp_pipeline.statistic import Statistic

#: Formats a typed delivery can be sent in.
FORMATS = ("xlsx", "csv")
#: What a record was in the delivery it comes from.
GOOD, BAD = "good", "bad"
#: What stands in a value that is not shown; no number is written so.
_HIDDEN = "****"
#: What stands in a field whose number is not given back, and is never saved.
NUMBER = "******-****"
AGAIN = "Skriv nummeret igen. Det blev skjult, og intet er gemt."


def input_fields(statistic: Statistic, layout: Layout, day: date) -> list[dict[str, Any]]:
    """The fields of a form: name, label, kind of input, choices, hint."""
    coded = statistic.coded
    codes = []
    if coded is not None and coded.name in layout.by_name:
        in_force = [one for values in coded.versions[-1:] for one in values.codes]
        codes = [(one.code, f"{one.code} {one.cells[-1]}"[:90]) for one in in_force if one.from_date <= day]
    shown = [field for field in layout.fields if field.form is not Form.EGEN_KOMMUNE]
    return [
        {
            "name": field.name,
            "label": field.label,
            "hint": field.text_da,
            "required": field.required,
            "person": field.form is Form.PERSONNUMMER,
            "type": "date" if field.form is Form.DATO else "text",
            "choices": _choices(field, codes if coded and field.name == coded.name else []),
        }
        for field in shown
    ]


def _choices(field: Field, codes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    given = codes or [(value, value) for value in field.values]
    return [*([] if field.required else [("", "")]), *given] if given else []


def faults_of(layout: Layout, komnr: str, record: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the intake would say of a record: label of the field, and what is wrong with it."""
    chunk = pl.DataFrame({name: [record.get(name) or None] for name in layout.names}, schema=layout.text_schema)
    _, findings = type_records(chunk, 1, komnr, layout)
    return [
        (layout.by_name[field].label if field else "Posten", finding_text(layout, field, code))
        for _, field, code in findings.iter_rows()
    ]


def with_own_kommune(layout: Layout, komnr: str, record: Mapping[str, str]) -> dict[str, str]:
    """A record of the layout's fields alone, with the reporting kommune where it has a field."""
    own = dict.fromkeys(layout.of_form(Form.EGEN_KOMMUNE), komnr)
    return {name: own.get(name, str(record.get(name, "")).strip()) for name in layout.names}


def masked(record: Mapping[str, str], layout: Layout) -> dict[str, str]:
    """A record as it is shown: of the person number the date of birth alone, and no other value that looks like one."""
    number = "".join(record.get(layout.person, "").split())
    shown = {name: _HIDDEN if re.search(CPR_LIKE_ID, value) else value for name, value in record.items()}
    return {**shown, layout.person: f"{number[:6]}-{_HIDDEN}" if number else ""}


def changed_in(layout: Layout, before: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """What somebody has written in the form of a record: a field that is given as it was shown stays as it was saved, and so does
    the person number, which is not shown, when it is empty.
    """
    shown = {**masked(before, layout), layout.person: ""} if before else {}
    return {name: value for name, value in given.items() if value != shown.get(name)}


def hidden_in(given: Mapping[str, str]) -> list[str]:
    """Names of fields that hold a mask instead of what it hides, as a form that was given back has them."""
    return [name for name, value in given.items() if _HIDDEN in value]


def as_typed(layout: Layout, before: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The values of a record's form that is given back: a number somebody wrote is to be written again, it is not shown; where
    one was hidden stands what is saved.
    """
    kept = {**masked(before, layout), layout.person: ""} if before else {}
    new = {
        name: NUMBER if value and masked({name: value}, layout)[name] != value else value
        for name, value in given.items()
    }
    return {**kept, **new, **{name: kept.get(name, "") for name in hidden_in(given)}}


def ends(layout: Layout) -> str | None:
    """The field of the day a record ends, None without one."""
    days = [name for name in layout.of_form(Form.DATO) if not layout.by_name[name].required]
    return days[0] if days else None


def strange_to(encoding: str, layout: Layout, record: Mapping[str, str]) -> list[tuple[str, str]]:
    """Fields of a record that an encoding cannot hold, with what is wrong: they are never changed without a word."""
    found = []
    for name in layout.names:
        try:
            record.get(name, "").encode(encoding)
        except UnicodeEncodeError as fault:
            sign = fault.object[fault.start]
            text = (
                f"Tegnet »{sign}« findes ikke i tegnsættet {encoding}, som jeres system er anmeldt med. Skriv det uden."
            )
            found.append((layout.by_name[name].label, text))
    return found

"""What an edition changes against the one before, in Danish: worked out by comparing, not written by hand."""

from collections.abc import Iterator
from typing import NamedTuple

from hjalp_pipeline.delivery.layouts.layout import Field
from hjalp_pipeline.dialogue.specification.editions import Edition


class Change(NamedTuple):
    """One change: the field or code it concerns and what happens, as a sentence. The order of fields is free: none of it."""

    part: str
    subject: str
    text: str


LAYOUT, VALUES = "Leveranceform", "Værdisæt"


def _length(field: Field) -> str:
    return "uden grænse" if field.length is None else f"højst {field.length} tegn"


def _of_field(before: Field, after: Field) -> Iterator[str]:
    if (before.form, before.values) != (after.form, after.values):
        yield f"Formen ændres fra {before.form_text} til {after.form_text}."
    elif before.max_length != after.max_length:
        yield f"Længden ændres: før {_length(before)}, nu {_length(after)}."
    if before.required != after.required:
        yield (
            "Feltet skal nu udfyldes; før måtte det være tomt."
            if after.required
            else "Feltet må nu være tomt; før skulle det udfyldes."
        )
    if before.nillable != after.nillable:
        may = "må nu" if after.nillable else "må ikke længere"
        yield f'Et tomt felt {may} skrives xsi:nil="true" i xml.'
    if before.text_da != after.text_da:
        yield f"Ny beskrivelse: {after.text_da}"


def _layout(before: Edition, after: Edition) -> Iterator[Change]:
    old, new = before.version.layout.by_name, after.version.layout.by_name
    for name, field in new.items():
        if name not in old:
            required = "skal udfyldes" if field.required else "må være tomt"
            yield Change(LAYOUT, name, f"Nyt felt: {field.form_text}, {required}. {field.text_da}")
        else:
            yield from (Change(LAYOUT, name, text) for text in _of_field(old[name], field))
    yield from (Change(LAYOUT, name, "Feltet udgår og må ikke længere leveres.") for name in old if name not in new)


def _values(before: Edition, after: Edition) -> Iterator[Change]:
    old, new = (
        {code.code: code for code in (edition.value_set.codes if edition.value_set else ())}
        for edition in (before, after)
    )
    for name, code in new.items():
        if name not in old:
            yield Change(VALUES, name, f"Ny kode: {code.in_words}.")
        elif old[name] != code:
            yield Change(VALUES, name, f"Ny betydning: {code.in_words}.")
    for name, code in old.items():
        if name not in new:
            yield Change(VALUES, name, f"Koden udgår: {code.in_words}.")


def changes(before: Edition, after: Edition) -> list[Change]:
    """Everything that ``after`` asks for otherwise than ``before``, layout first."""
    return [*_layout(before, after), *_values(before, after)]

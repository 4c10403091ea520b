"""A field and a layout that cannot be are refused when the program is loaded; what they say of themselves in Danish."""

from dataclasses import replace

import pytest

from hjalp_pipeline.delivery.records import FIELDS
from hjalp_pipeline.delivery.specification.layout import Field, Form, Layout
from hjalp_pipeline.delivery.specification.versions import FIRST, VERSIONS

TEXT = Field("ny", Form.TEKST, None, False, "Det nye", "Ny.", "New.", "x")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Ny"},
        {"name": "n y"},
        {"name": "_ny"},
        {"name": "ny>"},
        {"name": "post"},
        {"name": "pnr_tekst"},
        {"form": Form.CIFRE},
        {"form": Form.CIFERPAR, "max_length": 3},
        {"form": Form.DATO, "max_length": 10},
        {"form": Form.PERSONNUMMER},
        {"max_length": 0},
        {"name": "pnr", "required": True},
        {"name": "indleveringsdato"},
        {"name": "udlaan_id"},
    ],
)
def test_a_field_that_cannot_be(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="that cannot be"):
        replace(TEXT, **changes)


@pytest.mark.parametrize(
    "fields",
    [
        (*FIRST.fields, FIRST.fields[4]),
        tuple(field for field in FIRST.fields if field.name != "pnr"),
        (*FIRST.fields, *(replace(TEXT, name=f"ny{number}") for number in range(16))),
    ],
)
def test_a_layout_that_cannot_be(fields: tuple[Field, ...]) -> None:
    with pytest.raises(ValueError, match="layout"):
        Layout(9, fields)


@pytest.mark.parametrize(
    ("form", "length", "short", "sentence"),
    [
        (Form.TEKST, None, "tekst", None),
        (Form.TEKST, 36, "tekst, højst 36 tegn", "Det nye må højst være 36 tegn."),
        (Form.CIFRE, 6, "1-6 cifre", "Det nye skal være 1-6 cifre."),
        (Form.CIFRE, 1, "1 ciffer", "Det nye skal være 1 ciffer."),
        (Form.CIFERPAR, 8, "2, 4, 6 eller 8 cifre", "Det nye skal være 2, 4, 6 eller 8 cifre."),
        (Form.CIFERPAR, 2, "2 cifre", "Det nye skal være 2 cifre."),
        (Form.KOMMUNE, None, "kommunenummer, 3 cifre", None),
        (Form.DATO, None, "dato, ÅÅÅÅ-MM-DD", None),
    ],
)
def test_form_in_words(form: Form, length: int | None, short: str, sentence: str | None) -> None:
    field = replace(TEXT, form=form, max_length=length)
    assert (field.form_text, field.fault_text) == (short, sentence)


def test_version_1_is_what_the_statistic_is_made_of() -> None:
    assert FIRST.names == FIELDS


def test_the_descriptions_are_complete() -> None:
    for version in VERSIONS:
        for field in version.layout.fields:
            assert all((field.label, field.text_da, field.text_en, field.example)), field.name

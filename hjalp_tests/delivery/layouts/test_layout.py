"""A field and a layout that cannot be are refused when the program is loaded; what they say of themselves in Danish."""

from dataclasses import replace

import pytest

from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Field, Layout, LayoutError
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS, LOAN
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK

TEXT = Field("ny", Form.TEKST, None, False, "Det nye", "Ny.", "New.", "x")
FIRST = LAYOUTS.first


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"name": "Ny"}, "small letters"),
        ({"name": "n y"}, "small letters"),
        ({"name": "_ny"}, "small letters"),
        ({"name": "ny>"}, "small letters"),
        ({"name": "post"}, "column of that name"),
        ({"name": "system"}, "column of that name"),
        ({"form": Form.CIFRE}, "needs a length"),
        ({"form": Form.FASTE_CIFRE}, "needs a length"),
        ({"form": Form.CIFERPAR, "max_length": 3}, "even length"),
        ({"form": Form.DATO, "max_length": 10}, "length of its own"),
        ({"max_length": 0}, "1 or more"),
        ({"form": Form.VALG}, "needs its values"),
        ({"values": ("a",)}, "needs its values"),
        ({"form": Form.VALG, "values": ("a|b",)}, "letters and digits"),
        ({"required": True, "nillable": True}, "may not be nil"),
    ],
)
def test_a_field_that_cannot_be(changes: dict[str, object], rule: str) -> None:
    with pytest.raises(LayoutError, match=rule):
        replace(TEXT, **changes)


def _without(name: str) -> tuple[Field, ...]:
    return tuple(field for field in FIRST.fields if field.name != name)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ((*FIRST.fields, FIRST.fields[4]), "twice"),
        (_without("pnr"), "needs pnr"),
        (_without("udlaan_id"), "needs udlaan_id"),
        ((*FIRST.fields, *(replace(TEXT, name=f"ny{number}") for number in range(16))), "at most 26"),
        ((*_without("udleveringsdato"), replace(TEXT, name="udleveringsdato", required=True)), "another form"),
        ((*FIRST.fields, replace(TEXT, form=Form.PERSONNUMMER)), "no more, is the person number"),
        ((*FIRST.fields, replace(TEXT, name="pnr_tekst")), "twice"),
        ((*FIRST.fields, replace(TEXT, name="udlaan")), "element around"),
    ],
)
def test_a_layout_that_cannot_be(fields: tuple[Field, ...], rule: str) -> None:
    with pytest.raises(LayoutError, match=rule):
        Layout(9, fields, LOAN, fields)


@pytest.mark.parametrize(
    ("form", "length", "short", "sentence"),
    [
        (Form.TEKST, None, "tekst", None),
        (Form.TEKST, 36, "tekst, højst 36 tegn", "Det nye må højst være 36 tegn."),
        (Form.CIFRE, 6, "1-6 cifre", "Det nye skal være 1-6 cifre."),
        (Form.CIFRE, 1, "1 ciffer", "Det nye skal være 1 ciffer."),
        (Form.CIFERPAR, 8, "2, 4, 6 eller 8 cifre", "Det nye skal være 2, 4, 6 eller 8 cifre."),
        (Form.CIFERPAR, 2, "2 cifre", "Det nye skal være 2 cifre."),
        (Form.FASTE_CIFRE, 10, "10 cifre", "Det nye skal være 10 cifre."),
        (Form.KOMMUNE, None, "kommunenummer, 3 cifre", None),
        (Form.DATO, None, "dato, ÅÅÅÅ-MM-DD", None),
    ],
)
def test_form_in_words(form: Form, length: int | None, short: str, sentence: str | None) -> None:
    field = replace(TEXT, form=form, max_length=length)
    assert (field.form_text, field.fault_text) == (short, sentence)


def test_values_in_words() -> None:
    field = replace(TEXT, form=Form.VALG, values=("0", "1", "2"))
    assert (field.form_text, field.length, field.fault_text) == ("0, 1 eller 2", 1, "Det nye skal være 0, 1 eller 2.")


def test_no_field_is_called_as_a_column_that_the_rules_make() -> None:
    made = {column for state in RULEBOOK.chain for column in state.stored} - {"indleveringsdato"}
    assert not made & set(LAYOUTS.typed_schema)

"""Editions: a layout and a value set together; the change log between them."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.codelists.validity import Status, latest_announcement
from hjalp_pipeline.codelists.value_sets import ValueSet, value_sets_of
from hjalp_pipeline.delivery.layouts.versions import Version
from hjalp_pipeline.dialogue.specification.changes import changes
from hjalp_pipeline.dialogue.specification.editions import editions, known_on
from hjalp_pipeline.statistics.hjalp.codelists.lov_navn import LOV_NAVN, listed
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS, Paragraph
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.layouts.made_up import VERSION_2, layouts

VERSIONS = LAYOUTS.versions
TWO = layouts(*VERSION_2, from_period="2026K1", announced="2025-06-01").versions
#: The value sets that were there when these tests were written: a later one changes nothing of them.
UNTIL_2026 = LOV_NAVN.versions[:2]


def names(day: date) -> dict[str, str]:
    return {edition.name: status.value for edition, status in known_on(editions(TWO, UNTIL_2026), day)}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2022, 7, 1), {"2022K3": "gaeldende"}),
        (date(2025, 3, 1), {"2025K3": "varslet", "2022K3": "gaeldende"}),
        (date(2025, 6, 30), {"2026K1": "varslet", "2025K3": "varslet", "2022K3": "gaeldende"}),
        (date(2025, 7, 1), {"2026K1": "varslet", "2025K3": "gaeldende", "2022K3": "historisk"}),
        (date(2026, 1, 1), {"2026K1": "gaeldende", "2025K3": "historisk", "2022K3": "historisk"}),
    ],
)
def test_editions_by_day(day: date, expected: dict[str, str]) -> None:
    assert names(day) == expected
    assert list(names(day)) == list(expected), "newest first"


def test_an_edition_joins_what_holds_together() -> None:
    found = {edition.name: edition for edition in editions(TWO, UNTIL_2026)}
    joined = {name: (edition.version.layout.version, edition.value_set.version) for name, edition in found.items()}
    assert joined == {"2022K3": (1, 1), "2025K3": (1, 2), "2026K1": (2, 2)}
    assert [str(edition.last_kvartal) for edition in found.values()] == ["2025K2", "2025K4", "None"]
    new = {name: (edition.layout_changes, edition.value_set_changes) for name, edition in found.items()}
    assert new == {"2022K3": (True, True), "2025K3": (False, True), "2026K1": (True, False)}
    assert found["2026K1"].validity.announced == date(2025, 6, 1)


@given(day=st.dates(date(2022, 7, 1), date(2060, 1, 1)))
def test_exactly_one_edition_is_current_every_day(day: date) -> None:
    for versions in (VERSIONS, TWO):
        statuses = [status for _, status in known_on(editions(versions, LOV_NAVN.versions), day)]
        assert statuses.count(Status.GAELDENDE) == 1
        assert statuses == sorted(statuses, key=[Status.VARSLET, Status.GAELDENDE, Status.HISTORISK].index)


def test_the_shipped_editions_keep_the_rules() -> None:
    found = editions(VERSIONS, LOV_NAVN.versions)
    names = [edition.name for edition in found]
    assert names == sorted(set(names))
    assert names[:2] == ["2022K3", "2025K3"]
    for edition in found:
        first = edition.validity.first_day
        assert (first.month, first.day) in ((1, 1), (7, 1))
        assert edition.validity.known_from <= latest_announcement(first)
        assert edition.version.layout is LAYOUTS.of(edition.name), "the page and the readers mean the same"


def log(
    versions: Sequence[Version] = TWO, value_sets: Sequence[ValueSet] = UNTIL_2026
) -> dict[str, list[tuple[str, str, str]]]:
    found = editions(versions, value_sets)
    return {b.name: [tuple(change) for change in changes(a, b)] for a, b in pairwise(found)}


def test_the_change_log_of_the_shipped_editions() -> None:
    words = "Ny kode: Ældreloven § 10, Personlig hjælp, pleje og genoptræning i et helhedsplejeforløb."
    nil = 'Et tomt felt må nu skrives xsi:nil="true" i xml.'
    optional = [field.name for field in VERSIONS[0].layout.fields if not field.required]
    shipped = log(VERSIONS, UNTIL_2026)
    assert shipped["2025K3"] == [("Værdisæt", "AEL_10", words)]
    assert shipped["2027K3"] == [("Leveranceform", name, nil) for name in optional]


def test_the_change_log_of_a_layout() -> None:
    assert log()["2026K1"] == [
        ("Leveranceform", "komnr_indberetter", "Feltet må nu være tomt; før skulle det udfyldes."),
        ("Leveranceform", "hminavn", "Længden ændres: før uden grænse, nu højst 50 tegn."),
        ("Leveranceform", "depot", "Nyt felt: 1-4 cifre, skal udfyldes. Depotet."),
    ]


def test_a_field_that_goes_and_one_of_another_form() -> None:
    rows = ("2;drop;lov_tekst;;;;;;;;;", "2;change;hminavn;cifre;9;;;;;;;", "2;change;hminr;valg;none;;;;;;;1 2")
    made = layouts(*rows, from_period="2026K1").versions
    assert [change[1:] for change in log(made)["2026K1"]] == [
        ("hminr", "Formen ændres fra 1-6 cifre til 1 eller 2."),
        ("hminavn", "Formen ændres fra tekst til 1-9 cifre."),
        ("lov_tekst", "Feltet udgår og må ikke længere leveres."),
    ]


def test_the_change_log_of_a_value_set() -> None:
    ended = Paragraph("SEL_83", "Lov om social service", "83", "Hjælp", date(2022, 7, 1), date(2025, 12, 31))
    paragraphs = [ended if paragraph.code == "SEL_83" else paragraph for paragraph in PARAGRAPHS]
    assert log(VERSIONS, value_sets_of(map(listed, paragraphs), {}))["2026K1"] == [
        ("Værdisæt", "SEL_83", "Koden udgår: Lov om social service § 83, Hjælp.")
    ]

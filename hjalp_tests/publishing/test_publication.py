"""The settings of what stands beside every table."""

from dataclasses import fields, replace

import pytest

from hjalp_pipeline.publishing.publication import Terms, checked_setting, default_settings, publication_of, terms_of
from hjalp_pipeline.publishing.table import Publication, Text


def test_the_programs_own_are_whole() -> None:
    assert set(default_settings()) == {field.name for part in (Publication, Terms) for field in fields(part)}
    found = publication_of("HJALP2", {})
    assert found.official_statistics
    assert found.update_frequency == "Årlig"
    assert found.link == Text("https://www.statistikbanken.dk/HJALP2", "https://www.statbank.dk/HJALP2")


def test_what_is_set_counts() -> None:
    found = publication_of("HJALP2", {"official_statistics": Text("nej", "nej"), "link": Text("a", "b")})
    assert (found.official_statistics, found.link) == (False, Text("a", "b"))
    assert found.contact == publication_of("HJALP2", {}).contact


def test_the_licence_is_one_that_can_be_set() -> None:
    assert terms_of({}).license == "https://creativecommons.org/licenses/by/4.0/"
    other = checked_setting("license", "https://creativecommons.org/publicdomain/zero/1.0/", "")
    assert terms_of({"license": other}) == replace(terms_of({}), license=other.da)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (("license", "CC BY 4.0", ""), "license must be an address .*, not 'CC BY 4.0'"),
        (("theme", "https://a> <b", ""), "theme must be an address"),
        (("agency", "Danmarks Statistik", ""), "agency must be a letter"),
        (("mail", "a", "b"), "'mail' is none of contact, refperiod"),
        (("contact", "a", ""), "contact must have a text in en"),
        (("contact", "", "b"), "contact must have a text in da"),
        (("contact", 'a "b"', "b"), "without quotation marks"),
        (("link", "a\nb", "b"), "line breaks"),
        (("official_statistics", "yes", ""), "must be ja or nej, not 'yes'"),
    ],
)
def test_what_cannot_be_set(row: tuple[str, str, str], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        checked_setting(*row)

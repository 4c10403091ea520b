"""The settings of what stands beside every table."""

import pytest

from hjalp_pipeline.publishing.publication import checked_setting, default_settings, publication_of
from hjalp_pipeline.publishing.table import Text


def test_the_programs_own_are_whole() -> None:
    assert set(default_settings()) == {"contact", "refperiod", "update_frequency", "official_statistics", "link"}
    found = publication_of("HJALP2", {})
    assert found.official_statistics
    assert found.update_frequency == "Årlig"
    assert found.link == Text("https://www.statistikbanken.dk/HJALP2", "https://www.statbank.dk/HJALP2")


def test_what_is_set_counts() -> None:
    found = publication_of("HJALP2", {"official_statistics": Text("nej", "nej"), "link": Text("a", "b")})
    assert (found.official_statistics, found.link) == (False, Text("a", "b"))
    assert found.contact == publication_of("HJALP2", {}).contact


@pytest.mark.parametrize(
    ("row", "rule"),
    [
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

"""What no statistician could mean is refused when a release is first made, with file, key and rule."""

from datetime import UTC, datetime

import pytest

from hjalp_pipeline.publishing.definition_sense import contradictions
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_KVARTAL
from hjalp_tests.publishing.test_definition import quarterly, toml

NOW = datetime(2026, 1, 5, tzinfo=UTC)
REASON = '"Fejl fundet om morgenen."'


def faults(now: datetime = NOW, overrides: str = "", **changes: str) -> list[str]:
    return contradictions(quarterly("2024v1", toml(overrides, changes)), now, FIRST_KVARTAL)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"quarter": '"2024K4"'},
        {"reference_years": "[2022, 2023, 2024]"},
        {"registers": '"2025-01-01"'},
        {"registers": '"2025-06-24"'},
        {"approvals_until": "2025-06-24T08:00:00+02:00"},  # the very moment
        {"publish_at": "2025-06-24T06:00:00Z"},  # 08:00 in Denmark
        {"publish_at": "2025-11-14T08:00:00+01:00"},
        {"publish_at": "2025-06-24T10:15:00+02:00", "publish_at_reason": REASON},
        {"next_release": "2025-06-25"},
        {"publish_at_reason": '""'},  # as the example of the interface has it
    ],
)
def test_what_can_be_meant(changes: dict[str, str]) -> None:
    assert faults(**changes) == []
    assert faults(overrides='540 = "2024K4"\n185 = "2025K1"', **changes) == []


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"quarter": '"2024K1"'}, "quarter: 2024K1 is before 2024K4"),
        ({"quarter": '"2024K3"'}, "quarter: 2024K3 is before 2024K4"),
        ({"quarter": '"2023K4"'}, "quarter: 2023K4 is before 2024K4"),
        ({"quarter": '"2025K2"'}, "quarter: 2025K2 is not over on 2025-06-24"),
        ({"quarter": '"9998K4"'}, "quarter: 9998K4 is not over on 2025-06-24"),
        ({"reference_years": "[2021, 2024]"}, "reference_years: 2021 is before 2022"),
        ({"registers": '"2024-12-31"'}, "registers: the extract of 2024-12-31 does not know"),
        ({"registers": '"2025-06-25"'}, "registers: 2025-06-25 is after 2025-06-24"),
        ({"approvals_until": "2025-06-24T08:00:01+02:00"}, "approvals_until: is after publish_at"),
        ({"next_release": "2025-06-24"}, "next_release: 2025-06-24 is not after 2025-06-24"),
        ({"publish_at": "2025-06-24T08:00:01+02:00"}, "publish_at: is 08:00:01 Danish time"),
        ({"publish_at": "2025-06-24T08:00:00Z"}, "publish_at: is 10:00:00 Danish time"),
        ({"publish_at": "2025-11-14T07:00:00+01:00"}, "publish_at: is 07:00:00 Danish time"),
        ({"publish_at": "2025-06-24T20:00:00+02:00", "publish_at_reason": '" "'}, "publish_at: is 20:00:00"),
    ],
)
def test_what_cannot_be_meant(changes: dict[str, str], wanted: str) -> None:
    (told,) = faults(**changes)
    assert told.startswith(f"releases/2024v1.toml, {wanted}")


def test_the_example_of_the_interface_can_be_meant() -> None:
    """A kommune from a quarter after publish_at: that quarter is over when the release is made."""
    assert faults(overrides='540 = "2025K3"') == []


def test_every_override_is_asked() -> None:
    told = faults(overrides='185 = "2024K3"\n540 = "2026K1"\n760 = "2024K4"')
    assert [text.split(",", 1)[1].split(" ")[1] for text in told] == [
        "quarter_overrides.185:",
        "quarter_overrides.540:",
    ]


def test_a_year_that_is_not_over() -> None:
    told = faults(reference_years="[2024, 2025]", quarter='"2025K4"')
    assert [text.split(", ", 1)[1].split(":")[0] for text in told] == ["reference_years", "quarter", "registers"]
    assert faults(reference_years="[99999]")  # no date has such a year


def test_what_lies_ahead_of_the_day_it_is_made() -> None:
    ahead = {"publish_at": "2099-06-24T08:00:00+02:00"}
    assert faults(**ahead) == []
    decided = {**ahead, "approvals_until": "2025-03-20T12:00:00+01:00"}
    told = faults(datetime(2025, 3, 31, 12, tzinfo=UTC), **decided)
    assert [text.split(", ", 1)[1].split(":")[0] for text in told] == ["quarter", "registers"]
    assert faults(datetime(2025, 4, 4, tzinfo=UTC), **decided) == []


def test_decisions_that_may_still_come() -> None:
    """A release made before ``approvals_until`` pins decisions that may change until then."""
    (told,) = faults(datetime(2025, 6, 20, 9, 59, 59, tzinfo=UTC))
    assert told.startswith(
        "releases/2024v1.toml, approvals_until: 2025-06-20 12:00:00 lies ahead: decisions until then"
    )
    assert faults(datetime(2025, 6, 20, 10, tzinfo=UTC)) == [], "the very moment"


def test_everything_is_told_at_once() -> None:
    told = faults(quarter='"2024K1"', registers='"2024-10-04"', publish_at="2025-06-19T09:00:00+02:00")
    assert len(told) == 4

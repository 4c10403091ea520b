"""The release definition: what it says, and that every fault is named with its key."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import pytest

from hjalp_pipeline.codelists.periods import Kvartal, Maaned
from hjalp_pipeline.publishing.definition import DefinitionError, is_release_name, parse_definition
from hjalp_pipeline.publishing.definition_kinds import DefinitionOfYears

GOOD = {
    "reference_years": "[2023, 2024]",
    "quarter": '"2025K1"',
    "registers": '"2025-04-04"',
    "publish_at": "2025-06-24T08:00:00+02:00",
    "protect_against": "[]",
    "approvals_until": "2025-06-20T12:00:00+02:00",
}


def toml(overrides: str = "", changes: Mapping[str, str | None] | None = None) -> str:
    """A definition with some keys changed or (None) left out."""
    keys = {key: value for key, value in {**GOOD, **(changes or {})}.items() if value is not None}
    text = "\n".join(f"{key} = {value}" for key, value in keys.items())
    return f"{text}\n[quarter_overrides]\n{overrides}\n" if overrides else text


def quarterly(release: str, text: str) -> DefinitionOfYears:
    """Read for the first statistic, whose deliveries are for a quarter."""
    return parse_definition(release, text, DefinitionOfYears, Kvartal)


def test_the_example_of_the_interface() -> None:
    summer = timezone(timedelta(hours=2))
    found = quarterly("2024v2", toml('540 = "2025K3"', {"protect_against": '["2024v1"]'}))
    assert found == DefinitionOfYears(
        release="2024v2",
        reference_years=(2023, 2024),
        quarter="2025K1",
        registers="2025-04-04",
        publish_at=datetime(2025, 6, 24, 8, tzinfo=summer),
        protect_against=("2024v1",),
        approvals_until=datetime(2025, 6, 20, 10, tzinfo=UTC),
        quarter_overrides={"540": "2025K3"},
    )
    assert (found.period_of("540"), found.period_of("101")) == ("2025K3", "2025K1")


def test_what_may_be_left_out() -> None:
    found = quarterly("2024v1", toml(changes={"protect_against": None}))
    assert (found.protect_against, dict(found.quarter_overrides)) == ((), {})


def test_an_unquoted_date_is_the_same_extract() -> None:
    assert quarterly("2024v1", toml(changes={"registers": "2025-04-04"})).registers == "2025-04-04"


@pytest.mark.parametrize("said", ["true", "false"])
def test_kommuner_are_readers_unless_it_says_otherwise(said: str) -> None:
    """Of a release that does not tell it, only where the definition says so: then that was the default."""
    silent, found = quarterly("2024v1", toml()), quarterly("2024v1", toml(changes={"protect_kommuner": said}))
    assert (silent.owned, silent.owned_untold) == (True, False)
    assert (found.owned, found.owned_untold) == (said == "true", said == "true")


FAULTS = [
    # key, value (None = left out), what is wrong
    ("reference_years", None, "must be a list of years"),
    ("reference_years", "[]", "must be a list of years"),
    ("reference_years", "2024", "must be a list of years"),
    ("reference_years", '["2024"]', "must be a list of years"),
    ("reference_years", "[2024.0]", "must be a list of years"),
    ("reference_years", "[true]", "must be a list of years"),
    ("reference_years", "[2024, 2023]", "must ascend, none twice"),
    ("reference_years", "[2024, 2024]", "must ascend, none twice"),
    ("quarter", None, "must be a quarter of the form 2024K4"),
    ("quarter", '"2025K5"', "must be a quarter of the form 2024K4"),
    ("quarter", '"2025M01"', "must be a quarter of the form 2024K4"),
    ("quarter", "2025", "must be a quarter of the form 2024K4"),
    ("registers", None, "must be the date of a register extract"),
    ("registers", '"4. april"', "must be the date of a register extract"),
    ("registers", '"2025-13-01"', "must be the date of a register extract"),
    ("registers", "2025-04-04T00:00:00", "must be the date of a register extract"),
    ("registers", "20250404", "must be the date of a register extract"),
    ("publish_at", None, "must be a point in time with its offset"),
    ("publish_at", '"2025-06-24T08:00:00+02:00"', "must be a point in time with its offset"),
    ("publish_at", "2025-06-24T08:00:00", "must be a point in time with its offset"),
    ("publish_at", "2025-06-24", "must be a point in time with its offset"),
    ("publish_at", "2025-06-24T08:00:00+01:00", "has not the offset of Danish time on that day (+0200)"),
    ("publish_at", "2025-11-14T08:00:00+02:00", "has not the offset of Danish time on that day (+0100)"),
    ("publish_at", "2025-10-26T08:00:00+02:00", "has not the offset of Danish time on that day (+0100)"),
    ("publish_at", "2025-03-30T08:00:00+01:00", "has not the offset of Danish time on that day (+0200)"),
    ("publish_at", "9999-12-31T23:30:00Z", "is not in a year anybody means"),
    ("approvals_until", "0001-01-01T00:00:00+02:00", "is not in a year anybody means"),
    ("approvals_until", "1900-12-31T23:00:00Z", "is not in a year anybody means"),
    ("protect_insiders", '"ja"', "must be true or false"),
    ("partial", '"540"', "must be a table of komnr and a sentence"),
    ("partial", '{999 = "Hun."}', "is not one of the 98 kommuner"),
    ("partial", "{540 = 1}", "must be a sentence"),
    ("known_defects", '{540 = " "}', "must be a sentence"),
    ("comparability", '"En."', "must be a list of sentences"),
    ("comparability", '["En.", " "]', "must be a list of sentences"),
    ("comparability", '["En.", 2]', "must be a list of sentences"),
    ("publish_at_reason", "1", "must be a sentence"),
    ("publish_at_reason", '["fordi"]', "must be a sentence"),
    ("next_release", '"2026-06-24"', "must be a date"),
    ("next_release", "2026-06-24T08:00:00+02:00", "must be a date"),
    ("next_release", "2026", "must be a date"),
    ("max_move_pct", "0", "must be a positive number"),
    ("max_move_pct", "-5", "must be a positive number"),
    ("max_move_pct", "true", "must be a positive number"),
    ("max_move_pct", "nan", "must be a positive number"),
    ("max_move_pct", "inf", "must be a positive number"),
    ("max_move_pct", '"10"', "must be a positive number"),
    ("accept_unprotectable", "-1", "must be a whole number, 0 or more"),
    ("accept_unprotectable", "true", "must be a whole number, 0 or more"),
    ("protect_kommuner", '"ja"', "must be true or false"),
    ("approvals_until", None, "must be a point in time with its offset"),
    ("approvals_until", "08:00:00", "must be a point in time with its offset"),
    ("protect_against", '"2024v1"', "must be a list of earlier releases"),
    ("protect_against", "[2024]", "must be a list of earlier releases"),
    ("protect_against", '["2024"]', "must be a list of earlier releases"),
    ("protect_against", '["2024v2"]', "a release is not its own predecessor"),
    ("quarter_overrides", '"2025K3"', "must be a table of komnr and quarter"),
    ("publish", "1", "is not a key of a release definition"),
]


@pytest.mark.parametrize(("key", "value", "rule"), FAULTS)
def test_a_fault_names_file_key_and_rule(key: str, value: str | None, rule: str) -> None:
    with pytest.raises(DefinitionError) as fault:
        quarterly("2024v2", toml(changes={key: value}))
    assert re.match(rf"releases/2024v2\.toml, {key}(\.[0-9]+)?: {re.escape(rule)}", str(fault.value))


def test_everything_that_is_wrong_is_told_at_once() -> None:
    changes = {"quarter": "2025", "registers": None, "partial": '{999 = "Hun.", 540 = 1}', "quater": "1"}
    with pytest.raises(DefinitionError) as fault:
        quarterly("2024v2", toml(changes=changes))
    told = str(fault.value).removeprefix("releases/2024v2.toml, ").split("; ")
    assert [line.split(": ")[0] for line in told] == ["registers", "partial.999", "partial.540", "quarter", "quater"]


@pytest.mark.parametrize("written", ['"20250404"', "2025-04-04", '"2025-04-04"'])
def test_an_extract_is_named_by_its_day(written: str) -> None:
    assert quarterly("2024v1", toml(changes={"registers": written})).registers == "2025-04-04"


def test_what_is_said_in_words() -> None:
    found = quarterly(
        "2024v2",
        toml(changes={"partial": '{540 = " Tavs. "}', "known_defects": '{101 = "Lidt."}', "comparability": '[" En."]'}),
    )
    assert (found.partial, found.known_defects, found.comparability) == ({"540": "Tavs."}, {"101": "Lidt."}, ("En.",))


@pytest.mark.parametrize(
    ("overrides", "key", "rule"),
    [
        ('999 = "2025K3"', "quarter_overrides.999", "is not one of the 98 kommuner"),
        ('411 = "2025K3"', "quarter_overrides.411", "is not one of the 98 kommuner"),
        ('540 = "2025"', "quarter_overrides.540", "must be a quarter"),
        ("540 = 2025", "quarter_overrides.540", "must be a quarter"),
        ('540 = "2025M03"', "quarter_overrides.540", "must be a quarter"),
    ],
)
def test_faults_of_overrides(overrides: str, key: str, rule: str) -> None:
    with pytest.raises(DefinitionError) as fault:
        quarterly("2024v2", toml(overrides))
    assert str(fault.value).startswith(f"releases/2024v2.toml, {key}: {rule}")


@pytest.mark.parametrize("text", ["reference_years = [2023", "a = 1\na = 2", "\x00"])
def test_not_toml(text: str) -> None:
    with pytest.raises(DefinitionError, match=r"^releases/2024v1\.toml: "):
        quarterly("2024v1", text)


NAMES = {"2024v1": True, "2024v10": True, "2024v0": False, "2024v01": False, "24v1": False, "2024": False,
         "2024V1": False, "2024v1 ": False, "2024v1\n": False, "../2024v1": False, "٢٠٢٤v1": False, "": False}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_of_releases(name: str) -> None:
    assert is_release_name(name) == NAMES[name]
    if not NAMES[name]:
        with pytest.raises(DefinitionError, match="is not the name of a release"):
            quarterly(name, toml())


def test_a_statistic_by_month_takes_months() -> None:
    assert (
        parse_definition("2024v1", toml(changes={"quarter": '"2024M11"'}), DefinitionOfYears, Maaned).quarter
        == "2024M11"
    )
    with pytest.raises(DefinitionError, match=r"quarter: must be a month of the form 2024M11$"):
        parse_definition("2024v1", toml(), DefinitionOfYears, Maaned)


def test_a_limit_on_moves_and_a_time_in_utc() -> None:
    found = quarterly("2024v2", toml(changes={"max_move_pct": "7.5", "publish_at": "2025-06-24T06:00:00Z"}))
    assert found.max_move_pct == 7.5
    assert quarterly("2024v2", toml(changes={"max_move_pct": "0.5"})).max_move_pct == 0.5
    assert found.publish_at == datetime(2025, 6, 24, 8, tzinfo=timezone(timedelta(hours=2)))
    assert quarterly("2024v2", toml()).max_move_pct is None

"""``codelists/calendar.csv``: what it may say, and that an unconfirmed or earlier day opens nothing."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.production.release.embargo import is_embargoed, open_due, set_modes
from hjalp_pipeline.production.release.release_calendar import Announced, announced, read_calendar, too_soon
from hjalp_pipeline.publishing.definition import parse_definition
from hjalp_pipeline.publishing.definition_kinds import DefinitionOfYears
from hjalp_pipeline.storage.lists import InputError
from hjalp_pipeline.storage.root import DataRoot

OPENS = datetime(2025, 6, 24, 6, tzinfo=UTC)
DEFINITION = parse_definition(
    "2024v1",
    'reference_years = [2024]\nquarter = "2025K1"\nregisters = "2025-04-04"\n'
    "publish_at = 2025-06-24T08:00:00+02:00\napprovals_until = 2025-06-20T12:00:00+02:00\n",
    DefinitionOfYears,
    Kvartal,
)


def calendar(root: DataRoot, *rows: str) -> DataRoot:
    root.codelists.mkdir(parents=True, exist_ok=True)
    (root.codelists / "calendar.csv").write_text("\n".join(["release;date;confirmed;number", *rows]), encoding="utf-8")
    return root


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """A release that stands, closed, with one published file."""
    root = DataRoot(tmp_path)
    folder = root.releases / "2024v1"
    folder.mkdir(parents=True)
    (folder / "HJALP1.csv").write_bytes(b"figures")
    outputs = {"HJALP1.csv": hashlib.sha256(b"figures").hexdigest()}
    (folder / "manifest.json").write_text(json.dumps({"outputs": outputs, "publish_at": OPENS.isoformat()}))
    set_modes(folder, embargoed=True)
    return root


def test_rows_are_read_by_day(root: DataRoot) -> None:
    calendar(root, "2024v2;2025-11-14;nej;", "2024v1;2025-06-24;ja;195")
    assert read_calendar(root) == [
        Announced("2024v1", date(2025, 6, 24), confirmed=True, number="195"),
        Announced("2024v2", date(2025, 11, 14), confirmed=False, number=""),
    ]
    assert announced(root, "2024v3") is None


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("v1;2025-06-24;ja;", "is no name of a release"),
        ("2024v1;24.06.2025;ja;", "is not a day"),
        ("2024v1;2025-06-24;yes;", "confirmed must be ja or nej, not 'yes'"),
        ("2024v1;;nej;", "is not a day"),
        ("2024v2;2025-06-24;ja;\n2024v2;2025-06-25;ja;", "stands already in"),
    ],
)
def test_a_fault_is_told_with_file_and_line(root: DataRoot, row: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault) as raised:
        read_calendar(calendar(root, row))
    assert "codelists/calendar.csv, line" in str(raised.value)


def test_a_day_that_is_not_confirmed_opens_nothing(root: DataRoot) -> None:
    calendar(root, "2024v1;2025-06-24;nej;")
    assert is_embargoed(root, DEFINITION, OPENS)
    opened, (refused,) = open_due(root, OPENS)
    assert opened == []
    assert "its day is not confirmed in codelists/calendar.csv" in str(refused)
    assert (root.releases / "2024v1").stat().st_mode & 0o077 == 0
    calendar(root, "2024v1;2025-06-24;ja;")
    assert not is_embargoed(root, DEFINITION, OPENS)
    assert [one.release for one in open_due(root, OPENS)[0]] == ["2024v1"]


def test_without_a_row_it_opens_at_its_time(root: DataRoot) -> None:
    calendar(root, "2024v2;2025-11-14;nej;")
    assert is_embargoed(root, DEFINITION, datetime(2025, 6, 24, 5, 59, tzinfo=UTC))
    assert [one.release for one in open_due(root, OPENS)[0]] == ["2024v1"]


@pytest.mark.parametrize(
    ("row", "too_early"),
    [
        ("2024v1;2025-06-25;ja;", True),
        ("2024v1;2025-06-25;nej;", False),  # not confirmed: it waits anyway
        ("2024v1;2025-06-24;ja;", False),
        ("2024v1;2025-06-20;ja;", False),  # late: that is its punctuality
    ],
)
def test_nothing_comes_out_before_the_day_that_is_confirmed(root: DataRoot, row: str, too_early: bool) -> None:
    told = too_soon(calendar(root, row), DEFINITION)
    assert bool(told) == too_early
    assert all("releases/2024v1.toml, publish_at: 2025-06-24 is before 2025-06-25" in one for one in told)

"""``codelists/calendar.csv``: what it may say, and that an unconfirmed or earlier day opens nothing."""

from __future__ import annotations

import errno
import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.production.release.embargo import Held, held, is_embargoed, open_due, set_modes, standing_releases
from hjalp_pipeline.production.release.release_calendar import Announced, read_calendar, read_days, too_soon
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
    assert read_days(root).row("2024v3") is None


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


def stands(root: DataRoot, name: str, against: tuple[str, ...] = (), publish_at: str = OPENS.isoformat()) -> None:
    """Another release that stands, closed, whose pages show figures of those it is held ``against``."""
    folder = root.releases / name
    folder.mkdir()
    (folder / "HJALP1.csv").write_bytes(b"figures")
    outputs = {"HJALP1.csv": hashlib.sha256(b"figures").hexdigest()}
    manifest = {
        "outputs": outputs,
        "publish_at": publish_at,
        "confidentiality": {"protected_against": list(against)},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    set_modes(folder, embargoed=True)


def opened(root: DataRoot, now: datetime) -> list[str]:
    return [one.release for one in open_due(root, now)[0]]


@pytest.mark.parametrize(
    ("day", "opens"), [("2025-07-01", "2025-07-01T08:00:00+02:00"), ("2025-12-01", "2025-12-01T08:00:00+01:00")]
)
def test_one_that_was_made_and_then_postponed_opens_on_its_new_day(root: DataRoot, day: str, opens: str) -> None:
    calendar(root, f"2024v1;{day};ja;")
    at = datetime.fromisoformat(opens)
    just_before = at - timedelta(seconds=1)
    assert open_due(root, OPENS) == ([], []), "it is not due"
    assert opened(root, just_before) == []
    assert is_embargoed(root, DEFINITION, just_before)
    assert not is_embargoed(root, DEFINITION, at)
    assert opened(root, at) == ["2024v1"]


def test_what_has_been_opened_is_not_closed_by_a_row_that_comes_later(root: DataRoot) -> None:
    assert opened(root, OPENS) == ["2024v1"]
    calendar(root, "2024v1;2025-06-24;nej;")
    assert not is_embargoed(root, DEFINITION, OPENS)
    assert is_embargoed(root, DEFINITION, OPENS - timedelta(seconds=1)), "it was open too soon"


def test_one_whose_pages_show_figures_of_a_closed_one_waits_for_it(root: DataRoot) -> None:
    stands(root, "2024v2", ("2024v1", "2023v1"))  # 2023v1 does not stand here: nobody waits for it
    stands(root, "2024v3", ("2024v1", "2024v2"))
    calendar(root, "2024v1;2025-06-24;nej;")
    closed, refused = open_due(root, OPENS)
    assert closed == []
    told = {fault.release: str(fault) for fault in refused}
    assert "not confirmed" in told["2024v1"]
    assert "a release that is still closed: 2024v1" in told["2024v2"]
    second = next(one for one in standing_releases(root) if one.release == "2024v2")
    assert is_embargoed(root, second, OPENS)
    assert held(root, second) is Held.BEHIND
    calendar(root, "2024v1;2025-06-24;ja;")
    assert opened(root, OPENS) == ["2024v1", "2024v2", "2024v3"]


@pytest.mark.parametrize("row", ["2024v2;24.6.2025;ja;", "2024v2;2025-06-24;yes;", "2024v2;2025-06-24", "2024v2;;;;;"])
def test_a_wrong_line_holds_whom_it_names_alone(root: DataRoot, row: str) -> None:
    stands(root, "2024v2")
    stands(root, "2024v3")
    calendar(root, "2024v3;2025-06-24;nej;", row)
    found, refused = open_due(root, OPENS)
    assert [one.release for one in found] == ["2024v1"]
    told = {fault.release: str(fault) for fault in refused}
    assert "codelists/calendar.csv, line 3" in told["2024v2"]
    assert "not confirmed" in told["2024v3"]
    assert too_soon(root, DEFINITION) == []
    (why,) = too_soon(root, replace(DEFINITION, release="2024v2"))
    assert "codelists/calendar.csv, line 3" in why


@pytest.mark.parametrize("row", ["2024-v1;2025-06-24;nej;", "V1;2025-06-24;nej;"])
def test_a_line_that_names_no_release_holds_those_without_a_row(root: DataRoot, row: str) -> None:
    stands(root, "2024v2")
    calendar(root, "2024v2;2025-06-24;ja;", row)
    found, (refused,) = open_due(root, OPENS)
    assert [one.release for one in found] == ["2024v2"]
    assert refused.release == "2024v1"


@pytest.mark.parametrize("content", [b"release,date\n", b"\xff\xfe", b'release;date;confirmed;number\n2025v1;"'])
def test_a_list_of_which_nothing_can_be_read_opens_nothing(root: DataRoot, content: bytes) -> None:
    calendar(root)
    (root.codelists / "calendar.csv").write_bytes(content)
    found, (refused,) = open_due(root, OPENS)
    assert found == []
    assert "codelists/calendar.csv" in str(refused)


@pytest.mark.parametrize("word", ["Ja", "JA", "ja"])
def test_yes_in_whatever_letters(root: DataRoot, word: str) -> None:
    calendar(root, f"2024v1;2025-06-24;{word};")
    assert opened(root, OPENS) == ["2024v1"]


def test_what_the_disk_refuses_of_one_keeps_no_other_closed(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    stands(root, "2024v2")
    stands(root, "2024v3", publish_at="2025-06-24T08:00:00")  # no point in time
    chmod = Path.chmod

    def refusing(path: Path, mode: int) -> None:
        if "2024v1" in path.parts:
            raise PermissionError(errno.EPERM, "Operation not permitted", str(path))
        chmod(path, mode)

    monkeypatch.setattr(Path, "chmod", refusing)
    found, (refused,) = open_due(root, OPENS)
    assert [one.release for one in found] == ["2024v2"]
    assert "no permission" in str(refused)

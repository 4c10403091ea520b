"""Which releases a release is protected against: those that whoever reads it has as well (R11)."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.pins import ReleaseRefused
from hjalp_pipeline.production.release.published import earlier_releases, protected_then
from hjalp_pipeline.production.release.release_order import out_of_order
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import country, first_release, run, write_world


def define(root: DataRoot, name: str, day: str, *, years: str = "[2024]", stands: bool = True, more: str = "") -> None:
    folder = root.releases / name
    folder.mkdir(parents=True)
    if stands:
        (folder / "manifest.json").write_text("{}")
    (root.releases / f"{name}.toml").write_text(
        f'reference_years = {years}\nquarter = "2024K4"\nregisters = "2025-04-04"\n'
        f"publish_at = {day}T08:00:00+02:00\napprovals_until = 2025-06-01T12:00:00+02:00\n{more}"
    )


def test_those_that_come_out_before_it_and_hold_one_of_its_years(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    define(root, "2023v1", "2025-06-20", years="[2022, 2023]")
    define(root, "2023v2", "2025-06-26", years="[2023, 2024]")
    define(root, "2024", "2025-06-21")  # not the name of a release
    define(root, "2024v1", "2025-06-27", more='protect_against = ["2024v4", "2024v6"]\n')
    define(root, "2024v2", "2025-06-25", years="[2024, 2025]")
    define(root, "2024v3", "2025-06-27")  # at the same time
    define(root, "2024v4", "2025-06-28")  # after it, but named
    define(root, "2024v5", "2025-06-24", stands=False)
    define(root, "2024v7", "2025-06-25")
    found = earlier_releases(root, read_definition(root, "2024v1"))
    assert found == ("2024v6", "2024v2", "2024v7", "2023v2", "2024v3", "2024v4"), "first one that does not stand"


def test_a_new_release_comes_out_after_those_of_its_years(tmp_path: Path) -> None:
    """The later one is not protected against it, and its own pages would tell that one's figures before their time."""
    root = DataRoot(tmp_path)
    define(root, "2022v1", "2025-06-30", years="[2022]")  # another year
    define(root, "2024v1", "2025-06-24")
    define(root, "2024v2", "2025-06-26")
    define(root, "2024v9", "2025-06-30", stands=False)
    for name, day, more, faults in (
        ("2024v3", "2025-06-27", "", []),
        ("2024v4", "2025-06-26", 'protect_against = ["2024v2"]\n', []),
        ("2024v5", "2025-06-26", "", []),
        ("2024v6", "2025-06-25", 'protect_against = ["2024v1", "2024v2"]\n', ["2024v2"]),
        ("2024v7", "2025-06-20", "", ["2024v1", "2024v2"]),
        ("2024v8", "2025-06-27", 'protect_against = ["2024v9"]\n', []),
    ):
        define(root, name, day, stands=False, more=more)
        told = out_of_order(root, read_definition(root, name))
        missing = [fault for fault in told if fault.startswith("protect_against: releases/2024v9 does not stand")]
        assert len(missing) == (name == "2024v8")
        told = [fault for fault in told if fault not in missing]
        assert [next(other for other in ("2024v1", "2024v2") if other in fault) for fault in told] == faults
        assert all(fault.startswith("publish_at: ") for fault in told)


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ("2024v1;2025-06-24;nej;", True),
        ("2024v1;2025-06-30;ja;", True),
        ("2024v1;2025-06-27;ja;", False),
        ("2024v1;2025-06-24;nej;\n2024v2;2025-06-27;nej;", False),  # it waits itself
        ("2024v1;2025-06-30;ja;\n2024v2;2025-06-30;nej;", False),
        ("2023v1;2025-06-24;nej;", False),
    ],
)
def test_a_new_release_comes_out_after_one_that_the_calendar_keeps_closed(
    tmp_path: Path, rows: str, refused: bool
) -> None:
    root = DataRoot(tmp_path)
    define(root, "2024v1", "2025-06-24")
    (root.releases / "2024v1").chmod(0o700)
    define(root, "2024v2", "2025-06-27", stands=False)
    root.codelists.mkdir()
    (root.codelists / "calendar.csv").write_text(f"release;date;confirmed;number\n{rows}\n")
    told = out_of_order(root, read_definition(root, "2024v2"))
    assert [fault for fault in told if "calendar.csv keeps 2024v1" in fault] == told
    assert bool(told) == refused
    (root.releases / "2024v1").chmod(0o755)  # it was opened before the row was changed
    assert out_of_order(root, read_definition(root, "2024v2")) == []


def test_made_again_it_is_protected_against_those_of_then(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    define(root, "2024v1", "2025-06-24")
    define(root, "2024v2", "2025-06-26")
    define(root, "2024v3", "2025-06-25")  # made since
    definition = read_definition(root, "2024v2")
    assert earlier_releases(root, definition) == ("2024v1", "2024v3")
    assert protected_then(root, definition, ["releases/2024v1/manifest.json", "codelists/systems.csv"]) == ("2024v1",)
    assert protected_then(root, definition, []) == ()
    gone = ["releases/2024v0/manifest.json", "releases/2024v1/manifest.json"]
    assert protected_then(root, definition, gone) == ("2024v1", "2024v0"), "named, so that it is said to be gone"


@pytest.mark.slow
def test_such_a_release_is_refused_before_anything_is_computed(tmp_path: Path) -> None:
    root = write_world(tmp_path, country())
    run(root)
    first_release(root)
    add_v2(root, publish_at="2025-06-23T08:00:00+02:00")
    with pytest.raises(ReleaseRefused, match="publish_at: before that of 2024v1, which has been made"):
        make_release(root, "2024v2")

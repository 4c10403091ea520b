"""Which releases a release is protected against: those that whoever reads it has as well (R11)."""

from __future__ import annotations

from pathlib import Path

from hjalp_pipeline.production.release.pins import read_definition
from hjalp_pipeline.production.release.published import earlier_releases
from hjalp_pipeline.storage.root import DataRoot


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
    assert found == ("2024v6", "2024v2", "2024v7", "2023v2", "2024v4"), "one that does not stand, then by time and name"

"""A release may publish some of the tables: the others come with a later release, at its own time (HJALP3 of 2024)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.data_root.checked_releases import Definitions
from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.release.embargo import PRIVATE
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.published import load_published
from hjalp_pipeline.production.release.release_order import out_of_order
from hjalp_pipeline.publishing.definition import DefinitionError, parse_definition
from hjalp_pipeline.publishing.definition_kinds import DefinitionOfYears
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import country, hashes, run, write_world

TEXT = (
    'reference_years = [2024]\nquarter = "2025K1"\nregisters = "2025-04-04"\n'
    "publish_at = 2025-06-24T08:00:00+02:00\napprovals_until = 2025-06-20T12:00:00+02:00\n"
)
DEFINITION = parse_definition("2024v1", TEXT, DefinitionOfYears, Kvartal)


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ((), None),
        (("HJALP1", "HJALP2"), None),
        (("HJALP1", "HJALP2", "HJALP3"), None),
        (("HJALP1", "HJALP2", "HJALP9"), "tables: HJALP9 is none of HJALP1, HJALP2, HJALP3, HJALP4, HJALP5"),
        (("HJALP1",), "tables: HJALP2 must be among them; only what follows from others may come later"),
        (("HJALP3",), "tables: HJALP1, HJALP2 must be among them; only what follows from others may come later"),
    ],
)
def test_only_what_follows_from_others_may_come_later(
    tables: tuple[str, ...], fault: str | None, tmp_path: Path
) -> None:
    assert out_of_order(DataRoot(tmp_path), replace(DEFINITION, tables=tables)) == ([fault] if fault else [])


@pytest.mark.parametrize(("year", "refused"), [(2024, True), (2023, False)])
def test_what_a_release_of_the_same_years_has_published_is_not_left_out(
    year: int, refused: bool, tmp_path: Path
) -> None:
    root = DataRoot(tmp_path)
    for number, tables in enumerate((("HJALP1", "HJALP2", "HJALP3"), ("HJALP1", "HJALP2")), start=1):
        name = f"{year}v{number}"
        (root.releases / name).mkdir(parents=True)
        for table in ("manifest.json", *(f"{one}.csv" for one in tables)):
            (root.releases / name / table).write_text("{}")
        (root.releases / f"{name}.toml").write_text(TEXT.replace("[2024]", f"[{year}]"), encoding="utf-8")
    wanted = "tables: HJALP3 must be among them; 2024v1, which holds one of its years, has published it"
    third = replace(DEFINITION, release="2024v3")
    told = out_of_order(root, replace(third, tables=("HJALP1", "HJALP2")))
    assert told == ([wanted] if refused else [])
    assert out_of_order(root, third) == []


def test_a_table_that_no_name_could_be_is_a_fault_of_the_definition() -> None:
    with pytest.raises(DefinitionError, match="tables: must be a list of names, in capital letters"):
        parse_definition("2024v1", TEXT + 'tables = ["hjalp 1"]\n', DefinitionOfYears, Kvartal)


def test_the_check_says_both_before_anything_is_made(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    root.releases.mkdir(parents=True)
    (root.releases / "2024v1.toml").write_text('tables = ["HJALP1"]\n' + TEXT, encoding="utf-8")
    root.codelists.mkdir()
    calendar = root.codelists / "calendar.csv"
    calendar.write_text("release;date;confirmed;number\n2024v1;2025-06-25;ja;\n", encoding="utf-8")
    told = [wrong.what for wrong in Definitions(root, datetime(2025, 4, 5, tzinfo=UTC)).wrong]
    assert any("releases/2024v1.toml, tables: HJALP2 must be among them" in what for what in told)
    assert any(
        "publish_at: 2025-06-24 is before 2025-06-25, which codelists/calendar.csv announces" in what for what in told
    )


@pytest.mark.parametrize("made", [True, False])
def test_the_check_foresees_that_a_table_would_be_taken_back(made: bool, tmp_path: Path) -> None:
    """One of the statistic's own, and one under development that the next definition does not name."""
    root = DataRoot(tmp_path)
    root.releases.mkdir(parents=True)
    every = 'tables = ["HJALP1", "HJALP2", "HJALP3", "HJALP5"]\n'
    (root.releases / "2024v1.toml").write_text(every + TEXT, encoding="utf-8")
    second = TEXT.replace("2025-06-24", "2025-11-14").replace("+02:00\napp", "+01:00\napp")
    (root.releases / "2024v2.toml").write_text('tables = ["HJALP1", "HJALP2", "HJALP9"]\n' + second, encoding="utf-8")
    (root.releases / "2024v3.toml").write_text(second, encoding="utf-8")
    (root.releases / "2023v1.toml").write_text(second.replace("[2024]", "[2023]"), encoding="utf-8")
    if made:
        (root.releases / "2024v1").mkdir()
        for name in ("manifest.json", "HJALP1.csv", "HJALP2.csv", "HJALP3.csv", "HJALP5.csv"):
            (root.releases / "2024v1" / name).write_text("{}", encoding="utf-8")
    found = [wrong.what for wrong in Definitions(root, datetime(2025, 4, 5, tzinfo=UTC)).wrong]
    why = "2024v1, which holds one of its years, " + ("has published it" if made else "comes before and publishes it")
    assert sorted(what for what in found if "tables:" in what) == [
        "releases/2024v2.toml, tables: HJALP3 must be among them; " + why,
        "releases/2024v2.toml, tables: HJALP5 must be among them; " + why,
        "releases/2024v2.toml, tables: HJALP9 is none of HJALP1, HJALP2, HJALP3, HJALP4, HJALP5",
        "releases/2024v3.toml, tables: HJALP5 must be among them; " + why,
    ]


@pytest.mark.slow
def test_before_its_release_there_is_neither_file_nor_evidence_of_a_table(three_reports: None, tmp_path: Path) -> None:
    root = write_world(tmp_path, country())
    path = root.releases / "2024v1.toml"
    path.write_text('tables = ["HJALP1", "HJALP2"]\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    run(root)
    make_release(root, "2024v1", documents=DOCUMENTS)
    folder = root.releases / "2024v1"
    public = [one for one in folder.rglob("*") if one.is_file() and PRIVATE.isdisjoint(one.relative_to(folder).parts)]
    assert {one.name for one in public if one.suffix in {".csv", ".px"}} == {
        "HJALP1.csv",
        "HJALP2.csv",
        "HJALP1.px",
        "HJALP2.px",
    }
    # The quality declaration counts shares above 100 per cent in HJALP3 that are shown, which are none.
    told = {one.name for one in public if b"HJALP3" in one.read_bytes()}
    assert told <= {"kvalitet.html"}
    assert b"HJALP3" not in (folder / "quality.json").read_bytes()
    assert set(load_published(root, "2024v1").tables) == {"hjalp1", "hjalp2"}
    before = hashes(folder)
    add_v2(root, tables='["HJALP1", "HJALP2", "HJALP3"]')
    make_release(root, "2024v2", documents=DOCUMENTS)
    assert (root.releases / "2024v2" / "HJALP3.csv").is_file()
    revised = (root.releases / "2024v2" / "revision.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(revised) == 1, "nothing that was published has changed"
    shutil.rmtree(folder)
    assert make_release(root, "2024v1", documents=DOCUMENTS).made
    assert hashes(folder) == before

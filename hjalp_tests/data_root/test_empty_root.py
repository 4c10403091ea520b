"""`hjalp init`: what it makes can be read, its examples count once the # is gone, and nothing that is there is touched."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.data_root.empty_root import begin
from hjalp_pipeline.data_root.folders import CODE_LISTS, FOLDERS
from hjalp_pipeline.dialogue.reminders.day_lists import read_approval_deadlines, read_steps
from hjalp_pipeline.production.release.known_defects import read_known_defects
from hjalp_pipeline.production.release.publication_list import read_publication
from hjalp_pipeline.production.release.release_calendar import read_calendar
from hjalp_pipeline.publishing.definition import is_release_name, parse_definition
from hjalp_pipeline.storage.codelists import read_collaborations, read_explanations, read_extensions, read_systems
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.inbox import list_inbox, stray_entries
from hjalp_pipeline.storage.mail_settings import Mail
from hjalp_pipeline.storage.registers import extracts
from hjalp_pipeline.storage.root import DataRoot, DataRootError
from hjalp_pipeline.storage.settings import SECTIONS, Retention, read_mail, read_settings
from hjalp_tests.production.world import hashes

READERS = {
    "systems": read_systems,
    "collaborations": read_collaborations,
    "extensions": read_extensions,
    "approval_deadlines": read_approval_deadlines,
    "reminder_steps": read_steps,
    "explanations": read_explanations,
    "known_defects": read_known_defects,
    "publication": read_publication,
    "calendar": read_calendar,
}


def rows(root: DataRoot) -> dict[str, int]:
    return {name: len(read(root)) for name, read in READERS.items()}


def test_everything_in_it_can_be_read_and_says_nothing_yet(root: DataRoot) -> None:
    assert rows(root) == {**dict.fromkeys(READERS, 0), "reminder_steps": 4}
    assert read_settings(root, Retention) == Retention()
    assert read_mail(root) is None
    assert read_approvals(root) == []
    assert extracts(root) == []
    assert list_inbox(root) == stray_entries(root) == []
    assert [path.stem for path in root.releases.glob("*.toml") if is_release_name(path.stem)] == []
    assert {one.name for one in FOLDERS} == {path.parent.name for path in root.path.rglob("README")}


def test_commands_are_those_of_the_statistic(root: DataRoot) -> None:
    readmes = "".join(path.read_text(encoding="utf-8") for path in root.path.rglob("README"))
    told = re.findall(r"hjalp (?:approve|release|specification)[^`\n]*", readmes)
    assert len(told) == 3
    assert all(("--statistic toy" in text) == (root.statistic == "toy") for text in told)


def test_an_example_counts_once_its_remark_is_taken_away(root: DataRoot) -> None:
    for one in CODE_LISTS:
        path = root.file(one.place)
        lines = path.read_text(encoding="utf-8").splitlines()
        start = next((place for place, line in enumerate(lines) if line.startswith("# Example")), len(lines))
        examples = [line.removeprefix("# ") for line in lines[start + 1 :]]
        path.write_text("\n".join([*lines[: start + 1], *examples]), encoding="utf-8")
    assert rows(root) == {
        "systems": 3,
        "collaborations": 1,
        "extensions": 1,
        "approval_deadlines": 1,
        "reminder_steps": 4,
        "explanations": 1,
        "known_defects": 1,
        "publication": 1,
        "calendar": 2,
    }
    settings = root.codelists / "settings.toml"
    settings.write_text(re.sub(r"# (\[|\w+ =)", r"\1", settings.read_text(encoding="utf-8")), encoding="utf-8")
    written = tomllib.loads(settings.read_text(encoding="utf-8"))
    assert {name: set(table) for name, table in written.items()} == {
        name: {one.name for one in fields(kind)} for name, kind in SECTIONS.items()
    }
    assert read_settings(root, Retention) == Retention()
    assert read_settings(root, Mail).user == "hjalp"


def test_the_example_of_a_definition_holds_every_key(root: DataRoot) -> None:
    text = (root.releases / "EXAMPLE.toml").read_text(encoding="utf-8")
    first = parse_definition("2031v9", text, root.declared.definition, root.declared.period)
    assert first.partial == {}
    every = re.sub(r"^# (\[\w+\]|\w+ = .*)$", r"\1", text, flags=re.MULTILINE)
    parse_definition("2031v9", every, root.declared.definition, root.declared.period)
    assert tomllib.loads(every).keys() == {one.name for one in fields(root.declared.definition)} - {"release"}


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "hjalp" / "codelists").mkdir(parents=True)
    mine = tmp_path / "hjalp" / "codelists" / "systems.csv"
    mine.write_text("mine", encoding="utf-8")
    link = tmp_path / "hjalp" / "codelists" / "extensions.csv"
    link.symlink_to(tmp_path / "not-mounted")
    begun = begin(tmp_path, "hjalp")
    assert begun.kept == ("hjalp/codelists/systems.csv", "hjalp/codelists/extensions.csv")
    assert mine.read_text(encoding="utf-8") == "mine"
    assert link.is_symlink()
    before = hashes(tmp_path)
    again = begin(tmp_path, "hjalp")
    assert again.made == ()
    assert len(again.kept) == len(begun.made) + 2
    assert hashes(tmp_path) == before


def test_deliveries_are_for_the_owner_and_what_is_published_for_all(tmp_path: Path) -> None:
    begin(tmp_path / "data", "hjalp")
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_dir()}
    assert modes == {
        **dict.fromkeys(("data", "hjalp", "releases"), 0o755),
        **dict.fromkeys(("codelists", "inbox", "approvals", "registers", "articles"), 0o700),
    }


def test_it_is_refused_inside_a_data_root_and_around_one(root: DataRoot) -> None:
    before = hashes(root.path)
    for inside in (root.folder, root.inbox, root.folder / "new" / "deep", root.registers / "2025-04-04"):
        with pytest.raises(DataRootError, match=f"lies inside the data root {re.escape(str(root.path))}: "):
            begin(inside, root.statistic)
    assert hashes(root.path) == before


def test_it_is_refused_in_a_data_root_of_version_0_3(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    with pytest.raises(DataRootError, match=r"a data root of version 0\.3"):
        begin(tmp_path, "hjalp")
    assert [path.name for path in tmp_path.iterdir()] == ["inbox"]


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").touch()
    assert main(["init", str(tmp_path / "data")]) == 1
    assert capsys.readouterr().err.endswith("data is a file: name a folder\n")


def test_the_command_ends_with_the_next_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HJALP_DATA", raising=False)
    assert main(["init", "my data"]) == 0
    said = capsys.readouterr().out
    assert "made  hjalp/codelists/systems.csv\n" in said
    steps = said[said.index("Next:") :]
    assert (
        steps.index(f"export HJALP_DATA='{tmp_path}/my data'") < steps.index("systems.csv") < steps.index("hjalp check")
    )
    assert main(["init", "my data"]) == 0
    assert "kept  hjalp/codelists/systems.csv, as it is\n" in capsys.readouterr().out

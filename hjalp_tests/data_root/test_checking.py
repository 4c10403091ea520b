"""`hjalp check`: everything that is wrong at once, each with file, rule and what to do; then what is missing."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline import statistic
from hjalp_pipeline.cli import main
from hjalp_pipeline.data_root import checked_extracts
from hjalp_pipeline.data_root.checking import Checked, check
from hjalp_pipeline.data_root.empty_root import begin
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.registers import prepare
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.data_root.checked import EXTRACT, NOW, whats, write
from hjalp_tests.production.world import KVARTAL, deliver, run, write_world
from hjalp_tests.toy.visits import TOY
from hjalp_tests.toy.world import write_toy


def everything(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mtime_ns,
            path.stat().st_mode,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in folder.rglob("*")
    }


def test_a_new_data_root_lacks_everything_and_nothing_is_wrong(root: DataRoot) -> None:
    found = check(root, NOW)
    assert found.wrong == found.remarks == ()
    assert [step.split(" ")[0] for step in found.missing] == ["codelists/systems.csv", "registers/", "inbox/"]


def test_an_empty_folder(tmp_path: Path) -> None:
    found = check(DataRoot(tmp_path), NOW)
    assert found.wrong == ()
    assert found.missing[0] == f"hjalp/ is not made: hjalp init {tmp_path} makes it, with every code list"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "holiday.jpg").touch()
    assert "is it the folder that HJALP_DATA should name?" in check(DataRoot(tmp_path), NOW).missing[0]


def test_a_whole_data_root_has_nothing_wrong_and_says_what_comes_next(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    assert check(root, NOW) == Checked(
        (),
        ("3 kommuner have a system; the others are not yet in, or another kommune reports for them",),
        ("2024K4 has deliveries and has not been run: hjalp run --quarter 2024K4",),
    )
    run(root)
    assert check(root, NOW).missing == ("2024v1 is defined and not made: hjalp release 2024v1",)
    early = datetime(2025, 6, 1, tzinfo=DANISH_TIME)
    assert check(root, early).missing == (
        "2024v1 is defined and can be made after 2025-06-20 12:00: hjalp release 2024v1",
    )
    assert check(root, early).wrong == (), "decisions that are still to come are no fault"


def test_the_toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(statistic.OTHERS, TOY.name, TOY)
    root = write_toy(tmp_path)
    assert check(root, NOW).wrong == ()
    write(root, "codelists/extensions.csv", "komnr;period;new_deadline;reason", "101;2025K1;2025-02-20;")
    (wrong,) = check(root, NOW).wrong
    assert wrong.what == "codelists/extensions.csv, line 2: not a month of the form 2024M11: '2025K1'"
    assert wrong.do == "the columns are komnr;period;new_deadline;reason; what each may hold: docs/data-root.md"


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_changed(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    header = (root.codelists / "systems.csv").read_text(encoding="utf-8").splitlines()[0]
    write(root, "codelists/systems.csv", header, "999;nexus;;csv;utf-8;2022K3;;", "101;nexus;;pdf;;2022K3;;no")
    write(root, "codelists/known_defects.csv", "what;who;from;to;sentence", "kommune;101;;;")
    write(root, "codelists/extention.csv", "komnr;quarter;new_deadline;reason")
    write(root, "codelists/settings.toml", "[retention]", "results_days = 0")
    write(root, "approvals/2025.csv", "decided_at;aar;komnr;kind;decision;decided_by;note", "x;2024;101;K9;ja;;")
    write(root, "reminders/sent.csv", "sent_at;matter;komnr;step;by", "yesterday;x;101;brev1;ab")
    write(root, "releases/2024v9.toml", "reference_years = [2024]")
    write(root, "releases/2024.toml", "")
    plan = (root.releases / "2024v1.toml").read_text(encoding="utf-8")
    write(root, "releases/2025v1.toml", plan.replace("2023, 2024", "2025").replace(EXTRACT, "2025-05-05"))
    person = root.registers / EXTRACT / "person.parquet"
    pl.concat([pl.read_parquet(person)] * 2).with_columns(pl.lit(3).alias("koen")).write_parquet(person)
    (root.registers / EXTRACT / "dod.parquet").unlink()
    (root.registers / "2025-4-4").mkdir()
    (root.registers / "befadr.parquet").touch()
    write(root, "inbox/2024k4/101_nexus_20250102T081500.csv", "")
    write(root, "inbox/2021K1/101_nexus_20250102T081500.csv", "")
    (root.path / "inbox").mkdir()
    write(root, f"inbox/{KVARTAL}/101.csv", "")
    before = everything(tmp_path)
    checked = check(root, NOW)
    found = checked.wrong
    assert everything(tmp_path) == before
    assert checked.remarks == (), "who has a system is not known while the list has faults"
    assert [one.what for one in found] == [
        "inbox/ lies beside hjalp/ in the data root: nothing in it is read",
        "codelists/systems.csv, line 2: '999' is not one of the 98 kommuner",
        "codelists/systems.csv, line 3: 'pdf' is none of csv, xml, xlsx",
        "codelists/extention.csv is not read: no list is called so",
        "codelists/settings.toml, results_days: must be a whole number of at least 1, not 0",
        *(one.what for one in found if one.what.startswith("approvals/2025.csv, line 2: ")),
        *(one.what for one in found if one.what.startswith("reminders/sent.csv, line 2: ")),
        "releases/2024.toml is not read: its name is no release's",
        *(one.what for one in found if one.what.startswith("releases/2024v9.toml, ")),
        *(one.what for one in found if one.what.startswith("releases/2025v1.toml, ")),
        *(one.what for one in found if one.what.startswith(f"registers/{EXTRACT}: ")),
        "registers/2025-4-4 is not read: a folder there is called by the date of its extract",
        "registers/befadr.parquet is not read: it lies in no extract",
        "inbox/2024k4 is never read: it is no folder of a quarter",
        "inbox/2021K1 is never run: the statistic has deliveries for 2022K3 to 2025K3",
        f"inbox/{KVARTAL}/101.csv will be rejected (FILNAVN): "
        "Navnet har ikke tre dele (kommunenummer_system_tidspunkt), men 1.",
    ]
    assert sum(what.startswith("releases/2024v9.toml, ") for what in whats(root)) == 4, "a line for each key"
    said = "\n".join(one.what for one in found)
    for part in (
        "approvals/2025.csv, line 2: ",
        "reminders/sent.csv, line 2: ",
        "releases/2024v9.toml, quarter: must be a quarter of the form 2024K4",
        "releases/2025v1.toml, registers: there is no extract registers/2025-05-05",
        "releases/2025v1.toml, reference_years: 2025 is not over",
        f"registers/{EXTRACT}: person.parquet has ",
        "rows whose koen is not 1 or 2",
        "duplicate pnr",
        f"registers/{EXTRACT}: dod.parquet is missing",
    ):
        assert part in said
    assert all(one.do for one in found)


def test_a_release_nobody_would_take_part_in_is_foreseen(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    path = root.approvals / "2025.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    later = [";".join(["2025-06-30T12:00", *line.split(";")[1:]]) for line in lines[1:]]
    path.write_text("\n".join([lines[0], *later]) + "\n", encoding="utf-8")
    [wrong] = check(root, NOW).wrong
    given = "by the decisions given until 2025-06-20 12:00"
    assert wrong.what == (
        f"releases/2024v1.toml, approvals_until: nobody takes part in 2023, 2024 {given}; {len(later)} were given since, or are "
        "dated later"
    )
    path.unlink()
    [wrong] = check(root, NOW).wrong
    assert wrong.what.endswith(f"nobody takes part in 2023, 2024 {given}; 0 were given since, or are dated later")
    assert wrong.do.endswith("set it after the decisions")
    soon = datetime(2025, 6, 20, 11, tzinfo=DANISH_TIME)
    assert check(root, soon).wrong == (), "decisions may still come"


def test_a_prepared_extract_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path)
    prepare(root, EXTRACT)

    def never(source: Path) -> None:
        raise AssertionError(source)

    monkeypatch.setattr(checked_extracts, "look", never)
    assert whats(root) == []
    folketal = root.registers / EXTRACT / "folketal.parquet"
    pl.read_parquet(folketal).filter(pl.col("aar") != 2024).write_parquet(folketal)
    with pytest.raises(AssertionError, match=EXTRACT):
        check(root, NOW)
    monkeypatch.undo()
    assert whats(root) == [f"registers/{EXTRACT}: folketal.parquet has no rows for 2024"], "2024v1 asks for it"


def test_what_this_account_may_not_read_or_write_costs_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_world(tmp_path)
    write(root, "codelists/extensions.csv", "komnr")
    closed = {root.releases, root.registers / EXTRACT / "dod.parquet"}
    plain, allowed = Path.read_text, os.access

    def read_text(path: Path, *args: object, **options: object) -> str:
        if path.name == "systems.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return plain(path, *args, **options)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(Path, "read_text", read_text)
    monkeypatch.setattr(os, "access", lambda path, mode: path not in closed and allowed(path, mode))
    assert whats(root)[:4] == [
        "releases may not be written to",
        "releases may not be read",
        f"registers/{EXTRACT}/dod.parquet may not be read",
        "codelists/systems.csv: no permission",
    ]
    assert "codelists/extensions.csv, line 1: the header must hold komnr;quarter;new_deadline;reason" in whats(root)


def test_person_numbers_are_not_for_everybody_on_the_machine(tmp_path: Path) -> None:
    begin(tmp_path, "hjalp")
    root = DataRoot(tmp_path)
    root.registers.chmod(0o755)
    root.codelists.chmod(0o777)
    assert "codelists can be written to by everybody on this machine" in whats(root)
    others = all(one.stat().st_mode & 1 for one in tmp_path.parents)
    assert ("registers can be entered by everybody on this machine" in whats(root)) == others


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    root = write_world(tmp_path)
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert "missing  2024K4 has deliveries and has not been run: hjalp run --quarter 2024K4\n" in said
    assert said.endswith("nothing is wrong: the first that is missing is the next step\n")
    write(root, "codelists/extensions.csv", "komnr")
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert "wrong    codelists/extensions.csv, line 1: " in said
    assert "\n         -> the columns are komnr;quarter;new_deadline;reason; " in said
    assert said.endswith("1 wrong\n")
    assert not root.lake.exists()
    assert deliver(root) == []

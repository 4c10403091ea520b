"""``hjalp query``: what is printed, as a table, csv and json, and how a wrong question ends."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from hjalp_pipeline.cli import main
from hjalp_pipeline.defs.local import take_up
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal import query_command
from hjalp_tests.production.world import KVARTAL

pytestmark = pytest.mark.slow

VALUES = """
select * from (values
    (1, 'æ', 0.5::decimal(9, 1), date '2024-02-29', true, 1 / 3),
    (12345, null, null, null, null, null),
    (-3, 'a;b' || chr(10) || chr(27) || '[2J', 10, '2024-03-01', false, 1e-9)
) v(tal, tekst, andel, dag, ja, brøk)
"""


def test_a_table(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers to the right, null seen, and nothing of a text moves the cursor; a pipe folds nothing."""
    assert main(["query", VALUES]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "  tal  tekst         andel  dag         ja       brøk",
        "    1  æ               0.5  2024-02-29  true   0.3333",
        "12345  null           null  null        null     null",
        "   -3  a;b\\n\\x1b[2J   10.0  2024-03-01  false   1e-09",
        "(3 rows)",
    ]


def test_at_most_so_many_rows(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "select range as nr from range(1200)"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (len(lines), lines[50], lines[51]) == (52, "49", "(1,200 rows, the first 50 are shown (--rows))")
    assert main(["query", "select range as nr from range(1200)", "--rows", "0"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1202
    assert main(["query", "select 1 as en"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "(1 row)"


def test_too_wide_for_a_terminal(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line a value, rather than a letter a line."""

    def terminal(**options: bool) -> Console:
        return Console(force_terminal=True, color_system=None, width=60, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(query_command, "Console", terminal)
    assert main(["query", "from working.udlaan order by all", "--rows", "1"]) == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[:3] == ["row 1", "kvartal                   2024K4", "komnr_indberetter         101"]
    assert lines[-1].startswith("(")
    assert "the first 1 are shown" in lines[-1]


def test_csv(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    """All rows, an empty field for null, numbers as they are."""
    assert main(["query", VALUES, "--format", "csv", "--rows", "1"]) == 0
    assert capsys.readouterr().out == (
        "tal;tekst;andel;dag;ja;brøk\n"
        "1;æ;0.5;2024-02-29;True;0.3333333333333333\n"
        "12345;;;;;\n"
        '-3;"a;b\n\x1b[2J";10.0;2024-03-01;False;1e-09\n'
    )


def test_json(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", VALUES, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[0] == {"tal": 1, "tekst": "æ", "andel": 0.5, "dag": "2024-02-29", "ja": True, "brøk": 1 / 3}
    assert rows[1] == dict.fromkeys(rows[0], None) | {"tal": 12345}
    assert len(rows) == 3
    assert main(["query", "select 1 where false", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_values() -> None:
    told = {0.0: "0.0", 2.0: "2", 0.12345: "0.1235", float("nan"): "nan", float("inf"): "inf", -1e-7: "-1e-07"}
    assert {value: query_command.shown(value).plain for value in told} == told
    assert query_command.shown(Decimal("6.10")).plain == "6.10"
    assert query_command.shown(date(2024, 1, 1)).plain == "2024-01-01"
    assert query_command.shown([1, None]).plain == "[1, None]"


def test_without_a_statement_every_view(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query"]) == 0
    lines = capsys.readouterr().out.splitlines()
    told = dict(line.split(maxsplit=1) for line in lines[1:-1])
    assert told["working.hjalp1"].startswith("Confidential: ")
    assert told["released.hjalp1_newest"].startswith("HJALP1 as it is published now")
    assert lines[-1] == f"({len(told)} rows)"


def test_a_view_by_its_name(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "hjalp1"]) == 0
    shown = capsys.readouterr().out
    assert "released.hjalp1  indhold" in shown
    assert "working.hjalp1   antal" in shown
    assert main(["query", "udlan"]) == 1
    assert "there is no view udlan" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select * from udlaan", 'Did you mean "working.udlaan"?'),
        ("drop view ledger", "a query is one select"),
        ("copy (select 1) to 'x.csv'", "a query is one select"),
        ("select * from 'x.csv'", "no other file"),
    ],
)
def test_a_wrong_question_ends_in_a_line(
    root: DataRoot, capsys: pytest.CaptureFixture[str], sql: str, words: str
) -> None:
    assert main(["query", sql]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err
    assert printed.err.count("\n") == 1


def test_rows_below_none(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["query", "select 1", "--rows", "-1"])
    assert "--rows is 0 or more" in capsys.readouterr().err


def test_before_anything_was_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    assert main(["query", "select 1"]) == 1
    assert "`hjalp run --quarter ...` makes it" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_of_a_data_root_that_was_copied(
    made: DataRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its views name files of where it was: it is made anew first."""
    shutil.copytree(made.path, tmp_path / "copy")
    shutil.move(tmp_path / "copy", tmp_path / "elsewhere")
    monkeypatch.setenv("HJALP_DATA", str(tmp_path / "elsewhere"))
    asked = ["query", "select count(*) as antal, min(filename) from read_parquet('x')", "--format", "json"]
    assert main(asked) == 1, "only what the database shows"
    assert main(["query", "select count(*) as antal from working.udlaan", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["antal"] > 0
    sql = "select count(*) as n from duckdb_views() where sql like '%elsewhere%'"
    assert main(["query", sql, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["n"] > 5


def test_a_damaged_file_keeps_nothing_else_from_being_asked(
    made: DataRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor a job from starting, which makes it again."""
    root = DataRoot(shutil.copytree(made.path, tmp_path / "copy"))
    (root.lake / "ledger" / f"{KVARTAL}.parquet").write_bytes(b"no table")
    monkeypatch.setenv("HJALP_DATA", str(root.path))
    monkeypatch.setenv("DAGSTER_HOME", "")
    take_up(root)
    assert main(["query", "select count(*) as n from kommuner", "--format", "csv"]) == 0
    assert capsys.readouterr().out == "n\n99\n"
    assert main(["query", "from ledger"]) == 1
    assert capsys.readouterr().err.count("\n") == 1

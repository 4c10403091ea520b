"""Taking down a decision: what is refused, what is written, what it means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.dialogue.approval.deciding import Taken, approve
from hjalp_pipeline.dialogue.approval.recording import CLOCK_ALLOWANCE
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import approvals, country, hashes, write_world

NOW = datetime(2025, 5, 20, 7, 30, 12, 345, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """540 has approved all of 2023, and K1-K3 of 2024."""
    rows = [
        row
        for row in approvals("101", "155", "540")
        if row[1:4] not in ((2024, "540", "K4"), (2024, "540", "PARAGRAF"))
    ]
    return write_world(tmp_path, country(approvals={"2025.csv": rows}))


def take(root: DataRoot, *kinds: str, decision: str = "godkendt", **changes: Any) -> Taken:
    values: dict[str, Any] = {"aar": 2024, "komnr": "540", "decided_by": "kommunen", "now": NOW, **changes}
    return approve(root, values.pop("aar"), values.pop("komnr"), kinds, decision, **values)


def test_what_is_written(root: DataRoot) -> None:
    taken = take(root, "K4", note="efter telefonsamtale")
    assert (taken.file, taken.deltager, taken.hvorfor) == ("approvals/2024.csv", True, None)
    line = (root.approvals / "2024.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert line == "2025-05-20T09:30:12+02:00;2024;540;K4;godkendt;kommunen;efter telefonsamtale"


def test_what_it_means(root: DataRoot) -> None:
    assert take(root, "PARAGRAF").hvorfor == "K4 ikke besvaret"
    rejected = take(root, "K4", decision="afvist")
    assert not rejected.deltager
    assert rejected.hvorfor == "K4 afvist, genlevering afventes"
    assert take(root, "K4", now=NOW + timedelta(seconds=1)).deltager


def test_a_decision_that_comes_late(root: DataRoot) -> None:
    take(root, "K4")
    late = take(root, "K4", "PARAGRAF", decision="afvist", at="2025-05-01")
    assert [row.kind for row in late.overruled] == ["K4"]
    assert late.deltager


def test_all_kinds_and_none_twice(root: DataRoot) -> None:
    before = len(read_approvals(root))
    take(root, "ALLE")
    take(root, "K1", "K1", "PARAGRAF")
    assert [decision.kind for decision in read_approvals(root)[:7]] == [
        "K1",
        "K2",
        "K3",
        "K4",
        "PARAGRAF",
        "K1",
        "PARAGRAF",
    ]
    assert len(read_approvals(root)) == before + 7


AHEAD = (NOW + CLOCK_ALLOWANCE).isoformat()
REFUSED: dict[str, tuple[tuple[str, ...], dict[str, object], str]] = {
    "kommune": (("K4",), {"komnr": "411"}, "98 kommuner"),
    "kind": (("K5",), {}, "kind must be"),
    "no kind": ((), {}, "kind must be"),
    "decision": (("K4",), {"decision": "ok"}, "decision must be"),
    "year before the statistic": (("K4",), {"aar": 2022}, "begins with 2023"),
    "quarter not over": (("K2",), {"aar": 2025}, "2025K2 is over"),
    "year not over": (("PARAGRAF",), {"aar": 2025}, "2025K4 is over"),
    "decided before the quarter was over": (("K4",), {"at": "2024-12-31T23:59"}, "2024K4 is over"),
    "future": (("K4",), {"at": (NOW + CLOCK_ALLOWANCE + timedelta(seconds=1)).isoformat()}, "future"),
    "no time": (("K4",), {"at": "i går"}, "not a point in time"),
    "nobody": (("K4",), {"decided_by": " "}, "decided_by is empty"),
    "two lines": (("K4",), {"note": "a\nb"}, "one line"),
    "long": (("K4",), {"note": "a" * 501}, "at most 500"),
    "cpr": (("K4",), {"note": "vedr. 0101609001"}, "CPR number"),
    "cpr with hyphen": (("K4",), {"note": "vedr. 010160-9001."}, "CPR number"),
    "cpr with blank": (("K4",), {"decided_by": "010160 9001"}, "CPR number"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_writes_nothing(root: DataRoot, name: str) -> None:
    kinds, changes, why = REFUSED[name]
    before = hashes(root.approvals)
    with pytest.raises(InputError, match=why) as fault:
        take(root, *kinds, **changes)
    assert "0101609001" not in str(fault.value)
    assert hashes(root.approvals) == before


def test_a_clock_may_be_a_little_ahead(root: DataRoot) -> None:
    assert take(root, "K4", at=AHEAD).deltager


def test_a_quarter_of_the_year_under_way_that_is_over(root: DataRoot) -> None:
    assert not take(root, "K1", aar=2025).deltager


@pytest.mark.slow
def test_a_release_that_stands_is_not_changed_behind_its_back(root: DataRoot) -> None:
    """2024v1 counts decisions until 20 June 2025 at noon."""
    make_release(root, "2024v1")
    later = datetime(2025, 7, 1, tzinfo=UTC)
    with pytest.raises(InputError, match="2024v1 stands with the decisions given until 2025-06-20T12:00:00"):
        take(root, "K4", at="2025-06-20T12:00:00", now=later)
    take(root, "K1", at="2025-06-20T12:00:00", now=later)  # it was approved already
    take(root, "K4", at="2025-06-20T12:00:01", now=later)
    assert not make_release(root, "2024v1").made


@pytest.mark.slow
def test_the_command_line(root: DataRoot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HJALP_DATA", str(root.path))
    arguments = ["approve", "--aar", "2024", "--kommune", "540", "--decision", "godkendt", "--by", "kommunen"]
    assert main([*arguments, "--kind", "K4", "--kind", "PARAGRAF"]) == 0
    assert "Sønderborg takes part in 2024" in capsys.readouterr().out
    assert main([*arguments, "--kind", "K9"]) == 2
    assert main(["approvals", "--aar", "2024", "--json"]) == 0
    assert capsys.readouterr().out.count('"deltager": true') == 3
    assert main(["approvals", "--aar", "2024"]) == 0
    assert "3 of 98 kommuner take part" in capsys.readouterr().out
    assert main(["approvals", "--aar", "2024", "--release", "2024v1"]) == 1
    make_release(root, "2024v1")
    capsys.readouterr()
    assert main(["approvals", "--aar", "2024", "--release", "2024v1"]) == 0
    assert "2 of 98 kommuner take part" in capsys.readouterr().out, "decided after its limit"
    assert main(["approvals", "--aar", "2022"]) == 1


def test_a_kommune_that_is_not_yet_in_is_hinted_at(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(root.path))
    arguments = ["approve", "--aar", "2024", "--decision", "godkendt", "--by", "kommunen", "--kind", "K1", "--kommune"]
    assert main([*arguments, "540"]) == 0
    assert "not yet in" not in capsys.readouterr().out
    assert main(["approvals", "--aar", "2024"]) == 0
    shown = capsys.readouterr().out
    assert "Frederiksberg" not in shown
    assert "95 kommuner are not yet in" in shown
    assert main([*arguments, "147"]) == 0
    assert "Frederiksberg is not yet in (ikke med endnu: intet system i systems.csv)" in capsys.readouterr().out
    assert main(["approvals", "--aar", "2024"]) == 0
    assert "Frederiksberg" in capsys.readouterr().out, "what was decided all the same is shown"

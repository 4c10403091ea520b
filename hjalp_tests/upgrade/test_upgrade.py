"""A data root that an earlier version left: it is read, or the program says in one sentence what to do."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from hjalp_pipeline import __version__, cli
from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.files import read_json, write_json
from hjalp_pipeline.storage.lake_version import LAYOUT
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, hashes

pytestmark = pytest.mark.slow

ROOTS = sorted(Path(__file__).parent.glob("*.tar.xz"))


CASES = [(path, moved) for path in ROOTS for moved in (False, True)]


@pytest.fixture(params=CASES, ids=[path.name.removesuffix(".tar.xz") + moved * "-moved" for path, moved in CASES])
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    """As it was left, or as `hjalp migrate` moves it."""
    path, moved = request.param
    with tarfile.open(path) as packed:
        packed.extractall(tmp_path, filter="tar")  # modes as they were
    for name, text in os.environ.items():  # running a job points the process to its instance
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster_home"))
    if moved:
        before = sorted(hashes(tmp_path).values())
        assert cli.main(["migrate"]) == 0
        assert sorted(hashes(tmp_path).values()) == before, "nothing is changed or lost"
    found = DataRoot.from_environment()
    assert found.flat != moved
    return found


def test_an_earlier_version_is_read_or_refused(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    published = hashes(root.releases)
    assert verify(root, "2024v1").faults == []
    assert cli.main(["status", "--quarter", KVARTAL]) == 0
    assert cli.main(["run", "--quarter", KVARTAL]) == 0
    assert read_json(root.lake / "layout.json")["layout"] == LAYOUT
    assert {row.needs for row in gate(root, KVARTAL)} == {None}
    capsys.readouterr()
    assert cli.main(["release", "2024v1"]) == 1
    refusal = capsys.readouterr().err
    assert f"it was made by hjalp 0.3.1, and this is {__version__}" in refusal
    assert "make a new one, or make this one again with hjalp 0.3.1" in refusal
    assert "Error" not in refusal
    assert cli.main(["audit", "2024v1", "2024v2"]) in (0, 1)
    assert "attacked together" in capsys.readouterr().out
    text = (root.releases / "2024v2.toml").read_text(encoding="utf-8")
    third = text.replace("2025-11-14", "2025-11-21").replace('["2024v1"]', '["2024v1", "2024v2"]')
    (root.releases / "2024v3.toml").write_text(third, encoding="utf-8")
    code = cli.main(["release", "2024v3"])  # protected against what the earlier version published, and compared with it
    assert code == 0, capsys.readouterr().err
    assert {name: digest for name, digest in hashes(root.releases).items() if name in published} == published


def test_a_later_version_is_refused(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    write_json(root.lake / "layout.json", {"layout": LAYOUT + 1, "program": "9.9.9"})
    before = hashes(root.lake)
    for command in (["status", "--quarter", KVARTAL], ["run", "--quarter", KVARTAL], ["release", "2024v1"], ["verify"]):
        assert cli.main(command) == 1
        assert "was written by hjalp 9.9.9" in capsys.readouterr().err
    assert hashes(root.lake) == before

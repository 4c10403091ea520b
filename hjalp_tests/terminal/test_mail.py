"""`hjalp mail`: whom mails go to, which wait, and one on trial."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.mail.outbox import Outbox
from hjalp_pipeline.mail.wording import Letter
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.mail.office_post import Post, dead_port


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    return DataRoot(tmp_path)


def test_without_the_table(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["mail"], ["mail", "--test"]):
        assert main(arguments) == 1
        assert "mails are off: codelists/settings.toml has no [mail]" in capsys.readouterr().err


def test_one_on_trial(root: DataRoot, post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    post.settings(root)
    assert main(["mail", "--test"]) == 0
    assert capsys.readouterr().out.split("has taken it for ")[1].strip() == "kontor@example.dk: 250 OK"
    (one,) = post.taken()
    assert one["Subject"] == "hjalp: prøve"
    assert "kommer samme vej" in one.get_content()
    assert not root.dagster_home.exists(), "it is no event"


def test_a_server_that_does_not_take_it(root: DataRoot, post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    post.settings(root, "full")
    assert main(["mail", "--test"]) == 1
    assert "452 4.3.1 the disk is full" in capsys.readouterr().err
    settings = root.codelists / "settings.toml"
    text = settings.read_text(encoding="utf-8").replace(f"port = {post.ports['full']}", f"port = {dead_port()}")
    settings.write_text(text, encoding="utf-8")
    assert main(["mail", "--test"]) == 1
    assert "Connection refused" in capsys.readouterr().err


def test_what_waits(root: DataRoot, post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    post.settings(root)
    Outbox(root).add([Letter(("a",), "hjalp: 2 kommuner", "x\n")], datetime(2025, 4, 15, 5, tzinfo=UTC))
    assert main(["mail"]) == 0
    said = capsys.readouterr().out
    assert "mails go to kontor@example.dk by localhost:" in said
    assert "waits since 2025-04-15T05:00:00+00:00: hjalp: 2 kommuner" in said
    assert post.taken() == []

"""What a command says of a fault that nobody foresaw: what a library says of it may quote a record."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline import cli
from hjalp_pipeline.storage.root import DataRoot

CPR = "010190-1234"


def quotes_a_record(_options: object) -> int:
    pl.Series("pnr", [CPR]).cast(pl.Int64)
    return 0


def test_a_library_s_message_is_withheld(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    monkeypatch.setitem(cli._COMMANDS, "status", quotes_a_record)
    DataRoot(tmp_path).folder.mkdir(parents=True)
    assert cli.main(["status"]) == 1
    told = capfd.readouterr().err
    assert CPR not in told
    assert "quotes_a_record" in told
    assert "InvalidOperationError at " in told

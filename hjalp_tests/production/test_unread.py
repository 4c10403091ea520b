"""A file that cannot be read at all: its kommune stays as it was, the others go on, and what killed runs left is swept."""

from pathlib import Path
from typing import BinaryIO

import pytest

from hjalp_pipeline.delivery.intake import Intake, Steps
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.production.inbox import delivery_reader
from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.storage.files import replacing, scratch, sweep
from hjalp_pipeline.storage.lake import Lake
from hjalp_tests.production.world import KVARTAL, deliver, delivery, run, write_world


def test_one_unreadable_file_keeps_nobody_else_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path)
    run(root)
    before = Lake(root).raw(KVARTAL, "101")
    deliver(root, delivery("101", 5, day=9), delivery("540", 6, day=9))
    really_read = delivery_reader.reading_of

    def read(opened: BinaryIO, name: DeliveryName, encoding: str, layouts: Layouts) -> Steps[Intake]:
        if name.komnr == "101":
            raise OSError(5, "input/output error")
        return really_read(opened, name, encoding, layouts)

    with monkeypatch.context() as broken:
        broken.setattr(delivery_reader, "reading_of", read)
        raw, _quarter = run(root)
    assert list(raw.unread.values()) == ["OSError"]
    assert raw.changed == ["540"]
    assert Lake(root).raw(KVARTAL, "101") == before
    assert {row.komnr: row.status for row in gate(root, KVARTAL)}["101"] == "stale"
    raw, _quarter = run(root)
    assert raw.unread == {}
    assert raw.changed == ["101"]


def test_what_a_dead_process_left_is_swept_but_not_what_is_being_written(tmp_path: Path) -> None:
    old, kept = tmp_path / "a" / ".x.json.1234.tmp", tmp_path / "a" / "x.json"
    old.parent.mkdir()
    for path in (old, kept):
        path.write_text("x")
    half_made = tmp_path / ".2024v1.abcd.tmp"
    (half_made / "microdata").mkdir(parents=True)
    with replacing(kept) as file, scratch(tmp_path) as folder:
        file.write_text("y")
        (folder / "z").write_text("z")
        assert sweep(tmp_path) == 2
        assert file.exists()
        assert folder.exists()
        assert not old.exists()
        assert not half_made.exists()
    assert kept.read_text() == "y"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "x.json"]

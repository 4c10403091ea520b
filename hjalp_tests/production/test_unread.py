"""A file that cannot be read at all: its kommune stays as it was, the others go on, and what killed runs left is swept."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import pytest

from hjalp_pipeline.contracts import validation as contracts
from hjalp_pipeline.delivery.intake import Intake, Steps
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.production.inbox import delivery_reader, reading
from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.verification import verify
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


#: What a delivery passes on its way, and of which kommune its arguments tell.
STEPS: dict[str, tuple[Any, str, Callable[..., bool]]] = {
    "its form": (delivery_reader, "reading_of", lambda _opened, name, *_: name.komnr == "101"),
    "its duplicates": (delivery_reader, "drop_dubletter", lambda frame, _id: frame.height == 5),
    "its contract": (contracts, "require", lambda _frame, _contract, where: "/101_" in where),
    "its verdict": (delivery_reader, "verdict_of", lambda intake: intake.records == 5),
    "its receipt": (reading, "write_receipt", lambda _root, found, *_, **__: found.name.komnr == "101"),
}


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "fault",
    [KeyError, pl.exceptions.PanicException, RecursionError, MemoryError],
)
def test_whatever_nobody_foresaw_at_a_delivery_keeps_nobody_else_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: type[BaseException]
) -> None:
    root = write_world(tmp_path)
    run(root)
    before = Lake(root).raw(KVARTAL, "101")
    deliver(root, delivery("101", 5, day=9), delivery("540", 6, day=9))
    module, name, of_101 = STEPS[step]
    really = getattr(module, name)

    def fails(*given: Any, **named: Any) -> Any:
        if of_101(*given, **named):
            raise fault("0101011234")
        return really(*given, **named)

    with monkeypatch.context() as broken:
        broken.setattr(module, name, fails)
        raw, _quarter = run(root)
    assert "101_nexus_20250109T081500.csv" in raw.unread
    for filename, why in raw.unread.items():
        assert filename.startswith("101_")
        assert re.search(rf"{fault.__name__} at .*test_unread\.py:\d+ fails \(message withheld", why)
        assert "0101011234" not in why
    assert raw.changed == ["540"]
    assert Lake(root).raw(KVARTAL, "101") == before
    assert {row.komnr: row.status for row in gate(root, KVARTAL)}["101"] == "stale"
    raw, _quarter = run(root)
    assert (raw.unread, raw.changed) == ({}, ["101"])


@pytest.mark.slow
@pytest.mark.parametrize("spoilt", ["folder", "deep", "half a character"])
def test_one_verdict_that_cannot_be_read_keeps_nobody_else_waiting(tmp_path: Path, spoilt: str) -> None:
    root = write_world(tmp_path)
    run(root)
    lake = Lake(root)
    raw = lake.raw(KVARTAL, "101")
    assert raw is not None
    path = lake.verdict_path(raw.deliveries[0].key)
    path.unlink()
    if spoilt == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"[" * 100_000 if spoilt == "deep" else b'{"status": "\\ud800"}')
    assert {row.komnr: row.needs for row in gate(root, KVARTAL) if row.needs} == {"101": "raw"}
    assert any(lake.relative(path) in fault for fault in verify(root).faults)
    deliver(root, delivery("540", 6, day=9))
    done, _quarter = run(root)
    assert done.changed == ["540"]
    assert list(done.unread) == (["101_nexus_20250102T081500.csv"] if spoilt == "folder" else [])
    if spoilt == "folder":
        assert "it is a folder" in done.unread["101_nexus_20250102T081500.csv"]
        assert Lake(root).raw(KVARTAL, "101") == raw


@pytest.mark.slow
def test_a_folder_where_raw_data_should_stand_costs_its_kommune_alone(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    path = next(root.lake.glob(f"raw/*/{KVARTAL}/101.json"))
    path.unlink()
    path.mkdir()
    deliver(root, delivery("540", 6, day=9))
    done, quarter = run(root)
    assert (done.changed, quarter.chain.computed) == (["540"], ["540"])
    assert done.unread == {"101_nexus_20250102T081500.csv": f"lake/{Lake(root).relative(path)}: it is a folder"}


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

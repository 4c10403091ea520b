"""A receipt that is none is as one that is not there: it costs no page anything."""

import json
from pathlib import Path
from typing import Any

import pytest

from hjalp_pipeline.portal.receipts_read import receipt_at

GOOD: dict[str, Any] = {
    "status": "accepted",
    "code": None,
    "kvartal": "2024K4",
    "filename": "101_nexus_20250102T081500.csv",
    "records": 3,
    "bad_records": 0,
    "sha256": "x",
}


def test_a_receipt_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(GOOD))
    assert receipt_at(path) == GOOD


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("value", [7.5, ["x"], {}])
def test_what_is_of_another_type_is_none(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({**GOOD, name: value}))
    assert receipt_at(path) is None
    path.write_text(json.dumps({key: one for key, one in GOOD.items() if key != name}))
    assert receipt_at(path) is None


@pytest.mark.parametrize("content", [b"[" * 100_000, b"[1]", b"{", b"\xff"])
def test_what_is_no_object_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    assert receipt_at(path) is None

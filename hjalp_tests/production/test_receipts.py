"""Receipts say what is true of the kommune's deliveries when they are written."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.sealed import SEAL
from hjalp_tests.production.world import KVARTAL, changing_system, deliver, delivery, loan, run, write_world


def _receipt(root: DataRoot, komnr: str, day: int) -> dict[str, Any]:
    path = root.receipts / KVARTAL / f"{komnr}_nexus_202501{day:02d}T081500.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def _faulty(komnr: str, day: int) -> Any:
    return delivery(komnr, [loan(komnr, n, hminr="x") for n in range(5)], day=day)


@pytest.mark.slow
def test_a_rejected_delivery_is_told_what_stands(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    for file in (root.inbox / KVARTAL).glob("540_*"):
        file.unlink()
    deliver(root, _faulty("540", 3))
    run(root)
    assert _receipt(root, "540", 3)["in_force"] is None
    deliver(root, delivery("540", 8, day=5), _faulty("540", 6))
    run(root)
    assert _receipt(root, "540", 5)["in_force"] == "540_nexus_20250105T081500.csv"
    assert _receipt(root, "540", 6)["in_force"] == "540_nexus_20250105T081500.csv"
    page = (root.receipts / KVARTAL / "540_nexus_20250106T081500.html").read_text()
    assert "540_nexus_20250105T081500.csv</code> gælder fortsat" in page


@pytest.mark.slow
def test_deadline_with_and_without_extension(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    (root.codelists / "extensions.csv").write_text(
        "komnr;quarter;new_deadline;reason\n540;2024K4;2025-02-01;sygdom\n", encoding="utf-8"
    )
    run(root)
    assert _receipt(root, "540", 2)["deadline"] == "2025-02-01"
    assert _receipt(root, "101", 2)["deadline"] == "2025-01-14"
    assert "Danmarks Statistik" in _receipt(root, "101", 2)["contact"]


@pytest.mark.slow
def test_far_fewer_records_than_the_delivery_before(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    deliver(root, delivery("540", 40, day=3), delivery("540", 29, day=4), delivery("540", 28, day=5))
    run(root)
    assert _receipt(root, "540", 3)["remarks"] == []
    assert _receipt(root, "540", 4)["remarks"] == [{"code": "FAERRE_POSTER", "count": 11}]
    assert _receipt(root, "540", 5)["remarks"] == []


@pytest.mark.slow
def test_a_receipt_that_was_changed_is_named_and_written_again(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    path = root.receipts / KVARTAL / "540_nexus_20250102T081500.json"
    page, told = path.with_suffix(".html"), json.loads(path.read_bytes())
    for changed, content in (
        (path, path.read_bytes().replace(b'"records": 30', b'"records": 31')),
        (path, path.read_bytes()[:50]),
        (page, page.read_bytes().replace(b"30", b"31", 1)),
        (page, b""),
    ):
        changed.write_bytes(content)
        assert verify(root).faults == [f"receipts/{KVARTAL}/{changed.name} is not as it was written"]
        run(root)
        assert verify(root).faults == []
        again = json.loads(path.read_bytes())
        assert {**again, "read_at": 0, SEAL: 0, "page_sha256": 0} == {**told, "read_at": 0, SEAL: 0, "page_sha256": 0}
    page.unlink()
    run(root)
    assert page.is_file()


def test_a_receipt_of_an_earlier_version_stays_as_it_is(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    path = root.receipts / KVARTAL / "540_nexus_20250102T081500.json"
    told = json.loads(path.read_bytes())
    path.write_text(json.dumps({name: value for name, value in told.items() if name not in (SEAL, "page_sha256")}))
    before = path.read_bytes()
    run(root)
    assert path.read_bytes() == before
    assert verify(root).faults == []


def test_receipts_stay_true_when_another_delivery_comes_into_force(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    for file in (root.inbox / KVARTAL).glob("540_*"):
        file.unlink()
    deliver(root, _faulty("540", 3), delivery("540", 8, day=5))  # the first is read before the second is known
    run(root)
    first = _receipt(root, "540", 3)
    assert first["in_force"] == "540_nexus_20250105T081500.csv"
    page = (root.receipts / KVARTAL / "540_nexus_20250103T081500.html").read_text()
    assert "540_nexus_20250105T081500.csv</code> er modtaget senere og gælder for kvartalet" in page
    assert "endnu ingen" not in page
    standing = _receipt(root, "540", 5)
    deliver(root, delivery("540", 9, day=6))
    run(root)
    again = {"in_force": "540_nexus_20250106T081500.csv", SEAL: 0, "page_sha256": 0}
    for day, before in ((3, first), (5, standing)):
        assert {**_receipt(root, "540", day), SEAL: 0, "page_sha256": 0} == {**before, **again}
    assert verify(root).faults == []
    assert "modtaget senere" in (root.receipts / KVARTAL / "540_nexus_20250105T081500.html").read_text()


@pytest.mark.slow
def test_nothing_is_said_of_other_quarters_or_systems(tmp_path: Path) -> None:
    """A delivery of the quarter before, carried forward or not, is not in force for this one."""
    root = write_world(tmp_path, changing_system("yes"))
    for file in (root.inbox / KVARTAL).glob("540_*"):
        file.unlink()
    deliver(root, _faulty("540", 3))
    run(root)
    assert _receipt(root, "540", 3)["in_force"] is None
    carried = json.loads((root.receipts / "2024K3" / "540_gammel_20241005T081500.json").read_text())
    assert carried["in_force"] == "540_gammel_20241005T081500.csv"


@pytest.mark.slow
def test_a_name_from_the_future_is_told(tmp_path: Path) -> None:
    """It would stay in force whatever is sent after it."""
    root = write_world(tmp_path)
    deliver(root, delivery("540", 40, received="99990105T081500"), delivery("540", 40, day=4))
    run(root)
    told = json.loads((root.receipts / KVARTAL / "540_nexus_99990105T081500.json").read_text())
    assert {"code": "MODTAGET_FREMTID", "count": 40} in told["remarks"]
    assert _receipt(root, "540", 4)["remarks"] == []


def test_a_name_that_is_long_or_like_a_cpr_number_is_told_by_what_the_file_holds(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    for name in ("x" * 200, "y" * 201, "0101609001"):
        (root.inbox / KVARTAL / f"{name}.csv").write_text(name)
    refresh_raw(root, KVARTAL)
    shown = {path.stem for path in (root.receipts / KVARTAL).glob("[0xy]*.json")}
    digests = [hashlib.sha256(name.encode()).hexdigest()[:8] for name in ("y" * 201, "0101609001")]
    assert shown == {"x" * 200, f"{'y' * 100}_{digests[0]}", f"xxxxxx-xxxx_{digests[1]}"}


def test_a_long_name_is_cut_by_its_bytes(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    (root.inbox / KVARTAL / f"{'€' * 82}.csv").write_text("x")
    assert refresh_raw(root, KVARTAL).unread == {}
    (shown,) = (path.stem for path in (root.receipts / KVARTAL).glob("€*.json"))
    assert shown == f"{'€' * 66}_{hashlib.sha256(b'x').hexdigest()[:8]}"


@pytest.mark.slow
@pytest.mark.parametrize("again", [False, True])
def test_a_receipt_that_cannot_be_written_costs_its_kommune_alone(tmp_path: Path, *, again: bool) -> None:
    root = write_world(tmp_path)
    where = root.receipts / KVARTAL / "101_nexus_20250102T081500.json"
    if again:  # it is only told again that another is in force now
        run(root)
        deliver(root, delivery("101", 3, day=9))
        where.unlink()
    deliver(root, delivery("540", 6, day=9))
    where.mkdir(parents=True)
    done, _quarter = run(root)
    assert done.unread == {
        "101_nexus_20250102T081500.csv": f"its receipt: receipts/{KVARTAL}/{where.name}: it is a folder"
    }
    assert "540" in done.changed
    assert "101" not in done.changed


def test_files_that_share_a_name_share_no_receipt(tmp_path: Path) -> None:
    """The one a known sender sends has the name without extension."""
    root = write_world(tmp_path)
    for name in ("540_nexus_20250102T081500.txt", "brev.csv", "brev.txt", "note.txt"):
        (root.inbox / KVARTAL / name).write_text(name)
    refresh_raw(root, KVARTAL)
    assert {path.stem for path in (root.receipts / KVARTAL).glob("[5bn]*.json")} == {
        "540_nexus_20250102T081500",
        "540_nexus_20250102T081500.txt",
        "brev.csv",
        "brev.txt",
        "note",
    }

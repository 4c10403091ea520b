"""An order is read with all its faults at once; what was delivered stands whole, for its owner alone, with a line in the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hjalp_pipeline.production.orders.delivered_csv import as_delivered, hidden_in
from hjalp_pipeline.production.orders.delivered_orders import delivered_orders
from hjalp_pipeline.production.orders.order_file import OrderError, parse_order
from hjalp_pipeline.production.orders.order_ledger import (
    enter,
    read_ledger,
    write_order,
)
from hjalp_pipeline.production.orders.order_making import make_table
from hjalp_pipeline.statistics.hjalp.microdata.ordered_loans import ORDERED
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.orders.order_country import order, some_loans, table
from hjalp_tests.production.world import write_world

NOW = datetime(2025, 11, 20, 9, tzinfo=UTC)
GOOD = b"""id = "k-1"
release = "2024v1"
customer = "Kunde; med semikolon"
purpose = "Et projekt"
ordered_at = 2025-11-20
counts = "udl\xc3\xa5n"
dimensions = ["KOMNR_STATBANK", "KOEN"]
[population]
HMIISO_KLASSE = ["12"]
"""
TABLE = b"\xef\xbb\xbfKOMNR_STATBANK;KOEN;TID;INDHOLD\r\n000;0;2024;9\r\n000;1;2024;..\r\n000;2;2024;0\r\n"


def test_every_fault_of_an_order_is_told_with_file_and_key() -> None:
    wrong = GOOD.replace(b'"k-1"', b'"K 1"').replace(b'"udl\xc3\xa5n"', b'"euro"').replace(b'"KOEN"', b'"PNR"')
    wrong = wrong.replace(b'["12"]', b'["12", "99"]').replace(b"2025-11-20", b'"i dag"') + b"\n[more]\n"
    with pytest.raises(OrderError) as told:
        parse_order("my.toml", wrong, ORDERED)
    lines = str(told.value).splitlines()
    assert {line.split(":")[0] for line in lines} == {
        f"my.toml, {key}" for key in ("id", "counts", "dimensions", "population", "ordered_at", "more")
    }
    assert "'PNR' is none of KOMNR_STATBANK, KOEN" in str(told.value)
    assert "not one: '99'" in str(told.value)


@pytest.mark.parametrize(
    "content",
    [b"\xff", b"id = ", b"", GOOD.replace(b'["KOMNR_STATBANK", "KOEN"]', b"[]")],
    ids=["utf8", "toml", "empty", "none"],
)
def test_what_is_no_order_is_told(content: bytes) -> None:
    with pytest.raises(OrderError, match=r"my\.toml"):
        parse_order("my.toml", content, ORDERED)


def delivered(root: DataRoot) -> Path:
    """An order that stands, with its line."""
    asked = parse_order("o.toml", GOOD, ORDERED)
    folder = write_order(root, asked, GOOD, TABLE, "Beskyttet.\n")
    enter(root, asked, NOW)
    return folder


def test_an_order_stands_for_its_owner_alone_with_one_line(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    folder = delivered(root)
    assert {path.name for path in folder.iterdir()} == {"order.toml", "table.csv", "protection.txt"}
    for path in (root.folder / "orders").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
    made = make_table(root, "again.toml", GOOD, NOW)
    assert (made.stood, made.cells, made.hidden) == (True, 2, 1)
    assert (folder / "table.csv").read_bytes() == TABLE
    (row,) = read_ledger(root)
    assert (row.id, row.customer, row.release) == ("k-1", "Kunde; med semikolon", "2024v1")


def test_another_order_of_the_same_id_is_refused(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    delivered(root)
    with pytest.raises(OrderError, match="id: another order was delivered as k-1"):
        make_table(root, "other.toml", GOOD.replace(b'"KOEN"', b'"ALDER"'), NOW)
    assert len(read_ledger(root)) == 1


def test_a_run_killed_between_folder_and_ledger_is_made_up_for(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    write_order(root, parse_order("o.toml", GOOD, ORDERED), GOOD, TABLE, "Beskyttet.\n")
    assert len(delivered_orders(root, ORDERED)) == 1  # it counts as delivered
    assert make_table(root, "again.toml", GOOD, NOW).stood
    assert [row.id for row in read_ledger(root)] == ["k-1"]


def test_a_run_killed_while_it_writes_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, asked = DataRoot(tmp_path), parse_order("o.toml", GOOD, ORDERED)

    def killed(_path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hjalp_pipeline.production.orders.order_ledger.sync", killed)
    with pytest.raises(KeyboardInterrupt):
        write_order(root, asked, GOOD, TABLE, "Beskyttet.\n")
    assert delivered_orders(root, ORDERED) == []
    assert list((root.folder / "orders").iterdir()) == []


@pytest.mark.parametrize("name", ["order.toml", "table.csv"])
def test_nothing_is_made_beside_an_order_that_is_not_as_it_was_delivered(tmp_path: Path, name: str) -> None:
    root = DataRoot(tmp_path)
    folder = delivered(root)
    (folder / name).write_bytes((folder / name).read_bytes() + b"\n")
    with pytest.raises(OrderError, match=f"orders/k-1/{name} is not as it was delivered"):
        make_table(root, "next.toml", GOOD.replace(b"k-1", b"k-2"), NOW)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    with pytest.raises(OrderError, match=r"orders/k-1: is in orders/ledger.csv and not there"):
        make_table(root, "next.toml", GOOD.replace(b"k-1", b"k-2"), NOW)


def test_an_order_of_a_release_that_does_not_stand_or_of_another_statistic_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OrderError, match=r"o.toml, release: 2024v1 is not a release that stands"):
        make_table(DataRoot(tmp_path), "o.toml", GOOD, NOW)
    with pytest.raises(OrderError, match=r"o.toml: tables are not made to order from hand"):
        make_table(DataRoot(tmp_path, "hand"), "o.toml", GOOD, NOW)


def test_a_release_that_waits_for_its_day_gives_no_table(tmp_path: Path) -> None:
    """Its publish_at has come, and it is closed."""
    root = write_world(tmp_path)
    folder = root.releases / "2024v1"
    folder.mkdir(mode=0o700)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    root.file("codelists/calendar.csv").write_text(
        "release;date;confirmed;number\n2024v1;2025-06-24;nej;\n", encoding="utf-8"
    )
    with pytest.raises(OrderError, match="2024v1 is not out yet"):
        make_table(root, "o.toml", GOOD, NOW)


def test_a_table_is_read_again_as_it_was_delivered() -> None:
    loans = some_loans(1, 40)
    asked = order('counts = "udlån"\ndimensions = ["HMIISO_KLASSE", "KOMNR_STATBANK"]')
    made = table(asked, loans)
    mask = frozenset({("101", "12"), ("000", "04")})
    content = as_delivered(asked, [(made, mask)])
    assert hidden_in(asked, ORDERED, content, 2024) == mask
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "HMIISO_KLASSE;KOMNR_STATBANK;TID;INDHOLD"
    assert f"TOT;101;2024;{sum(loan[0] == '101' for loan in loans)}" in lines
    assert "12;101;2024;.." in lines

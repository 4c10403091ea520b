"""What is wrong with delivered tables and finished articles is named by `hjalp verify` and `hjalp check`; nothing removes them."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.data_root.checking import check
from hjalp_pipeline.production.orders.order_making import make_table
from hjalp_pipeline.production.retention import removals
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.orders.test_order_files import GOOD, NOW, TABLE, delivered
from hjalp_tests.production.world import write_world


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """A small office with a release by name, and a table delivered from it."""
    root = write_world(tmp_path)
    folder = root.releases / "2024v1"
    folder.mkdir(mode=0o700)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    delivered(root)
    return root


def of_orders(root: DataRoot) -> list[str]:
    """What `hjalp verify` says of orders; `hjalp check` says the same but for who may read them."""
    found = [what for what in verify(root).faults if what.startswith("orders")]
    told = [one.what for one in check(root).wrong if one.what.startswith("orders")]
    assert told == [what for what in found if "is open to others" not in what]
    return found


def test_what_stands_as_it_was_delivered_is_no_fault(root: DataRoot) -> None:
    assert of_orders(root) == []
    assert [note for note in verify(root).notes if "orders" in note] == []


@pytest.mark.parametrize(
    ("name", "spoil", "why"),
    [
        ("k-1/table.csv", b"000;0;2024;8\n", "orders/k-1/table.csv is not as it was delivered"),
        ("k-1/order.toml", GOOD.replace(b'["12"]', b'["22"]'), "orders/k-1/order.toml is not as it was delivered"),
        ("k-1/protection.txt", None, "orders/k-1/protection.txt is missing"),
        ("k-1/table.csv", None, "orders/k-1/table.csv is missing"),
        ("ledger.csv", b"\xff", "orders/ledger.csv: not UTF-8"),
        ("ledger.csv", b"id;customer\n", "orders/ledger.csv"),
        (
            "ledger.csv",
            b"delivered_at;id;customer;purpose;release;order_sha256;table_sha256\nnow;K 1;K;;x;0;0\n",
            "orders/ledger.csv, line 2: delivered_at",
        ),
    ],
)
def test_what_is_changed_is_named_by_file_key_and_rule(
    root: DataRoot, name: str, spoil: bytes | None, why: str
) -> None:
    path = root.orders / name
    if spoil is None:
        path.unlink()
    else:
        path.write_bytes(spoil)
    found = of_orders(root)
    assert any(what.startswith(why) for what in found), found


def test_an_order_that_is_gone_or_whose_release_is_gone_is_named(root: DataRoot) -> None:
    for path in (root.orders / "k-1").iterdir():
        path.unlink()
    (root.orders / "k-1").rmdir()
    assert of_orders(root) == ["orders/k-1: is in orders/ledger.csv and not there"]
    (root.orders / "ledger.csv").unlink()
    delivered(root)
    (root.releases / "2024v1" / "manifest.json").unlink()
    assert of_orders(root) == ["orders/k-1/order.toml, release: 2024v1, whose records it counts, does not stand"]


def test_an_order_under_another_name_and_one_without_its_line(root: DataRoot) -> None:
    (root.orders / "k-1").rename(root.orders / "k-2")
    (root.orders / "ledger.csv").unlink()
    assert of_orders(root) == ["orders/k-2/order.toml, id: must be the name of its folder, not k-1"]
    (root.orders / "k-2").rename(root.orders / "k-1")
    assert of_orders_unlisted(root)
    assert make_table(root, "again.toml", GOOD, NOW).stood
    assert of_orders(root) == []


def of_orders_unlisted(root: DataRoot) -> bool:
    (note,) = (note for note in verify(root).notes if note.startswith("orders/k-1"))
    (wrong,) = (one for one in check(root).wrong if one.what.startswith("orders/k-1"))
    return note == wrong.what and "has no line in orders/ledger.csv" in note


def test_orders_that_others_may_read_are_named(root: DataRoot) -> None:
    (root.orders / "k-1" / "table.csv").chmod(0o644)
    assert of_orders(root) == ["orders/k-1/table.csv is open to others (0644)"]


def test_the_command_says_it(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(root.path))
    (root.orders / "k-1" / "table.csv").write_bytes(TABLE + b"\n")
    assert main(["verify"]) == 1
    assert "orders/k-1/table.csv is not as it was delivered" in capsys.readouterr().err.replace("\n", " ")


def test_a_statistic_without_tables_to_order_reads_none(tmp_path: Path) -> None:
    root = DataRoot(tmp_path, "hand")
    root.orders.mkdir(parents=True)
    (wrong,) = check(root).wrong
    assert wrong.what == "orders/ is not read: tables are not made to order from hand"


def test_articles_that_are_not_shown_are_named(root: DataRoot) -> None:
    root.articles.mkdir()
    (root.articles / "README").touch()
    (root.articles / "2024v1_da.html").write_text("<p>Flere lån</p>", encoding="utf-8")
    assert [one.what for one in check(root).wrong if one.what.startswith("articles")] == []
    (root.articles / "2024v1_en.html").write_text("<script>", encoding="utf-8")
    (root.articles / "2024v9_da.html").touch()
    found = [one.what for one in check(root).wrong if one.what.startswith("articles")]
    assert [what.split(" ")[0] for what in found] == ["articles/2024v9_da.html", "articles/2024v1_en.html"]


def test_nothing_of_them_is_removed_however_old(root: DataRoot) -> None:
    root.articles.mkdir()
    (root.articles / "2024v1_da.html").touch()
    for path in (*root.orders.rglob("*"), *root.articles.rglob("*")):
        os.utime(path, (0, 0))
    gone = [root.name(one.path) for one in removals(root, date(2099, 1, 1))]
    assert not [name for name in gone if name.startswith(("orders", "articles"))]

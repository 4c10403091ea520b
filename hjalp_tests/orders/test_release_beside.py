"""A release waits when it tells more beside tables delivered to order of its years than alone (issue 20)."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hjalp_pipeline.production.orders import release_beside
from hjalp_pipeline.production.orders.counted_records import counted_records
from hjalp_pipeline.production.orders.delivered_csv import as_delivered
from hjalp_pipeline.production.orders.order_file import parse_order
from hjalp_pipeline.production.orders.order_known import protected_of
from hjalp_pipeline.production.orders.order_ledger import TABLE, enter, write_order
from hjalp_pipeline.production.orders.order_making import make_table
from hjalp_pipeline.production.orders.order_table import OrderCell, OrderTable
from hjalp_pipeline.production.orders.release_beside import BesideOrders, telling
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.pattern import find_pattern, readings
from hjalp_pipeline.production.release.pins import ReleaseRefused
from hjalp_pipeline.production.release.year_figures import Figures, YearFigures
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.statistics.hjalp.microdata.ordered_loans import ORDERED
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.naive.device_types import device_tables
from hjalp_tests.orders.order_country import YEAR, Loan, order, published, rows, some_loans, table
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import first_release, write_world

EVERY = STATISTIC.every
NOW = datetime(2025, 11, 20, 9, tzinfo=UTC)
BY_KOMMUNE = b"""id = "k-1"
release = "2024v1"
customer = "K"
purpose = "P"
ordered_at = 2025-11-20
counts = "udl\xc3\xa5n"
dimensions = ["KOMNR_STATBANK", "HMIISO_KLASSE"]
"""


def hiding(figures: YearFigures, before: Sequence[YearFigures] = ()) -> YearFigures:
    """Figures with what they have to hide."""
    return replace(figures, hidden=find_pattern(readings(EVERY, YEAR, [*before, figures]), 20_000).mask)


def with_types(loans: list[Loan]) -> YearFigures:
    """What a later release shows of the same loans: types of devices too."""
    records = [
        {"pnr": person, "komnr_statbank": area, "hminr": "1", "hmiiso": f"{of}03", "lov_navn_opret": "SEL_112"}
        for area, person, _, _, of in loans
    ]
    tables = dict(published(loans).tables)
    for name, cells in device_tables(records, YEAR, {loan[0] for loan in loans}).items():
        values = {key[:-1]: value for key, value in cells.items() if value is not None}
        tables[name.lower()] = Figures(values, {key: values[*key[:-1], "PERS"] for key in values})
    return replace(published(loans), release="2024v2", tables=tables)


@pytest.mark.slow
def test_a_table_of_types_that_comes_later_is_tried_beside_what_was_delivered() -> None:
    """The order stood when HJALP5 came, or HJALP5 stood when the order came: both are sums of the same groups."""
    loans = some_loans(6, 30)
    first, asked = hiding(published(loans)), 'counts = "udlån"\ndimensions = ["KOMNR_STATBANK", "HMIISO_KLASSE"]'
    new = table(order(asked), loans)
    made = replace(new, hidden=protected_of(EVERY, [first], new, []))
    later = hiding(with_types(loans), [first])
    records = dict.fromkeys(("2024v1", "2024v2"), rows(loans))
    assert telling(EVERY, [first, later], [made], records, YEAR) == {"a"}
    same = replace(published(loans), release="2024v2", hidden=first.hidden)
    assert telling(EVERY, [first, same], [made], records, YEAR) == set()
    hidden = protected_of(EVERY, [first, later], new, [], records)
    assert telling(EVERY, [first, later], [replace(new, hidden=hidden)], records, YEAR) == set()


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """2024v1 with a table delivered from it, and 2024v2 defined. Nothing is changed in it."""
    root = write_world(tmp_path_factory.mktemp("ordered"))
    first_release(root)
    make_table(root, "o.toml", BY_KOMMUNE, NOW)
    add_v2(root)
    return root


@pytest.fixture
def root(ordered: DataRoot, tmp_path: Path) -> DataRoot:
    return DataRoot(shutil.copytree(ordered.path, tmp_path / "root"))


def refused(root: DataRoot) -> str:
    with pytest.raises(ReleaseRefused) as told:
        make_release(root, "2024v2", NOW)
    assert not (root.releases / "2024v2").exists()
    return "\n".join(told.value.reasons)


def show_everything(root: DataRoot) -> None:
    """Deliver a table that hides nothing, as no version of the program would."""
    content = BY_KOMMUNE.replace(b"k-1", b"k-2").replace(b'"HMIISO_KLASSE"', b'"LOV_NAVN_OPRET", "ALDER"')
    asked, records = parse_order("o.toml", content, ORDERED), counted_records(root, ORDERED, "2024v1")
    shown = [(OrderTable(asked, ORDERED, year, *of_year), frozenset[OrderCell]()) for year, of_year in records.items()]
    write_order(root, asked, content, as_delivered(asked, shown), "P\n")
    enter(root, asked, NOW)


@pytest.mark.slow
def test_a_release_that_tells_no_more_beside_an_order_is_made_and_says_so(root: DataRoot) -> None:
    said: list[str] = []
    assert make_release(root, "2024v2", NOW, say=said.append).made
    assert "tried beside tables delivered to order: 1" in said
    assert not make_release(root, "2024v2", NOW).made


@pytest.mark.slow
def test_one_that_tells_more_waits_for_a_person(root: DataRoot) -> None:
    show_everything(root)
    assert "k-2, in orders/" in refused(root)
    add_v2(root, accept_orders="2")
    assert "accept_orders = 1 in releases/2024v2.toml" in refused(root)
    add_v2(root, accept_orders="1")
    assert make_release(root, "2024v2", NOW).made


@pytest.mark.slow
def test_it_waits_too_when_nobody_can_tell_and_when_a_table_came_meanwhile(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("hjalp_pipeline.production.release.making.beside_orders", lambda *_: BesideOrders())
        assert refused(root) == "orders/: a table was delivered since the making of the release began: make it again"
    add_v2(root, accept_orders="1")
    assert "there is none" in refused(root)
    (root.orders / "k-1" / TABLE).unlink()
    assert refused(root) == "orders/k-1/table.csv is missing"
    assert release_beside.orders_of(DataRoot(root.path, "hand"), "2024v2") == ()

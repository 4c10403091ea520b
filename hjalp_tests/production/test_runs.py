"""What holds of running: twice is once, only what is new is computed, what stands is what the inbox says."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter, unbalanced
from hjalp_pipeline.production.quarter.quarter_tables import suppressed_of_quarter, tables_of_quarter
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.storage.files import read_json
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.sealed import SEAL
from hjalp_tests.countries import Country, countries, write_country
from hjalp_tests.countries.model import Record
from hjalp_tests.production.world import (
    KVARTAL,
    break_the_contract,
    changing_system,
    country,
    deliver,
    delivery,
    hashes,
    loan,
    results,
    run,
    write_world,
)


def status_of(root: DataRoot, komnr: str) -> str:
    return next(row.status for row in gate(root, KVARTAL) if row.komnr == komnr)


def test_running_twice_changes_no_byte_and_computes_nothing(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    raw, quarter = run(root)
    assert raw.changed == quarter.chain.computed == ["101", "155", "540"]
    make_release(root, "2024v1")
    before = hashes(tmp_path)
    raw, quarter = run(root)
    assert not raw.changed
    assert not raw.gone
    assert not quarter.chain.computed
    assert not make_release(root, "2024v1").made
    assert hashes(tmp_path) == before


@pytest.mark.parametrize("torn", ['{"broken', "", "[]", "{}", "\udcff"])
def test_a_torn_receipt_is_written_anew_and_keeps_nobody_waiting(tmp_path: Path, torn: str) -> None:
    root = write_world(tmp_path)
    refresh_raw(root, KVARTAL)
    path = root.receipts / KVARTAL / "540_nexus_20250102T081500.json"
    whole = read_json(path)
    path.write_text(torn, encoding="utf-8", errors="surrogateescape")
    again = refresh_raw(root, KVARTAL)
    assert (again.changed, again.unread) == ([], {})
    when = {"read_at": None, SEAL: None}
    assert read_json(path) | when == whole | when


def test_every_step_of_every_kommune_balances(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    _, quarter = run(root)
    records = {"101": 20, "155": 12, "540": 30}
    assert unbalanced(root.declared.rulebook.steps, quarter.ledger, records) == []
    assert unbalanced(root.declared.rulebook.steps, quarter.ledger, {**records, "155": 13}) == ["155 leverance"]


def shuffled(records: list[Record], seed: int) -> list[Record]:
    """Another order, but rows of one udlaan_id in theirs: of those the last one counts."""
    places: dict[str | None, list[int]] = defaultdict(list)
    order = list(range(len(records)))
    random.Random(seed).shuffle(order)
    for place in order:
        places[records[place]["udlaan_id"]].append(place)
    queues = {identity: iter(sorted(found)) for identity, found in places.items()}
    return [records[next(queues[records[place]["udlaan_id"]])] for place in order]


@pytest.mark.slow
@settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(made=countries(), seed=st.integers(0, 1000))
def test_the_order_of_rows_in_a_delivery_changes_no_figure(made: Country, seed: int) -> None:
    other = replace(made, deliveries=[replace(d, records=shuffled(d.records, seed)) for d in made.deliveries])
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for name, land in (("one", made), ("other", other)):
            write_country(Path(folder) / name, land)
            root = DataRoot(Path(folder) / name)
            for kvartal in made.kvartaler:
                run(root, kvartal)
            found.append({kvartal: results(root, kvartal) for kvartal in made.kvartaler})
        assert found[0] == found[1]


@pytest.mark.slow
def test_the_order_of_rows_does_not_change_the_microdata(tmp_path: Path) -> None:
    made = country()
    other = replace(made, deliveries=[replace(d, records=shuffled(d.records, 5)) for d in made.deliveries])
    published = []
    for name, land in (("one", made), ("other", other)):
        root = write_world(tmp_path / name, land)
        run(root)
        published.append(make_release(root, "2024v1").manifest.outputs)
    assert published[0] == published[1]


@pytest.mark.slow
def test_a_redelivery_computes_its_kommune_alone_and_gives_what_a_new_lake_gives(tmp_path: Path) -> None:
    root = write_world(tmp_path / "land")
    run(root)
    deliver(root, delivery("155", 15, day=9))
    raw, quarter = run(root)
    assert raw.changed == quarter.chain.computed == ["155"]
    make_release(root, "2024v1")

    afresh = write_world(tmp_path / "afresh")
    deliver(afresh, delivery("155", 15, day=9))
    run(afresh)
    make_release(afresh, "2024v1")
    assert results(root) == results(afresh)
    for name in ("HJALP1.csv", "HJALP2.csv", "HJALP3.csv", "microdata/GENHJALP.parquet", "manifest.json"):
        paths = [place.releases / "2024v1" / name for place in (root, afresh)]
        assert paths[0].read_bytes() == paths[1].read_bytes(), name


def test_a_rejected_redelivery_changes_nothing(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    before, lake = results(root), hashes(root.lake / "raw")
    deliver(root, delivery("540", 30, day=9, flaw="wrong_count"))
    raw, quarter = run(root)
    assert [d.verdict.code for d in raw.deliveries if not d.accepted] == ["ANTAL"]
    assert not raw.changed
    assert not quarter.chain.computed
    assert results(root) == before
    assert hashes(root.lake / "raw") == lake


def test_an_older_file_that_comes_late_changes_nothing(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    before = results(root)
    deliver(root, delivery("540", 3, day=1))
    raw, quarter = run(root)
    assert not raw.changed
    assert not quarter.chain.computed
    assert results(root) == before


@pytest.mark.slow
def test_a_removed_delivery_makes_the_kommune_missing(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    (root.inbox / KVARTAL / "155_nexus_20250102T081500.xml").unlink()
    raw, quarter = run(root)
    assert raw.gone == ["155"]
    assert not quarter.chain.computed
    assert status_of(root, "155") == "missing"
    assert set(quarter.ledger["komnr_indberetter"]) == {"101", "540"}
    afresh = write_world(tmp_path / "afresh", country(deliveries=[delivery("101", 20), delivery("540", 30)]))
    run(afresh)
    assert results(root) == results(afresh)


@pytest.mark.slow
def test_a_removed_newer_delivery_brings_the_one_before_it_back(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    before = results(root)
    (path,) = deliver(root, delivery("540", 4, day=9))
    run(root)
    assert results(root) != before
    path.unlink()
    _, quarter = run(root)
    assert results(root) == before
    assert not quarter.chain.computed  # it was computed before


@pytest.mark.slow
def test_a_system_that_was_left_is_carried_forward(tmp_path: Path) -> None:
    rows = {}
    for carry in ("yes", "no"):
        root = write_world(tmp_path / carry, changing_system(carry))
        _, quarter = run(root)
        lines = quarter.ledger.filter(pl.col("step") == "raw")
        rows[carry] = {reason: number for _, _, _, reason, number in lines.iter_rows()}
    assert rows == {"yes": {None: 11, "GENGANGER": 1}, "no": {None: 10}}


@pytest.mark.slow
def test_a_new_last_delivery_of_a_system_that_was_left_makes_later_quarters_stale(tmp_path: Path) -> None:
    root = write_world(tmp_path, changing_system("yes"))
    run(root)
    assert status_of(root, "540") == "delivered"
    deliver(root, delivery("540", [loan("540", 41)], system="gammel", kvartal="2024K3", received="20241108T081500"))
    assert status_of(root, "540") == "stale"
    raw, _ = run(root)
    assert raw.changed == ["540"]
    assert raw.partitions["540"].rows == 11
    assert status_of(root, "540") == "delivered"


@pytest.mark.slow
def test_a_broken_contract_keeps_the_old_result_and_updates_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_world(tmp_path)
    run(root)
    lake = Lake(root)
    before = lake.kommuner_of(KVARTAL)
    deliver(root, delivery("155", 14, day=9), delivery("540", 33, day=9))
    with monkeypatch.context() as broken:
        break_the_contract(broken, "155")
        _, quarter = run(root)
    assert list(quarter.chain.broken) == ["155"]
    fault = quarter.chain.broken["155"]
    assert fault.report.contract == "kommune_assigned"
    assert "komnr_statbank" in str(fault)
    assert "999" not in str(fault)
    assert quarter.chain.computed == ["540"]
    after = lake.kommuner_of(KVARTAL)
    assert after["155"] == before["155"]
    assert after["540"].records == 33
    gate_now = {row.komnr: row for row in gate(root, KVARTAL)}
    assert (gate_now["155"].status, gate_now["155"].needs) == ("stale", "chain")
    assert gate_now["540"].status == gate_now["101"].status == "delivered"

    _, quarter = run(root)  # the rule is right again
    assert quarter.chain.computed == ["155"]
    assert status_of(root, "155") == "delivered"


@pytest.mark.slow
def test_a_broken_contract_of_a_kommune_without_older_result_leaves_it_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_world(tmp_path)
    break_the_contract(monkeypatch, "155")
    _, quarter = run(root)
    assert list(quarter.chain.entries) == ["101", "540"]
    assert status_of(root, "155") == "stale"


@pytest.mark.slow
def test_limited_to_a_kommune_the_others_stay_as_they_are(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    deliver(root, delivery("155", 14, day=9), delivery("540", 33, day=9))
    raw = refresh_raw(root, KVARTAL, ["540"])
    quarter = refresh_quarter(root, KVARTAL)
    assert raw.changed == quarter.chain.computed == ["540"]
    needs = {row.komnr: row.needs for row in gate(root, KVARTAL) if row.newest_delivery}
    assert needs == {"101": None, "155": "raw", "540": "tables"}
    tables_of_quarter(root, KVARTAL)
    suppressed_of_quarter(root, KVARTAL)
    assert (status_of(root, "155"), status_of(root, "540")) == ("stale", "delivered")


@pytest.mark.slow
def test_a_newer_register_extract_is_used_by_the_next_run(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    shutil.copytree(root.registers / "2025-04-04", root.registers / "2025-10-03")
    dod = root.registers / "2025-10-03" / "dod.parquet"
    pl.read_parquet(dod).clear().write_parquet(dod)
    _, quarter = run(root)
    assert quarter.extract == "2025-10-03"
    assert quarter.chain.computed == ["101", "155", "540"]


def test_the_lake_holds_no_absolute_path(tmp_path: Path) -> None:
    root = write_world(tmp_path / "here")
    run(root)
    moved = DataRoot((tmp_path / "here").rename(tmp_path / "there"))
    _, quarter = run(moved)
    assert not quarter.chain.computed
    for path in moved.lake.rglob("*.json"):
        assert str(tmp_path) not in path.read_text(encoding="utf-8")

"""Shares of the kommuner, read and computed ahead of the run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.production.share import compute_share, read_share, share_of
from hjalp_pipeline.storage.files import is_locked
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.lake_version import open_lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import (
    KVARTAL,
    break_the_contract,
    deliver,
    delivery,
    hashes,
    run,
    write_world,
)

OF = 2


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 100)), st.integers(1, 9))
def test_every_name_is_in_exactly_one_share(weights: dict[str, int], of: int) -> None:
    shares = [share_of(weights, number, of) for number in range(of)]
    assert sorted(name for share in shares for name in share) == sorted(weights)


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 100), min_size=1), st.integers(1, 9))
def test_no_share_has_more_than_another_and_one_name(weights: dict[str, int], of: int) -> None:
    loads = [sum(weights[name] for name in share_of(weights, number, of)) for number in range(of)]
    assert max(loads) - min(loads) <= max(weights.values())


def written(root: DataRoot) -> dict[str, str]:
    """The lake but for what remembers times and inodes, and the register, which no share makes."""
    remembering = ("leverancer/index.json", "registers/")
    return {name: digest for name, digest in hashes(root.lake).items() if not name.startswith(remembering)}


def shares(root: DataRoot) -> list[int]:
    open_lake(root)
    return [read_share(root, KVARTAL, number, OF) for number in range(OF)]


@pytest.mark.slow
def test_a_run_after_shares_comes_to_the_same_bytes(tmp_path: Path) -> None:
    alone, shared = write_world(tmp_path / "alone"), write_world(tmp_path / "shared")
    for root in (alone, shared):
        deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    run(alone)
    assert sorted(shares(shared)) == [1, 3]
    assert not shared.receipts.exists()  # nobody is told before the run
    raw, _quarter = run(shared)
    assert raw.changed == ["101", "155", "540"]
    assert written(shared) == written(alone)
    assert sorted(hashes(shared.receipts)) == sorted(hashes(alone.receipts))  # each says when it was read


def test_the_chain_of_a_share_is_found_by_the_run(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    before = written(root)
    for path in root.lake.glob("kaede/*/*.json"):
        path.unlink()
    assert [compute_share(root, KVARTAL, number, OF) for number in range(OF)] == [1, 2]
    assert [compute_share(root, KVARTAL, number, OF) for number in range(OF)] == [0, 0]
    _raw, quarter = run(root)
    assert quarter.chain.computed == []
    assert written(root) == before


@pytest.mark.slow
def test_what_breaks_in_a_share_is_told_by_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path)
    shares(root)
    break_the_contract(monkeypatch, "155")
    _raw, quarter = run(root)
    assert sum(compute_share(root, KVARTAL, number, OF) for number in range(OF)) == 0
    assert sorted(quarter.chain.broken) == ["155"]
    assert sorted(quarter.chain.entries) == ["101", "540"]


def test_a_share_waits_for_a_run_and_not_for_another_share(tmp_path: Path) -> None:
    lake = Lake(write_world(tmp_path))
    with lake.lock(KVARTAL, shared=True), lake.lock(KVARTAL, shared=True):
        assert is_locked(lake.lock_path(KVARTAL))  # to whom it is not shared
    with lake.lock(KVARTAL):
        assert is_locked(lake.lock_path(KVARTAL))

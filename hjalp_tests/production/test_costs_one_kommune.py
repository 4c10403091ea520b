"""What goes wrong with one kommune, whatever it is, costs that kommune alone, and it is said."""

from __future__ import annotations

import errno
import os
import re
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.contracts.validation import ContractError, Report
from hjalp_pipeline.production.inbox import partitions, read_together, reading
from hjalp_pipeline.production.inbox.delivered import Delivery
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.inbox.together import Together
from hjalp_pipeline.production.quarter import chain_refresh
from hjalp_pipeline.production.quarter.chain_results import QuarterChain
from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter
from hjalp_pipeline.production.quarter.quarter_tables import tables_of_quarter
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.step import LedgerError
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.storage.codelists import read_collaborations
from hjalp_pipeline.storage.entries import ChainEntry, LedgerLine, RawPartition
from hjalp_pipeline.storage.files import write_parquet
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.loaded_once import LoadedOnce
from hjalp_pipeline.storage.registers import newest_extract, prepare
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers import how_many
from hjalp_pipeline.workers.pool import Lost
from hjalp_tests.production.test_killed import land
from hjalp_tests.production.world import KVARTAL, deliver, delivery, run, write_world


def read_or_die(
    shared: tuple[DataRoot, tuple[SystemRow, ...]], batch: list[read_together.Named]
) -> list[read_together.Outcome]:
    """As the program reads, but the process that reads 155 is killed, whatever else it was given."""
    if any(name is not None and name.komnr == "155" for _, name in batch):
        os.kill(os.getpid(), signal.SIGKILL)
    return read_together.read_some(shared, batch)


def compute_or_die(shared: tuple[QuarterChain, LoadedOnce], batch: chain_refresh.Raws) -> chain_refresh.Made:
    """As the program computes, but the process that computes 155 is killed, whatever else it was given."""
    if "155" in batch:
        os.kill(os.getpid(), signal.SIGKILL)
    return chain_refresh.compute_some(shared, batch)


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_its_kommune_and_it_is_said(
    tmp_path: Path, shared_out: pytest.MonkeyPatch
) -> None:
    root = land(tmp_path / "root")
    # Two batches to read, the one that is killed of two kommuner. Only all of it is worth other processes.
    size = sum(path.stat().st_size for path in (root.inbox / KVARTAL).iterdir())
    shared_out.setattr(read_together, "TOGETHER", size - 1)
    shared_out.setattr(how_many, "WORTH_IT", size)
    with shared_out.context() as patch:
        patch.setattr(reading, "read_some", read_or_die)
        done = refresh_raw(root, KVARTAL)
    assert sorted(done.partitions) == ["101", "540"]
    assert list(done.unread) == ["155_nexus_20250102T081500.xml"]
    assert "ended from outside" in done.unread["155_nexus_20250102T081500.xml"]
    # The same again, undisturbed, makes it whole.
    whole = refresh_raw(root, KVARTAL)
    assert sorted(whole.partitions) == ["101", "155", "540"]
    size = sum(Lake(root).file(raw.file).stat().st_size for raw in whole.partitions.values())
    shared_out.setattr(chain_refresh, "TOGETHER", size - 1)
    shared_out.setattr(how_many, "WORTH_IT", size * how_many.COMPRESSED)
    with shared_out.context() as patch:
        patch.setattr(chain_refresh, "compute_some", compute_or_die)
        quarter = refresh_quarter(root, KVARTAL)
    assert list(quarter.chain.lost) == ["155"]
    assert quarter.chain.computed == ["101", "540"]
    again = refresh_quarter(root, KVARTAL)
    assert (again.chain.computed, again.chain.lost) == (["155"], {})


def together_fails(*_arguments: object) -> None:
    raise KeyError("together")


def fails_at_101(fault: Callable[[str], BaseException]) -> Callable[..., ChainEntry]:
    """As the program computes a kommune, but at 101 something happens."""
    really = QuarterChain.compute

    def compute(chain: QuarterChain, komnr: str, raw: RawPartition, register: Register) -> ChainEntry:
        if komnr == "101":
            raise fault("0101011234")
        return really(chain, komnr, raw, register)

    return compute


@pytest.mark.slow
@pytest.mark.parametrize("fault", [KeyError, pl.exceptions.PanicException, MemoryError, OSError])
def test_what_nobody_foresaw_at_one_kommune_costs_no_other_its_place_in_the_quarter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    root = land(tmp_path / "root")
    refresh_raw(root, KVARTAL)
    with monkeypatch.context() as patch:
        patch.setattr(QuarterChain, "compute_together", together_fails)
        patch.setattr(QuarterChain, "compute", fails_at_101(fault))
        chain = refresh_quarter(root, KVARTAL).chain
    assert list(chain.lost) == ["101"]
    assert re.fullmatch(
        rf"{fault.__name__} at .*test_costs_one_kommune\.py:\d+ compute \(message withheld: .*\)", chain.lost["101"]
    )
    assert list(Lake(root).kommuner_of(KVARTAL)) == chain.computed == ["155", "540"]
    assert refresh_quarter(root, KVARTAL).chain.computed == ["101"], "the others were not tried"


@pytest.mark.slow
def test_a_full_disk_is_no_kommunes_and_costs_none_its_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = land(tmp_path / "root")
    refresh_raw(root, KVARTAL)
    with monkeypatch.context() as patch:
        patch.setattr(QuarterChain, "compute_together", together_fails)
        patch.setattr(QuarterChain, "compute", fails_at_101(lambda text: OSError(errno.ENOSPC, text)))
        with pytest.raises(OSError, match="0101011234"):
            refresh_quarter(root, KVARTAL)
    assert refresh_quarter(root, KVARTAL).chain.computed == ["101"], "the others were not tried"


def of_another_column(entry: ChainEntry, lake: Lake) -> ChainEntry:
    path = lake.file(entry.files["bestand"])
    write_parquet(path, pl.read_parquet(path).with_columns(mere=1))
    return replace(entry, sha256={**entry.sha256, "bestand": sha256(path)})


def of_a_file_that_is_gone(entry: ChainEntry, lake: Lake) -> ChainEntry:
    lake.file(entry.files["bestand"]).unlink()
    return entry


#: What a quarter may have stood on that cannot stand beside what is computed now, and what is said of it.
OLD: dict[str, Callable[[ChainEntry, Lake], ChainEntry]] = {
    "steps of another version": lambda entry, _: replace(entry, ledger=(LedgerLine("cpr_checked", None, 3),)),
    "the steps of another": lambda entry, _: replace(entry, remarks={**entry.remarks, "cpr_checked": {"X": 1}}),
    "steps of": lambda entry, _: replace(entry, rows={"cpr_checked": 3}),
    "files of another version": lambda entry, _: replace(entry, files={"old": entry.files["bestand"]}),
    "bestand has the columns of another version": of_another_column,
    "gone or not as it was written": of_a_file_that_is_gone,
    "": lambda entry, _: entry,
}


@pytest.mark.slow
@pytest.mark.parametrize("told", OLD)
def test_a_kommune_that_is_lost_keeps_its_earlier_result_only_where_it_can_be_used(tmp_path: Path, told: str) -> None:
    root = write_world(tmp_path)
    run(root)
    lake = Lake(root)
    before = lake.kommuner_of(KVARTAL)
    quarter = lake.quarter(KVARTAL)
    assert quarter is not None
    lake.save_quarter(KVARTAL, replace(quarter, kommuner={**before, "101": OLD[told](before["101"], lake)}))
    deliver(root, delivery("101", 5, day=9), delivery("540", 6, day=9))
    raw = refresh_raw(root, KVARTAL).partitions["101"]
    lake.file(raw.file).unlink()  # as when the disk gives it no more
    chain = refresh_quarter(root, KVARTAL).chain
    assert ": it is missing" in chain.lost["101"]
    assert told in chain.lost["101"]
    assert ("left out" in chain.lost["101"]) == bool(told)
    assert chain.computed == ["540"]
    found = Lake(root).kommuner_of(KVARTAL)
    assert found["540"] != before["540"]
    assert found.get("101") == (None if told else before["101"])
    tables_of_quarter(root, KVARTAL)


def test_rows_that_no_delivery_accounts_for_are_named_and_cost_no_other(tmp_path: Path) -> None:
    root = land(tmp_path / "root")
    found = refresh_raw(root, KVARTAL).partitions
    raws = {komnr: found[komnr] for komnr in ("155", "101")}
    (part,) = raws["155"].deliveries
    raws["155"] = replace(raws["155"], deliveries=(replace(part, rows=part.rows + 1),))
    chain = QuarterChain(Lake(root), KVARTAL, "any", read_collaborations(root))
    extract = prepare(root, newest_extract(root))
    register = LoadedOnce(root, extract.date)
    with pytest.raises(LedgerError, match="2024K4: the deliveries"):
        chain.compute_together(raws, register())
    made = chain_refresh.compute_some((chain, register), raws)
    assert made["155"] == Lost("2024K4 155: raw: 12 rows, but the deliveries account for 13")
    assert [komnr for komnr, raw in raws.items() if chain.stored(komnr, raw) is not None] == ["101"]


really_build = partitions._build


def build_or_break(
    shared: tuple[DataRoot, str, Together], due: dict[str, Sequence[Delivery]]
) -> dict[str, RawPartition | Lost]:
    """As the program puts systems together, but what comes of those of 540 breaks its contract."""

    def broken(_frame: object, _contract: object, where: str) -> None:
        raise ContractError(Report("raw", 50, {"post:greater_than": 3}), where)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partitions, "require", broken)
        return really_build(shared, due)


def build_or_fail(
    shared: tuple[DataRoot, str, Together], due: dict[str, Sequence[Delivery]]
) -> dict[str, RawPartition | Lost]:
    """As the program puts systems together, but at 540 something happens that nobody foresaw."""
    if "540" in due:
        raise KeyError("0101011234")
    return really_build(shared, due)


@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_what_is_wrong_with_one_union_costs_the_other_kommuner_nothing(
    tmp_path: Path, shared_out: pytest.MonkeyPatch, workers: str
) -> None:
    shared_out.setenv(how_many.ENVIRONMENT_VARIABLE, workers)
    root = land(tmp_path / "root")
    with shared_out.context() as patch:
        patch.setattr(partitions, "_build", build_or_break)
        done = refresh_raw(root, KVARTAL)
    assert sorted(done.partitions) == done.changed == ["101", "155"]
    assert done.unread == {
        "540_nexus_20250102T081500.csv": "contract raw is broken in 2024K4 540: post:greater_than (3)"
    }
    deliver(root, delivery("155", 9, day=9))
    with shared_out.context() as patch:
        patch.setattr(partitions, "_build", build_or_fail)
        (why,) = refresh_raw(root, KVARTAL).unread.values()
    assert re.fullmatch(r"KeyError at .*test_costs_one_kommune\.py:\d+ build_or_fail \(message withheld: .*\)", why)
    assert sorted(Lake(root).raw_of(KVARTAL)) == ["101", "155"]
    assert [part.rows for part in Lake(root).raw_of(KVARTAL)["155"].deliveries] == [9]
    assert refresh_raw(root, KVARTAL).changed == ["540"]

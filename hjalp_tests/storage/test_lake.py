"""Where the lake keeps what, and that nothing half made is found."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.storage import lake as module
from hjalp_pipeline.storage.entries import QuarterEntry, ReleaseResults, ResultFiles, TablesEntry
from hjalp_pipeline.storage.files import write_parquet
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.sealed import read_sealed, write_sealed
from hjalp_tests.storage.entries import VERDICT, chain_entry, partition

KEY, OTHER = "a" * 64, "b" * 64
FRAME = pl.DataFrame({"raekke": [0, 1]})


def files(root: DataRoot) -> list[str]:
    return sorted(path.relative_to(root.lake).as_posix() for path in root.lake.rglob("*") if path.is_file())


def test_nothing_yet(root: DataRoot) -> None:
    lake = Lake(root)
    assert (
        lake.verdict(KEY)
        is lake.raw("2024K4", "540")
        is lake.chain("2024K4", "540", KEY)
        is lake.quarter("2024K4")
        is None
    )
    assert (lake.raw_of("2024K4"), lake.quarters()) == ({}, [])
    with pytest.raises(FileNotFoundError, match="ledger has not been made for 2024K4"):
        lake.frame("ledger", "2024K4")
    assert lake.read([]).is_empty()
    lake.remove_raw("2024K4", "540")
    assert not root.lake.exists(), "reading makes nothing"


def test_layout(root: DataRoot) -> None:
    lake = Lake(root)
    lake.save_verdict(KEY, VERDICT, FRAME)
    lake.save_verdict(OTHER, VERDICT, None)
    lake.save_raw("2024K4", "540", partition(KEY))
    entry = lake.save_chain("2024K4", "540", {"cpr_validated/udlaan": FRAME, "bestand": FRAME}, chain_entry(KEY))
    lake.save_quarter("2024K4", QuarterEntry("2025-04-04", "f", {"540": entry}))
    lake.save_frame("ledger", "2024K4", FRAME)
    lake.save_frame("tables/hjalp1", "2024K4", FRAME)
    assert files(root) == [
        "bestand/2024K4/540-aaaaaaaaaaaaaaaa.parquet",
        "cpr_validated/udlaan/2024K4/540-aaaaaaaaaaaaaaaa.parquet",
        "kaede/2024K4/540-aaaaaaaaaaaaaaaa.json",
        "kvartaler/2024K4.json",
        "ledger/2024K4.parquet",
        f"leverancer/aa/{KEY}.json",
        f"leverancer/aa/{KEY}.parquet",
        f"leverancer/bb/{OTHER}.json",
        "raw/udlaan/2024K4/540.json",
        "tables/hjalp1/2024K4.parquet",
    ]


def test_what_was_saved_is_found(root: DataRoot) -> None:
    lake = Lake(root)
    lake.save_verdict(KEY, VERDICT, FRAME)
    verdict = lake.verdict(KEY)
    assert verdict == replace(VERDICT, copy_sha256=sha256(lake.typed_path(KEY)))
    assert lake.intact_copy(KEY, verdict)
    assert pl.read_parquet(lake.typed_path(KEY)).equals(FRAME)
    for komnr in ("540", "101"):
        lake.save_raw("2024K4", komnr, partition(komnr))
    assert lake.raw("2024K4", "101") == partition("101")
    assert lake.raw_of("2024K4") == {"101": partition("101"), "540": partition("540")}
    lake.remove_raw("2024K4", "101")
    assert lake.raw_of("2024K4") == {"540": partition("540")}
    lake.save_frame("ledger", "2024K4", FRAME)
    assert lake.frame("ledger", "2024K4").equals(FRAME)
    for kvartal in ("2025K1", "2024K4"):
        lake.save_quarter(kvartal, QuarterEntry("2025-04-04", "f", {}))
    assert lake.quarters() == ["2024K4", "2025K1"]


def test_a_chain_result(root: DataRoot) -> None:
    lake = Lake(root)
    entry = lake.save_chain("2024K4", "540", {"bestand": FRAME}, chain_entry(KEY))
    name = f"bestand/2024K4/540-{KEY[:16]}.parquet"
    hashes = {"bestand": sha256(root.lake / name)}
    assert entry == replace(chain_entry(KEY), files={"bestand": name}, sha256=hashes)
    assert lake.chain("2024K4", "540", KEY) == entry
    assert lake.chain("2024K4", "540", OTHER) is None
    assert lake.read(entry.files.values()).equals(FRAME)
    other = lake.save_chain("2024K4", "540", {"bestand": FRAME.reverse()}, chain_entry(OTHER))
    both = lake.read([other.files["bestand"], entry.files["bestand"]], ["raekke"])
    assert both["raekke"].to_list() == [1, 0, 0, 1], "in the order given"


def test_an_entry_is_written_after_its_files(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = Lake(root)
    done: list[object] = []

    def fails_the_second_time(path: Any, frame: pl.DataFrame) -> None:
        if done:
            raise OSError("disk full")
        done.append(path)
        write_parquet(path, frame)

    monkeypatch.setattr(module, "write_parquet", fails_the_second_time)
    with pytest.raises(OSError, match="disk full"):
        lake.save_chain("2024K4", "540", {"cpr_validated/udlaan": FRAME, "bestand": FRAME}, chain_entry(KEY))
    assert lake.chain("2024K4", "540", KEY) is None
    with pytest.raises(OSError, match="disk full"):
        lake.save_verdict(KEY, VERDICT, FRAME)
    assert lake.verdict(KEY) is None


def test_the_data_root_can_be_moved(root: DataRoot) -> None:
    lake = Lake(root)
    entry = lake.save_chain("2024K4", "540", {"bestand": FRAME}, chain_entry(KEY))
    lake.save_quarter("2024K4", QuarterEntry("2025-04-04", "f", {"540": entry}))
    moved = root.path.rename(root.path.with_name("moved"))
    there = Lake(DataRoot(moved))
    assert there.read(there.kommuner_of("2024K4")["540"].files.values()).equals(FRAME)
    assert str(root.path) not in (moved / "hjalp/lake/kvartaler/2024K4.json").read_text()


def test_lock(root: DataRoot) -> None:
    with Lake(root).lock("2024K4"), Lake(root).lock("2024K3"):
        assert files(root) == ["locks/2024K3", "locks/2024K4"]


def _fill(lake: Lake) -> None:
    """One of each kind of entry."""
    lake.save_verdict(KEY, VERDICT, FRAME)
    lake.save_raw("2024K4", "540", partition(KEY))
    entry = lake.save_chain("2024K4", "540", {"bestand": FRAME}, chain_entry(KEY))
    lake.save_quarter("2024K4", QuarterEntry("2025-04-04", "f", {"540": entry}))
    lake.save_counted_tables("2024K4", TablesEntry("m", {}, {"540": KEY}))
    results: ReleaseResults = {"2024K4": {"540": ResultFiles(KEY, "a.parquet", {})}}
    lake.save_release_results("2024v1", results)
    assert lake.release_results("2024v1") == results


READ: dict[str, tuple[str, Callable[[Lake], object]]] = {
    "verdict": (f"leverancer/aa/{KEY}.json", lambda lake: lake.verdict(KEY)),
    "raw": ("raw/udlaan/2024K4/540.json", lambda lake: lake.raw_of("2024K4") or lake.raw("2024K4", "540")),
    "chain": (f"kaede/2024K4/540-{KEY[:16]}.json", lambda lake: lake.chain("2024K4", "540", KEY)),
    "quarter": ("kvartaler/2024K4.json", lambda lake: lake.kommuner_of("2024K4") or lake.quarter("2024K4")),
    "tables": ("tables/2024K4.json", lambda lake: lake.counted_tables("2024K4")),
    "release": ("udgivelser/resultater/2024v1.json", lambda lake: lake.release_results("2024v1")),
}
FORMS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "a key less, as an older version had it": lambda content: (
        {
            name: value
            for name, value in content.items()
            if name not in ("records", "key", "extract", "made_from", "2024K4", "bad_records")
        }
        | ({"2024K4": {"540": {}}} if "2024K4" in content else {})
    ),
    "another type": lambda content: {key: ["?"] for key in content},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", READ)
def test_an_entry_of_another_form_counts_as_never_made(root: DataRoot, kind: str, form: str) -> None:
    lake = Lake(root)
    _fill(lake)
    name, read = READ[kind]
    assert read(lake)
    path = root.lake / name
    write_sealed(path, FORMS[form](read_sealed(path) or {}))
    assert read_sealed(path) is not None, "it is whole all the same"
    assert not read(lake)

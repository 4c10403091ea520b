"""No CPR number and no free text of a record leaves the data files, whatever is delivered and whatever goes wrong.

A world with marks of its own is run through the jobs, also with everything that can go wrong; then every event, every
byte of the instance, everything printed, and every receipt, manifest, status and ledger is searched for them.
Data files (typed copies and states in the lake, microdata) are exempt, nothing else is.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator

import dagster as dg
import polars as pl
import pytest
from _pytest.capture import FDCapture, MultiCapture
from dagster_shared.serdes import serialize_value

from hjalp_pipeline.cli import main
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.production import chain as production_chain
from hjalp_pipeline.production import computation as production_computation
from hjalp_pipeline.production import gate as production_gate
from hjalp_pipeline.production import raw as production_raw
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.countries.model import Delivery
from hjalp_tests.production.world import (
    KVARTAL,
    MARKER,
    break_the_contract,
    country,
    deliver,
    delivery,
    loan,
    write_world,
)

#: Made-up numbers that only this test uses, known to nobody, in bad records, file names and broken files.
STRANGERS = ("2505881234", "1711799876", "0304925550")
KNOWN = [pnr for pnr, _, _ in pools.KNOWN if re.fullmatch("[0-9]{10}", pnr) and pnr != "0000000000"]


def marks() -> list[bytes]:
    """What must not be found: markers, and every number as such, with its hyphen, and as an integer."""
    numbers = [*KNOWN, *STRANGERS]
    written = (form for pnr in numbers for form in (pnr, f"{pnr[:6]}-{pnr[6:]}", pnr.lstrip("0")))
    return [text.encode() for text in (MARKER, *written)]


def found_in(content: bytes) -> list[str]:
    return [mark.decode() for mark in marks() if mark in content]


def dangerous_deliveries() -> list[Delivery]:
    """Bad records whose bad values hold marks, at most five per cent and more; and files broken in every way."""
    good = [loan("540", number) for number in range(60)]
    one, two, three = STRANGERS
    records = [
        *good,
        loan("540", 60, udleveringsdato=f"{one} {MARKER}"),
        loan("540", 61, hminr=two),
        loan("540", 62, komnr_betaling=f"{three[:6]}-{three[6:]}"),
        *(loan("540", number) for number in range(63, 70)),
        loan("540", 70, pnr=f"{one[:6]}-{one[6:]}"),
        loan("540", 71, pnr=MARKER),
    ]
    too_many = [loan("101", number, indleveringsdato=f"{two} {MARKER}") for number in range(20)]
    flaws = ("no_slut", "wrong_count", "header", "undecodable")
    return [
        delivery("540", records, day=8),
        delivery("101", too_many, day=9),
        *(delivery("101", 20, day=10 + place, flaw=flaw) for place, flaw in enumerate(flaws)),
        *(
            delivery("155", 20, day=10 + place, flaw=flaw)
            for place, flaw in enumerate(("not_well_formed", "doctype", "attributes"))
        ),
    ]


def write_dangerous_names(root: DataRoot) -> None:
    """Files whose names hold numbers: of no form, of the right form, and with a system nobody knows."""
    folder = root.inbox / KVARTAL
    one, two, three = STRANGERS
    for name in (
        f"{one}.csv",
        f"liste {two[:6]}-{two[6:]}.csv",
        f"540_{three}_20250105T081500.csv",
        f"540_{one[:6]}-{one[6:]}_20250106T081500.csv",
        f"155_nexus-{two}_20250105T081500.xml",
        f"101_{two}_20250131T081500.csv",  # the newest of its kommune: the gate names it
        f"{two}_nexus_20250107T081500.csv",
    ):
        (folder / name).write_bytes(f"{one};{MARKER}".encode())


def quoting_error(*_: object, **__: object) -> None:
    """What a library does that quotes the value it could not handle."""
    try:
        raise ValueError(f"conversion failed for value {STRANGERS[0]} ({MARKER})")
    except ValueError as fault:
        raise RuntimeError(f"could not read {KNOWN[0]}") from fault


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DataRoot, bytes]]:
    """The world after everything was tried, and what was printed meanwhile."""
    root = write_world(tmp_path_factory.mktemp("privat"), country())
    deliver(root, *dangerous_deliveries())
    write_dangerous_names(root)
    printed = b""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HJALP_DATA", str(root.path))
        capture = MultiCapture(in_=None, out=FDCapture(1), err=FDCapture(2))
        capture.start_capturing()
        try:
            assert main(["run", "--quarter", KVARTAL]) == 0
            assert main(["status", "--quarter", KVARTAL]) == 0
            assert main(["status", "--quarter", KVARTAL, "--json"]) == 0
            assert main(["release", "2024v1"]) == 0
            deliver(root, delivery("155", 14, day=28), delivery("540", 30, day=28))
            with patch.context() as broken:
                break_the_contract(broken, "155")
                assert main(["run", "--quarter", KVARTAL]) == 1
            with patch.context() as broken:
                broken.setattr(production_chain, "run_chain", quoting_error)
                assert main(["run", "--quarter", KVARTAL]) == 1
            with patch.context() as broken:
                broken.setattr(production_raw, "Together", quoting_error)
                broken.setattr(production_computation, "Together", quoting_error)
                assert main(["run", "--quarter", KVARTAL]) == 1
                assert not run_job(root, "raw", f"540|{KVARTAL}").success
                assert main(["release", "2024v1"]) == 1
                broken.setattr(production_gate, "Together", quoting_error)
                assert main(["status", "--quarter", KVARTAL]) == 1
            assert main(["release", "2024v1"]) == 0  # it is made of its own deliveries
            definition = root.releases / "2024v1.toml"
            definition.write_bytes(definition.read_bytes() + b"# rettet")
            assert main(["release", "2024v1"]) == 1  # and of its own definition
        finally:
            out, errors = capture.readouterr()
            capture.stop_capturing()
        printed = (out + errors).encode()
        yield root, printed


def test_the_marks_are_there_to_be_found(world: tuple[DataRoot, bytes]) -> None:
    root, _ = world
    delivered = b"".join(path.read_bytes() for path in root.inbox.rglob("*") if path.is_file())
    assert {mark.replace("-", "") for mark in found_in(delivered)} >= {MARKER, *STRANGERS, *KNOWN[:9]}
    micro = pl.read_parquet(root.releases / "2024v1" / "microdata" / "GENHJALP.parquet")
    assert MARKER in micro["HMINAVN"][0]


def test_no_event_of_any_run(world: tuple[DataRoot, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    seen = 0
    monkeypatch.setenv("DAGSTER_HOME", str(world[0].dagster_home))
    with dg.DagsterInstance.get() as instance:
        for run in instance.get_runs():
            assert found_in(repr(run).encode()) == []
            for entry in instance.all_logs(run.run_id):
                seen += 1
                assert found_in(f"{entry!r} {serialize_value(entry)}".encode()) == [], entry.message[:80]
    assert seen > 100


def test_no_byte_of_the_instance(world: tuple[DataRoot, bytes]) -> None:
    root, _ = world
    databases = 0
    for path in root.dagster_home.rglob("*"):
        if path.is_file():
            assert found_in(path.read_bytes()) == [], path.name
            if path.suffix == ".db":
                databases += 1
                connection = sqlite3.connect(path)
                try:
                    assert found_in("\n".join(connection.iterdump()).encode()) == [], path.name
                finally:
                    connection.close()
    assert databases >= 2


def test_nothing_printed(world: tuple[DataRoot, bytes]) -> None:
    _, printed = world
    assert b"rejected" in printed
    assert found_in(printed) == []


def test_no_receipt(world: tuple[DataRoot, bytes]) -> None:
    root, _ = world
    receipts = [path for path in root.receipts.rglob("*") if path.is_file()]
    delivered = [path for path in (root.inbox / KVARTAL).iterdir() if path.is_file()]
    assert len([path for path in receipts if path.suffix == ".json"]) == len(delivered)
    for path in receipts:
        assert found_in(path.read_bytes()) == [], path.name
        assert found_in(path.name.encode()) == [], path.name


def test_no_document_of_the_release(world: tuple[DataRoot, bytes]) -> None:
    root, _ = world
    for path in (root.releases / "2024v1").rglob("*"):
        if path.is_file() and "microdata" not in path.parts:
            assert found_in(path.read_bytes()) == [], path.name


def test_no_figure_of_the_lake(world: tuple[DataRoot, bytes]) -> None:
    root, _ = world
    lake = Lake(root)
    for name in ("status", "ledger", "remarks", "leverancer"):
        assert found_in(json.dumps(lake.frame(name, KVARTAL).to_dicts()).encode()) == [], name
    for path in (root.lake / "kvartaler", root.lake / "kaede"):
        for file in path.rglob("*.json"):
            assert found_in(file.read_bytes()) == [], file.name


def test_no_catalogue(world: tuple[DataRoot, bytes]) -> None:
    """The views read data files; the database itself holds no record."""
    root, _ = world
    assert found_in(root.catalog.read_bytes()) == []

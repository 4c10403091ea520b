"""No CPR number of the services leaves the files the records lie in, whatever is delivered and whatever goes wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import dagster as dg
import pytest
from _pytest.capture import FDCapture, MultiCapture
from dagster_shared.serdes import serialize_value

from hjalp_pipeline.cli import main
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.faults.dangerous import STRANGERS
from hjalp_tests.faults.search import Secrets, may_hold, searched
from hjalp_tests.naive_hand.service_country import deliver_services, write_services
from hjalp_tests.statistics.hand.scenes import (
    KOMMUNER,
    MEMBER,
    MONTH,
    PERSONS,
    REPORTER,
    country,
    definition,
    delivery,
    service,
    services,
)

pytestmark = pytest.mark.slow

SECRETS = Secrets([pnr for pnr in PERSONS if pnr.isdecimal()] + list(STRANGERS))
OF_HAND = ("--statistic", "hand")
#: Commands beside `run` and `release`, each of which must go well.
COMMANDS = (
    ("status", "--quarter", MONTH),
    ("status", "--quarter", MONTH, "--json"),
    ("approvals", "--aar", "2024"),
    ("approvals", "--aar", "2024", "--release", "2024v1", "--json"),
    ("approve", "--aar", "2024", "--kommune", "101", "--kind", "K1", "--decision", "afvist", "--by", "TEST"),
    ("reports", "--aar", "2024", "--quarter", MONTH),
    ("remind", "--date", "2025-02-12"),
    ("specification",),
    ("verify",),
    ("prune",),
)


def write(root: DataRoot) -> None:
    """Numbers in every field, in names, and in files that are refused."""
    one, two, three = STRANGERS
    bad = [
        service("540", 1, ydelse_id="b-1", ydelse_start=one),
        service("540", 1, ydelse_id="b-2", maalgruppe=f"{two[:6]}-{two[6:]}"),
        service("540", 1, ydelse_id="b-3", funk_vurd=three),
        service("540", 1, ydelse_id="b-4", afdeling_uuid=one),
        service("540", 1, ydelse_id="b-5", prodnr=f"{two[:6]}-{two[6:]}"),
    ]
    odd = [
        service("540", 1, ydelse_id="o-1", pnr=f"{one[:6]}-{one[6:]}"),
        service("540", 1, ydelse_id="o-2", pnr=two, modt_ydelse_kode="107"),
        service("540", 3, ydelse_id="o-3", ydelse_start="2030-01-01", ydelse_slut="2029-01-01"),
        service("540", 3, ydelse_id="o-4", maalgruppe="1.2.1 2 7.7.7"),
        *(
            service("540", 4 + n, ydelse_id=f"e-{n}", ydelse_start="2021-01-01", ydelse_slut="2021-06-30")
            for n in range(4)
        ),
    ]
    many = [service("540", n, ydelse_id=f"f-{n}", ydelse_start=f"20{10 + n // 14:02d}-02-01") for n in range(130)]
    files = [
        *(delivery(komnr, services(komnr)) for komnr in KOMMUNER if komnr not in ("540", MEMBER)),
        delivery(MEMBER, services(MEMBER, modt_ydelse_kode="30117")),
        delivery("540", [*services("540"), *odd, *many, *bad]),
        delivery("101", [service("101", n, ydelse_slut=two) for n in range(20)], received="20250301T081500"),
        delivery("155", services("155"), received="20250302T081500", flaw="wrong_count"),
    ]
    made = country(collaborations=[(REPORTER, MEMBER, "2020-01-01", "")], deliveries=files)
    releases = {
        "2024v1": definition(),
        "2024v2": definition(2, archive="2024v1", archive_until=date(2021, 12, 31)),
    }
    write_services(root.path, replace(made, releases=releases))
    for name in (f"{one}.csv", f"540_{two}_20250105T081500.csv", f"{three[:6]}-{three[6:]}_eget_20250105T081500.csv"):
        (root.inbox / MONTH / name).write_text(one, encoding="utf-8")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[DataRoot, bytes]:
    """The country after every command, and what was printed."""
    root = DataRoot(tmp_path_factory.mktemp("services_searched") / "root", "hand")
    root.path.mkdir()
    write(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HJALP_DATA", str(root.path))
        capture = MultiCapture(in_=None, out=FDCapture(1), err=FDCapture(2))
        capture.start_capturing()
        try:
            codes = {("run",): main(["run", "--quarter", MONTH, *OF_HAND])}
            codes |= {("release",): main(["release", "2024v1", *OF_HAND])}
            for command in COMMANDS:
                codes[command] = main([*command, *OF_HAND])
            deliver_services(root.path, [delivery("155", services("155")[:9], received="20250401T081500")])
            codes |= {("again",): main(["run", "--quarter", MONTH, *OF_HAND])}
            codes |= {("second",): main(["release", "2024v2", *OF_HAND])}
            main(["audit", "2024v1", "2024v2", *OF_HAND])
            path = root.releases / "2024v1" / "microdata" / "HANDIC.parquet"
            path.write_bytes(path.read_bytes()[:-1])
            codes |= {("tampered",): 1 - main(["verify", *OF_HAND])}
        finally:
            out, errors = capture.readouterr()
            capture.stop_capturing()
    printed = str(out + errors).encode()
    assert codes == dict.fromkeys(codes, 0), printed.decode()
    return root, printed


def test_the_numbers_are_there_to_be_found(world: tuple[DataRoot, bytes]) -> None:
    root, _ = world
    micro = root.releases / "2024v2" / "microdata" / "HANDIC.parquet"
    assert may_hold(micro, root.path)
    assert SECRETS.in_file(micro)
    delivered = b"".join(path.read_bytes() for path in root.inbox.rglob("*") if path.is_file())
    assert SECRETS.in_bytes(delivered) >= set(STRANGERS)


def test_no_file_and_nothing_printed(world: tuple[DataRoot, bytes]) -> None:
    root, printed = world
    files, found = searched(root.path, SECRETS)
    found.pop("hand/releases/2024v1/microdata/HANDIC.parquet", None)
    assert {name: len(what) for name, what in found.items()} == {}
    assert files > 300
    assert SECRETS.in_content(printed) == set()


def test_no_event(world: tuple[DataRoot, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(world[0].dagster_home))
    tried = 0
    with dg.DagsterInstance.get() as instance:
        for run in instance.get_runs():
            assert SECRETS.in_content(repr(run).encode()) == set()
            for entry in instance.all_logs(run.run_id):
                tried += 1
                assert SECRETS.in_content(f"{entry!r} {serialize_value(entry)}".encode()) == set()
    assert tried > 100

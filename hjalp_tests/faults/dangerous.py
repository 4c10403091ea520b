"""A small country whose every CPR number and free text is known, run through every command, also with everything that can go wrong."""

from __future__ import annotations

import re

import pytest
from _pytest.capture import FDCapture, MultiCapture

from hjalp_pipeline.cli import main
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.production.inbox import gate as production_gate
from hjalp_pipeline.production.inbox import partitions as production_raw
from hjalp_pipeline.production.quarter import chain_results as production_chain
from hjalp_pipeline.production.quarter import computation as production_computation
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.countries.model import Delivery
from hjalp_tests.faults.search import Secrets
from hjalp_tests.production.test_pins import add_v2
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
SECRETS = Secrets([*KNOWN, *STRANGERS], [MARKER])
#: Commands beside `run`, `status` and `release`, each of which must go well.
COMMANDS = (
    ("approvals", "--aar", "2024"),
    ("approvals", "--aar", "2024", "--release", "2024v1", "--json"),
    ("approve", "--aar", "2024", "--kommune", "101", "--kind", "K1", "--decision", "afvist", "--by", "TEST"),
    ("reports", "--aar", "2024", "--quarter", KVARTAL),
    ("remind", "--date", "2025-01-15"),
    ("remind", "--date", "2025-02-12"),
    ("specification",),
    ("prune",),
    ("prune", "--yes"),
    ("verify",),
)


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


def run_everything(root: DataRoot) -> bytes:
    """Write the country, run every command on it, with what can go wrong; gives what was printed."""
    write_world(root.path, country())
    deliver(root, *dangerous_deliveries())
    write_dangerous_names(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HJALP_DATA", str(root.path))
        capture = MultiCapture(in_=None, out=FDCapture(1), err=FDCapture(2))
        capture.start_capturing()
        try:
            _go_well(root)
            _go_wrong(root, patch)
        finally:
            out, errors = capture.readouterr()
            capture.stop_capturing()
    return str(out + errors).encode()


def _go_well(root: DataRoot) -> None:
    assert main(["run", "--quarter", KVARTAL]) == 0
    assert main(["status", "--quarter", KVARTAL]) == 0
    assert main(["status", "--quarter", KVARTAL, "--json"]) == 0
    assert main(["release", "2024v1"]) == 0
    for command in COMMANDS:
        assert main(command) == 0, command
    export = root.path.with_name("export")
    assert main(["microdata", "2024v1", "--format", "sav", "--out", str(export)]) == 0


def _go_wrong(root: DataRoot, patch: pytest.MonkeyPatch) -> None:
    deliver(root, delivery("155", 14, day=28), delivery("540", 30, day=28))
    with patch.context() as broken:
        break_the_contract(broken, "155")
        assert main(["run", "--quarter", KVARTAL]) == 1
    with patch.context() as broken:
        broken.setattr(production_chain, "run_chain", quoting_error)
        broken.setattr(production_chain, "run_several", quoting_error)
        assert main(["run", "--quarter", KVARTAL]) == 1
    with patch.context() as broken:
        broken.setattr(production_raw, "Together", quoting_error)
        broken.setattr(production_computation, "Together", quoting_error)
        assert main(["run", "--quarter", KVARTAL]) == 1
        assert not run_job(root, "raw", f"540|{KVARTAL}").success
        assert main(["release", "2024v1"]) == 1
        broken.setattr(production_gate, "Together", quoting_error)
        assert main(["status", "--quarter", KVARTAL]) == 1
    assert main(["run", "--quarter", KVARTAL]) == 0
    add_v2(root)
    assert main(["release", "2024v2"]) == 0  # with a revision
    assert main(["audit", "2024v1", "2024v2"]) in (0, 1)
    assert main(["release", "2024v1"]) == 0  # it is made of its own deliveries
    definition = root.releases / "2024v1.toml"
    definition.write_bytes(definition.read_bytes() + b"# rettet")
    assert main(["release", "2024v1"]) == 1  # and of its own definition
    assert main(["verify"]) == 1

"""The engine runs a statistic it has never seen, by month, from inbox to a protected release, through Dagster."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from hjalp_pipeline import definitions, statistic
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.production.world import write_world
from hjalp_tests.toy.visits import TOY

MONTH = "2025M01"
HEADER = "besoeg_id;kommune;pnr;art;fra;til"
KINDS = ("PLEJE", "HJAELP", "MAD")


def visits(komnr: str, rows: int) -> list[str]:
    """Visits of the nine persons the register knows, in all kinds; one unknown number, one that ends too early."""
    known = [
        f"{komnr}-{n};{komnr};{pools.KNOWN[n % 9][0]};{KINDS[n % 9 % 3]};2024-0{1 + n % 9}-01;" for n in range(rows)
    ]
    return [
        *known,
        f"{komnr}-u;{komnr};0101609002;MAD;2024-01-01;",
        f"{komnr}-s;{komnr};{pools.KNOWN[0][0]};MAD;2024-02-01;2024-01-01",
    ]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    """A data root with the first statistic in it, and beside it the toy with deliveries of January 2025."""
    write_world(tmp_path)
    monkeypatch.setitem(statistic.OTHERS, TOY.name, TOY)
    both = definitions.definitions([statistic.declared("hjalp"), TOY])
    monkeypatch.setattr(definitions, "defs", both)
    found = DataRoot(tmp_path, TOY.name)
    senders = ("101", "155", "540")
    write(
        found.codelists / "systems.csv",
        "komnr;system;leverandoer;format;encoding;from_period;to_period;carry_forward",
        *(f"{k};eget;Eget;csv;utf-8;2024M01;;no" for k in senders),
    )
    write(
        found.approvals / "2025.csv",
        "decided_at;aar;komnr;kind;decision;decided_by;note",
        *(f"2025-03-01T09:00:00+01:00;2024;{k};HELE;godkendt;afd;" for k in senders[:2]),
    )
    for komnr, rows in (("101", 20), ("155", 9), ("540", 9)):
        lines = visits(komnr, rows)
        write(found.inbox / MONTH / f"{komnr}_eget_20250210T081500.csv", HEADER, *lines, f"SLUT;{len(lines)}")
    write(
        found.releases / "2024v1.toml",
        "reference_years = [2024]",
        f'quarter = "{MONTH}"',
        'registers = "2025-04-04"',
        "publish_at = 2025-06-24T08:00:00+02:00",
        "approvals_until = 2025-06-20T12:00:00+02:00",
        "protect_against = []",
    )
    return found


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_from_inbox_to_a_protected_release(root: DataRoot) -> None:
    outcome = run_job(root, "maaned", MONTH)
    assert outcome.success, outcome.errors
    ledger = Lake(root).frame("ledger", MONTH)
    assert ledger.columns[0] == "periode"
    gone = ledger.filter(pl.col("reason").is_not_null()).group_by("step", "reason").agg(pl.col("rows").sum())
    assert sorted(gone.rows()) == [("valid", "CPR_UKURANT", 3), ("valid", "SLUT_FOER_START", 3)]
    outcome = run_job(root, "udgivelse", "2024v1")
    assert outcome.success, outcome.errors
    table = pl.read_csv(root.releases / "2024v1" / "TOY1.csv", separator=";", infer_schema=False)
    shown = {tuple(row[:3]): row[-1] for row in table.iter_rows()}
    assert shown["155", "0", "TOT"] == "9"
    assert shown["000", "0", "TOT"] == "9", "the same nine persons in both kommuner"
    assert shown["540", "0", "TOT"] == "...", "has not approved its year"
    assert ".." in shown.values(), "three kinds by sex are small"
    audit = json.loads((root.releases / "2024v1" / "disclosure_audit.json").read_text(encoding="utf-8"))
    assert audit["years"]
    with dg.DagsterInstance.from_config(str(root.dagster_home)) as instance:
        assert instance.get_latest_materialization_event(dg.AssetKey(["toy", "published", "udgivelse"]))
        assert not instance.get_latest_materialization_event(dg.AssetKey(["hjalp", "published", "udgivelse"]))

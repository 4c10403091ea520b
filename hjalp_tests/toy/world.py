"""A data root with the toy's deliveries of January 2025, its lists, decisions and a release definition."""

from __future__ import annotations

from pathlib import Path

from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.production.world import write_world

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


def write_toy(path: Path) -> DataRoot:
    """The small country of the first statistic, and the toy beside it: of three kommuner two have approved the year."""
    write_world(path)
    root = DataRoot(path, "toy")
    senders = ("101", "155", "540")
    write(
        root.codelists / "systems.csv",
        "komnr;system;leverandoer;format;encoding;from_period;to_period;carry_forward",
        *(f"{k};eget;Eget;csv;utf-8;2024M01;;no" for k in senders),
    )
    write(
        root.approvals / "2025.csv",
        "decided_at;aar;komnr;kind;decision;decided_by;note",
        *(f"2025-03-01T09:00:00+01:00;2024;{k};HELE;godkendt;afd;" for k in senders[:2]),
    )
    for komnr, rows in (("101", 20), ("155", 9), ("540", 9)):
        lines = visits(komnr, rows)
        write(root.inbox / MONTH / f"{komnr}_eget_20250210T081500.csv", HEADER, *lines, f"SLUT;{len(lines)}")
    write(
        root.releases / "2024v1.toml",
        "reference_years = [2024]",
        f'quarter = "{MONTH}"',
        'registers = "2025-04-04"',
        "publish_at = 2025-06-24T08:00:00+02:00",
        "approvals_until = 2025-06-20T12:00:00+02:00",
        "refuse_unprotectable = false",
        "protect_against = []",
    )
    return root


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

"""Run by a copy of the package whose layout has ``depot`` from 2027K1: what becomes of it, as JSON on stdout.

The data root was run before by the package as it is: the lake holds 2024K4 without the field.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import duckdb

import hjalp_pipeline
from hjalp_pipeline.contracts.states import columns, of_state
from hjalp_pipeline.dialogue.specification.pages import specification_files
from hjalp_pipeline.production.analysts import make_catalog
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.delivery.files import csv_text, xml_text
from hjalp_tests.production.world import KVARTAL, loan, results, run, write_world

NEW = "2027K1"


def deliver(root: DataRoot, komnr: str, suffix: str, *depots: str) -> None:
    """A delivery of 2027K1, a loan for each depot; "" is null."""
    named = [{**loan(komnr, number), "depot": depot} for number, depot in enumerate(depots)]
    records = [{name: value or "" for name, value in one.items()} for one in named]
    text = (
        csv_text(records, header=list(records[0])) if suffix == "csv" else xml_text(records, komnr=komnr, kvartal=NEW)
    )
    path = root.inbox / NEW / f"{komnr}_nexus_20270405T081500.{suffix}"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def ledger(root: DataRoot, kvartal: str) -> dict[str, int]:
    """Rows removed in a quarter by reason."""
    return dict(
        query(
            root,
            f"select reason, sum(rows)::int from ledger where kvartal = '{kvartal}' and reason is not null group by 1",
        )
    )


def query(root: DataRoot, sql: str) -> list[tuple[str, int]]:
    with duckdb.connect(str(root.catalog), read_only=True) as reader:
        return reader.sql(sql).fetchall()


def before(root: DataRoot) -> dict[str, object]:
    """The small world's 2024K4, by the package as it is."""
    write_world(root.path)
    run(root)
    return {"results": results(root)}


def after(root: DataRoot) -> dict[str, object]:
    """2027K1, of two kommuner with the field, beside the old 2024K4; then that again."""
    deliver(root, "155", "xml", *["4711"] * 20, "", "")
    deliver(root, "540", "csv", *["17"] * 40, "99", "x")
    raw, quarter = refresh_raw(root, NEW), refresh_quarter(root, NEW)
    make_catalog(root)
    depots = query(
        root,
        "select kvartal || ' ' || depot, count(*) from working.raw where depot is not null group by all order by 1",
    )
    whole = query(root, "select kvartal, count(*) from working.raw group by all order by 1")
    refresh_raw(root, KVARTAL)
    refresh_quarter(root, KVARTAL)
    pages = {
        path: content.decode()
        for path, content in specification_files(date(2026, 8, 1), root.declared.layouts, root.declared.coded).items()
    }
    return {
        "package": str(Path(hjalp_pipeline.__file__).parent),
        "unread": raw.unread,
        "broken": sorted(quarter.chain.broken),
        "depots": depots,
        "whole": whole,
        "removed": ledger(root, NEW),
        "results": results(root),
        "column": [column for column in columns(of_state(root.declared, "raw")) if column[0] == "depot"],
        "receipt": (root.receipts / NEW / "540_nexus_20270405T081500.html").read_text(encoding="utf-8"),
        "pages": {path: page for path, page in pages.items() if "depot" in page},
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"before": before, "after": after}[sys.argv[1]](DataRoot(Path(sys.argv[2])))))

"""The analysts' database: which views there are, also before anything was run."""

from pathlib import Path

import polars as pl

from hjalp_pipeline.contracts.states import of_table
from hjalp_pipeline.production.inbox.delivery_list import LEVERANCER_SCHEMA
from hjalp_pipeline.production.inbox.gate import SCHEMA as GATE_SCHEMA
from hjalp_pipeline.production.quarter.hiding import suppress
from hjalp_pipeline.production.quarter.quarter_run import (
    ledger_schema,
    remark_schema,
    unknown_codes,
    unknown_codes_schema,
)
from hjalp_pipeline.production.release import participation
from hjalp_pipeline.storage.catalog import WHOLE, refresh_catalog
from hjalp_pipeline.storage.codelists import systems_frame
from hjalp_pipeline.storage.entries import Texts, read_entry, write_entry
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot


def make_catalog(root: DataRoot) -> list[str]:
    """Write ``{statistic}.duckdb`` from what stands in the lake; returns its views."""
    statistic = root.declared
    plain = {
        "ledger": pl.DataFrame(schema=ledger_schema(statistic)),
        "status": pl.DataFrame(schema=GATE_SCHEMA),
        "remarks": pl.DataFrame(schema=remark_schema(statistic)),
        "leverancer": pl.DataFrame(schema=LEVERANCER_SCHEMA),
        "systems": systems_frame(root),
        "deltagelse": pl.DataFrame(schema=participation.catalog_schema(statistic)),
    }
    followed = unknown_codes(statistic)
    if followed is not None:
        plain[followed] = pl.DataFrame(schema=unknown_codes_schema(statistic))
    specs = statistic.tables
    empty = {spec.name: of_table(spec).empty() for spec in specs}
    tables = {("tables", name): table for name, table in empty.items()}
    tables |= {("suppressed", name): table for name, table in suppress(specs, empty).items()}
    Lake(root).save_frame(participation.DATASET, WHOLE, participation.catalog_frame(root))
    views = refresh_catalog(root, plain, tables)
    write_entry(_made_at(root), Texts, {"root": str(root.folder)})
    return views


def mend_catalog(root: DataRoot) -> bool:
    """Make the database anew when the data root was moved or copied: its views name files by their whole path."""
    if not root.catalog.is_file() or (read_entry(_made_at(root), Texts) or {}).get("root") == str(root.folder):
        return False
    make_catalog(root)
    return True


def _made_at(root: DataRoot) -> Path:
    return Lake(root).file("catalog.json")

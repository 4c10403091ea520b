"""``hjalp.duckdb`` for analysts: which views there are, also before anything was run."""

from pathlib import Path

import polars as pl

from hjalp_pipeline.contracts.states import contract_of
from hjalp_pipeline.production import participation
from hjalp_pipeline.production.declared import statistic_of
from hjalp_pipeline.production.gate import SCHEMA as GATE_SCHEMA
from hjalp_pipeline.production.hiding import suppress
from hjalp_pipeline.production.intake import LEVERANCER_SCHEMA
from hjalp_pipeline.production.quarter import LEDGER_SCHEMA, REMARK_SCHEMA, UNKNOWN_CODES, UNKNOWN_CODES_SCHEMA
from hjalp_pipeline.storage.catalog import WHOLE, refresh_catalog
from hjalp_pipeline.storage.codelists import systems_frame
from hjalp_pipeline.storage.entries import Texts, read_entry, write_entry
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot


def make_catalog(root: DataRoot) -> list[str]:
    """Write ``hjalp.duckdb`` from what stands in the lake; returns its views."""
    empty = {
        "ledger": pl.DataFrame(schema=LEDGER_SCHEMA),
        "remarks": pl.DataFrame(schema=REMARK_SCHEMA),
        "status": pl.DataFrame(schema=GATE_SCHEMA),
        "leverancer": pl.DataFrame(schema=LEVERANCER_SCHEMA),
        UNKNOWN_CODES: pl.DataFrame(schema=UNKNOWN_CODES_SCHEMA),
        "systems": systems_frame(root),
        "deltagelse": pl.DataFrame(schema=participation.CATALOG_SCHEMA),
    }
    specs = statistic_of(root).tables
    for spec in specs:
        table = pl.DataFrame(schema={name: kind.dtype.type for name, kind in contract_of(spec).columns.items()})
        empty[spec.name] = table
    for name, table in suppress(specs, {spec.name: empty[spec.name] for spec in specs}).items():
        empty[f"suppressed_{name}"] = table
    Lake(root).save_frame(participation.DATASET, WHOLE, participation.catalog_frame(root))
    of_tables = [(state, spec.name) for state in ("tables", "suppressed") for spec in specs]
    views = refresh_catalog(root, empty, of_tables)
    write_entry(_made_at(root), Texts, {"root": str(root.folder)})
    return views


def mend_catalog(root: DataRoot) -> bool:
    """Make ``hjalp.duckdb`` anew when the data root was moved or copied: its views name files by their whole path."""
    if not root.catalog.is_file() or (read_entry(_made_at(root), Texts) or {}).get("root") == str(root.folder):
        return False
    make_catalog(root)
    return True


def _made_at(root: DataRoot) -> Path:
    return Lake(root).file("catalog.json")

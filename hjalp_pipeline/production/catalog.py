"""``hjalp.duckdb`` for analysts: which views there are, also before anything was run."""

import polars as pl

from hjalp_pipeline.contracts.states import CONTRACTS
from hjalp_pipeline.production import participation
from hjalp_pipeline.production.gate import SCHEMA as GATE_SCHEMA
from hjalp_pipeline.production.intake import LEVERANCER_SCHEMA
from hjalp_pipeline.production.quarter import LEDGER_SCHEMA, REMARK_SCHEMA
from hjalp_pipeline.production.tables import TABLES
from hjalp_pipeline.storage.catalog import WHOLE, refresh_catalog
from hjalp_pipeline.storage.codelists import systems_frame
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot


def make_catalog(root: DataRoot) -> list[str]:
    """Write ``hjalp.duckdb`` from what stands in the lake; returns its views."""
    empty = {
        "ledger": pl.DataFrame(schema=LEDGER_SCHEMA),
        "remarks": pl.DataFrame(schema=REMARK_SCHEMA),
        "status": pl.DataFrame(schema=GATE_SCHEMA),
        "leverancer": pl.DataFrame(schema=LEVERANCER_SCHEMA),
        "systems": systems_frame(root),
        "deltagelse": pl.DataFrame(schema=participation.CATALOG_SCHEMA),
    }
    for name in TABLES:
        table = pl.DataFrame(schema={column: kind.dtype.type for column, kind in CONTRACTS[name].columns.items()})
        empty[name] = table
        hidden = table.drop("personer", strict=False)
        empty[f"suppressed_{name}"] = hidden.with_columns(skjult=pl.lit(value=False).head(0))
    Lake(root).save_frame(participation.DATASET, WHOLE, participation.catalog_frame(root))
    return refresh_catalog(root, empty)

"""``tables`` (confidential, never leaves) and ``suppressed`` HJALP1-3 of a quarter, and the analysts' catalogue."""

from collections.abc import Iterator

import dagster as dg

from hjalp_pipeline.defs.guard import guarded
from hjalp_pipeline.defs.lineage import column_lineage
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.specs import DESCRIPTIONS, column_schema, contract_check, spec
from hjalp_pipeline.production.catalog import make_catalog
from hjalp_pipeline.production.tables import TABLES, suppressed_of_quarter, tables_of_quarter

_SOURCES = {
    "hjalp1": [["kommune_assigned", "udlaan"]],
    "hjalp2": [["kommune_assigned", "udlaan"]],
    "hjalp3": [["tables", "hjalp2"], ["registers", "befolkning"]],
}


@dg.multi_asset(
    name="hjalp_tables",
    specs=[
        spec(
            ["tables", name],
            f"{DESCRIPTIONS[name]} **Confidential: unsuppressed.**",
            deps=_SOURCES[name],
            kinds={"duckdb", "sql", "parquet"},
            schema=column_schema(name),
        )
        for name in TABLES
    ],
    check_specs=[contract_check(["tables", name]) for name in TABLES],
)
def tables(context: dg.AssetExecutionContext, data: Data) -> Iterator[dg.MaterializeResult]:
    """Count the tables by today's approvals; contract and full cross product are held before they are written."""
    with guarded():
        for name, table in tables_of_quarter(data.root, context.partition_key).items():
            key = dg.AssetKey(["tables", name])
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={"dagster/row_count": table.height, **column_lineage(name)},
                check_results=[
                    dg.AssetCheckResult(
                        asset_key=key, check_name="contract", passed=True, metadata={"rows": table.height}
                    )
                ],
            )


@dg.multi_asset(
    name="suppressed_tables",
    specs=[
        spec(
            ["suppressed", name],
            f"{DESCRIPTIONS[name]} Cells of fewer than 3 hidden (R11), for a first look; a release protects its own figures.",
            deps=[["tables", name], *([["tables", "hjalp2"]] if name == "hjalp3" else [])],
            kinds={"polars", "parquet"},
        )
        for name in TABLES
    ],
)
def suppressed(context: dg.AssetExecutionContext, data: Data) -> Iterator[dg.MaterializeResult]:
    """Hide what is small; HJALP3 carries HJALP2's mask."""
    with guarded():
        for name, table in suppressed_of_quarter(data.root, context.partition_key).items():
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey(["suppressed", name]),
                metadata={
                    "dagster/row_count": table.height,
                    "cells_hidden": int(table.get_column("skjult").sum()),
                    "protection": "primary only; a release protects its own figures",
                },
            )


@dg.multi_asset(
    name="catalog",
    specs=[
        spec(
            ["catalog", "hjalp_duckdb"],
            "`hjalp.duckdb`: views for analysts over everything that stands, made anew. *Visninger til analyse.*",
            deps=[["status", "gate"], ["ledger", "udlaan"], *(["suppressed", name] for name in TABLES)],
            kinds={"duckdb"},
            partitions=None,
        )
    ],
)
def catalog(data: Data) -> dg.MaterializeResult:
    """Write the database of views and rename it into place."""
    with guarded():
        views = make_catalog(data.root)
        return dg.MaterializeResult(metadata={"views": ", ".join(views), "path": dg.MetadataValue.path("hjalp.duckdb")})

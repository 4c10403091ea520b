"""``tables`` (confidential, never leaves) and ``suppressed`` ones of a quarter, and the analysts' catalogue."""

from collections.abc import Iterator

import dagster as dg

from hjalp_pipeline.contracts.states import of_table
from hjalp_pipeline.defs.lineage import column_lineage
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.wing import Wing, column_schema
from hjalp_pipeline.production.analysts import make_catalog
from hjalp_pipeline.production.quarter.quarter_tables import suppressed_of_quarter, tables_of_quarter
from hjalp_pipeline.table_parts import Share


def assets(wing: Wing) -> list[dg.AssetsDefinition]:
    """The tables of a statistic, as counted and suppressed, and the analysts' catalogue."""

    specs = wing.statistic.tables
    hidden = wing.rules("confidentiality")

    @dg.multi_asset(
        name=f"{wing.statistic.name}_tables",
        specs=[
            wing.spec(
                ["tables", table.name],
                f"{table.description} **Confidential: unsuppressed.**",
                deps=[*([["tables", table.counts.of]] if isinstance(table.counts, Share) else []), *table.made_from],
                kinds={"duckdb", "sql", "parquet"},
                schema=column_schema(of_table(table)),
            )
            for table in specs
        ],
        check_specs=[wing.contract(["tables", table.name]) for table in specs],
    )
    def tables(context: dg.AssetExecutionContext, data: Data) -> Iterator[dg.MaterializeResult]:
        """Count the tables by today's approvals; contract and full cross product are held before they are written."""
        with guarded():
            for name, table in tables_of_quarter(data.root_of(wing.statistic), context.partition_key).items():
                key = wing.key("tables", name)
                yield dg.MaterializeResult(
                    asset_key=key,
                    metadata={
                        "dagster/row_count": table.height,
                        **column_lineage(wing, wing.statistic.table(name).lineage),
                    },
                    check_results=[
                        dg.AssetCheckResult(
                            asset_key=key,
                            check_name="contract",
                            passed=True,
                            metadata={"rows": table.height},
                        )
                    ],
                )

    @dg.multi_asset(
        name=wing.name("suppressed_tables"),
        specs=[
            wing.spec(
                ["suppressed", table.name],
                f"{table.description} Cells of fewer than 3 hidden{hidden}, for a first look; a release protects its own figures.",
                deps=[["tables", name] for name in (table.name, table.shares_mask_of, *table.mask_of) if name],
                kinds={"polars", "parquet"},
            )
            for table in specs
        ],
    )
    def suppressed(context: dg.AssetExecutionContext, data: Data) -> Iterator[dg.MaterializeResult]:
        """Hide what is small; a table that shares a mask carries it."""
        with guarded():
            for name, table in suppressed_of_quarter(data.root_of(wing.statistic), context.partition_key).items():
                yield dg.MaterializeResult(
                    asset_key=wing.key("suppressed", name),
                    metadata={
                        "dagster/row_count": table.height,
                        "cells_hidden": int(table.get_column("skjult").sum()),
                        "protection": "primary only; a release protects its own figures",
                    },
                )

    @dg.multi_asset(
        name=wing.name("catalog"),
        specs=[
            wing.spec(
                ["catalog", f"{wing.statistic.name}_duckdb"],
                f"`{wing.statistic.name}.duckdb`: views for analysts over everything that stands, made anew. *Visninger til analyse.*",
                deps=[["status", "gate"], ["ledger", wing.thing], *(["suppressed", table.name] for table in specs)],
                kinds={"duckdb"},
                partitioned=False,
            )
        ],
    )
    def catalog(context: dg.AssetExecutionContext, data: Data) -> dg.MaterializeResult:
        """Write the database of views and rename it into place."""
        with guarded():
            root = data.root_of(wing.statistic)
            made = make_catalog(root)
            for why in made.left_out.values():
                context.log.warning(f"the database leaves a release out: {why}")
            return dg.MaterializeResult(
                metadata={
                    "views": ", ".join(made.relations),
                    "releases_left_out": ", ".join(made.left_out) or "none",
                    "path": dg.MetadataValue.path(root.catalog.name),
                }
            )

    return [tables, suppressed, catalog]

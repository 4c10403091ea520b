"""The list of a period's deliveries: what each was and what became of it."""

from collections.abc import Sequence

import polars as pl

from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.production.inbox.delivered import Delivery

LEVERANCER_SCHEMA = pl.Schema(
    {
        "kvartal": pl.String,
        "filename": pl.String,
        "komnr": pl.String,
        "system": pl.String,
        "status": pl.String,
        "code": pl.String,
        "records": pl.Int64,
        "bad_records": pl.Int64,
        "sha256": pl.String,
    }
)


def leverancer_frame(deliveries: Sequence[Delivery]) -> pl.DataFrame:
    """One row per delivery of a quarter (``LEVERANCER_SCHEMA``): what it was and what became of it."""
    rows = [
        (
            delivery.file.folder,
            safe_name(delivery.file.filename),
            delivery.name.komnr if delivery.name else None,
            safe_name(delivery.name.system) if delivery.name else None,
            delivery.verdict.status,
            delivery.verdict.code,
            delivery.verdict.records,
            delivery.verdict.bad_records,
            delivery.sha256,
        )
        for delivery in deliveries
    ]
    return pl.DataFrame(rows, schema=LEVERANCER_SCHEMA, orient="row")

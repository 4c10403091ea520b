"""The list of a period's deliveries: what each was and what became of it."""

from collections.abc import Sequence

import polars as pl

from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.production.inbox.delivered import Delivery
from hjalp_pipeline.rules.rule import StateColumn, schema_of

COLUMNS = (
    StateColumn("kvartal", pl.String, "Mappen, filen lå i: perioden, den er for"),
    StateColumn("filename", pl.String, "Filens navn"),
    StateColumn("komnr", pl.String, "Kommunen i navnet, tom = navnet har ikke den aftalte form"),
    StateColumn("system", pl.String, "Systemet i navnet"),
    StateColumn("status", pl.String, "accepted (godtaget) eller rejected (afvist)"),
    StateColumn("code", pl.String, "Hvorfor den er afvist, tom = godtaget"),
    StateColumn("records", pl.Int64, "Poster i filen"),
    StateColumn("bad_records", pl.Int64, "Poster med fejl, der er udeladt"),
    StateColumn("sha256", pl.String, "Filens SHA-256"),
)
LEVERANCER_SCHEMA = schema_of(COLUMNS)


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

"""``systems.csv`` as a frame, for selects over it and for the analysts' database."""

import polars as pl

from hjalp_pipeline.rules.rule import StateColumn, schema_of
from hjalp_pipeline.storage.codelists import SYSTEMS, read_systems
from hjalp_pipeline.storage.root import DataRoot

#: ``systems.csv`` as a frame.
SYSTEMS_COLUMNS = (
    StateColumn("nr", pl.Int32, "Rækkens nummer i systems.csv"),
    StateColumn("komnr", pl.String, "Kommunen, der indberetter"),
    StateColumn("system", pl.String, "Systemets navn i filernes navne"),
    StateColumn("leverandoer", pl.String, "Systemets leverandør"),
    StateColumn("format", pl.String, "csv, xml eller xlsx"),
    StateColumn("encoding", pl.String, "Tegnsæt, kun i csv"),
    StateColumn("from_quarter", pl.String, "Første periode, systemet leverer for"),
    StateColumn("to_quarter", pl.String, "Sidste periode, tom = det leverer stadig"),
    StateColumn("carry_forward", pl.Boolean, "Om dets sidste leverance gælder videre, når det er forladt"),
)
SYSTEMS_SCHEMA = schema_of(SYSTEMS_COLUMNS)


def systems_frame(root: DataRoot) -> pl.DataFrame:
    """``systems.csv`` as a frame, rows numbered (``nr``) in file order; without rows while there is no such file."""
    rows = read_systems(root) if SYSTEMS.stands(root) else []
    return pl.DataFrame(
        [
            {
                "nr": number,
                "komnr": row.komnr,
                "system": row.system,
                "leverandoer": row.leverandoer,
                "format": row.format,
                "encoding": row.encoding,
                "from_quarter": str(row.from_quarter),
                "to_quarter": str(row.to_quarter) if row.to_quarter else None,
                "carry_forward": row.carry_forward,
            }
            for number, row in enumerate(rows, start=1)
        ],
        schema=SYSTEMS_SCHEMA,
    )

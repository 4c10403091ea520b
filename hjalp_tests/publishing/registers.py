"""A small register with one variable of each kind."""

from datetime import date

import polars as pl

from hjalp_pipeline.publishing.microdata import CodeList, MicroVariable, Register

SVAR = CodeList("svar", "Svar på spørgsmål", {"0": "Nej", "1": "Ja, måske"})
PROEVE = Register(
    "PROEVE",
    "Prøveregister",
    (
        MicroVariable("SVAR", "Svar <1>", "Answer", "tekst", False, SVAR, "Svaret; eller intet.", "Afsnit 1"),
        MicroVariable("TEKST", "Tekst", "Text", "tekst", True, None, "En fri tekst.", "Afsnit 2"),
        MicroVariable("DAG", "Dag", "Day", "dato", True, None, "En dag.", "Afsnit 3"),
        MicroVariable("TAL", "Tal", "Number", "heltal", True, None, "Et helt tal.", "Afsnit 4"),
    ),
    ("TEKST",),
)


def rows() -> pl.DataFrame:
    """Three rows, the null texts last when ordered."""
    columns = {
        "SVAR": ["0", "1", "1"],
        "TEKST": [None, "é", "Ærø"],
        "DAG": [date(1899, 12, 31), None, date(2024, 2, 29)],
        "TAL": [-1, None, 2_000_000_000],
    }
    return pl.DataFrame(columns, schema=PROEVE.schema)

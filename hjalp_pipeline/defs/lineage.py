"""Column lineage: which columns each derived column comes from. Dagster stores it; the markdown is what people see."""

from collections.abc import Mapping, Sequence

import dagster as dg

from hjalp_pipeline.defs.specs import asset_key

_RAW, _CPR, _DATES = ["raw", "udlaan"], ["cpr_validated", "udlaan"], ["dates_corrected", "udlaan"]
_PARAGRAPH, _KOMMUNE, _REGISTER = (
    ["paragraph_enriched", "udlaan"],
    ["kommune_assigned", "udlaan"],
    ["registers", "befolkning"],
)

#: column -> (asset, column) it is derived from, by data state.
LINEAGE: dict[str, dict[str, list[tuple[list[str], str]]]] = {
    "cpr_validated": {"raekke": [(_RAW, "post")], "person": [(_RAW, "pnr"), (_RAW, "pnr_tekst"), (_REGISTER, "pnr")]},
    "dates_corrected": {
        "raekke": [(_CPR, "raekke")],
        "doddato": [(_CPR, "person"), (_REGISTER, "doddato")],
        "indleveringsdato": [(_RAW, "indleveringsdato"), (_REGISTER, "doddato")],
        "rettelse": [(_RAW, "indleveringsdato"), (_REGISTER, "doddato")],
        "udgaar_fra_aar": [(_RAW, "udleveringsdato"), (_RAW, "indleveringsdato"), (_REGISTER, "doddato")],
    },
    "paragraph_enriched": {
        "raekke": [(_DATES, "raekke")],
        "lov_navn_opret": [(_RAW, "lov_navn"), (_RAW, "lov_tekst"), (_RAW, "udleveringsdato")],
        "lov_kilde": [(_RAW, "lov_navn"), (_RAW, "lov_tekst"), (_RAW, "udleveringsdato")],
    },
    "kommune_assigned": {
        "raekke": [(_PARAGRAPH, "raekke")],
        "komnr_statbank": [(_CPR, "person"), (_RAW, "udleveringsdato"), (_REGISTER, "kom")],
        "kommune_kilde": [(_CPR, "person"), (_RAW, "udleveringsdato"), (_REGISTER, "kom")],
        "koen": [(_CPR, "person"), (_REGISTER, "koen")],
        "foed_dato": [(_CPR, "person"), (_REGISTER, "foed_dag")],
    },
}


Lineage = Mapping[str, Sequence[tuple[Sequence[str], str]]]


def column_lineage(columns: Lineage) -> dict[str, dg.MetadataValue]:
    """Metadata of a data state or table: the lineage Dagster keeps, and the same as a readable list."""
    lines = [
        f"- `{column}` <- " + ", ".join(f"`{asset_key(*asset).to_user_string()}.{source}`" for asset, source in sources)
        for column, sources in columns.items()
    ]
    return {
        "dagster/column_lineage": dg.MetadataValue.column_lineage(
            dg.TableColumnLineage(
                {
                    column: [dg.TableColumnDep(asset_key(*asset), source) for asset, source in sources]
                    for column, sources in columns.items()
                }
            )
        ),
        "column_lineage": dg.MetadataValue.md("\n".join(lines)),
    }

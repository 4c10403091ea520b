"""Column lineage: which columns each derived column comes from. Dagster stores it; the markdown is what people see."""

from collections.abc import Mapping, Sequence

import dagster as dg

from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.statistic import Statistic

Lineage = Mapping[str, Sequence[tuple[Sequence[str], str]]]


def lineage_of(statistic: Statistic, state: str) -> Lineage:
    """Of each column a data state stores, the assets and columns it comes from."""
    chain = statistic.rulebook.chain
    place = statistic.rulebook.states.index(state)
    before = (chain[place - 1].name, "raekke") if place else ("raw", "post")
    found = {}
    for column in chain[place].columns:
        if column.stored:
            sources = (before,) if column.name == "raekke" else column.sources
            found[column.name] = [(_asset(statistic, of), name) for of, name in sources]
    return found


def _asset(statistic: Statistic, state: str) -> tuple[str, str]:
    return ("registers", "befolkning") if state == "register" else (state, statistic.thing)


def column_lineage(wing: Wing, columns: Lineage) -> dict[str, dg.MetadataValue]:
    """Metadata of a data state or table: the lineage Dagster keeps, and the same as a readable list."""
    lines = [
        f"- `{column}` <- " + ", ".join(f"`{wing.key(*asset).to_user_string()}.{source}`" for asset, source in sources)
        for column, sources in columns.items()
    ]
    return {
        "dagster/column_lineage": dg.MetadataValue.column_lineage(
            dg.TableColumnLineage(
                {
                    column: [dg.TableColumnDep(wing.key(*asset), source) for asset, source in sources]
                    for column, sources in columns.items()
                }
            )
        ),
        "column_lineage": dg.MetadataValue.md("\n".join(lines)),
    }

"""A table as JSON-stat 2.0: a dataset with a content dimension that carries the unit, as the StatBank's API has it."""

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from hjalp_pipeline.publishing.table import Language, TableForm, Text, Variable, number

#: Code and texts of the dimension that says what is counted and in which unit.
CONTENT = "ContentsCode"
_CONTENT_TEXT = Text("Indhold", "Contents")


def jsonstat(table: TableForm, language: Language = "da") -> bytes:
    """The dataset in one language, UTF-8. A figure not shown is null in ``value``, its sign in ``status``."""
    return json_bytes(dataset(table, table.cells(), language))


def json_bytes(content: Any) -> bytes:
    """JSON as it is published: one line, UTF-8."""
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def dataset(table: TableForm, cells: Sequence[int | str], language: Language) -> dict[str, Any]:
    """The dataset of ``jsonstat``; no cells: what is known of it without them."""
    dimensions = {}
    for variable in table.variables:
        if variable.role == "time":
            dimensions[CONTENT] = _content(table, language)
        dimensions[variable.code] = _dimension(variable, language)
    geo = [variable.code for variable in table.variables if variable.role == "geo"]
    found: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": getattr(table.title, language),
        "source": getattr(table.source, language),
        "updated": f"{table.updated.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "note": [getattr(note, language) for note in table.notes],
        "id": list(dimensions),
        "size": [len(dimension["category"]["index"]) for dimension in dimensions.values()],
        "role": {"time": [table.time.code], **({"geo": geo} if geo else {}), "metric": [CONTENT]},
        "dimension": dimensions,
        "value": [None if isinstance(cell, str) else _figure(cell, table.decimals) for cell in cells],
        "status": {str(place): cell for place, cell in enumerate(cells) if isinstance(cell, str)},
        "extension": {
            "status": {"label": {symbol.sign: getattr(symbol.text, language) for symbol in table.symbols}},
            "px": {
                "tableid": table.id,
                "decimals": table.decimals,
                "language": language,
                "aggregallowed": table.aggregation,
                "stockfa": "S" if table.stock else "F",
            },
        },
    }
    for optional in ("note", "status"):
        if not found[optional]:
            del found[optional]
    return found


def _figure(cell: int, decimals: int) -> int | float:
    return float(number(cell, decimals)) if decimals else cell


def _dimension(variable: Variable, language: Language) -> dict[str, Any]:
    return {
        "label": getattr(variable.text, language),
        "category": {
            "index": {code: place for place, code in enumerate(variable.codes)},
            "label": {value.code: getattr(value.text, language) for value in variable.values},
        },
    }


def _content(table: TableForm, language: Language) -> dict[str, Any]:
    unit = {"base": getattr(table.units, language), "decimals": table.decimals}
    return {
        "label": getattr(_CONTENT_TEXT, language),
        "category": {
            "index": {table.id: 0},
            "label": {table.id: getattr(table.contents, language)},
            "unit": {table.id: unit},
        },
    }

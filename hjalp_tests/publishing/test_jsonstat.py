"""JSON-stat 2.0: valid, and read by the npm toolkit to the figures that were written."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonstat_validator import validate_jsonstat

from hjalp_pipeline.publishing.jsonstat import jsonstat
from hjalp_pipeline.publishing.table import Language, PublishedTable
from hjalp_tests.publishing.made_up import CELLS, table
from hjalp_tests.publishing.readers import by_toolkit


def read(made: PublishedTable, language: Language = "da") -> dict[str, Any]:
    content: dict[str, Any] = json.loads(jsonstat(made, language))
    return content


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("changes", [{}, {"decimals": 1}, {"notes": ()}, {"cells": [1] * 12}, {"cells": [".."] * 12}])
def test_it_is_valid(language: Language, changes: dict[str, Any]) -> None:
    assert validate_jsonstat(read(table(**changes), language))


def test_what_it_says() -> None:
    found = read(table())
    assert (found["version"], found["class"], found["updated"]) == ("2.0", "dataset", "2025-06-24T06:00:00Z")
    assert (found["label"], found["source"]) == ("Æbler efter sted, køn og tid", "Danmarks Statistik")
    assert found["note"] == ["Celler = skjult; måske.", "En note til."]
    assert (found["id"], found["size"]) == (["STED", "KONAMS", "ContentsCode", "Tid"], [3, 2, 1, 2])
    assert found["role"] == {"time": ["Tid"], "geo": ["STED"], "metric": ["ContentsCode"]}
    assert found["dimension"]["STED"]["category"] == {
        "index": {"000": 0, "492": 1, "90-": 2},
        "label": {"000": "Hele landet", "492": "Ærø; den lille", "90-": "Læsø, Fanø"},
    }
    assert found["dimension"]["ContentsCode"]["category"] == {
        "index": {"PROEVE1": 0},
        "label": {"PROEVE1": "Æbler"},
        "unit": {"PROEVE1": {"base": "Antal", "decimals": 0}},
    }
    assert found["value"] == [None if isinstance(cell, str) else cell for cell in CELLS]
    assert found["status"] == {"2": "..", "6": "...", "7": "."}
    assert found["extension"]["status"] == {
        "label": {"..": "Diskretioneret", "...": "Deltager ikke", ".": "Ingen at sætte i forhold til"}
    }
    assert found["extension"]["px"] == {
        "tableid": "PROEVE1", "decimals": 0, "language": "da", "aggregallowed": False, "stockfa": "S"
    }  # fmt: skip


def test_letters_are_written_as_they_are() -> None:
    assert '"label":"Æbler efter sted, køn og tid"'.encode() in jsonstat(table())


def test_english() -> None:
    found = read(table(), "en")
    assert (found["label"], found["source"]) == ("Apples by place, sex and time", "Statistics Denmark")
    assert found["dimension"]["STED"]["label"] == "place"
    assert found["extension"]["status"]["label"]["..."] == "Does not take part"
    assert found["dimension"]["STED"]["category"]["label"]["000"] == "All Denmark"


def test_decimals() -> None:
    content = jsonstat(table(decimals=1)).decode()
    assert '"value":[0.0,123456.7,null,1.0,1.1,9.9,null,null,0.5,100.0,100.1,0.7]' in content


def test_nothing_hidden_nothing_noted() -> None:
    found = read(table(cells=[1] * 12, notes=()))
    assert "status" not in found
    assert "note" not in found


@pytest.mark.parametrize("decimals", [0, 1])
def test_the_npm_toolkit_reads_it(decimals: int, tmp_path: Path) -> None:
    made = table(decimals=decimals)
    found = by_toolkit(jsonstat(made), tmp_path)
    assert found["cells"] == [
        [None, cell] if isinstance(cell, str) else [cell / 10**decimals, None] for cell in made.cells()
    ]
    assert [dimension["id"] for dimension in found["dimensions"]] == ["STED", "KONAMS", "ContentsCode", "Tid"]
    assert found["dimensions"][0]["categories"] == [[value.code, value.text.da] for value in made.variables[0].values]
    assert found["role"]["time"] == ["Tid"]
    assert found["unit"] == {"base": "Antal", "decimals": decimals}

"""sdmx1 reads a release's structures and figures back, each figure that is not shown with why, and never which kind of hidden it is."""

from __future__ import annotations

import csv
import importlib.util
import io
import math
from typing import Any

import pytest

from hjalp_pipeline.publishing.machines.sdmx_csv import sdmx_csv
from hjalp_pipeline.publishing.machines.sdmx_structures import sdmx_structures
from hjalp_pipeline.publishing.machines.sdmx_terms import code, component
from hjalp_pipeline.publishing.table import Symbol, Text, Value, Variable
from hjalp_tests.missing import missing
from hjalp_tests.publishing.machines.released import described
from hjalp_tests.publishing.made_up import CELLS, KOEN, STED, SYMBOLS, keys, table

QUARTERS = Variable(
    "Tid", Text("tid", "time"), tuple(Value(one, Text(one, one)) for one in ("2023K4", "2024K1")), role="time"
)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def read(*tables: Any) -> tuple[Any, Any]:
    """What sdmx1 makes of the structures and of the first table's figures."""
    if importlib.util.find_spec("sdmx") is None:
        missing("sdmx1", "HJALP_ALL_READERS")
    import sdmx
    from sdmx.reader.csv import Reader

    of = described(*tables)
    first = next(iter(of.tables.values()))
    structures = sdmx.read_sdmx(io.BytesIO(sdmx_structures(of)))
    return structures, Reader().convert(io.BytesIO(sdmx_csv(of, first)), structure=structures.dataflow[first.id])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_sdmx1_reads_structures_and_figures_back() -> None:
    made = table(decimals=1)
    structures, data = read(made)
    dimensions = structures.structure["PROEVE1"].dimensions.components
    assert [one.id for one in dimensions] == ["FREQ", "STED", "KONAMS", "TIME_PERIOD"]
    places = structures.codelist["CL_VISITS_STED"].items
    assert {
        one: (str(item.name.localizations["da"]), item.name.localizations["en"]) for one, item in places.items()
    } == {value.code: value.text for value in STED.values}
    (figures,) = data.data
    found = [tuple(part.value for part in one.dimension.values.values()) for one in figures.obs]
    assert found == [("A", *key) for key in keys(made)]
    values = [float(one.value) for one in figures.obs]
    assert [None if math.isnan(value) else round(value * 10) for value in values] == [
        None if isinstance(cell, str) else cell for cell in CELLS
    ]


@pytest.mark.filterwarnings("ignore")
def test_every_code_in_the_figures_is_in_the_lists_that_sdmx1_read() -> None:
    structures, data = read(table(variables=(STED, KOEN, QUARTERS), cells=CELLS))
    structure = structures.structure["PROEVE1"]
    listed = {
        part.id: set(part.local_representation.enumerated.items)
        for part in (*structure.dimensions.components, *structure.attributes.components)
        if part.local_representation.enumerated is not None
    }
    assert set(listed) == {"FREQ", "STED", "KONAMS", "OBS_STATUS", "CONF_STATUS"}
    for one in data.data[0].obs:
        for part in one.dimension.values.values():
            assert part.value in listed.get(part.id, {part.value})
        assert one.attached_attribute["OBS_STATUS"].value in listed["OBS_STATUS"]
        assert one.attached_attribute["CONF_STATUS"].value in listed["CONF_STATUS"]


def test_signs_are_told_by_the_code_lists() -> None:
    other = Symbol("....", Text("Andet", "Other"))
    cells = ["....", *CELLS[1:]]
    made = rows(sdmx_csv(of := described(table(symbols=(*SYMBOLS, other), cells=cells)), of.tables["PROEVE1"]))
    told = [(row["OBS_VALUE"], row["OBS_STATUS"], row["CONF_STATUS"]) for row in made]
    assert told[:4] == [("NaN", "O", "F"), ("1234567", "A", "F"), ("NaN", "Q", "C"), ("10", "A", "F")]
    assert told[6:8] == [("NaN", "L", "F"), ("NaN", "M", "F")]


def test_no_code_says_what_a_figure_is_hidden_for() -> None:
    of = described()
    written = sdmx_structures(of).decode()
    listed = written[written.index('id="CL_CONF_STATUS"') :]
    codes = listed[: listed.index("</str:Codelist>")]
    assert codes.count("<str:Code ") == 2
    assert '<str:Code id="C">' in codes
    assert '<str:Code id="F">' in codes


def test_every_line_says_licence_and_citation_and_so_do_the_structures() -> None:
    of = described()
    for row in rows(sdmx_csv(of, of.tables["PROEVE1"])):
        assert row["LICENCE"] == "https://creativecommons.org/licenses/by/4.0/"
        assert row["CITATION"] == "Statistics Denmark, PROEVE1, 2024v1, https://en"
        assert (row["STRUCTURE_ID"], row["ACTION"]) == ("DST:PROEVE1(2024.1.0)", "R")
    structures = sdmx_structures(of).decode()
    assert "<com:AnnotationURL>https://creativecommons.org/licenses/by/4.0/</com:AnnotationURL>" in structures
    assert "Danmarks Statistik (2025): Æbler efter sted, køn og tid. PROEVE1, 2024v1. https://da" in structures


def test_a_quarter_is_written_as_sdmx_has_it() -> None:
    of = described(table(variables=(STED, KOEN, QUARTERS), cells=CELLS))
    made = rows(sdmx_csv(of, of.tables["PROEVE1"]))
    assert {(row["FREQ"], row["TIME_PERIOD"]) for row in made} == {("Q", "2023-Q4"), ("Q", "2024-Q1")}


def test_tables_share_a_list_only_when_it_is_the_same() -> None:
    fewer = Variable("STED", STED.text, STED.values[:2], role="geo")
    second, third = table(id="P2"), table(id="P3", variables=(fewer, KOEN, table().time), cells=CELLS[:8])
    written = sdmx_structures(described(table(), second, third)).decode()
    lists = [
        name
        for name in ("CL_VISITS_STED", "CL_VISITS_STED_P2", "CL_VISITS_STED_P3")
        if f'Codelist id="{name}"' in written
    ]
    assert lists == ["CL_VISITS_STED", "CL_VISITS_STED_P3"]


def test_codes_have_only_letters_that_sdmx_lets_them_have() -> None:
    assert (code("90-"), code("67+"), code("a b")) == ("90-", "67_x2B", "a_x20b")
    assert component(Variable("OMRÅDE", KOEN.text, KOEN.values)) == "OMR_xC5DE"
    assert component(Variable("OBS_VALUE", KOEN.text, KOEN.values)) == "V_OBS_VALUE"
    assert component(Variable("1A", KOEN.text, KOEN.values)) == "V_1A"

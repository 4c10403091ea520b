"""PxWebApi 2 on a made-up table: STED (with a total), KONAMS (without one) and two years."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonstat_validator import validate_jsonstat

from hjalp_pipeline.serving.pxweb_data import _split as split
from hjalp_pipeline.serving.serve_app import Place
from hjalp_tests.serving.shelf_world import World, usual

V2 = "/api/v2"
DATA = f"{V2}/tables/PROEVE1/data"
EVERYTHING = "valueCodes[STED]=*&valueCodes[KONAMS]=*&valueCodes[Tid]=*"
REQUIRED_OF_CONFIG = (
    "apiVersion appVersion languages defaultLanguage maxDataCells maxCallsPerTimeWindow timeWindow license "
    "defaultDataFormat dataFormats"
)


def found(answer: Any) -> Any:
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def refused(answer: Any) -> tuple[int, str]:
    told = json.loads(answer.body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == answer.status
    assert set(told) == {"type", "title", "status", "detail"}
    return answer.status, told["title"]


def lines(answer: Any) -> list[str]:
    assert answer.status == 200, answer.body
    return str(answer.body).removeprefix("\ufeff").split("\r\n")[:-1]


def test_config_says_what_is_given(world: World) -> None:
    config = found(world.get(f"{V2}/config"))
    assert set(REQUIRED_OF_CONFIG.split()) <= set(config)
    assert config["defaultDataFormat"] in config["dataFormats"] == ["json-stat2", "csv", "px"]
    assert [language["id"] for language in config["languages"]] == ["da", "en"]


def test_tables_come_in_pages_and_lead_on(world: World) -> None:
    world.publish("2024v2", *(usual(id=f"FLERE{number}") for number in range(4)))
    first = found(world.get(f"{V2}/tables?lang=en&pageSize=2"))
    assert [table["id"] for table in first["tables"]] == ["FLERE0", "FLERE1"]
    assert {key: first["page"][key] for key in ("pageNumber", "pageSize", "totalElements", "totalPages")} == {
        "pageNumber": 1,
        "pageSize": 2,
        "totalElements": 5,
        "totalPages": 3,
    }
    links = {link["rel"]: link["href"] for link in first["page"]["links"]}
    assert set(links) == {"self", "next", "last"}
    last = found(world.get(links["last"].removeprefix("http://127.0.0.1:3000")))
    assert [table["id"] for table in last["tables"]] == ["PROEVE1"]
    assert refused(world.get(f"{V2}/tables?pageNumber=9")) == (404, "Non-existent page")
    assert found(world.get(f"{V2}/tables?query=proeve1"))["page"]["totalElements"] == 1
    assert found(world.get(f"{V2}/tables?query=pears&lang=en"))["tables"] == []
    assert found(world.get(f"{V2}/tables?pastDays=1"))["page"]["totalElements"] == 5
    for wrong in ("pageSize=0", "pageSize=x", "pageNumber=-1", "pastDays=1.5", "lang=sv"):
        assert refused(world.get(f"{V2}/tables?{wrong}"))[0] == 400


def test_a_table_by_itself(world: World) -> None:
    table = found(world.get(f"{V2}/tables/proeve1?lang=en"))
    assert (table["label"], table["firstPeriod"], table["lastPeriod"]) == (
        "Apples by place, sex and time",
        "2023",
        "2024",
    )
    assert (table["updated"], table["timeUnit"], table["language"]) == ("2025-06-24T06:00:00Z", "Annual", "en")
    assert table["variableNames"] == ["place", "sex", "time"]
    for link in table["links"]:
        assert link["href"].startswith("http://127.0.0.1:3000/api/v2/tables/PROEVE1")
        assert world.get(link["href"].removeprefix("http://127.0.0.1:3000")).status == 200, link


def test_metadata_is_a_dataset_without_figures(world: World) -> None:
    meta = found(world.get(f"{V2}/tables/PROEVE1/metadata?lang=en"))
    assert (meta["version"], meta["class"], meta["value"]) == ("2.0", "dataset", [])
    assert (meta["id"], meta["size"]) == (["STED", "KONAMS", "ContentsCode", "Tid"], [3, 2, 1, 2])
    assert meta["role"] == {"time": ["Tid"], "geo": ["STED"], "metric": ["ContentsCode"]}
    sted, koen = meta["dimension"]["STED"], meta["dimension"]["KONAMS"]
    assert sted["extension"] == {"elimination": True, "eliminationValueCode": "000", "show": "value", "codelists": []}
    assert koen["extension"]["elimination"] is False
    assert meta["dimension"]["ContentsCode"]["category"]["unit"] == {"PROEVE1": {"base": "Number", "decimals": 0}}
    assert meta["extension"]["px"]["heading"] == ["Tid"]
    assert meta["note"] == ["Cells are hidden.", "Another note."]


def test_data_as_json_stat2_has_null_and_its_sign_for_what_is_hidden(world: World) -> None:
    data = found(world.get(f"{DATA}?{EVERYTHING}"))
    assert data["value"] == [0, 1234567, None, 10, 11, 99, None, None, 5, 1000, 1001, 7]
    assert data["status"] == {"2": "..", "6": "...", "7": "."}
    assert data["id"] == ["STED", "KONAMS", "ContentsCode", "Tid"]
    selection = [{"variableCode": code, "valueCodes": ["*"]} for code in ("Tid", "KONAMS", "STED", "ContentsCode")]
    assert found(world.post(DATA, {"selection": selection})) == data
    assert validate_jsonstat(data)
    part = found(world.get(f"{DATA}?valuecodes[konams]=2&valuecodes[TID]=top(1)&lang=en"))
    assert (part["id"], part["value"]) == (["KONAMS", "ContentsCode", "Tid"], [10])


def test_nothing_asked_for_is_the_default_selection(world: World) -> None:
    default = found(world.get(f"{V2}/tables/PROEVE1/defaultselection"))
    assert default["selection"] == [
        {"variableCode": "KONAMS", "valueCodes": ["1", "2"]},
        {"variableCode": "Tid", "valueCodes": ["2024"]},
    ]
    data = found(world.get(DATA))
    assert data["value"] == [1234567, 10]
    assert found(world.post(DATA, b"")) == data == found(world.post(DATA, {"selection": default["selection"]}))


def test_csv_has_the_heading_across(world: World) -> None:
    part = f"{DATA}?outputFormat=csv&lang=en&valueCodes[KONAMS]=1&valueCodes[STED]=90-,000&valueCodes[Tid]=*"
    assert lines(world.get(part)) == ["place,sex,2023,2024", '"Læsø, Fanø",Men,5,1000', "All Denmark,Men,0,1234567"]
    assert lines(world.get(f"{part}&outputFormatParams=UseCodes,SeparatorSemicolon"))[:2] == [
        "STED;KONAMS;2023;2024",
        "90-;1;5;1000",
    ]
    assert lines(world.get(f"{part}&stub=STED,KONAMS,Tid&outputFormatParams=UseCodesAndTexts,SeparatorTab"))[:2] == [
        "place\tsex\ttime\tApples",
        "90- Læsø, Fanø\t1 Men\t2023 2023\t5",
    ]
    assert lines(world.get(f"{part}&heading=KONAMS,Tid"))[0] == "place,Men 2023,Men 2024"
    assert lines(world.get(f"{part}&outputFormatParams=IncludeTitle"))[:2] == ['"Apples by place, sex and time"', ""]
    body = {
        "selection": [{"variableCode": code, "valueCodes": ["*"]} for code in ("KONAMS", "Tid")],
        "placement": {"heading": ["KONAMS"], "stub": ["Tid"]},
    }
    assert lines(world.post(f"{DATA}?outputFormat=csv&lang=en", body)) == [
        "time,Men,Women",
        "2023,0,..",
        "2024,1234567,10",
    ]


def test_px_is_placed_as_asked(world: World) -> None:
    text = world.get(f"{DATA}?outputFormat=px&{EVERYTHING}&heading=KONAMS,Tid").body
    assert 'STUB="sted";\r\n' in text
    assert 'HEADING="køn","tid";\r\n' in text
    assert 'DATA=\r\n0 1234567 ".." 10 \r\n11 99 "..." "." \r\n' in text


def test_a_range_may_stand_with_or_without_its_brackets(world: World) -> None:
    for written in ("[RANGE(2023,2024)]", "RANGE(2023,2024)", "2023,[TOP(1)]", "[2023],2024"):
        assert len(found(world.get(f"{DATA}?valueCodes[Tid]={written}&valueCodes[KONAMS]=1"))["value"]) == 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("valueCodes[X]=1", (400, "Non-existent variable")),
        ("valueCodes[KONAMS]=9&valueCodes[Tid]=*", (400, "Non-existent value")),
        ("valueCodes[KONAMS]=1&valueCodes[Tid]=TOP(x)", (400, "Illegal selection expression")),
        ("valueCodes[Tid]=*", (400, "Missing selection for mandatory variable")),
        ("valueCodes[KONAMS]=&valueCodes[Tid]=*", (400, "Missing selection for mandatory variable")),
        ("valueCodes[ContentsCode]=x", (400, "Non-existent value")),
        ("valueCodes=1", (400, "Parameter error")),
        ("codelist[STED]=vs_x", (400, "Non-existent codelist")),
        ("outputFormat=xlsx", (400, "Unsupported output format")),
        ("outputFormatParams=UseCodes,UseTexts", (400, "Parameter error")),
        ("outputFormatParams=Best", (400, "Parameter error")),
        ("heading=STED", (400, "Illegal placement")),
        ("heading=Tid&stub=Tid", (400, "Illegal placement")),
    ],
)
def test_what_cannot_be_done_is_a_problem(world: World, query: str, expected: tuple[int, str]) -> None:
    assert refused(world.get(f"{DATA}?{query}")) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        {"selection": 1},
        {"selection": [1]},
        {"selection": [{"variableCode": 1}]},
        {"selection": [{"variableCode": "Tid", "valueCodes": "*"}]},
        {"selection": [{"variableCode": "Tid", "valueCodes": ["*"]}] * 2},
    ],
)
def test_a_body_that_is_no_selection_is_a_problem(world: World, body: Any) -> None:
    assert refused(world.post(DATA, body))[0] == 400


def test_other_addresses_are_problems_too(world: World) -> None:
    for path in ("/tables/PROEVE2", "/tables/PROEVE2/data", "/codelists/x", "/nothing", "/savedqueries/1"):
        assert refused(world.get(V2 + path))[0] == 404
    assert refused(world.post(f"{V2}/tables", {}))[0] == 405


def test_too_many_cells(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hjalp_pipeline.serving.pxweb_data.MOST_CELLS", 11)
    assert refused(world.get(f"{DATA}?{EVERYTHING}")) == (403, "Too many cells selected")
    monkeypatch.setattr("hjalp_pipeline.serving.pxweb_data.MOST_CELLS", 12)
    assert world.get(f"{DATA}?{EVERYTHING}").status == 200


def test_links_are_those_of_the_proxy(tmp_path: Path) -> None:
    world = World(tmp_path, place=Place("https://tal.example.dk/statbank"))
    world.publish("2024v1", usual())
    table = found(world.get(f"/statbank{V2}/tables/PROEVE1", [("host", "evil.example.org")]))
    assert {link["href"].split("/api/")[0] for link in table["links"]} == {"https://tal.example.dk/statbank"}


def test_a_host_that_is_none_is_not_repeated(world: World) -> None:
    answer = world.get(f"{V2}/tables/PROEVE1", [("host", 'x"><blink>')])
    assert "blink" not in answer.body


def test_commas_are_counted_in_one_pass() -> None:
    assert list(split("1,RANGE(2,3),[4,5],,x")) == ["1", "RANGE(2,3)", "[4,5]", "", "x"]
    assert list(split("[TOP(1,2)],)],3")) == ["[TOP(1,2)]", ")]", "3"]
    assert len(list(split("," * 16_000))) == 16_001


def test_so_many_values_and_masks_of_a_variable_and_no_more(world: World) -> None:
    def asked(values: list[str]) -> Any:
        chosen = {"STED": values, "KONAMS": ["1"], "Tid": ["*"]}
        return world.post(
            DATA, {"selection": [{"variableCode": code, "valueCodes": of} for code, of in chosen.items()]}
        )

    assert asked(["*" * stars for stars in range(1, 21)]).status == 200
    for too_many in (["*" * stars for stars in range(1, 22)], [f"{number:03}" for number in range(54)]):
        answer = asked(too_many)
        assert (answer.status, json.loads(answer.body)["title"]) == (400, "Too many values")


@pytest.mark.parametrize("named", ["valueCodes[KONAMS]=1", "valuecodes[tid]=*", "codelist[STED]=x"])
def test_a_selection_in_the_address_of_what_is_posted_is_refused(world: World, named: str) -> None:
    assert world.post(f"{DATA}?{named}", b"").status == 400

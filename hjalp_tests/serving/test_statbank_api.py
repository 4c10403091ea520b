"""The StatBank's API on a made-up table: STED (with a total), KONAMS (without one) and two years."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hjalp_pipeline.publishing.table import Text, Value
from hjalp_tests.publishing.made_up import CELLS, KOEN, STED, TID
from hjalp_tests.serving.shelf_world import OUT, World, rows, usual

ALL: list[dict[str, Any]] = [{"code": code, "values": ["*"]} for code in ("STED", "KONAMS", "Tid")]


def refused(answer: Any) -> tuple[int, str]:
    told = json.loads(answer.body)
    assert list(told) == ["errorTypeCode", "message"]
    return answer.status, told["errorTypeCode"]


def test_subjects_and_tables_lead_to_the_table(world: World) -> None:
    subject = {"id": "05", "description": "Sociale forhold", "active": True, "hasSubjects": False, "subjects": []}
    assert json.loads(world.get("/v1/subjects").body) == [subject]
    short = {
        "id": "PROEVE1",
        "text": "Apples",
        "unit": "Number",
        "updated": "2025-06-24T08:00:00",
        "firstPeriod": "2023",
        "latestPeriod": "2024",
        "active": True,
        "variables": ["place", "sex", "time"],
    }
    assert json.loads(world.post("/v1/tables", {"lang": "en", "subjects": ["05"]}).body) == [short]
    deep = json.loads(world.get("/v1/subjects/05?lang=en&includeTables=true&recursive=true").body)
    assert deep[0]["tables"] == [short]
    assert json.loads(world.get("/v1/tables?pastdays=2").body) != []
    assert json.loads(world.get("/v1/tables?pastdays=0").body) == []
    assert refused(world.get("/v1/subjects/99")) == (400, "EXTRACT-NOTFOUND")
    assert refused(world.get("/v1/tables?pastdays=-1")) == (400, "REQUEST-INVALID")


def test_table_info(world: World) -> None:
    info = json.loads(world.get("/v1/tableinfo/proeve1?lang=en").body)
    assert info == json.loads(world.post("/v1/tableinfo", {"table": "PROEVE1", "lang": "en"}).body)
    assert {key: info[key] for key in ("id", "text", "description", "unit", "active", "suppressedDataValue")} == {
        "id": "PROEVE1",
        "text": "Apples",
        "description": "Apples by place, sex and time",
        "unit": "Number",
        "active": True,
        "suppressedDataValue": "0",
    }
    assert info["footnote"] == {"text": "Cells are hidden.\r\nAnother note.", "mandatory": True}
    sted, koen, tid = info["variables"]
    assert (sted["id"], sted["elimination"], sted["time"], sted["values"][0]) == (
        "STED",
        True,
        False,
        {"id": "000", "text": "All Denmark"},
    )
    assert (koen["elimination"], tid["elimination"], tid["time"]) == (False, False, True)


def test_csv_is_texts_in_the_order_asked_for_with_dots_for_what_is_hidden(world: World) -> None:
    answer = world.get("/v1/data/PROEVE1/CSV?Tid=*&KONAMS=2,1")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.body.startswith("\ufeffTID;KONAMS;INDHOLD\r\n")
    assert rows(answer)[1:] == [
        ["2023", "Kvinder", ".."],
        ["2023", "Mænd", "0"],
        ["2024", "Kvinder", "10"],
        ["2024", "Mænd", "1234567"],
    ]
    body = {
        "table": "proeve1",
        "format": "csv",
        "variables": [{"code": "tid", "values": ["*"]}, {"code": "konams", "values": ["2", "1"]}],
    }
    assert world.post("/v1/data", body).body == answer.body
    assert rows(world.get("/v1/data/PROEVE1/CSV?KONAMS=1")) == [
        ["KONAMS", "TID", "INDHOLD"],
        ["Mænd", "2024", "1234567"],
    ]


def test_how_it_is_shown(world: World) -> None:
    part = "/v1/data/PROEVE1/CSV?KONAMS=2&Tid=*&STED=90-&lang=en"
    assert rows(world.get(f"{part}&valuePresentation=Code"))[1] == ["2", "2023", "90-", "1001"]
    assert rows(world.get(f"{part}&valuePresentation=CodeAndValue"))[1][0] == "2 Women"
    assert rows(world.get(f"{part}&valuePresentation=ValueAndCode"))[1][0] == "Women 2"
    assert rows(world.get(f"{part}&allowCodeOverrideInColumnNames=true"))[0] == ["sex", "time", "place", "INDHOLD"]
    assert [row[1] for row in rows(world.get(f"{part}&timeOrder=descending"))[1:]] == ["2024", "2023"]
    assert world.get(f"{part}&delimiter=Tab").body.split("\r\n")[1] == "Women\t2023\tLæsø, Fanø\t1001"
    quoted = world.get(f"{part.replace('90-', '492')}").body.split("\r\n")[1]
    assert quoted == 'Women;2023;"Ærø; the small one";...'
    assert rows(world.get(f"{part}&allowVariablesInHead=true")) == [
        ["KONAMS", "STED", "2023", "2024"],
        ["Women", "Læsø, Fanø", "1001", "7"],
    ]


def test_variables_in_the_head_are_columns_when_that_is_allowed(world: World) -> None:
    head = [{**one, "placement": "head"} if one["code"] == "KONAMS" else one for one in ALL]
    body = {"table": "PROEVE1", "format": "CSV", "valuePresentation": "Code", "variables": head}
    assert rows(world.post("/v1/data", body))[:2] == [["STED", "TID", "KONAMS", "INDHOLD"], ["000", "2023", "1", "0"]]
    assert rows(world.post("/v1/data", body | {"allowVariablesInHead": True})) == [
        ["STED", "TID", "1", "2"],
        ["000", "2023", "0", ".."],
        ["000", "2024", "1234567", "10"],
        ["492", "2023", "11", "..."],
        ["492", "2024", "99", "."],
        ["90-", "2023", "5", "1001"],
        ["90-", "2024", "1000", "7"],
    ]


@pytest.mark.parametrize(("lang", "expected"), [("da", "123456,7"), ("en", "123456.7")])
def test_the_mark_of_decimals_is_that_of_the_language(tmp_path: Any, lang: str, expected: str) -> None:
    world = World(tmp_path)
    world.publish("2024v1", usual(decimals=1))
    assert rows(world.get(f"/v1/data/PROEVE1/CSV?KONAMS=1&lang={lang}"))[1][-1] == expected


def test_bulk_needs_every_variable_and_has_no_mark_before_it(world: World) -> None:
    body = {"table": "PROEVE1", "format": "BULK", "variables": ALL, "valuePresentation": "Code"}
    answer = world.post("/v1/data", body)
    assert answer.body.startswith("STED;KONAMS;TID;INDHOLD\r\n")
    assert len(rows(answer)) == 13
    assert refused(world.post("/v1/data", body | {"variables": ALL[1:]})) == (400, "EXTRACT-NOTALLOWED")
    assert refused(world.post("/v1/data", body | {"timeOrder": "Ascending"})) == (400, "EXTRACT-STREAMINGTIMESORT")


def test_jsonstat_is_of_the_first_version(world: World) -> None:
    found = json.loads(world.get("/v1/data/PROEVE1/JSONSTAT?KONAMS=*&Tid=*&STED=000").body)["dataset"]
    assert found["dimension"]["id"] == ["KONAMS", "ContentsCode", "Tid", "STED"]
    assert found["dimension"]["size"] == [2, 1, 2, 1]
    assert found["dimension"]["role"] == {"time": ["Tid"], "geo": ["STED"], "metric": ["ContentsCode"]}
    assert (found["value"], found["status"]) == ([0, 1234567, None, 10], {"2": ".."})


def test_px_has_time_in_the_heading(world: World) -> None:
    lines = world.get("/v1/data/PROEVE1/PX?Tid=*&KONAMS=1").body.split("\r\n")
    assert 'STUB="køn";' in lines
    assert 'HEADING="tid";' in lines
    assert lines[lines.index("DATA=") + 1] == "0 1234567 "
    assert "HEADING" in world.get("/v1/data/PROEVE1/PX?Tid=*&KONAMS=1&STED=000").body


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"format": "CSV"}, (400, "REQUEST-MISSING")),
        ({"table": "PROEVE1"}, (400, "REQUEST-MISSING")),
        ({"table": "PROEVE1", "format": "PDF"}, (400, "REQUEST-MISSING")),
        ({"table": "PROEVE1", "format": "XLSX"}, (400, "EXTRACT-NOTALLOWED")),
        ({"table": "PROEVE1", "format": "SDMXCOMPACT"}, (400, "EXTRACT-NOTALLOWED")),
        ({"table": "PROEVE2", "format": "CSV"}, (404, "EXTRACT-NOTFOUND")),
        ({"table": "PROEVE1", "format": "CSV"}, (400, "EXTRACT-NOTALLOWED")),
        ({"table": "PROEVE1", "format": "CSV", "variables": [{"code": "X", "values": ["*"]}]}, (400, "EXTRACT-NOTFOUND")),
        ({"table": "PROEVE1", "format": "CSV", "variables": [{"code": "KONAMS", "values": ["9"]}]}, (400, "EXTRACT-NOTFOUND")),
        ({"table": "PROEVE1", "format": "CSV", "variables": [{"code": "KONAMS", "values": []}]}, (400, "EXTRACT-NOTALLOWED")),
        ({"table": "PROEVE1", "format": "CSV", "variables": [{"values": ["*"]}]}, (400, "REQUEST-MISSING")),
        ({"table": "PROEVE1", "format": "CSV", "variables": ["x", 1, None]}, (400, "REQUEST-MISSING")),
        ({"table": "PROEVE1", "format": "CSV", "variables": ALL, "valuePresentation": "Best"}, (400, "REQUEST-INVALID")),
        ({"table": "PROEVE1", "format": "CSV", "variables": ALL, "valueTransformationSettings": {"operation": "percent"}},
         (400, "EXTRACT-NOTALLOWED")),
        ({"table": "PROEVE1", "format": "CSV", "lang": "sv"}, (400, "REQUEST-INVALID")),
        ([], (400, "REQUEST-EMPTY")),
        (b"", (400, "REQUEST-EMPTY")),
        (b"{table: 1}", (400, "REQUEST-EMPTY")),
        (b"[" * 60_000, (400, "REQUEST-EMPTY")),
        (b"\xff", (400, "REQUEST-EMPTY")),
        (b" " * 70_000, (413, "REQUEST-LIMIT")),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_in_its_form(world: World, body: Any, expected: tuple[int, str]) -> None:
    assert refused(world.post("/v1/data", body)) == expected


def test_refusals_speak_the_callers_language(world: World) -> None:
    assert (
        json.loads(world.get("/v1/data/PROEVE1/CSV?KONAMS=9").body)["message"] == "Kan ikke finde værdien: 9 (KONAMS)"
    )
    assert "Cannot find" in json.loads(world.get("/v1/data/PROEVE1/CSV?KONAMS=9&lang=en").body)["message"]
    assert refused(world.get("/v1/nothing")) == (404, "REQUEST-NOTFOUND")
    assert refused(world.get("/v1/data", method="DELETE")) == (405, "REQUEST-NOTALLOWED")
    assert refused(world.get("/v1/tableinfo/PROEVE1?format=XML")) == (400, "EXTRACT-NOTALLOWED")
    assert refused(world.get("/v1/tables?x=" + "y" * 17_000)) == (413, "REQUEST-LIMIT")


def test_a_variable_is_placed_in_the_heading_by_its_name_in_an_address(world: World) -> None:
    for head in ("Tid(Head)", "TID(head)", "tid (HEAD)"):
        asked = f"KONAMS(Stub)=1,2&{head}=*&allowVariablesInHead=true&valuePresentation=Code"
        found = rows(world.get(f"/v1/data/PROEVE1/CSV?{asked}"))
        assert found == [["KONAMS", "2023", "2024"], ["1", "0", "1234567"], ["2", "..", "10"]]
    assert refused(world.get("/v1/data/PROEVE1/CSV?KONAMS=1&Tid(Side)=*")) == (400, "EXTRACT-NOTFOUND")


def test_a_list_that_gets_longer_without_a_newer_moment_is_not_taken_for_the_old_one(world: World) -> None:
    for target in ("/v1/tables", "/v1/subjects", "/api/v2/tables"):
        assert "last-modified" not in world.get(target).headers
    before = world.get("/v1/tables")
    assert world.get("/v1/tables", [("if-none-match", before.headers["etag"])]).status == 304
    world.publish("2023v1", usual(id="PROEVE2", updated=OUT - timedelta(days=9)), at=OUT - timedelta(days=9))
    later = [("if-modified-since", "Wed, 25 Jun 2025 06:00:00 GMT")]
    assert len(json.loads(world.get("/v1/tables", later).body)) == 2
    assert world.get("/v1/tables", [("if-none-match", before.headers["etag"])]).status == 200


def test_a_quarter_has_an_english_text_and_one_code(tmp_path: Path) -> None:
    world = World(tmp_path)
    quarters = tuple(Value(code, Text(code, code)) for code in ("2024K3", "2024K4"))
    world.publish("2024v1", usual(variables=(STED, KOEN, replace(TID, values=quarters)), cells=CELLS))
    english = json.loads(world.get("/v1/tableinfo/PROEVE1?lang=en").body)["variables"][2]["values"]
    assert english == [{"id": "2024K3", "text": "2024Q3"}, {"id": "2024K4", "text": "2024Q4"}]
    danish = json.loads(world.get("/v1/tableinfo/PROEVE1").body)["variables"][2]["values"]
    assert danish[1] == {"id": "2024K4", "text": "2024K4"}
    assert rows(world.get("/v1/data/PROEVE1/CSV?KONAMS=1&Tid=2024K4&lang=en"))[1][1] == "2024Q4"
    assert world.get("/v1/data/PROEVE1/PX?KONAMS=1&Tid=*").status == 200


def test_a_negative_figure_keeps_its_decimals(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.publish("2024v1", usual(decimals=1, cells=[-5, -10, -123, *range(9)]))
    for lang, mark in (("da", ","), ("en", ".")):
        found = rows(world.get(f"/v1/data/PROEVE1/CSV?KONAMS=*&Tid=*&lang={lang}"))
        assert [row[-1] for row in found[1:]] == [text.replace(".", mark) for text in ("-0.5", "-1.0", "-12.3", "0.0")]


def test_so_many_values_and_patterns_of_a_variable_and_no_more(world: World) -> None:
    def asked(values: list[str]) -> Any:
        variables = [{"code": "KONAMS", "values": ["1"]}, {"code": "STED", "values": values}]
        return world.post("/v1/data", {"table": "PROEVE1", "format": "CSV", "variables": [*variables, ALL[2]]})

    assert asked(["*" * stars for stars in range(1, 21)]).status == 200
    assert refused(asked(["*" * stars for stars in range(1, 22)])) == (400, "REQUEST-LIMIT")
    assert refused(asked([f"{number:03}" for number in range(54)])) == (400, "REQUEST-LIMIT")
    assert refused(asked([f"{number:03}" for number in range(53)])) == (400, "EXTRACT-NOTFOUND")

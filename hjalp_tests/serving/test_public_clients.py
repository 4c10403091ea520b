"""Programs others have made for the StatBank and for PxWebApi 2 read this server as they read theirs, over loopback.

denstatbank and pxwebpy are in the group ``readers``. dkstat is written in R: its requests and how it reads an answer stand here.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn

from hjalp_tests.missing import missing
from hjalp_tests.serving.shelf_world import World, usual


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application on a port of this machine."""
    folder: Path = tmp_path_factory.mktemp("served")
    world = World(folder)
    world.publish("2024v1", usual())
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # whoever connects before the server runs waits for it
        server = uvicorn.Server(uvicorn.Config(world.app, log_level="warning", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def installed(name: str) -> Any:
    if importlib.util.find_spec(name) is None:
        missing(name, "HJALP_ALL_READERS")
    return importlib.import_module(name)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_denstatbank(address: str) -> None:
    client = installed("denstatbank").StatBankClient(lang="en")
    client._base_url = f"{address}/v1/"
    assert client.subjects(as_tree=False)[0]["description"] == "Social conditions"
    assert list(client.tables(subjects=["05"])["id"]) == ["PROEVE1"]
    assert list(client.tableinfo("proeve1", variables_df=True)["id"]) == ["000", "492", "90-", "1", "2", "2023", "2024"]
    variables = [client.variable_dict("KONAMS", ["2", "1"]), client.variable_dict("Tid", ["*"])]
    frame = client.data("proeve1", variables=variables)
    assert list(frame.index) == [("Women", "2023"), ("Women", "2024"), ("Men", "2023"), ("Men", "2024")]
    assert frame.iloc[:, 0].isna().tolist() == [True, False, False, False]
    assert frame.iloc[1:, 0].tolist() == [10, 0, 1234567]


def test_pxwebpy(address: str) -> None:
    api = installed("pxweb").PxApi(f"{address}/api/v2", language="en")
    assert api.number_of_tables == 1
    assert [table["id"] for table in api.all_tables()] == ["PROEVE1"]
    assert api.search("apples")["page"]["totalElements"] == 1
    variables = api.get_table_variables("PROEVE1")
    assert (variables["STED"]["elimination"], variables["KONAMS"]["elimination"]) == (True, False)
    rows = api.get_table_data("PROEVE1", value_codes={"KONAMS": "1", "Tid": ["TOP(1)"]})
    assert rows == [{"sex": "Men", "Contents": "Apples", "time": "2024", "value": 1234567}]
    everything = api.get_table_data_all("PROEVE1", show="code")
    assert len(everything) == 12
    assert [row["value"] for row in everything][:4] == [0, 1234567, None, 10]


@pytest.mark.parametrize(("lang", "mark"), [("da", ","), ("en", ".")])
def test_dkstat_reads_columns_in_the_order_of_its_query(address: str, lang: str, mark: str) -> None:
    """It names the columns by its query, and takes them for read.csv2 (decimal comma) in Danish, for read.csv in English."""
    from urllib.request import urlopen

    query = {"KONAMS": "1,2", "STED": "000,90-", "TID": "*", "valuePresentation": "Value", "lang": lang}
    told = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    with urlopen(f"{address}/v1/data/PROEVE1/CSV?{told}") as answer:
        text = answer.read().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
    people = ("Mænd", "Kvinder") if lang == "da" else ("Men", "Women")
    assert [row[0] for row in rows] == [people[0]] * 4 + [people[1]] * 4
    assert {row[2] for row in rows} == {"2023", "2024"}
    figures = [None if row[3] == ".." else float(row[3].replace(mark, ".")) for row in rows]
    assert figures == [0, 1234567, 5, 1000, None, 10, 1001, 7]


def test_danstat_takes_text_json_and_nothing_else(address: str) -> None:
    """What it posts (R writes NULL as {} and a missing number as "NA") and the type of content it asks of each answer."""
    from urllib.request import Request, urlopen

    def posted(where: str, body: dict[str, Any], kind: str = "text/json") -> str:
        request = Request(f"{address}/v1/{where}", json.dumps(body).encode(), {"content-type": "application/json"})
        with urlopen(request) as answer:
            assert answer.headers.get_content_type() == kind
            return str(answer.read().decode("utf-8-sig"))

    asked: dict[str, Any] = {"lang": "en", "recursive": False, "includeTables": False, "subjects": {}}
    assert json.loads(posted("subjects", asked))[0]["id"] == "05"
    asked = {"lang": "en", "subjects": {}, "pastdays": "NA", "includeinactive": False}
    assert [table["id"] for table in json.loads(posted("tables", asked))] == ["PROEVE1"]
    info = json.loads(posted("tableinfo", {"lang": "en", "table": "proeve1"}))
    assert [variable["id"] for variable in info["variables"]] == ["STED", "KONAMS", "Tid"]
    variables = [{"code": "KONAMS", "values": ["1"]}, {"code": "tid", "values": ["*"]}]
    asked = {"table": "proeve1", "lang": "en", "format": "CSV", "delimiter": "Tab", "variables": variables}
    assert posted("data", asked, "text/csv").split("\r\n")[1:3] == ["Men\t2023\t0", "Men\t2024\t1234567"]

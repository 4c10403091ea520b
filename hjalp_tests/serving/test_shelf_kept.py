"""What is remembered of releases and what is looked at again: damage, corrections, a moment that is changed, many callers at once."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hjalp_pipeline.publishing.table import Symbol, Text, Value, Variable
from hjalp_pipeline.serving import published_shelf
from hjalp_pipeline.serving.published_shelf import Publisher
from hjalp_tests.publishing.made_up import KOEN, STED, SYMBOLS, TID
from hjalp_tests.serving.shelf_world import OUT, World, rows, usual

CSV = "/v1/data/PROEVE1/CSV?KONAMS=1&Tid=*&valuePresentation=Code"
LATER = OUT + timedelta(hours=6)


def years(*of: str) -> Variable:
    return replace(TID, values=tuple(Value(year, Text(year, year)) for year in of))


def shown(world: World) -> dict[str, str]:
    """The figures of men in the whole country by year."""
    return {row[1]: row[2] for row in rows(world.get(CSV))[1:]}


def test_a_fault_that_passes_is_not_remembered(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    read = Path.read_bytes

    def too_many_files(path: Path) -> bytes:
        if path.suffix == ".px":
            raise OSError(24, "Too many open files", str(path))
        return read(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", too_many_files)
        assert world.get(CSV).status == 503
        world.now += timedelta(seconds=6)
        assert world.get(CSV).status == 503
    told = capfd.readouterr().err
    assert told == "2024v1/PROEVE1 cannot be served: OSError: Too many open files\n"  # once, and without a path
    world.now += timedelta(seconds=6)
    assert world.get(CSV).status == 200


def test_nothing_can_be_told_while_no_folder_can_be_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_many_files(path: Path) -> None:
        raise OSError(24, "Too many open files", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", too_many_files)
        for target in (CSV, "/v1/tables", "/api/v2/tables"):
            assert world.get(target).status == 503
    assert world.get(CSV).status == 200


@pytest.mark.parametrize("late", [["px"], ["json"], ["px", "json"]])
def test_a_table_whose_files_come_after_the_sums_is_missing_until_they_are_there(world: World, late: list[str]) -> None:
    folder = world.root.releases / "2024v1"
    for form in late:
        (folder / f"PROEVE1.{form}").rename(world.folder / form)
    assert world.get(CSV).status == 503
    for form in late:
        (world.folder / form).rename(folder / f"PROEVE1.{form}")
    assert world.get(CSV).status == 200


def _blank_line(folder: Path) -> None:
    (folder / "SHA256SUMS").write_text((folder / "SHA256SUMS").read_text() + "\n")


def _no_text(folder: Path) -> None:
    (folder / "SHA256SUMS").write_bytes((folder / "SHA256SUMS").read_bytes() + b"\xff")


def _outputs_in_a_list(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"outputs": list(manifest["outputs"])}))


def _too_large_a_figure(folder: Path) -> None:
    px = (folder / "PROEVE1.px").read_bytes()
    changed = px.replace(b"1234567", b"9" * 30)
    (folder / "PROEVE1.px").write_bytes(changed)
    for name in ("SHA256SUMS", "manifest.json"):
        old, new = (hashlib.sha256(content).hexdigest() for content in (px, changed))
        (folder / name).write_text((folder / name).read_text().replace(old, new))


@pytest.mark.parametrize("spoil", [_blank_line, _no_text, _outputs_in_a_list, _too_large_a_figure])
def test_an_odd_release_costs_its_own_tables_and_no_others(world: World, spoil: Any) -> None:
    world.publish("2023v1", usual(id="PROEVE2"))
    spoil(world.root.releases / "2024v1")
    assert world.get(CSV).status == 503
    assert world.get("/v1/data/PROEVE2/CSV?KONAMS=1").status == 200
    assert [one["id"] for one in json.loads(world.get("/v1/tables").body)] == ["PROEVE2"]


def test_a_correction_of_an_older_year_replaces_its_times_and_the_newest_year_stays(world: World) -> None:
    older = usual(
        variables=(STED, KOEN, years("2022", "2023")), cells=list(range(21, 33)), updated=LATER,
        notes=(Text("Ny", "New"),), publication=replace(usual().publication, refperiod=Text("31.12.2023", "31.12.2023")),
    )  # fmt: skip
    world.publish("2023v2", older, at=LATER)
    assert shown(world) == {"2022": "21", "2023": "22", "2024": "1234567"}
    meta = json.loads(world.get("/api/v2/tables/PROEVE1/metadata").body)
    refperiod = meta["dimension"]["ContentsCode"]["extension"]["refperiod"]["PROEVE1"]
    assert refperiod == usual().publication.refperiod.da
    assert meta["updated"] == "2025-06-24T12:00:00Z"
    assert "Ny" in meta["note"]


def test_a_correction_of_an_older_year_in_other_codes_leaves_the_newer_table(world: World) -> None:
    fewer = replace(STED, values=STED.values[:2])
    older = usual(variables=(fewer, KOEN, years("2022", "2023")), cells=list(range(8)), updated=LATER)
    world.publish("2023v2", older, at=LATER)
    assert shown(world) == {"2023": "0", "2024": "1234567"}
    assert json.loads(world.get("/v1/tables").body)[0]["latestPeriod"] == "2024"


def test_a_correction_may_bring_a_sign(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.publish("2024v1", usual(symbols=SYMBOLS[:1], cells=["..", *range(11)]))
    older = usual(variables=(STED, KOEN, years("2023")), cells=["...", *range(5)], updated=LATER,
                  symbols=(Symbol("...", Text("Deltager ikke", "Does not take part")), *SYMBOLS[:1]))  # fmt: skip
    world.publish("2023v2", older, at=LATER)
    assert shown(world) == {"2023": "...", "2024": "0"}


def test_a_release_that_is_postponed_where_it_stands_is_not_out(world: World) -> None:
    folder = world.publish("2024v2", usual(id="PROEVE2", updated=OUT), at=world.now + timedelta(hours=1))
    assert world.get("/v1/tableinfo/PROEVE2").status == 404
    manifest = json.loads((folder / "manifest.json").read_text())
    later = (world.now + timedelta(days=30)).isoformat()
    (folder / "manifest.json").write_text(json.dumps(manifest | {"publish_at": later}))
    world.now += timedelta(hours=2)
    assert world.get("/v1/tableinfo/PROEVE2").status == 404


def test_a_release_that_is_put_there_anew_while_it_is_read_is_looked_at_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = world.publish("2024v2", usual(id="PROEVE2"), at=OUT)
    read = published_shelf.read_release

    def postponed(path: Path, *rest: Any) -> Any:
        found = read(path, *rest)
        if path == folder:
            manifest = json.loads((folder / "manifest.json").read_text())
            manifest["publish_at"] = (world.now + timedelta(days=300)).isoformat()
            (folder / "manifest.json").write_text(json.dumps(manifest))
        return found

    monkeypatch.setattr(published_shelf, "read_release", postponed)
    for _ in range(2):
        assert world.get("/v1/tableinfo/PROEVE2").status == 404
    assert world.get(CSV).status == 200


def test_of_a_release_that_is_not_out_the_manifest_alone_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = world.publish("2024v2", usual(id="PROEVE2", updated=LATER), at=world.now + timedelta(hours=1))
    read, opened = Path.read_bytes, []

    def noted(path: Path) -> bytes:
        opened.append(path)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    assert world.get(CSV).status == 200
    assert [path.name for path in opened if path.parent == folder] == ["manifest.json"]


def test_while_one_caller_reads_a_release_others_have_what_was_out_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = Publisher([world.root], lambda: world.now)
    assert list(publisher.shelf().tables) == ["PROEVE1"]
    world.publish("2024v2", usual(id="PROEVE2"))
    read, meanwhile = published_shelf.read_release, []

    def slow(*of: Any) -> Any:
        with ThreadPoolExecutor(1) as other:
            meanwhile.append(list(other.submit(publisher.shelf).result(30).tables))
        return read(*of)

    monkeypatch.setattr(published_shelf, "read_release", slow)
    assert list(publisher.shelf().tables) == ["PROEVE1", "PROEVE2"]
    assert meanwhile == [["PROEVE1"]]


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/api/v2/tables?pastDays=999999", []),
        ("/v1/tables?pastdays=99999", []),
        ("/v1/tables", [("if-modified-since", "Tue, 24 Jun 99999999999999999999 06:00:00 GMT")]),
        ("/v1/tables", [("if-modified-since", "")]),
    ],
)
def test_a_number_beyond_every_calendar_is_no_fault_of_ours(
    world: World, target: str, headers: list[tuple[str, str]]
) -> None:
    assert world.get(target, headers).status == 200


@pytest.mark.parametrize("target", ["/v1/data", "/api/v2/tables/PROEVE1/data"])
@pytest.mark.parametrize("place", ["code", "values", "variableCode", "valueCodes", "lang"])
def test_half_a_character_is_no_text(world: World, target: str, place: str) -> None:
    one = {"code": "KONAMS", "values": ["1"], "variableCode": "KONAMS", "valueCodes": ["1"]}
    one[place] = ["\ud800"] if place.startswith("value") else "\ud800"
    asked = {"table": "PROEVE1", "format": "CSV", "variables": [one], "selection": [one], "lang": one.get("lang", "da")}
    assert world.post(target, asked).status == 400

"""Nothing is served before its second, nothing hidden or private at all, and no answer tells that there is something."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from hjalp_pipeline.publishing.table import Text, Value
from hjalp_tests.publishing.made_up import KOEN, STED, TID
from hjalp_tests.serving.shelf_world import OUT, World, rows, usual

LATER = OUT + timedelta(days=100)
CSV = "/v1/data/PROEVE1/CSV?KONAMS=1&Tid=*"
CHANGED = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
#: What is only in the release that is not out: figures, a table, a time, texts.
SECRET = [76543, *CHANGED[1:]]


def asked_of_everything(world: World) -> Iterator[str]:
    """What anybody may be told, with the headers, whoever asks and however."""
    for target in (
        "/v1/subjects?includeTables=true",
        "/v1/tables",
        "/v1/tables?pastdays=99999",
        "/v1/tableinfo/PROEVE1",
        "/v1/tableinfo/PROEVE2",
        CSV,
        "/v1/data/PROEVE1/CSV?KONAMS=1&Tid=2025",
        "/v1/data/PROEVE1/CSV?KONAMS=1&Tid=>=2025",
        "/v1/data/PROEVE1/BULK?KONAMS=*&Tid=*&STED=*",
        "/v1/data/PROEVE1/JSONSTAT?KONAMS=*",
        "/v1/data/PROEVE1/PX?KONAMS=*",
        "/v1/data/PROEVE2/CSV?KONAMS=*",
        "/v1/data/2024v2/CSV",
        "/api/v2/config",
        "/api/v2/tables?query=secret&lang=en",
        "/api/v2/tables?pastDays=9999",
        "/api/v2/tables/PROEVE1",
        "/api/v2/tables/PROEVE1/metadata",
        "/api/v2/tables/PROEVE1/data?valueCodes[KONAMS]=*&valueCodes[Tid]=TOP(9)",
        "/api/v2/tables/PROEVE1/data?valueCodes[KONAMS]=*&valueCodes[Tid]=FROM(2025)",
        "/api/v2/tables/PROEVE1/data?outputFormat=px&valueCodes[KONAMS]=*&valueCodes[Tid]=*",
        "/api/v2/tables/PROEVE2",
        "/api/v2/tables/PROEVE2/data",
    ):
        for method in ("GET", "HEAD", "POST"):
            answer = world.get(target, [("range", "bytes=0-9")], method=method)
            yield f"{method} {target} {answer.status} {dict(answer.headers)} {answer.body}"


def next_release(world: World) -> Path:
    times = (*TID.values, Value("2025", Text("2025", "2025")))
    other = usual(variables=(STED, KOEN, TID), cells=SECRET, contents=Text("Hemmeligt", "Secret"))
    longer = usual(
        variables=(STED, KOEN, type(TID)("Tid", TID.text, times, role="time")),
        cells=[*SECRET, *range(900, 906)],
        id="PROEVE2",
    )
    return world.publish("2024v2", other, longer, at=LATER)


def test_a_release_that_is_not_out_changes_no_byte_of_any_answer(world: World) -> None:
    before = list(asked_of_everything(world))
    next_release(world)
    assert list(asked_of_everything(world)) == before


def test_it_is_out_from_its_second_on(world: World) -> None:
    old = world.get(CSV)
    next_release(world)
    world.now = LATER - timedelta(microseconds=1)
    assert world.get(CSV).body == old.body
    assert world.get("/v1/tableinfo/PROEVE2").status == 404
    world.now = LATER
    new = world.get(CSV, [("if-none-match", old.headers["etag"])])
    assert (new.status, rows(new)[1][-1]) == (200, "76543")
    assert new.headers["etag"] != old.headers["etag"]
    assert world.get("/v1/tableinfo/PROEVE2").status == 200


def test_a_table_that_says_a_later_moment_than_the_manifest_is_not_out(world: World) -> None:
    world.publish("2025v1", usual(id="PROEVE3", updated=LATER), at=OUT)
    assert world.get("/v1/tableinfo/PROEVE3").status == 404
    world.now = LATER
    assert world.get("/v1/tableinfo/PROEVE3").status == 200


@pytest.mark.parametrize(("mode", "status"), [(0o755, 200), (0o750, 404), (0o700, 404)])
def test_an_account_that_may_not_read_the_manifest_sees_what_has_been_opened(
    world: World, monkeypatch: pytest.MonkeyPatch, mode: int, status: int
) -> None:
    read = Path.read_bytes

    def as_another(path: Path) -> bytes:
        if path.name == "manifest.json":
            raise PermissionError
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", as_another)
    folder = world.root.releases / "2024v1"
    folder.chmod(mode)
    assert world.get(CSV).status == status
    world.now = OUT - timedelta(seconds=1)  # opened too early
    assert world.get(CSV).status == 404
    folder.chmod(0o755)


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ("2024v1;2025-06-24;nej;", 404),
        ("2024v1;2025-06-24;ja;", 200),
        ("2024v1;2025-06-26;ja;", 404),
        ("2024v1;x;ja;", 404),
        ("2024v2;x;ja;", 200),
        ("", 200),
    ],
)
def test_a_closed_release_whose_day_is_not_confirmed_is_not_out(world: World, row: str, status: int) -> None:
    world.root.codelists.mkdir(parents=True)
    (world.root.codelists / "calendar.csv").write_text(f"release;date;confirmed;number\n{row}\n")
    folder = world.root.releases / "2024v1"
    folder.chmod(0o700)
    assert world.get(CSV).status == status
    folder.chmod(0o755)  # it was opened before the row was changed
    assert world.get(CSV).status == 200


@pytest.mark.parametrize(("confirmed", "status"), [("nej", 404), ("ja", 200)])
def test_one_whose_pages_show_figures_of_a_closed_one_is_not_out_before_it(
    world: World, confirmed: str, status: int
) -> None:
    later = world.publish("2024v10", usual(id="PROEVE3"))  # by name before 2024v1, at the same moment
    told = json.loads((later / "manifest.json").read_text())
    told["confidentiality"] = {"protected_against": ["2024v1", "2023v1"]}
    (later / "manifest.json").write_text(json.dumps(told))
    for folder in world.root.releases.iterdir():
        folder.chmod(0o700)
    world.root.codelists.mkdir(parents=True)
    (world.root.codelists / "calendar.csv").write_text(
        f"release;date;confirmed;number\n2024v1;2025-06-24;{confirmed};\n"
    )
    assert world.get("/v1/tableinfo/PROEVE3").status == status


def test_without_a_manifest_nothing_is_out(world: World) -> None:
    (world.root.releases / "2024v1" / "manifest.json").unlink()
    assert world.get(CSV).status == 404


def test_whoever_has_it_is_told_so_and_only_he(world: World) -> None:
    first = world.get(CSV)
    assert first.headers["last-modified"] == "Tue, 24 Jun 2025 06:00:00 GMT"
    assert first.headers["cache-control"] == "no-cache"
    for headers in (
        [("if-none-match", first.headers["etag"])],
        [("if-none-match", f'"x", {first.headers["etag"]}')],
        [("if-modified-since", first.headers["last-modified"])],
    ):
        again = world.get(CSV, headers)
        assert (again.status, again.body) == (304, "")
    for headers in (
        [("if-none-match", '"x"'), ("if-modified-since", first.headers["last-modified"])],
        [("if-modified-since", "Tue, 24 Jun 2025 05:59:59 GMT")],
        [("if-modified-since", "yesterday")],
    ):
        assert world.get(CSV, headers).status == 200
    assert world.get(f"{CSV}&lang=en", [("if-none-match", first.headers["etag"])]).status == 200


def test_the_newest_counts_for_a_time_and_older_times_stay(world: World) -> None:
    times = tuple(Value(year, Text(year, year)) for year in ("2024", "2025"))
    newer = usual(
        variables=(STED, KOEN, type(TID)("Tid", TID.text, times, role="time")), cells=CHANGED, updated=LATER,
        notes=(Text("Ny", "New"),),
    )  # fmt: skip
    world.publish("2025v1", newer, at=LATER)
    world.now = LATER
    found = rows(world.get("/v1/data/PROEVE1/CSV?KONAMS=1&STED=*&Tid=*&valuePresentation=Code"))[1:]
    assert [row[2] for row in found][:3] == ["2023", "2024", "2025"]
    assert [row[3] for row in found] == ["0", "3", "4", "11", "7", "8", "5", "11", "12"]
    notes = json.loads(world.get("/v1/tableinfo/PROEVE1").body)["footnote"]["text"]
    assert notes.startswith("Ny\r\nCeller")
    assert rows(world.get("/v1/data/PROEVE1/CSV?KONAMS=2&STED=492&Tid=*"))[1][-1] == "..."


def test_an_older_release_in_other_codes_is_not_mixed_in(world: World) -> None:
    fewer = type(STED)(STED.code, STED.text, STED.values[:2], STED.total, STED.role)
    times = (Value("2025", Text("2025", "2025")),)
    variables = (fewer, KOEN, type(TID)("Tid", TID.text, times, role="time"))
    world.publish("2025v1", usual(variables=variables, cells=[1, 2, 3, 4], updated=LATER), at=LATER)
    world.now = LATER
    assert [row[1] for row in rows(world.get(CSV))[1:]] == ["2025"]


@pytest.mark.parametrize("name", ["PROEVE1.px", "PROEVE1.json"])
def test_files_that_are_not_as_they_were_published_are_not_served(
    world: World, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = world.root.releases / "2024v1"
    (folder / name).write_bytes((folder / name).read_bytes().replace(b"1234567", b"7654321"))
    answer = world.get(CSV)
    assert (answer.status, json.loads(answer.body)["errorTypeCode"]) == (503, "SERVER-UNAVAILABLE")
    assert json.loads(world.get("/v1/tables").body) == []
    told = capfd.readouterr().err
    assert f"2024v1/PROEVE1 cannot be served: NotRead: {name} is not as it was published" in told
    assert str(world.folder) not in told + answer.body


def test_a_link_in_a_release_is_not_followed(world: World) -> None:
    file = world.root.releases / "2024v1" / "PROEVE1.px"
    elsewhere = world.folder / "elsewhere.px"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert world.get(CSV).status == 503


def test_no_address_leads_to_a_file(world: World) -> None:
    (world.root.releases / "2024v1" / "microdata").mkdir()
    for name in ("manifest.json", "microdata/GEN.parquet", "../../x.csv", "PROEVE1.px", "SHA256SUMS"):
        (world.root.releases / "2024v1" / "secret.txt").write_text("hemmeligt")
        for path in (
            name,
            quote(name, safe=""),
            f"..%2f2024v1%2f{quote(name, safe='')}",
            f"%2e%2e/{name}",
            f"2024v1/{name}",
        ):
            for place in ("/", "/v1/", "/v1/data/", "/v1/tableinfo/", "/v1/data/PROEVE1/", "/api/v2/tables/"):
                answer = world.get(place + path)
                assert answer.status in (400, 404, 405), place + path
                assert "publish_at" not in answer.body
                assert str(world.folder) not in answer.body


def test_a_fault_of_ours_says_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"{world.folder} 1234567")

    monkeypatch.setattr("hjalp_pipeline.serving.statbank_api.read_order", broken)
    answer = world.get(CSV)
    assert (answer.status, json.loads(answer.body)["errorTypeCode"]) == (500, "SERVER-ERROR")
    told = capfd.readouterr().err
    assert "fault in serving: RuntimeError in" in told
    assert str(world.folder) not in told + answer.body

"""The web dialogue attacked: other kommuner's objects, forms that are not ours, hostile files, files it may not open."""

from __future__ import annotations

import functools
import io
import json
import sys
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.portal.portal_app import SCREENS
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.portal_lists import APPROVES, OFFICE, READS, ROLES, SENDS
from hjalp_tests.examples import THOROUGH
from hjalp_tests.portal.portal_world import PNR, World, delivery, make_world
from hjalp_tests.web.asgi import ask

BASE = "/hjalp/540"
FORM = {"periode": "2025K1", "system": "nexus.csv"}
RECEIPT = "2024K4/540_nexus_20250110T081500.csv"


def objects(world: World) -> list[str]:
    """Every address of Sønderborg's, with an upload, a draft, a test and a receipt in it."""
    one = world.visitor("540", READS, SENDS, APPROVES)
    upload = one.upload(f"{BASE}/send", delivery(records=40), **FORM).headers["location"].rpartition("/")[2]
    test = one.upload(f"{BASE}/proev", delivery(records=40), **FORM).headers["location"].rpartition("/")[2]
    draft = (
        one.post(f"{BASE}/tast", periode="2025K1", system="nexus.csv")
        .headers["location"]
        .split("?")[0]
        .rpartition("/")[2]
    )
    named = {
        "period": RECEIPT.split("/", maxsplit=1)[0],
        "filename": RECEIPT.split("/")[1],
        "draft": draft,
        "place": "1",
        "aar": "2024",
    }
    named |= {"slags": "html", "navn": "aendringer", "navn:path": "leverance-1.xsd"}
    found = []
    for screen in SCREENS[:-1]:
        for door in screen.DOORS:
            for name in (upload, test):
                found.append((door, f"{BASE}/{door.path}".replace("{upload}", name)))
    paths = []
    for _, path in found:
        paths.append(functools.reduce(lambda made, pair: made.replace(f"{{{pair[0]}}}", pair[1]), named.items(), path))
        assert "{" not in paths[-1]
    return list(dict.fromkeys(paths))


def leaks(world: World, paths: list[str], komnr: str, *roles: str) -> list[str]:
    stranger = world.visitor(komnr, *roles) if komnr else world.office()
    found = []
    for path in paths:
        answers = [stranger.get(path)]
        if not path.endswith(("/send", "/proev")):  # they take files
            answers.append(
                stranger.post(path, goer="send", svar="godkendt", hvad="K1", soeg="N", periode="2025K1", tekst="x")
            )
        for answer in answers:
            if answer.status not in (404, 405) or PNR in answer.body or "540_" in answer.body:
                found.append(f"{komnr} {path}: {answer.status}")
    taken = stranger.upload(f"{BASE}/send", delivery(), **FORM)
    return [*found, *([] if taken.status == 404 else [f"{komnr} upload: {taken.status}"])]


@pytest.mark.slow
def test_a_neighbour_and_the_office_find_nothing(world: World) -> None:
    paths = objects(world)
    assert len(paths) > 20
    before = sorted(path.name for path in world.portal.place.uploads.iterdir())
    assert leaks(world, paths, "185", READS, SENDS, APPROVES, OFFICE) == []
    assert leaks(world, paths, "") == []
    assert sorted(path.name for path in world.portal.place.uploads.iterdir()) == before
    mine = [path.replace("/hjalp/540/", "/hjalp/185/") for path in paths if path.count("/") > 3 and "krav" not in path]
    own = world.visitor("185", READS, SENDS, APPROVES)
    for path in mine:  # Sønderborg's objects under one's own number
        answer = own.get(path)
        assert "540_" not in answer.body
        assert answer.status in (404, 405) or "/godkend/2024" in path


@pytest.mark.slow
def test_kommuner_with_each_role_find_nothing_of_another(world: World) -> None:
    """One that delivers itself and a tenth of the others, or all 98: to the dialogue a kommune is a number and what it delivers."""
    paths, kommuner = objects(world), KOMNR if THOROUGH else ("185", *KOMNR[::10])
    found = [
        leak for komnr in kommuner if komnr != "540" for role in ROLES for leak in leaks(world, paths, komnr, role)
    ]
    assert found == []


def test_without_a_login_everything_leads_to_it(world: World) -> None:
    for path in [*objects(world), "/kontor/hjalp/koer", "/"]:
        answer = ask(world.app, "GET", path, [("sec-fetch-site", "none")])
        assert answer.status in (303, 405), path
        assert answer.headers.get("location", "/login").startswith("/login")


def test_the_office_is_for_the_office(world: World) -> None:
    assert world.visitor("540", READS, SENDS, APPROVES, OFFICE).get("/kontor/hjalp/koer").status == 404


def test_forms_that_are_not_ours(world: World) -> None:
    one, other = world.visitor("540", SENDS, READS), world.visitor("540", SENDS, READS, name="kollega")
    path = f"{BASE}/spoerg/send"
    fields = {"om": "Andet", "tekst": "Hej"}
    for token in ("", "x", other.token(path), one.token(f"{BASE}/udsaettelse/bed")):
        assert one.post(path, token=token, **fields).status == 403
        assert one.upload(f"{BASE}/send", delivery(), token=token, **FORM).status == 403
    assert list(world.portal.place.uploads.iterdir()) == []
    for headers in (
        [("sec-fetch-site", "cross-site")],
        [("origin", "https://elsewhere.example"), ("sec-fetch-site", "same-origin")],
    ):
        given = [header for header in one.headers if header[0] == "cookie"] + headers
        assert ask(world.app, "POST", path, given, b"token=x").status == 403
    assert ask(world.app, "GET", "/om", [("host", "elsewhere.example")]).status == 403
    assert one.post(path, **fields).status == 303
    assert one.post(path, **fields).status == 303  # a second tab with the same page


def test_roles_end_where_they_end(world: World) -> None:
    reader = world.visitor("540", READS)
    assert reader.get(f"{BASE}/send").status == 403
    assert reader.post(f"{BASE}/godkend/2024/svar", hvad="K1", svar="godkendt").status == 404
    assert reader.upload(f"{BASE}/send", delivery(), **FORM).status == 404
    assert reader.post(f"{BASE}/udsaettelse/bed", periode="2025K1", til="2025-05-01", grund="x").status == 404


def test_too_often_is_too_often(tmp_path: Path) -> None:
    world = make_world(tmp_path, requests_a_minute=5)
    one = world.visitor("540", READS)
    assert [one.get(f"{BASE}/oversigt").status for _ in range(6)] == [200] * 5 + [429]
    assert world.visitor("540", READS, name="en anden").get(f"{BASE}/oversigt").status == 200
    world.portal.close()


def test_a_sentence_in_an_address_is_ours_or_not_shown(world: World) -> None:
    one = world.visitor("540", READS)
    assert "Ring" not in one.get(f"{BASE}/oversigt?ok=Ring%20til%2012345678").body
    led = one.post(f"{BASE}/spoerg/send", om="Andet", tekst="Hej").headers["location"]
    assert "Spørgsmålet er sendt" in one.get(led).body
    assert "Spørgsmålet er sendt" not in world.visitor("540", READS, name="b").get(led).body


@pytest.mark.slow
def test_nobody_fills_the_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hjalp_pipeline.portal.upload_door.MOST_UNDECIDED", 2)
    one = world.visitor("540", SENDS)
    found = [one.upload(f"{BASE}/send", delivery(records=40), **FORM) for _ in range(3)]
    assert [answer.status for answer in found] == [303, 303, 429]
    assert len(list(world.portal.place.uploads.iterdir())) == 2
    one.post(found[0].headers["location"], goer="kassér")
    assert one.upload(f"{BASE}/send", delivery(records=40), **FORM).status == 303
    tried = [one.upload(f"{BASE}/proev", delivery(), **FORM).status for _ in range(4)]
    assert tried == [303] * 4


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b" " * (8 << 20))
    return out.getvalue()


XML = '<?xml version="1.0"?><leverance komnr="540" kvartal="2025K1" system="nexus" antal="1">'
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "one byte": b"\x00",
    "zeros": bytes(10_000),
    "not text": bytes(range(256)) * 40,
    "utf-16": delivery(records=40).decode().encode("utf-16"),
    "header alone": delivery(records=40).split(b"\n")[0] + b"\n",
    "no end": delivery(records=40).rpartition(b"SLUT")[0],
    "cut": delivery(records=40)[:2000],
    "wrong count": delivery(records=40).replace(b"SLUT;40", b"SLUT;41"),
    "a column more": delivery(records=40).replace(b";lov_tekst", b";lov_tekst;mere", 1),
    "a formula": delivery(records=40).replace(b"123456", b'"=cmd|calc!A1"'),
    "a script": delivery(records=40).replace("Kørestol".encode(), b"<script>alert(1)</script>"),
    "an open quote": delivery(records=40).replace(b"N-7", b'"N-7'),
    "another kommune": delivery("185", records=40),
    "half of it bad": delivery(records=20)[:-8] + b"\n".join([b"x;y"] * 20) + b"\nSLUT;40\n",
    "one bad": delivery(records=40).replace(b"N-7;540;;" + PNR.encode(), b"N-7;540;;"),
    "long line": b"x" * 3_000_000,
    "many empty lines": delivery(records=40) + b"\n" * 50_000,
    "bom": b"\xef\xbb\xbf" + delivery(records=40),
    "crlf": delivery(records=40).replace(b"\n", b"\r\n"),
    "control characters": delivery(records=40).replace("Kørestol".encode(), b"K\x07"),
}
HOSTILE_BOOKS = {
    "a bomb": bomb(),
    "no book": b"PK\x03\x04 nothing",
    "a csv": delivery(records=40),
    "an xml": XML.encode(),
}


@pytest.mark.slow
def test_hostile_files_get_the_receipt_the_inbox_gives(world: World) -> None:
    one = world.visitor("540", SENDS)
    told = ("status", "code", "detail", "records", "bad_records", "bad_by_code", "finding_counts", "findings", "sha256")
    folder = world.root.inbox / "2025K1"
    folder.mkdir()
    files = [
        *((n, c, "nexus", "csv") for n, c in HOSTILE.items()),
        *((n, c, "dialog", "xlsx") for n, c in HOSTILE_BOOKS.items()),
    ]
    assert len(files) >= 20
    for number, (name, content, system, ends) in enumerate(files):
        form = {"periode": "2025K1", "system": f"{system}.{ends}"}
        location = one.upload(f"{BASE}/send", content, **form).headers["location"]
        page = one.get(location)
        assert page.status == 200, name
        assert "<script>alert" not in page.body
        assert PNR not in page.body
        with world.portal.db.reading() as connection:
            row = connection.execute(
                text("select result from uploads where id = :id"), {"id": location.rpartition("/")[2]}
            ).scalar()
        found = json.loads(row)["receipt"]
        path = folder / f"540_{system}_202504{10 + number // 20:02}T1200{number:02}.{ends}"
        path.write_bytes(content)
        inbox = Inbox(Lake(world.root), read_systems(world.root), now=lambda: 2e9)
        (file,) = [pair for pair in inbox.files("2025K1") if pair[0].filename == path.name]
        inbox.read(*file)
        given = json.loads((world.root.receipts / "2025K1" / f"{path.stem}.json").read_text())
        assert {key: found[key] for key in told} == {key: given[key] for key in told}, name
        path.unlink()
        one.post(location, goer="kassér")


def test_a_cut_upload_leaves_nothing(world: World) -> None:
    from hjalp_tests.portal.portal_world import multipart

    one, path = world.visitor("540", SENDS), f"{BASE}/send"
    body = multipart({"token": one.token(path), **FORM}, delivery(records=40))
    headers = [*one.headers, ("content-type", "multipart/form-data; boundary=xyz")]
    for length in range(0, len(body) - 8, 97):
        assert ask(world.app, "POST", path, headers, body[:length]).status in (400, 403), length
    assert list(world.portal.place.uploads.iterdir()) == []
    two = body.replace(
        b"\r\n--xyz--", b'\r\n--xyz\r\nContent-Disposition: form-data; name="fil"; filename="b"\r\n\r\nb\r\n--xyz--'
    )
    assert ask(world.app, "POST", path, headers, two).status == 400
    late = multipart({}, delivery()).replace(
        b"--xyz--", b'--xyz\r\nContent-Disposition: form-data; name="token"\r\n\r\nx\r\n--xyz--'
    )
    assert ask(world.app, "POST", path, headers, late).status == 403
    assert list(world.portal.place.uploads.iterdir()) == []


_OPENED: list[str] = []
_WATCHING: list[Path] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _WATCHING and event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str | bytes | Path):
        name = str(arguments[0])
        if any(name.startswith(str(place)) for place in _WATCHING):
            _OPENED.append(name)


@pytest.mark.slow
def test_the_lake_registers_and_microdata_are_never_opened(world: World) -> None:
    sys.addaudithook(_watch)
    (world.root.releases / "2024v1" / "microdata").mkdir(parents=True)
    closed = [world.root.lake, world.root.registers, world.root.releases / "2024v1" / "microdata", world.root.catalog]
    _OPENED.clear()
    _WATCHING.extend(closed)
    try:
        (world.root.lake / "x").is_file()
        (world.root.lake / "probe").write_bytes(b"")
        assert len(_OPENED) == 1  # it does watch
        _OPENED.clear()
        one = world.visitor("540", READS, SENDS, APPROVES)
        for path in objects(world):
            one.get(path)
        one.post(f"{BASE}/godkend/2024/svar", hvad="K1", svar="godkendt")
        world.office().get("/kontor/hjalp/koer")
        assert _OPENED == []
    finally:
        _WATCHING.clear()

"""Typing in: a draft holds what was delivered, colleagues share it, and it becomes a delivery."""

from __future__ import annotations

import json
import re
import threading
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import text

from hjalp_pipeline.portal.portal_place import PortalPlace
from hjalp_pipeline.portal.sealing import Seal
from hjalp_pipeline.portal.typed_records import masked
from hjalp_pipeline.storage.portal_lists import SENDS
from hjalp_tests.portal.portal_drafting import BASE, NEW, begun, delivered, version
from hjalp_tests.portal.portal_world import PNR, World, delivery


def test_a_draft_holds_all_that_was_delivered_and_becomes_a_delivery(world: World) -> None:
    one = world.visitor("540", SENDS, name="a")
    draft = one.post(f"{BASE}/tast", periode="2025K1", system="nexus.csv").headers["location"].split("?")[0]
    page = one.get(draft).body
    assert "3 poster" in page
    assert "300250-****" in page
    assert PNR not in page
    assert "1 post fundet" in one.post(f"{draft}/soeg", soeg="N-2").body
    assert "3 poster fundet" in one.post(f"{draft}/soeg", soeg="300250-1234").body
    form = one.get(f"{draft}/post/2")
    assert PNR not in form.body
    version = form.body.split('name="version" value="')[1].split('"')[0]
    fields = {
        "udlaan_id": "N-2",
        "pnr": "",
        "udleveringsdato": "2024-02-01",
        "indleveringsdato": "2025-03-01",
        "lov_navn": "SEL_112",
    }
    assert one.post(f"{draft}/post/2", version=version, **fields).status == 303
    assert one.post(f"{draft}/post/2", version=version, **fields).status == 409  # a second tab with the old page
    wrong = one.post(f"{draft}/post/2", version=version, **{**fields, "udleveringsdato": "2024-02-31"})
    assert wrong.status == 422
    assert f'name="version" value="{version}"' in wrong.body  # correcting the date does not make the old page a new one
    bad = one.post(f"{draft}/post/ny", version="", udlaan_id="N-9", pnr=PNR, udleveringsdato="2025-02-30")
    assert bad.status == 422
    assert PNR not in bad.body
    new = {"udlaan_id": "N-9", "pnr": PNR, "udleveringsdato": "2025-02-20", "lov_navn": "SEL_112"}
    assert one.post(f"{draft}/post/ny", version="", **new).status == 303
    upload = one.post(draft, goer="send").headers["location"].split("?")[0]
    assert "4 af 4 poster bruges" in one.get(upload).body
    one.post(upload, goer="send")
    (file,) = world.root.inbox.glob("2025K1/*.csv")
    lines = file.read_text().splitlines()
    assert lines[2] == f"N-2;540;;{PNR};123456;122203;Kørestol;2024-02-01;2025-03-01;SEL_112;"
    assert lines[-1] == "SLUT;4"


def test_two_colleagues_and_one_draft(world: World) -> None:
    a, b = world.visitor("540", SENDS, name="a"), world.visitor("540", SENDS, name="b")
    draft = a.post(f"{BASE}/tast", periode="2025K1", system="nexus.csv").headers["location"].split("?")[0]
    new = {"version": "", "udlaan_id": "N-9", "pnr": PNR, "udleveringsdato": "2025-02-20"}
    assert b.post(f"{draft}/post/ny", **new).status == 409
    assert b.post(draft, goer="overtag").status == 409
    assert b.post(f"{BASE}/tast", periode="2025K1", system="nexus.csv").status == 409
    world.clock.pass_(minutes=29)
    assert a.get(draft).status == b.get(draft).status == 200
    assert b.post(draft, goer="overtag").status == 409
    world.clock.pass_(minutes=2)
    assert b.post(draft, goer="overtag").status == 303
    assert a.post(f"{draft}/post/ny", **new).status == 409
    assert b.post(f"{draft}/post/ny", **new).status == 303


def test_an_id_that_looks_like_a_person_number_is_not_shown(world: World) -> None:
    layout = world.root.declared.layouts.of("2025K1")
    record = {"udlaan_id": f" {PNR}", layout.person: PNR, "lov_navn": "SEL_112"}
    assert masked(record, layout) == {"udlaan_id": "****", layout.person: f"{PNR[:6]}-****", "lov_navn": "SEL_112"}


def record_of(world: World, place: int) -> dict[str, str]:
    with world.portal.db.reading() as connection:
        asked = text("select sealed from draft_rows where place = :place")
        found: dict[str, str] = json.loads(
            world.portal.place.key().decrypt(connection.execute(asked, {"place": place}).scalar_one())
        )
    return found


def fields_of(page: str, action: str) -> dict[str, str]:
    """The fields of a form, as a browser sends them."""
    form = page.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    found = dict(re.findall(r'<input [^>]*name="([^"]*)"[^>]*value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found[name] = "".join(re.findall(r'<option value="([^"]*)" selected>', options))
    return {name: unescape(value) for name, value in found.items()}


def test_the_mask_of_a_form_given_back_is_never_saved(world: World) -> None:
    one = world.visitor("540", SENDS, name="a")
    draft = begun(one)
    path = f"{draft}/post/2"
    before = record_of(world, 2)
    form = fields_of(one.get(path).body, path)
    world.clock.pass_(hours=1)
    ended = one.post(path, **{**form, "pnr": PNR, "udlaan_id": "1234567890123", "indleveringsdato": "2025-03-01"})
    assert (ended.status, "gået tabt" in ended.body, "skrives de på ny" in ended.body) == (403, False, True)
    again = fields_of(ended.body, path)
    assert (again["pnr"], again["udlaan_id"]) == ("******-****", "******-****123")
    later = world.visitor("540", SENDS, name="a")
    refused = later.post(path, **{**again, "token": later.token(path)})
    assert refused.status == 422
    assert refused.body.count("Skriv nummeret igen") == 2
    assert record_of(world, 2) == before
    back = fields_of(refused.body, path)
    assert (back["udlaan_id"], back["pnr"], back["indleveringsdato"]) == ("N-2", "", "2025-03-01")
    written = {**back, "token": later.token(path), "pnr": "3002505678", "udlaan_id": "1234567890123"}
    assert later.post(path, **written).status == 303
    assert record_of(world, 2) == {
        **before, "pnr": "3002505678", "udlaan_id": "1234567890123", "indleveringsdato": "2025-03-01"
    }  # fmt: skip
    assert later.post(f"{draft}/post/ny", **{**NEW, "udlaan_id": "****"}).status == 422


def test_an_id_like_a_person_number_is_masked_in_its_form_and_stays_when_it_is_not_touched(world: World) -> None:
    delivered(world, delivery(records=3).replace(b"N-2;", f"{PNR};".encode()))
    one = world.visitor("540", SENDS, name="a")
    path = f"{begun(one)}/post/2"
    page = one.get(path).body
    assert PNR not in page
    form = fields_of(page, path)
    assert form["udlaan_id"] == "****"
    assert one.post(path, **{**form, "indleveringsdato": "2025-03-01"}).status == 303
    assert (record_of(world, 2)["udlaan_id"], record_of(world, 2)["indleveringsdato"]) == (PNR, "2025-03-01")
    form = fields_of(one.get(path).body, path)
    wrong = one.post(path, **{**form, "udlaan_id": "3002509999", "pnr": "3002505678", "indleveringsdato": "2025-02-30"})
    assert (wrong.status, "300250-****" in wrong.body, "3002509999" in wrong.body) == (422, True, False)
    again = {**fields_of(wrong.body, path), "indleveringsdato": "2025-02-28"}
    assert one.post(path, **again).status == 422  # what was written and is hidden is not taken for what was there
    assert record_of(world, 2)["udlaan_id"] == PNR
    assert one.post(path, **{**form, "udlaan_id": "N-2"}).status == 303
    assert record_of(world, 2)["udlaan_id"] == "N-2"


def test_an_old_page_is_not_given_back_to_be_sent_again(world: World) -> None:
    one = world.visitor("540", SENDS, name="a")
    draft = begun(one)
    path = f"{draft}/post/2"
    form = fields_of(one.get(path).body, path)
    assert one.post(path, **{**form, "udlaan_id": "N-20"}).status == 303
    old = one.post(path, **{**form, "udlaan_id": "N-21"})
    assert (old.status, "Send igen</button>" in old.body, "N-21" in old.body) == (409, False, True)
    assert f'href="{draft}"' in old.body


def test_the_key_is_made_once_however_many_ask(tmp_path: Path) -> None:
    place = PortalPlace(tmp_path / "portal")
    place.prepare()
    together = threading.Barrier(8)
    found: list[bytes] = []

    def ask() -> None:
        together.wait()
        found.append(place.key().encrypt(b"x"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [place.key().decrypt(one) for one in found] == [b"x"] * 8


def test_a_draft_of_another_key_is_not_opened_and_says_so(world: World) -> None:
    one = world.visitor("540", SENDS, name="a")
    draft = begun(one)
    world.portal.place.key_file.unlink()
    for answer in (one.get(draft), one.get(f"{draft}/post/1")):
        assert (answer.status, "låst med en anden nøgle" in answer.body) == (503, True)


def test_a_page_opens_the_records_it_shows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    delivered(world, delivery(records=120))
    one = world.visitor("540", SENDS, name="a")
    draft, opened = begun(one), []
    decrypt = Seal.decrypt
    monkeypatch.setattr(Seal, "decrypt", lambda *given: (opened.append(1), decrypt(*given))[1])
    page = one.get(f"{draft}?fra=100").body
    assert "120 poster" in page
    assert f'href="{draft}/post/101"' in page
    assert len(opened) == 20
    assert one.get(f"{draft}?fra=99999999999999999999").status == 200
    found = one.post(f"{draft}/soeg", soeg="N-").body
    assert "120 poster fundet" in found
    assert "De første 50 er vist" in found


def test_searching(world: World) -> None:
    """By any value, whatever its case, hyphens or signs; a name of a field is found in no record."""
    delivered(world, delivery(records=3).replace("Kørestol".encode(), 'KØRESTOL "A\\4"'.encode(), 1))
    one = world.visitor("540", SENDS, name="a")
    draft = begun(one)
    asked = ("kørestol", 'ØRESTOL "a\\', "300250-1234", "20240201", "hminavn", "N-2", "", "ikke her")
    found = [one.post(f"{draft}/soeg", soeg=words).body for words in asked]
    counts = [int(re.findall(r"<h2>(\d+) post(?:er)? fundet</h2>", page)[0]) for page in found]
    assert counts == [3, 1, 3, 3, 0, 1, 3, 0]


def test_two_clicks_are_one_record_and_an_old_page_removes_none(world: World) -> None:
    one = world.visitor("540", SENDS, name="a")
    draft = begun(one)
    assert [one.post(f"{draft}/post/ny", **NEW).status for _ in range(2)] == [303, 303]
    assert "4 poster" in one.get(draft).body
    old = version(one, f"{draft}/post/4")
    assert one.post(f"{draft}/post/4", **{**NEW, "version": old, "pnr": "", "udlaan_id": "N-10"}).status == 303
    assert one.post(f"{draft}/post/4", goer="fjern", version=old).status == 409
    assert "4 poster" in one.get(draft).body
    assert one.post(draft, goer="").status == 400

"""Typing in: a draft holds what was delivered, colleagues share it, and it becomes a delivery."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from subprocess import SubprocessError

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from hjalp_pipeline.delivery.codes import Rejected
from hjalp_pipeline.portal import checks, draft_child, draft_sending
from hjalp_pipeline.portal.check_child import check
from hjalp_pipeline.portal.draft_child import written
from hjalp_pipeline.portal.drafts import forget_unfinished
from hjalp_pipeline.portal.portal_place import PortalPlace
from hjalp_pipeline.portal.receipts_read import newest_accepted
from hjalp_pipeline.portal.typed_records import masked
from hjalp_pipeline.storage.portal_lists import SENDS
from hjalp_tests.portal.portal_world import PNR, Visitor, World, delivery, make_world

BASE = "/hjalp/540"
READ_IN_CHILD = draft_sending.read_in_child


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


NEW = {"version": "", "udlaan_id": "N-9", "pnr": PNR, "udleveringsdato": "2025-02-20"}
START = {"periode": "2025K1", "system": "nexus.csv"}


def begun(one: Visitor) -> str:
    return one.post(f"{BASE}/tast", **START).headers["location"].split("?")[0]


def version(one: Visitor, path: str) -> str:
    return one.get(path).body.split('name="version" value="')[1].split('"')[0]


def delivered(world: World, content: bytes, encoding: str = "utf-8") -> None:
    """Sønderborg's newest delivery is another one, in another encoding."""
    systems = world.root.codelists / "systems.csv"
    rows = systems.read_text().replace("540;nexus;L;csv;utf-8", f"540;nexus;L;csv;{encoding}")
    systems.write_text(rows)
    (world.root.inbox / "2024K4" / "540_nexus_20250111T081500.csv").write_bytes(content)
    world.run_intake()


def stored(world: World) -> int:
    with world.portal.db.reading() as connection:
        return int(connection.execute(text("select count(*) from draft_rows")).scalar_one())


def test_bad_records_of_the_delivery_before_are_there_to_be_corrected(world: World) -> None:
    lines = delivery(records=40).decode().replace("2024-02-01;;SEL_112;\nN-8", "2024-02-31;;SEL_112;\nN-8")
    delivered(world, lines.encode())
    one = world.visitor("540", SENDS, name="a")
    draft = begun(one)
    page = one.get(draft).body
    assert "40 poster" in page
    assert "1 post har fejl" in page
    assert f'href="{draft}/post/7"' in page
    form = one.get(f"{draft}/post/7").body
    assert "Posten har fejl" in form
    assert 'value="2024-02-31"' in form
    right = {"udlaan_id": "N-7", "pnr": "", "udleveringsdato": "2024-02-29", "lov_navn": "SEL_112"}
    assert one.post(f"{draft}/post/7", version=version(one, f"{draft}/post/7"), **right).status == 303
    assert "har fejl" not in one.get(draft).body
    upload = one.post(draft, goer="send").headers["location"].split("?")[0]
    assert "40 af 40 poster bruges" in one.get(upload).body


def test_a_bad_record_that_is_removed_is_none(world: World) -> None:
    delivered(world, delivery(records=40).replace(f"N-7;540;;{PNR}".encode(), b"N-7;540;;"))
    one = world.visitor("540", SENDS, name="a")
    draft = begun(one)
    assert one.post(f"{draft}/post/7", goer="fjern", version=version(one, f"{draft}/post/7")).status == 303
    page = one.get(draft).body
    assert "39 poster" in page
    assert "har fejl" not in page


def test_a_sign_the_senders_encoding_has_not_is_refused_and_never_changed(world: World) -> None:
    delivered(world, delivery(records=40).decode().encode("windows-1252"), "windows-1252")
    one = world.visitor("540", SENDS, name="a")
    draft = begun(one)
    refused = one.post(f"{draft}/post/ny", **NEW, hminavn="Kőrestol")
    assert refused.status == 422
    assert "Tegnet »ő« findes ikke i tegnsættet windows-1252" in refused.body
    assert one.post(f"{draft}/post/ny", **NEW, hminavn="Kørestol – stor").status == 303
    upload = one.post(draft, goer="send").headers["location"].split("?")[0]
    one.post(upload, goer="send")
    (file,) = world.root.inbox.glob("2025K1/*.csv")
    assert "Kørestol – stor".encode("windows-1252") in file.read_bytes()


def test_a_draft_that_an_encoding_of_later_cannot_hold_is_not_sent(world: World) -> None:
    one = world.visitor("540", SENDS, name="a")
    draft = begun(one)
    assert one.post(f"{draft}/post/ny", **NEW, hminavn="Kőrestol").status == 303
    delivered(world, delivery(records=3).decode().encode("windows-1252"), "windows-1252")
    answer = one.post(draft, goer="send")
    assert answer.status == 409
    assert "Post 4" in answer.body
    assert "windows-1252" in answer.body
    assert list(world.portal.place.uploads.iterdir()) == []
    assert world.portal.places._under_way == {}


@pytest.mark.parametrize(("format_", "value"), [("xlsx", "x" * 40_000), ("csv", "ő")])
def test_what_a_file_cannot_hold_is_said_and_not_left_out(
    world: World, tmp_path: Path, format_: str, value: str
) -> None:
    key = world.portal.place.key()
    layout = world.root.declared.layouts.of("2025K1")
    records = [dict.fromkeys(layout.names, "1"), {**dict.fromkeys(layout.names, "1"), "hminavn": value}]
    sealed = [key.encrypt(json.dumps(one).encode()).decode() for one in records]
    task = {"key": str(world.portal.place.key_file), "path": str(tmp_path / "a"), "format": format_}
    told = written({**task, "statistic": "hjalp", "period": "2025K1", "encoding": "windows-1252"}, sealed)
    assert (told["place"], told["field"]) == (2, layout.by_name["hminavn"].label)
    assert written({**task, "statistic": "hjalp", "period": "2025K1", "encoding": "utf-8"}, sealed[:1]) == {
        "records": 1
    }


def test_two_colleagues_who_begin_at_once_have_one_draft(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = world.visitor("540", SENDS, name="a"), world.visitor("540", SENDS, name="b")
    statuses: list[int] = []

    def meanwhile(task: dict[str, str]) -> Iterator[tuple[str, str]]:
        yield from draft_child.sealed_records(task)
        monkeypatch.setattr(draft_sending, "read_in_child", draft_child.sealed_records)
        statuses.append(b.post(f"{BASE}/tast", **START).status)

    monkeypatch.setattr(draft_sending, "read_in_child", meanwhile)
    assert a.post(f"{BASE}/tast", **START).status == 303
    assert statuses == [409]  # one of a kommune at a time
    assert stored(world) == 3
    assert world.portal.places._under_way == {}


def test_when_all_places_are_taken_a_page_waits_no_longer_than_it_has_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_sending, "read_in_child", READ_IN_CHILD)
    monkeypatch.setattr(draft_sending, "_PLACES", threading.BoundedSemaphore(1))
    monkeypatch.setattr(draft_sending, "_PATIENCE", 0)
    with draft_sending._place():
        answer = world.visitor("540", SENDS).post(f"{BASE}/tast", **START)
    assert (answer.status, "Prøv igen om lidt" in answer.body) == (503, True)
    assert (stored(world), world.portal.places._under_way) == (0, {})
    with draft_sending._place():  # and is free again
        pass


def test_a_delivery_that_is_rejected_by_now_does_not_come_to_an_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.portal.place.key()
    (world.root.inbox / "2024K4" / "540_nexus_20250110T081500.csv").write_bytes(b"another;header\n1;2\nSLUT;1\n")
    before = newest_accepted(world.root, "540", "nexus")
    assert before is not None
    task = {**checks.task_of(world.root, before, []), "key": str(world.portal.place.key_file), "goal": "open"}
    told = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(task) + "\n"))
    monkeypatch.setattr("sys.stdout", told)
    monkeypatch.setattr("os.nice", lambda _more: 0)
    with pytest.raises(Rejected):
        draft_child._main()
    assert told.getvalue() == ""  # above all no end


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


def test_a_delivery_that_is_read_halfway_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(task: dict[str, str]) -> Iterator[tuple[str, str]]:
        yield from draft_child.sealed_records(task)
        raise SubprocessError

    monkeypatch.setattr(draft_sending, "read_in_child", breaks)
    assert world.visitor("540", SENDS).post(f"{BASE}/tast", **START).status == 503
    assert stored(world) == 0
    with world.portal.db.writing() as connection:  # a program that was killed could not remove it
        connection.execute(text("insert into draft_rows values ('x', 1, 'y')"))
    forget_unfinished(world.portal.db)
    assert stored(world) == 0


def test_a_page_opens_the_records_it_shows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    delivered(world, delivery(records=120))
    one = world.visitor("540", SENDS, name="a")
    draft, opened = begun(one), []
    decrypt = Fernet.decrypt
    monkeypatch.setattr(Fernet, "decrypt", lambda *given: (opened.append(1), decrypt(*given))[1])
    page = one.get(f"{draft}?fra=100").body
    assert "120 poster" in page
    assert f'href="{draft}/post/101"' in page
    assert len(opened) == 20
    assert one.get(f"{draft}?fra=99999999999999999999").status == 200
    found = one.post(f"{draft}/soeg", soeg="N-").body
    assert "120 poster fundet" in found
    assert "De første 50 er vist" in found


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


@pytest.mark.slow
def test_a_process_of_its_own_reads_and_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world(tmp_path)
    monkeypatch.setattr(checks, "run_check", check)
    monkeypatch.setattr(world.portal.checks, "begin", world.portal.checks._check)
    delivered(world, delivery(records=2000))
    one = world.visitor("540", SENDS, name="a")
    draft = begun(one)
    assert "2.000 poster" in one.get(draft).body
    assert one.post(f"{draft}/post/ny", **NEW).status == 303
    upload = one.post(draft, goer="send").headers["location"].split("?")[0]
    assert "2.001 af 2.001 poster bruges" in one.get(upload).body
    world.portal.place.key_file.unlink()
    world.portal.place.key()  # another one: the process ends without a file
    assert one.post(draft, goer="send").status == 503
    (world.root.inbox / "2024K4" / "540_nexus_20250111T081500.csv").unlink()
    (world.root.inbox / "2024K4" / "540_nexus_20250111T081500.csv").symlink_to(tmp_path)
    other = one.post(f"{BASE}/tast", periode="2024K4", system="nexus.csv")
    assert other.status == 303  # a link is no delivery: the draft begins with the one before it
    world.portal.close()

"""How a draft begins with what was delivered, and becomes a file: nothing is changed or left out without a word."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from subprocess import SubprocessError

import pytest
from sqlalchemy import text

from hjalp_pipeline.delivery.codes import Rejected
from hjalp_pipeline.portal import checks, draft_child, draft_sending
from hjalp_pipeline.portal.check_child import check
from hjalp_pipeline.portal.draft_child import written
from hjalp_pipeline.portal.drafts import forget_unfinished
from hjalp_pipeline.portal.receipts_read import newest_accepted
from hjalp_pipeline.storage.portal_lists import SENDS
from hjalp_tests.portal.portal_drafting import BASE, NEW, START, begun, delivered, version
from hjalp_tests.portal.portal_world import PNR, World, delivery, make_world

READ_IN_CHILD = draft_sending.read_in_child


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

"""A checked file is sent once or discarded once, whoever clicks when and wherever the program ends; and withdrawn once."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hjalp_pipeline.portal import handing_in, upload_sending
from hjalp_pipeline.portal.handing_in import is_published, move_in, withdraw
from hjalp_pipeline.portal.receipts_read import received_in
from hjalp_pipeline.portal.upload_sending import finish_sending
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.portal.portal_world import Visitor, World, delivery

BASE = "/hjalp/540"
FORM = {"periode": "2025K1", "system": "nexus.csv"}
WHOLE = delivery(records=40)
NAME = "540_nexus_20250410T110000.csv"
OLD = "540_nexus_20250110T081500.csv"


def checked(one: Visitor) -> str:
    """The address of a file that is checked."""
    return one.upload(f"{BASE}/send", WHOLE, **FORM).headers["location"]


def inbox(world: World) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in world.root.inbox.glob("2025K1/*")}


def row(world: World) -> tuple[str, str | None]:
    with world.portal.db.reading() as connection:
        state, filename = connection.execute(text("select state, filename from uploads")).one()
        return state, filename


def acts(world: World, act: str) -> list[str]:
    return [found["result"] for found in reversed(world.portal.log.of_kommune("540", "hjalp", act=act))]


def lying(world: World) -> list[str]:
    return [path.name for path in world.portal.place.uploads.iterdir()]


def test_many_clicks_at_once_send_it_once(world: World, sender: Visitor) -> None:
    path = checked(sender)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(sender.post(path, goer="send").status)) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 6
    assert inbox(world) == {NAME: WHOLE}
    assert (row(world), acts(world, "sendt"), lying(world)) == (("sent", f"2025K1/{NAME}"), ["ok"], [])


def test_discarded_while_it_is_sent(world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    path, free = checked(sender), handing_in.free_name

    def meanwhile(*given: Any) -> Any:
        assert sender.post(path, goer="kassér").status == 303
        return free(*given)

    monkeypatch.setattr(upload_sending, "free_name", meanwhile)
    assert sender.post(path, goer="send").headers["location"].startswith(path)
    assert (inbox(world), row(world)[0], acts(world, "sendt"), lying(world)) == ({}, "discarded", [], [])


def test_sent_while_it_is_discarded(world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    path, before = checked(sender), upload_sending.move_in

    def meanwhile(*given: Any) -> None:
        assert sender.post(path, goer="kassér").headers["location"] == path
        before(*given)

    monkeypatch.setattr(upload_sending, "move_in", meanwhile)
    sender.post(path, goer="send")
    assert (inbox(world), row(world)[0], acts(world, "fil kasseret")) == ({NAME: WHOLE}, "sent", [])


def test_neither_sent_nor_discarded_without_a_choice(world: World, sender: Visitor) -> None:
    path = checked(sender)
    assert sender.post(path).status == 400
    assert sender.post(path, goer="slet").status == 400
    assert (inbox(world), row(world)[0]) == ({}, "checked")


class Killed(BaseException):
    """The program ends here."""


def _dies(*_given: Any) -> None:
    raise Killed


def _moves_and_dies(root: Any, file: Path, period: str, filename: str) -> None:
    os.link(file, root.inbox / period / filename)
    raise Killed


def killed_while_sending(
    sender: Visitor, path: str, monkeypatch: pytest.MonkeyPatch, ends: Callable[..., None]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(upload_sending, "move_in", ends)
        with pytest.raises((Killed, BaseExceptionGroup)):
            sender.post(path, goer="send")


@pytest.mark.parametrize("ends", [_dies, _moves_and_dies], ids=["before it is moved", "before it is gone from here"])
def test_the_next_start_sends_what_was_being_sent(
    world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch, ends: Callable[..., None]
) -> None:
    path = checked(sender)
    killed_while_sending(sender, path, monkeypatch, ends)
    assert row(world)[0] == "sent"
    assert len(lying(world)) == 1
    world.clock.pass_(days=2)
    from hjalp_pipeline.portal.upload_store import forget_old

    forget_old(world.portal)
    assert finish_sending(world.portal) == 1
    assert (inbox(world), lying(world), acts(world, "sendt")) == ({NAME: WHOLE}, [], ["ok"])
    assert finish_sending(world.portal) == 0


def test_what_cannot_be_moved_is_not_sent_and_can_be_sent_again(
    world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = checked(sender)

    def full(*_given: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(upload_sending, "move_in", full)
        answer = sender.post(path, goer="send")
    assert (answer.status, "Intet er sendt" in answer.body) == (503, True)
    assert (row(world), len(lying(world))) == (("checked", None), 1)
    sender.post(path, goer="send")
    assert (inbox(world), acts(world, "sendt")) == ({NAME: WHOLE}, ["ok", "mislykket: OSError", "ok"])


def test_what_was_taken_back_since_it_was_looked_for_is_not_moved(
    world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_while_sending(sender, checked(sender), monkeypatch, _dies)
    finish = upload_sending._finish

    def later(portal: Any, seen: Any) -> bool:
        with portal.db.writing() as connection:
            connection.execute(text("update uploads set state = 'checked', filename = null"))
        return finish(portal, seen)

    monkeypatch.setattr(upload_sending, "_finish", later)
    assert finish_sending(world.portal) == 0
    assert (inbox(world), row(world), len(lying(world))) == ({}, ("checked", None), 1)


def test_a_name_that_another_door_has_taken_meanwhile(
    world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = checked(sender)
    killed_while_sending(sender, path, monkeypatch, _dies)
    (world.root.inbox / "2025K1" / NAME).write_bytes(b"another")
    assert finish_sending(world.portal) == 0
    assert (row(world), acts(world, "sendt")) == (("checked", None), ["ok", "mislykket: FileExistsError"])
    sender.post(path, goer="send")
    assert inbox(world) == {NAME: b"another", NAME.replace("0000.csv", "0001.csv"): WHOLE}


@pytest.mark.parametrize("why", [errno.EXDEV, errno.EPERM])
def test_an_inbox_on_another_disk(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: int) -> None:
    file, folder = tmp_path / "a", world.root.inbox / "2024K4"
    file.write_bytes(WHOLE)
    (folder / f".{NAME}.part").write_bytes(b"half")  # of a program that ended
    monkeypatch.setattr(os, "link", lambda *_, **__: (_ for _ in ()).throw(OSError(why, "no link")))
    with pytest.raises(FileExistsError):
        move_in(world.root, file, "2024K4", OLD)
    assert (folder / OLD).read_bytes() == delivery("540")
    move_in(world.root, file, "2024K4", NAME)
    assert (folder / NAME).read_bytes() == WHOLE
    assert not file.exists()
    assert list(folder.glob(".*")) == []


def test_no_link_in_the_inbox_is_followed(world: World, sender: Visitor, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (world.root.inbox / "2025K1").symlink_to(elsewhere)
    path = checked(sender)
    assert sender.post(path, goer="send").status == 503
    assert (list(elsewhere.iterdir()), row(world)[0]) == ([], "checked")
    (secret := tmp_path / "secret").write_bytes(delivery("540"))
    old = world.root.inbox / "2024K4" / OLD
    one = received_in(world.root, "540", "2024K4", OLD)
    assert one is not None
    old.unlink()
    old.symlink_to(secret)
    assert "Der er ingen tidligere leverance" in sender.get(checked(sender)).body
    withdraw(world.root, world.portal.place, one)  # the link itself is taken away
    assert secret.read_bytes() == delivery("540")
    assert not old.is_symlink()


def test_withdrawn_once_and_the_log_tells_it_once(world: World, sender: Visitor) -> None:
    path = f"{BASE}/kvitteringer/2024K4/{OLD}/traek"
    first, second = sender.post(path), sender.post(path)
    assert (first.status, second.status) == (303, 303)
    assert "det er den allerede" in sender.get(second.headers["location"]).body
    assert acts(world, "trukket tilbage") == ["ok"]


def test_withdrawn_by_a_colleague_in_between(world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    from hjalp_pipeline.portal.screens import receipt_list

    def gone(*_given: Any) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(receipt_list, "withdraw", gone)
    answer = sender.post(f"{BASE}/kvitteringer/2024K4/{OLD}/traek")
    assert "ligger her ikke længere" in sender.get(answer.headers["location"]).body
    assert acts(world, "trukket tilbage") == ["ok", "mislykket: FileNotFoundError"]
    page = sender.get(f"{BASE}/kvitteringer/2024K4/{OLD}").body
    assert ("mislykket" in page, "FileNotFoundError" in page) == (True, False)


def test_not_withdrawn_when_a_release_appears_meanwhile(
    world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hjalp_pipeline.portal.screens import receipt_list

    lock, one = receipt_list.approvals_lock, received_in(world.root, "540", "2024K4", OLD)
    assert one is not None
    assert one.receipt is not None
    digest = one.receipt["sha256"]

    @contextlib.contextmanager
    def after_a_release(root: DataRoot) -> Iterator[None]:
        (root.releases / "2024v1").mkdir()
        (root.releases / "2024v1" / "manifest.json").write_text(digest)
        with lock(root):
            yield

    monkeypatch.setattr(receipt_list, "approvals_lock", after_a_release)
    sender.post(f"{BASE}/kvitteringer/2024K4/{OLD}/traek")
    assert (world.root.inbox / "2024K4" / OLD).is_file()
    assert acts(world, "trukket tilbage") == []


def test_withdrawn_to_another_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = received_in(world.root, "540", "2024K4", OLD)
    assert one is not None
    rename = os.rename

    def over(source: Any, target: Any, **at: Any) -> None:
        if "src_dir_fd" in at and "dst_dir_fd" not in at:
            raise OSError(errno.EXDEV, "another disk")
        rename(source, target, **at)

    monkeypatch.setattr(os, "rename", over)
    kept = withdraw(world.root, world.portal.place, one)
    assert kept.read_bytes() == delivery("540")
    assert not (world.root.inbox / "2024K4" / OLD).exists()


def test_a_release_that_cannot_be_read_may_be_made_from_a_delivery(world: World) -> None:
    assert not is_published(world.root, "00")
    (world.root.releases / "2024v1" / "manifest.json").mkdir(parents=True)  # no file: it cannot be read
    assert is_published(world.root, "00")

"""What is sent before, beside and instead of a file; and how many files of a kommune may lie here."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from hjalp_pipeline.portal import upload_door
from hjalp_pipeline.portal.upload_stream import LONGEST_FIELD
from hjalp_pipeline.storage.portal_lists import SENDS
from hjalp_tests.portal.portal_world import Visitor, World, delivery, multipart
from hjalp_tests.web.asgi import ask

PATH = "/hjalp/540/send"
FORM = {"periode": "2025K1", "system": "nexus.csv"}
WHOLE = delivery(records=40)
LONG = b"x" * (LONGEST_FIELD + 1)
END = b"\r\n--xyz--\r\n"


def part(name: bytes, value: bytes, more: bytes = b"") -> bytes:
    return b'--xyz\r\nContent-Disposition: form-data; name="' + name + b'"\r\n' + more + b"\r\n" + value + b"\r\n"


def bodies(token: str) -> dict[str, bytes]:
    good = multipart({"token": token, **FORM}, WHOLE)
    file = good.index(b'--xyz\r\nContent-Disposition: form-data; name="fil"')
    before, after = good[:file], good[file:]
    return {
        "many fields": before + b"".join(part(b"f%d" % n, b"") for n in range(30)) + after,
        "a field many times": before + part(b"f", b"y" * 4000) * 30 + after,
        "a long field": before + part(b"f", LONG) + after,
        "a long header": before + part(b"f", b"", b"X-A: " + LONG + b"\r\n") + after,
        "a long name of a header": before + part(b"f", b"", LONG + b": a\r\n") + after,
        "a long header of the file": good.replace(b'.csv"\r\n', b'.csv"\r\nX-A: ' + LONG + b"\r\n"),
        "a long text before the first part": b"x" * (80 << 10) + b"\r\n" + good,
        "a long header after the file": good.removesuffix(END)
        + b"\r\n"
        + part(b"f", b"", b"X-A: " + LONG + b"\r\n")
        + END,
    }


@pytest.mark.parametrize("what", bodies(""))
def test_nothing_but_the_file_is_long(world: World, sender: Visitor, what: str) -> None:
    body = bodies(sender.token(PATH))[what]
    kind = ("content-type", "multipart/form-data; boundary=xyz")
    pieces = [body[at : at + 5000] for at in range(0, len(body), 5000)]
    assert ask(world.app, "POST", PATH, [*sender.headers, kind], pieces).status == 400
    assert list(world.portal.place.uploads.iterdir()) == []
    assert sender.upload(PATH, WHOLE, **FORM).status == 303


@pytest.mark.parametrize("state", ["waiting", "checked", "failed"])
def test_what_lies_here_undecided_counts(
    world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setattr(upload_door, "MOST_UNDECIDED", 1)
    path = sender.upload(PATH, WHOLE, **FORM).headers["location"]
    with world.portal.db.writing() as connection:
        connection.execute(text("update uploads set state = :state"), {"state": state})
    assert sender.upload(PATH, WHOLE, **FORM).status == 429
    assert world.visitor("185", SENDS).upload("/hjalp/185/send", WHOLE, **FORM).status == 303
    assert sender.post(path, goer="kassér").status == 303
    assert sender.upload(PATH, WHOLE, **FORM).status == 303


@pytest.mark.parametrize("path", [PATH, "/hjalp/540/proev"])
def test_what_is_on_its_way_counts_until_it_has_come_or_is_cut_off(
    world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(upload_door, "MOST_UNDECIDED", 2)
    take, statuses, cut = upload_door.add_upload, [], multipart({"token": sender.token(path), **FORM}, WHOLE)[:-40]
    kind = ("content-type", "multipart/form-data; boundary=xyz")

    def while_two_come_in(*given: object, **more: object) -> None:
        statuses.append(ask(world.app, "POST", path, [*sender.headers, kind], cut).status)
        if len(statuses) < 3:
            statuses.append(sender.upload(path, WHOLE, **FORM).status)
        take(*given, **more)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(upload_door, "add_upload", while_two_come_in)
    assert sender.upload(path, WHOLE, **FORM).status == 303
    # The first is on its way: one more may begin, is cut off and leaves; a whole one may come, and while it does none may.
    assert statuses == [400, 429, 429, 303]
    assert world.portal.places._under_way == {}

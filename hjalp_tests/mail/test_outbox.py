"""Each event is told once, whatever fails and whoever is killed; a mail waits a day for a server that takes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hjalp_pipeline.mail import outbox as module
from hjalp_pipeline.mail.outbox import Outbox, Outcome
from hjalp_pipeline.mail.sending import InDoubt
from hjalp_pipeline.mail.wording import Letter
from hjalp_pipeline.storage import sealed
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.mail.office_post import PROJECT, Post, dead_port, silent_port

NOW = datetime(2025, 4, 15, 5, tzinfo=UTC)


def letter(*keys: str) -> Letter:
    return Letter(keys, f"hjalp: {' '.join(keys)}", "tekst\n")


@pytest.fixture
def box(tmp_path: Path) -> Outbox:
    return Outbox(DataRoot(tmp_path))


def subjects(post: Post) -> list[str]:
    return [one["Subject"] for one in post.taken()]


def test_an_event_is_told_once(box: Outbox, post: Post) -> None:
    assert box.add([letter("a"), letter("b", "c")], NOW) == ["hjalp: a", "hjalp: b c"]
    assert box.add([letter("a"), letter("c", "d"), letter("e")], NOW) == ["hjalp: e"], "c was told with b"
    assert len(box.send(post.mail(), None, NOW).taken) == 3
    assert box.send(post.mail(), None, NOW) == Outcome()
    assert box.add([letter("a")], NOW) == [], "also after it was sent"
    assert sorted(subjects(post)) == ["hjalp: a", "hjalp: b c", "hjalp: e"]


def test_two_letters_of_one_event_in_one_look(box: Outbox) -> None:
    assert box.add([letter("a"), letter("a", "b")], NOW) == ["hjalp: a"]


def test_it_waits_for_a_server_that_is_down(box: Outbox, post: Post) -> None:
    box.add([letter("a"), letter("b")], NOW)
    for minutes in (0, 1, 23 * 60):
        outcome = box.send(post.mail(port=dead_port()), None, NOW + timedelta(minutes=minutes))
        assert (outcome.taken, outcome.lost) == ((), ())
        assert "Connection refused" in outcome.waiting[0]
        assert outcome.waiting[1] == "hjalp: b", "the server is not asked again in the same look"
    assert len(box.send(post.mail(), None, NOW + timedelta(hours=24)).taken) == 2
    assert sorted(subjects(post)) == ["hjalp: a", "hjalp: b"]


def test_after_a_day_it_is_said_to_be_lost(box: Outbox, post: Post) -> None:
    box.add([letter("a")], NOW)
    outcome = box.send(post.mail(), None, NOW + timedelta(hours=24, seconds=1))
    assert outcome == Outcome(lost=("hjalp: a: no server has taken it for a day",))
    assert box.content().waiting == ()
    assert post.taken() == []


def test_a_server_that_hangs_is_given_its_seconds_once_a_look(box: Outbox, post: Post) -> None:
    box.add([letter(name) for name in "abcdef"], NOW)
    with silent_port() as port:
        outcome = box.send(post.mail(port=port), None, NOW, limit=0.2)
    assert len(outcome.waiting) == 6
    assert len(box.send(post.mail(), None, NOW).taken) == 6


def test_what_the_server_may_have_is_not_sent_again(box: Outbox, post: Post) -> None:
    box.add([letter("a")], NOW)
    (lost,) = box.send(post.mail("never_answers"), None, NOW, limit=1).lost
    assert lost.startswith("hjalp: a: it may have been sent")
    assert box.send(post.mail(), None, NOW) == Outcome()
    assert post.taken() == []


#: A process that is killed between the server's answer and the note of it.
DIES = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from hjalp_pipeline.mail import outbox
from hjalp_pipeline.mail.wording import Letter
from hjalp_pipeline.storage.mail_settings import Mail
from hjalp_pipeline.storage import sealed
from hjalp_pipeline.storage.root import DataRoot
real = outbox.send
def send(*given):
    real(*given)
    os.kill(os.getpid(), signal.SIGKILL)
outbox.send = send
box, now = outbox.Outbox(DataRoot(Path(sys.argv[1]))), datetime(2025, 4, 15, 5, tzinfo=UTC)
box.add([Letter(("a",), "hjalp: a", "tekst"), Letter(("b",), "hjalp: b", "tekst")], now)
box.send(Mail("localhost", "a@example.dk", ("b@example.dk",), int(sys.argv[2]), "none"), None, now)
"""


@pytest.mark.slow
def test_a_process_that_was_killed_meanwhile(tmp_path: Path, post: Post) -> None:
    command = [sys.executable, "-c", DIES, str(tmp_path), str(post.ports["plain"])]
    done = subprocess.run(command, cwd=PROJECT, env=dict(os.environ), check=False)
    assert done.returncode == -signal.SIGKILL
    box = Outbox(DataRoot(tmp_path))
    outcome = box.send(post.mail(), None, NOW)
    assert outcome.lost == ("hjalp: a: it may have been sent, the process that did was killed",)
    assert [one.split(":")[1] for one in outcome.taken] == [" b"], "what it had not begun is sent"
    assert sorted(subjects(post)) == ["hjalp: a", "hjalp: b"], "once each"


def test_what_over_is_news_when_it_comes_again(box: Outbox) -> None:
    box.add([letter("red/2025K1/540/missing/"), letter("run/1")], NOW)
    box.forget(["red/2025K1/540/missing/"], NOW)
    assert box.add([letter("red/2025K1/540/missing/"), letter("run/1")], NOW) == ["hjalp: red/2025K1/540/missing/"]
    box.forget([], NOW + timedelta(days=91))
    assert set(box.content().told) == {"red/2025K1/540/missing/"}, "runs of long ago alone"


def test_it_begins_with_what_there_is(box: Outbox) -> None:
    box.add([letter("run/1")], NOW)
    box.begin(["opened/2024v1"], NOW)
    assert box.content().begun
    assert box.add([letter("opened/2024v1"), letter("opened/2024v2")], NOW) == ["hjalp: opened/2024v2"]
    assert [one.keys for one in box.content().waiting] == [("run/1",), ("opened/2024v2",)]


def test_it_is_for_the_owner_alone(box: Outbox, tmp_path: Path) -> None:
    box.add([letter("a")], NOW)
    for path in (tmp_path / "dagster_home" / "mails").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_a_mail_is_marked_before_it_is_handed_over(box: Outbox, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def look(*_: object) -> str:
        seen.append([one.begun for one in box.content().waiting])
        raise InDoubt("never")

    monkeypatch.setattr(module, "send", look)
    box.add([letter("a")], NOW)
    box.send(post.mail(), None, NOW)
    assert seen == [[True]]


def test_a_box_that_the_disk_does_not_give_is_not_begun_anew(box: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    box.add([letter("a")], NOW)

    def refuses(_path: Path) -> None:
        raise OSError(5, "input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(sealed, "read_json", refuses)
        with pytest.raises(OSError, match="input/output error"):
            box.add([letter("b")], NOW)
    assert box.add([letter("a")], NOW) == [], "it was told"

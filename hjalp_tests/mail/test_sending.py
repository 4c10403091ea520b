"""A mail to a real server: what it takes, what it refuses, and what happens when it says nothing."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hjalp_pipeline.mail.sending import InDoubt, NotSent, message, send
from hjalp_pipeline.mail.wording import Letter
from hjalp_pipeline.storage.mail_settings import Mail
from hjalp_tests.mail.office_post import Post, dead_port, silent_port
from hjalp_tests.mail.smtp_process import PASSWORD, USER

NOW = datetime(2025, 4, 15, 5, tzinfo=UTC)
LETTER = Letter(("run/1",), "hjalp: 540 Sønderborg", "Sønderborg er blevet rød.\n.\n.. prik\n{address}/kontor/hjalp/\n")


def hand_in(mail: Mail, password: str | None = None, limit: float = 10) -> str:
    return send(mail, password, message(mail, LETTER, NOW), limit)


@pytest.mark.parametrize("way", ["plain", "starttls", "tls"])
def test_it_comes_out_as_it_went_in(post: Post, way: str) -> None:
    mail = post.mail(way, recipients=("kontor@example.dk", "vagt@example.dk"))
    assert hand_in(mail).startswith("250 ")
    (one,) = post.taken()
    assert one["Subject"] == LETTER.subject
    assert (one["From"], one["To"]) == ("hjalp@example.dk", "kontor@example.dk, vagt@example.dk")
    assert one["X-RcptTo"] == "kontor@example.dk, vagt@example.dk"
    assert one["Auto-Submitted"] == "auto-generated"
    assert one["Date"].datetime == NOW
    said = one.get_content().replace("\r\n", "\n")
    assert said == LETTER.text.replace("{address}", "https://hjalp.example.dk"), "also lines that begin with a dot"


def test_with_a_login(post: Post) -> None:
    mail = post.mail("login", security="starttls", user=USER, password_file="x")
    assert hand_in(mail, PASSWORD).startswith("250 ")
    with pytest.raises(NotSent, match="535 ") as told:
        hand_in(mail, "another sentence")
    assert "another" not in str(told.value)
    with pytest.raises(NotSent, match="530 "):
        hand_in(replace(mail, user=None))
    assert len(post.taken()) == 1


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for(post: Post, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"):
        hand_in(post.mail(way))
    assert post.taken() == []


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_a_certificate_of_another_name(post: Post, way: str) -> None:
    with pytest.raises(NotSent, match=r"not valid for '127\.0\.0\.1'"):
        hand_in(post.mail(way, host="127.0.0.1"))
    assert post.taken() == []


def test_nothing_is_sent_in_the_clear_where_it_shall_not_be(post: Post) -> None:
    with pytest.raises(NotSent, match="STARTTLS extension not supported"):
        hand_in(post.mail("plain", security="starttls"))
    assert post.taken() == []


def test_a_server_that_refuses(post: Post) -> None:
    with pytest.raises(NotSent, match=r"not to kontor@example\.dk: 550 5\.1\.1 no such user here"):
        hand_in(post.mail("no_recipient"))
    with pytest.raises(NotSent, match=r"452 4\.3\.1 the disk is full"):
        hand_in(post.mail("full"))
    assert post.taken() == []


def test_one_recipient_too_many_does_not_cost_the_other(post: Post) -> None:
    answer = hand_in(post.mail("one_recipient", recipients=("kontor@example.dk", "vagt@example.dk")))
    assert answer.endswith("; not to vagt@example.dk: 550 5.1.1 no such user here")
    assert [one["X-RcptTo"] for one in post.taken()] == ["kontor@example.dk"]


def test_a_server_that_is_down(post: Post) -> None:
    with pytest.raises(NotSent, match="Connection refused"):
        hand_in(post.mail(port=dead_port()))


def test_a_server_that_hangs_holds_nobody_up(post: Post) -> None:
    begun = time.monotonic()
    with silent_port() as port, pytest.raises(NotSent, match="no answer in time"):
        hand_in(post.mail(port=port), limit=0.2)
    assert time.monotonic() - begun < 60, "on a busy machine too"


def test_a_time_out_of_the_connection_is_told_like_one_of_ours(post: Post) -> None:
    """The thread that talks may come to its time-out just before the caller stops waiting for it."""
    from hjalp_pipeline.mail import sending

    with silent_port() as port:
        attempt = sending._Attempt(post.mail(port=port), None, message(post.mail(), LETTER, NOW), 0.1)
        attempt.run()
    with pytest.raises(NotSent, match=r"^no answer in time$"):
        attempt.outcome()


def test_one_that_hangs_after_it_was_handed_the_mail_may_have_it(post: Post) -> None:
    with pytest.raises(InDoubt):
        hand_in(post.mail("never_answers"), limit=3)  # each step before it has as long


def test_what_was_given_up_is_not_sent_later(post: Post) -> None:
    """The thread that talks to the server comes to the mail after its time."""
    from hjalp_pipeline.mail import sending

    attempt = sending._Attempt(post.mail(), None, message(post.mail(), LETTER, NOW), 10)
    with pytest.raises(NotSent):
        attempt.outcome()
    attempt.run()
    assert post.taken() == []


def test_no_subject_makes_a_header(post: Post) -> None:
    crafted = replace(LETTER, subject="hjalp: x\r\nBcc: andre@example.dk\r\n\r\nmere")
    send(post.mail(), None, message(post.mail(), crafted, NOW))
    (one,) = post.taken()
    assert one["Subject"] == "hjalp: x Bcc: andre@example.dk mere"
    assert one["Bcc"] is None
    assert one["X-RcptTo"] == "kontor@example.dk"
    with pytest.raises(ValueError, match=r"linefeed|carriage"):
        message(replace(post.mail(), sender="a@b.dk\r\nBcc: c@d.dk"), LETTER, NOW)


def test_the_same_letter_has_the_same_id(post: Post, tmp_path: Path) -> None:
    first, again = (message(post.mail(), LETTER, NOW)["Message-ID"] for _ in range(2))
    assert first == again != message(post.mail(), replace(LETTER, keys=("run/2",)), NOW)["Message-ID"]

"""Sessions, form tokens, logins that are taken once, and how often somebody may ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hjalp_pipeline.portal.portal_db import PortalDb
from hjalp_pipeline.portal.sessions import IDLE, LOGIN_TIME, LONGEST, Person, Sessions
from hjalp_pipeline.web.rate_limits import RateLimit
from hjalp_tests.portal.portal_world import Clock

PERSON = Person("p", "Tove", "12345678", frozenset({"leser", "indberetter"}))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(tmp_path: Path, clock: Clock) -> Iterator[Sessions]:
    db = PortalDb(f"sqlite:///{tmp_path / 'portal.db'}")
    yield Sessions(db, clock)
    db.close()


def test_a_session_is_found_by_its_cookie_alone(sessions: Sessions) -> None:
    cookie = sessions.begin(PERSON)
    found = sessions.of(cookie)
    assert found is not None
    assert found.person == PERSON
    assert sessions.of(cookie + "x") is None
    assert sessions.of(found.key) is None
    with sessions.db.reading() as connection:
        kept = str(connection.execute(text("select * from sessions")).all())
    assert cookie not in kept


def test_idle_and_longest(sessions: Sessions, clock: Clock) -> None:
    cookie = sessions.begin(PERSON)
    clock.at += IDLE
    assert sessions.of(cookie) is not None
    clock.at += IDLE + timedelta(seconds=1)
    assert sessions.of(cookie) is None
    other = sessions.begin(PERSON)
    for _ in range(17):
        assert sessions.of(other) is not None
        clock.pass_(minutes=29)
    assert sessions.of(other) is None
    clock.at += LONGEST
    sessions.forget_old()
    with sessions.db.reading() as connection:
        assert connection.execute(text("select count(*) from sessions")).scalar() == 0


def test_a_form_token_is_for_one_session_and_one_address(sessions: Sessions) -> None:
    one, other = (sessions.of(sessions.begin(PERSON)) for _ in range(2))
    assert one is not None
    assert other is not None
    token = one.form_token("/a")
    assert one.owns_form(token, "/a")
    assert not one.owns_form(token, "/b")
    assert not other.owns_form(token, "/a")
    assert not one.owns_form("", "/a")
    assert not one.owns_form(token[:-1], "/a")


def test_log_out_ends_it(sessions: Sessions) -> None:
    cookie = sessions.begin(PERSON)
    sessions.end(cookie)
    assert sessions.of(cookie) is None


def test_a_login_is_taken_once_in_time_by_whoever_began_it(sessions: Sessions, clock: Clock) -> None:
    cookie, other = sessions.begin_login("mine"), sessions.begin_login("theirs")
    assert sessions.take_login(other + "x") is None
    assert sessions.take_login(cookie) == "mine"
    assert sessions.take_login(cookie) is None
    clock.at += LOGIN_TIME + timedelta(seconds=1)
    assert sessions.take_login(other) is None


def test_a_minute_holds_so_many() -> None:
    now = [0.0]
    limit = RateLimit(3, lambda: now[0])
    assert [limit.admits("a") for _ in range(4)] == [True, True, True, False]
    assert limit.admits("b")
    now[0] = 59.9
    assert not limit.admits("a")
    now[0] = 60.0
    assert limit.admits("a")

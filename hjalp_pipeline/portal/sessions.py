"""Sessions on the server: the cookie is an opaque number, what it stands for is in the database."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import delete, insert, select, update

from hjalp_pipeline.portal.portal_db import LOGINS, SESSIONS, PortalDb

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=8)
#: A login that was begun must be over by then.
LOGIN_TIME = timedelta(minutes=10)
#: A session is not written at every request.
_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Who has logged in. ``id``: the provider's; ``roles``: what the organisation lets this person do."""

    id: str
    name: str
    cvr: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds now. ``key``: what it is counted by; ``secret`` signs its forms."""

    key: str
    secret: str
    person: Person

    def form_token(self, action: str) -> str:
        """The token of one form, by the address it is sent to."""
        return str(URLSafeTimedSerializer(self.secret, salt="form").dumps(action))

    def owns_form(self, token: str, action: str) -> bool:
        """Whether a form was made for this session and this address."""
        try:
            found = URLSafeTimedSerializer(self.secret, salt="form").loads(token, max_age=int(LONGEST.total_seconds()))
        except BadSignature:
            return False
        return bool(found == action)

    def signed(self, message: str) -> str:
        """A sentence of ours as it may stand in an address: nobody else can put one there."""
        return str(URLSafeTimedSerializer(self.secret, salt="message").dumps(message))

    def message(self, signed: str) -> str:
        """The sentence of an address of ours; "" for any other, and after a minute."""
        try:
            return str(URLSafeTimedSerializer(self.secret, salt="message").loads(signed, max_age=60))
        except BadSignature:
            return ""


def _hashed(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


class Sessions:
    """The sessions of a portal. Points in time are texts in UTC that order as they are."""

    def __init__(self, db: PortalDb, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """``now``: the clock."""
        self.db, self.now = db, now

    def begin(self, person: Person) -> str:
        """A new session; returns its cookie, which is kept nowhere."""
        cookie, at = secrets.token_urlsafe(32), self.now().isoformat()
        row = {
            "token": _hashed(cookie),
            "secret": secrets.token_urlsafe(32),
            "person": person.id,
            "name": person.name,
            "cvr": person.cvr,
            "roles": " ".join(sorted(person.roles)),
            "begun": at,
            "seen": at,
        }
        with self.db.writing() as connection:
            connection.execute(insert(SESSIONS).values(row))
        return cookie

    def of(self, cookie: str | None) -> Session | None:
        """The session of a cookie; None when there is none, or it has been idle or open too long."""
        if not cookie:
            return None
        key, now = _hashed(cookie), self.now()
        with self.db.reading() as connection:
            row = connection.execute(select(SESSIONS).where(SESSIONS.c.token == key)).mappings().first()
        if row is None:
            return None
        begun, seen = datetime.fromisoformat(row["begun"]), datetime.fromisoformat(row["seen"])
        if now - seen > IDLE or now - begun > LONGEST:
            self.end(cookie)
            return None
        if now - seen > _TOUCH:
            with self.db.writing() as connection:
                connection.execute(update(SESSIONS).where(SESSIONS.c.token == key).values(seen=now.isoformat()))
        person = Person(row["person"], row["name"], row["cvr"], frozenset(row["roles"].split()))
        return Session(key, row["secret"], person)

    def end(self, cookie: str) -> None:
        """Log out."""
        with self.db.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.token == _hashed(cookie)))

    def begin_login(self, state: str) -> str:
        """Keep what a login must come back with; returns the cookie of the browser that began it."""
        cookie = secrets.token_urlsafe(32)
        row = {"token": _hashed(cookie), "state": state, "begun": self.now().isoformat()}
        with self.db.writing() as connection:
            connection.execute(insert(LOGINS).values(row))
        return cookie

    def take_login(self, cookie: str | None) -> str | None:
        """What was kept, once; None when there is nothing, or it has taken too long."""
        if not cookie:
            return None
        with self.db.writing() as connection:
            of_cookie = LOGINS.c.token == _hashed(cookie)
            row = connection.execute(select(LOGINS).where(of_cookie)).mappings().first()
            connection.execute(delete(LOGINS).where(of_cookie))
        if row is None or self.now() - datetime.fromisoformat(row["begun"]) > LOGIN_TIME:
            return None
        return str(row["state"])

    def forget_old(self) -> None:
        """Remove sessions and logins that are over."""
        now = self.now()
        with self.db.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.seen < (now - IDLE).isoformat()))
            connection.execute(delete(SESSIONS).where(SESSIONS.c.begun < (now - LONGEST).isoformat()))
            connection.execute(delete(LOGINS).where(LOGINS.c.begun < (now - LOGIN_TIME).isoformat()))

"""Mails that wait for the server, and which events have been told: each at most once, whatever is started again.

One small file beside Dagster's instance. An event is recorded with its mail, so whoever sees it again adds nothing. A mail is
marked before it is handed over: one whose process died meanwhile is in doubt, and not sent again. One that the server did not
take is tried at every look for a day, and then said to be lost.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from hjalp_pipeline.mail.sending import LIMIT, InDoubt, NotSent, message, send
from hjalp_pipeline.mail.wording import Letter
from hjalp_pipeline.storage.entries import read_entry, write_entry
from hjalp_pipeline.storage.files import locked
from hjalp_pipeline.storage.mail_settings import Mail
from hjalp_pipeline.storage.root import DataRoot

#: So long a mail is tried.
TRIED = timedelta(days=1)
#: So long a run is remembered; Dagster tells of none that is as old.
_REMEMBERED = timedelta(days=90)
_RUN = "run/"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that has not been sent; ``since``: when it was put here; ``begun``: it is, or was, being handed over."""

    keys: tuple[str, ...]
    subject: str
    text: str
    since: str
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """The outbox: events told with the time they were, mails that wait; ``begun``: somebody has looked what there is."""

    told: dict[str, str]
    waiting: tuple[Waiting, ...]
    begun: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of mails, by subject: taken by the server with its answer, waiting with the reason, lost for good."""

    taken: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


class Outbox:
    """The outbox of a statistic."""

    def __init__(self, root: DataRoot) -> None:
        """Nothing is made until something is told."""
        folder = root.dagster_home / "mails"
        self._path: Path = folder / f"{root.statistic}.json"
        self._lock, self._sending = folder / f"{root.statistic}.lock", folder / f"{root.statistic}.sending"

    def content(self) -> Content:
        """What is in it; one that was damaged begins anew. OSError when the disk does not give it: what it told is not told again."""
        return read_entry(self._path, Content, strict=True) or Content({}, (), begun=False)

    def add(self, letters: Iterable[Letter], at: datetime) -> list[str]:
        """Put mails in whose events have not been told; returns their subjects."""
        with locked(self._lock):
            content = self.content()
            told, since, new = dict(content.told), at.isoformat(), []
            for one in letters:
                if not set(one.keys) & told.keys():
                    told |= dict.fromkeys(one.keys, since)
                    new.append(one)
            if new:
                waiting = (*content.waiting, *(Waiting(one.keys, one.subject, one.text, since) for one in new))
                self._save(replace(content, told=told, waiting=waiting))
        return [one.subject for one in new]

    def begin(self, keys: Iterable[str], at: datetime) -> None:
        """Take what there is when mails are first switched on as told: only what happens from now on is news."""
        with locked(self._lock):
            content = self.content()
            told = {**dict.fromkeys(keys, at.isoformat()), **content.told}
            self._save(replace(content, told=told, begun=True))

    def forget(self, over: Iterable[str], at: datetime) -> None:
        """Events that are over, and will be news when they happen again; and runs of long ago."""
        limit, gone = (at - _REMEMBERED).isoformat(), set(over)
        with locked(self._lock):
            content = self.content()
            kept = {
                key: when
                for key, when in content.told.items()
                if key not in gone and not (key.startswith(_RUN) and when < limit)
            }
            if len(kept) < len(content.told):
                self._save(replace(content, told=kept))

    def send(self, mail: Mail, password: str | None, at: datetime, limit: float = LIMIT) -> Outcome:
        """Send what waits, oldest first, for ``limit`` seconds at most; the first that is not taken ends it."""
        taken: list[str] = []
        waiting: list[str] = []
        lost: list[str] = []
        until = time.monotonic() + limit
        with locked(self._sending):
            for one in self.content().waiting:
                if one.begun:  # the process that sent it is no more
                    lost.append(f"{one.subject}: it may have been sent, the process that did was killed")
                elif at - datetime.fromisoformat(one.since) > TRIED:
                    lost.append(f"{one.subject}: no server has taken it for a day")
                elif waiting or time.monotonic() >= until:
                    waiting.append(one.subject)
                    continue
                else:
                    self._put(one, replace(one, begun=True))
                    try:
                        made = message(mail, Letter(one.keys, one.subject, one.text), at)
                        taken.append(f"{one.subject}: {send(mail, password, made, until - time.monotonic())}")
                    except NotSent as fault:
                        self._put(one, one)
                        waiting.append(f"{one.subject}: {fault}")
                        continue
                    except InDoubt as fault:
                        lost.append(f"{one.subject}: it may have been sent, {fault}")
                self._put(one, None)
        return Outcome(tuple(taken), tuple(waiting), tuple(lost))

    def _put(self, one: Waiting, other: Waiting | None) -> None:
        """Put a mail that waits in the place of itself, or take it out; on the disk before anything else happens."""
        with locked(self._lock):
            content = self.content()
            kept = [other if each.keys == one.keys else each for each in content.waiting]
            self._save(replace(content, waiting=tuple(each for each in kept if each is not None)))

    def _save(self, content: Content) -> None:
        write_entry(self._path, Content, content)

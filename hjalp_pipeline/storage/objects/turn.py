"""Whose turn it is to change a data root: one command at a time, so that none computes what another one makes void.

Only a courtesy: that no change is lost is kept by the head, which is replaced only where it is as it was found.
"""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from hjalp_pipeline.storage.objects.bucket import OWN, Bucket, ObjectsError, TakenError

_KEY = f"{OWN}/turn.json"
#: Seconds between two signs of life, and after how long without one a turn is over. Only the time of whoever waits is looked at.
BEAT, OVER, LOOK = 15.0, 60.0, 2.0
#: So often the same mark may be refused that was just read.
_REFUSALS = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two signs of life, until a turn without one is over, and between two looks."""

    beat: float = BEAT
    over: float = OVER
    look: float = LOOK


@contextlib.contextmanager
def turn(
    bucket: Bucket, owner: str, command: str, say: Callable[[str], None], pace: Pace | None = None
) -> Iterator[None]:
    """Have the turn while the block runs; ``owner``: the working copy, which nobody else has meanwhile.

    Waits for another command; ObjectsError when it is one that does not end by itself (``hjalp ui``).
    """
    pace = pace or Pace()
    held = _Held(bucket, _told(owner, command), pace)
    held.take(owner, say)
    beating = threading.Thread(target=held.beat, name="turn", daemon=True)
    beating.start()
    try:
        yield
    finally:
        held.done.set()
        beating.join()
        held.give_back()


def _told(owner: str, command: str) -> dict[str, Any]:
    return {"owner": owner, "command": command, "machine": socket.gethostname(), "turn": uuid4().hex, "sign": 0}


class _Held:
    """The object, as this command has put it last."""

    def __init__(self, bucket: Bucket, told: dict[str, Any], pace: Pace) -> None:
        self.bucket, self.told, self.pace = bucket, told, pace
        self.etag = ""
        self.done = threading.Event()

    def take(self, owner: str, say: Callable[[str], None]) -> None:
        seen, since, said, refused = "", time.monotonic(), False, 0
        while True:
            got = self.bucket.get(_KEY)
            if got is None:
                with contextlib.suppress(TakenError):
                    self.etag = self.bucket.put_first(_KEY, self._content())
                    self._try_conditions()
                    return
                continue
            other, etag = _read(got[0]), got[1].etag
            lives = bool(seen) and etag != seen
            if etag != seen:
                seen, since, refused = etag, time.monotonic(), 0
            over = time.monotonic() - since > self.pace.over
            if other.get("owner") in (None, owner) or over:
                with contextlib.suppress(TakenError):
                    self.etag = self.bucket.put_over(_KEY, self._content(), etag)
                    return
                refused += 1
                if refused > _REFUSALS:
                    raise ObjectsError(
                        f"{self.bucket.name} tells a mark (ETag) that it does not know again in If-Match"
                    )
                self.done.wait(self.pace.look if refused > 1 else 0)
                continue
            who = f"`hjalp {other.get('command')}` on {other.get('machine')}"
            if lives and other.get("command") == "ui":
                raise ObjectsError(
                    f"{who} writes to {self.bucket.name}: ask for the run on its pages, or type the command on that machine"
                )
            if not said:
                said = True
                say(f"waits for {who}, which writes to {self.bucket.name}")
            self.done.wait(self.pace.look)

    def _try_conditions(self) -> None:
        """Once for each data root: a storage that takes a conditional put and does not keep its condition cannot be written to by two."""
        old, self.etag = self.etag, self._sign(self.etag)
        with contextlib.suppress(TakenError):
            self.bucket.put_first(_KEY, self._content())
            raise ObjectsError(f"{self.bucket.name} does not keep the condition If-None-Match of a put")
        with contextlib.suppress(TakenError):
            self._sign(old)
            raise ObjectsError(f"{self.bucket.name} does not keep the condition If-Match of a put")

    def _sign(self, etag: str) -> str:
        """A sign of life over the one before it; its mark."""
        self.told["sign"] += 1
        return self.bucket.put_over(_KEY, self._content(), etag)

    def beat(self) -> None:
        while not self.done.wait(self.pace.beat):
            # Without an answer the next sign is tried; the head tells whether it was too late.
            with contextlib.suppress(ObjectsError):
                try:
                    self.etag = self._sign(self.etag)
                except TakenError:
                    return

    def give_back(self) -> None:
        with contextlib.suppress(ObjectsError, TakenError):
            self.bucket.put_over(_KEY, b"{}\n", self.etag)

    def _content(self) -> bytes:
        return (json.dumps(self.told) + "\n").encode()


def _read(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
        return told if isinstance(told, dict) else {}
    except ValueError:
        return {}

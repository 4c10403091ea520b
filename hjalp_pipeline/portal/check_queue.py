"""Which of the files that wait is checked next: nobody waits for another kommune's files, however many or large they are."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

#: Bytes from which a file is a long one: of those at least one place less is taken than there are.
LONG = 32 << 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits. ``owner``: the kommune."""

    id: str
    owner: str
    size: int


class CheckQueue:
    """At most ``places`` at a time, one of a kommune, and not all of them long ones; the kommuner in turn."""

    def __init__(self, places: int) -> None:
        """Nothing waits."""
        self._places, self._lock = places, threading.Lock()
        #: By kommune, in the order of whose turn it is, what waits in the order it came.
        self._waiting: OrderedDict[str, list[Waiting]] = OrderedDict()
        self._running: dict[str, Waiting] = {}

    def put(self, one: Waiting) -> None:
        """Add a file; nothing is done when it waits already or is being checked."""
        with self._lock:
            known = [*self._running.values(), *(other for files in self._waiting.values() for other in files)]
            if one.id not in [other.id for other in known]:
                self._waiting.setdefault(one.owner, []).append(one)

    def take(self) -> Waiting | None:
        """The file that may be checked now, None when there is none or no room."""
        with self._lock:
            if len(self._running) >= self._places:
                return None
            busy = {one.owner for one in self._running.values()}
            long_room = sum(one.size >= LONG for one in self._running.values()) < max(self._places - 1, 1)
            for owner, files in self._waiting.items():
                one = next((file for file in files if long_room or file.size < LONG), None)
                if one is None or owner in busy:
                    continue
                files.remove(one)
                self._waiting.move_to_end(owner)  # its next file comes after those of all others
                if not files:
                    del self._waiting[owner]
                self._running[one.id] = one
                return one
        return None

    def done(self, one: Waiting) -> None:
        """It has been checked, or could not be."""
        with self._lock:
            del self._running[one.id]

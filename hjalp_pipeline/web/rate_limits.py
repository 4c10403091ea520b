"""How many requests a session, and how many logins an address, may make in a minute; and how many files come in at a time."""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable

WINDOW = 60.0
#: Keys that are remembered; the oldest are forgotten first.
_MOST_KEYS = 10_000


class RateLimit:
    """At most ``most`` within any minute, by key. In memory: a restart forgets."""

    def __init__(self, most: int, now: Callable[[], float] = time.monotonic) -> None:
        """``now``: seconds of a clock that never goes back."""
        self._most, self._now = most, now
        self._seen: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def admits(self, key: str) -> bool:
        """Whether one more is taken, and count it."""
        now = self._now()
        with self._lock:
            seen = self._seen.pop(key, None) or deque()
            self._seen[key] = seen  # last in order: the longest unused is first
            while seen and seen[0] <= now - WINDOW:
                seen.popleft()
            if len(self._seen) > _MOST_KEYS:
                del self._seen[next(iter(self._seen))]
            if len(seen) >= self._most:
                return False
            seen.append(now)
            return True


class Places:
    """So many things of a key at a time: those that lie somewhere, and those that are on their way there."""

    def __init__(self) -> None:
        """Nothing is on its way."""
        self._under_way: dict[Hashable, int] = {}
        self._lock = threading.Lock()

    def take(self, key: Hashable, most: int, lying: Callable[[], int]) -> bool:
        """Whether there is room for one more, and keep it until ``leave``. ``lying``: counts what is there."""
        with self._lock:
            under_way = self._under_way.get(key, 0)
            if lying() + under_way >= most:
                return False
            self._under_way[key] = under_way + 1
            return True

    def leave(self, key: Hashable) -> None:
        """What was on its way has arrived, or never will."""
        with self._lock:
            self._under_way[key] -= 1
            if not self._under_way[key]:
                del self._under_way[key]

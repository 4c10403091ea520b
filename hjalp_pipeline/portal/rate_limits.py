"""How many requests a session, and how many logins an address, may make in a minute."""

import threading
import time
from collections import deque
from collections.abc import Callable

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

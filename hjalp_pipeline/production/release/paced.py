"""How far the protection of a release is, said now and then while it takes long. No figure is in it, and no cell."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

#: Seconds between two lines, and before the first: what takes less is not worth one.
SECONDS = 15.0


class Paced:
    """Passes on how far something is as one line, ``2024, better patterns: 40 %``, never more often than each ``SECONDS``."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = monotonic) -> None:
        """``say``: takes a line; ``clock``: seconds."""
        self._say, self._clock, self._lock = say, clock, Lock()
        self._last = clock()

    def __call__(self, step: str, done: int, of: int) -> None:
        """``done`` of ``of`` are done of a step; years that are protected side by side share the pace."""
        with self._lock:
            now = self._clock()
            if now - self._last < SECONDS:
                return
            self._last = now
        # Of what there is once the step alone is said: how many small cells there are is nobody's business who reads a log.
        self._say(f"{step}: {100 * done // of} %" if of > 1 else step)

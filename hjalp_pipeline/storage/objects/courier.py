"""For a command that goes on (``hjalp ui``): what is put into the bucket comes here within seconds, what is made here goes there."""

import contextlib
import threading
from collections.abc import Iterator

from hjalp_pipeline.storage.objects.bucket import Bucket, ObjectsError
from hjalp_pipeline.storage.objects.fetching import Say, take_in
from hjalp_pipeline.storage.objects.head import Head, read_head
from hjalp_pipeline.storage.objects.putting import MovingError, hand_over
from hjalp_pipeline.storage.objects.working_copy import WorkingCopy

#: Seconds between two rounds, and the quiet before something is put: files are written in an order that holds at any moment.
_ROUND, _QUIET = 15.0, 2.0


@contextlib.contextmanager
def courier(copy: WorkingCopy, bucket: Bucket, say: Say, between: float = _ROUND) -> Iterator[None]:
    """Go to and fro while the block runs, in a thread; the turn is had by the caller."""
    one = _Courier(copy, bucket, say, between)
    going = threading.Thread(target=one.go, name="courier", daemon=True)
    going.start()
    try:
        yield
    finally:
        one.done.set()
        going.join()


class _Courier:
    def __init__(self, copy: WorkingCopy, bucket: Bucket, say: Say, between: float) -> None:
        self.copy, self.bucket, self.say, self.between = copy, bucket, say, between
        self.done = threading.Event()
        self.said = ""
        self.put: dict[str, str] = {}

    def go(self) -> None:
        while not self.done.wait(self.between):
            try:
                self.round()
                self.said = ""
            except ObjectsError as fault:
                self._tell(str(fault))
            except Exception as fault:  # the next round is tried whatever it was; a message may name a file as it is
                why = fault.strerror if isinstance(fault, OSError) else None
                self._tell(
                    f"{type(fault).__name__}: {why or 'message withheld'}; nothing is taken in or put until it is mended"
                )

    def round(self) -> None:
        """Take in, and put what is new when nothing has moved for a moment. A state at a moment is one that a kill could leave."""
        head = read_head(self.bucket)
        if head.known != self.copy.base[0]:
            self.copy.is_called("ui, which was overtaken")  # nobody works beside it any more
            self._tell(
                f"{self.bucket.name} was changed by another command; end `hjalp ui` and start it again. What it has made "
                f"since is in {self.copy.folder} and nowhere else"
            )
            return
        take_in(self.copy, self.bucket, self._tell)
        self._put(head)

    def _put(self, head: Head) -> None:
        before = self.copy.marks()
        if before == self.put or self.done.wait(_QUIET) or self.copy.marks() != before:
            return
        with contextlib.suppress(MovingError):
            hand_over(self.copy, self.bucket, head, self._tell)
            self.put = before

    def _tell(self, what: str) -> None:
        if what != self.said:
            self.said = what
            self.say(what)

"""Intake: every delivery of the inbox gets a verdict, a typed copy when accepted, and a receipt.

Typed copies are kept by the delivery's content (SHA-256) and the code that read it: a file read before costs nothing.
"""

import contextlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.delivery.names import DeliveryName, parse_name
from hjalp_pipeline.production.inbox.delivered import Delivery
from hjalp_pipeline.production.inbox.delivery_reader import Reader, Reading, UnreadableError
from hjalp_pipeline.production.inbox.read_together import batches, read_some, task_of
from hjalp_pipeline.production.inbox.receipts import write_receipt
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.storage.inbox import HashIndex, InboxFile, list_inbox
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.workers.pool import Lost, side_by_side, worth_it


class Inbox:
    """The inbox seen through the verdicts in the lake."""

    def __init__(
        self,
        lake: Lake,
        systems: Iterable[SystemRow],
        *,
        layouts: Layouts | None = None,
        stat: Callable[[int], os.stat_result] = os.fstat,
        now: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """``systems`` are the rows of systems.csv: who may deliver what, when. ``stat``, ``now`` and ``pause`` tell a file under way."""
        self.lake, self.statistic = lake, lake.root.declared
        self.reader = Reader(lake, systems, layouts=layouts, stat=stat, now=now, pause=pause)
        self.systems = self.reader.systems
        self._plain = layouts is None and (stat, now, pause) == (os.fstat, time.time, time.sleep)
        #: What was read ahead of its turn, by path.
        self._ahead: dict[Path, Reading | UnreadableError | None] = {}
        self._found: dict[Path, Delivery] = {}
        self._hashes = HashIndex(lake.root)
        self._listed: dict[str | None, list[tuple[InboxFile, DeliveryName | None]]] = {}

    def files(self, folder: str | None = None) -> list[tuple[InboxFile, DeliveryName | None]]:
        """Files of a quarter's folder (or all) with the name read, None where it has not the agreed form."""
        if folder not in self._listed:
            listed = list_inbox(self.lake.root, folder)
            self._listed[folder] = [
                (file, parse_name(file.folder, file.filename, period=self.statistic.period)) for file in listed
            ]
        return self._listed[folder]

    def sender(self, name: DeliveryName) -> SystemRow | None:
        """The row of systems.csv a delivery comes under, None = UKENDT_AFSENDER."""
        return self.reader.sender(name)

    def known(self, file: InboxFile, name: DeliveryName | None) -> Delivery | None:
        """The delivery if it has been read before and is unchanged, without reading it now."""
        found = self._found.get(file.path)
        if found is None:
            digest = self._hashes.known(file)
            found = None if digest is None else self.reader.known(file, name, digest)
            if found is not None:
                self._found[file.path] = found
        return found

    def read(self, file: InboxFile, name: DeliveryName | None) -> Delivery:
        """The delivery with its verdict, read now if it was not before; writes typed copy and receipt.

        What is hashed is what is read: both come from one open file that nobody changed meanwhile. One that is still being
        written is an UnreadableError, and waits for the next look.
        """
        found = self.known(file, name) or self._read(file, name)
        self.tell(found)
        return found

    def _read(self, file: InboxFile, name: DeliveryName | None, *, again: bool = False) -> Delivery:
        read = None if again else self._ahead.pop(file.path, None)
        if isinstance(read, UnreadableError):
            raise read
        read = read or self.reader.read(file, name, again=again)
        self._hashes.remember(file, read.marked, read.delivery.sha256)
        self._found[file.path] = read.delivery
        return read.delivery

    def read_ahead(self, files: Iterable[tuple[InboxFile, DeliveryName | None]]) -> None:
        """Read those of the files that are new, small ones together and side by side when there is much to read, so that
        ``read`` finds them read. What was together in a process that was ended is tried once more, each by itself and never
        in this process, which it might end too.
        """
        found = [one for one in files if one[0].path not in self._ahead and self.known(*one) is None]
        if not self._plain or len(found) < 2:
            return
        new = batches(found)
        alone = [[one] for batch in new if len(batch) > 1 for one in batch]
        for apart, tried in ((False, new), (True, alone)):
            left = [batch for batch in tried if any(file.path not in self._ahead for file, _ in batch)]
            tasks = [task_of(batch) for batch in left]
            done = side_by_side(read_some, (self.lake.root, self.systems), tasks, apart=apart)
            for batch, read in zip(left, done, strict=True):
                if isinstance(read, Lost):
                    lost = batch if len(batch) == 1 else []
                    self._ahead |= {file.path: UnreadableError(read.why) for file, _ in lost}
                else:
                    self._ahead |= {file.path: one for (file, _), one in zip(batch, read, strict=True)}

    def keep_ahead(self, files: Iterable[tuple[InboxFile, DeliveryName | None]]) -> int:
        """Read those of the files that are new and keep what came of them, without telling any sender; how many were new.

        One that cannot be read is left for the run, which says so.
        """
        new = [one for one in files if self.known(*one) is None]
        self.read_ahead(new)
        try:
            for file, name in new:
                with contextlib.suppress(UnreadableError):
                    self._read(file, name)
        finally:
            self.save()
        return len(new)

    def much_is_new(self, files: Iterable[tuple[InboxFile, DeliveryName | None]]) -> bool:
        """Whether so much was never read that it is worth to be shared out; tells without reading any of it."""
        return worth_it(
            [task_of(batch) for batch in batches(one for one in files if self._hashes.known(one[0]) is None)]
        )

    def read_so_far(self) -> dict[Path, Reading]:
        """What was read ahead, by path; what could not be read is left for another look."""
        return {path: read for path, read in self._ahead.items() if isinstance(read, Reading)}

    def take_over(self, read: Mapping[Path, Reading]) -> None:
        """Use what another has read of files that are still the same."""
        marks = {file.path: file.mark for file, _name in self.files()}
        self._ahead |= {path: one for path, one in read.items() if one.marked == marks.get(path)}

    def to_tell_again(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Those whose receipts may say of their sender's other deliveries what is no longer true (R1): a delivery that is
        superseded, or was rejected before another was accepted.
        """
        found = [one for one in deliveries if one.name is not None]
        senders = Counter((one.file.folder, one.name.komnr, one.name.system) for one in found if one.name)
        return [one for one in found if one.name and senders[one.file.folder, one.name.komnr, one.name.system] > 1]

    def tell(self, delivery: Delivery) -> None:
        """Write its receipt; one that stands and is not true any more again, with its old ``read_at``."""
        plain = self._plain_name(delivery.file)
        write_receipt(self.lake.root, delivery, self._of_sender(delivery.name), plain_name=plain)

    def with_copy(self, delivery: Delivery) -> Delivery:
        """The accepted delivery with its typed copy as it was written: one that is gone or has changed is read again."""
        if self.lake.intact_copy(delivery.key, delivery.verdict):
            return delivery
        fresh = self._read(delivery.file, delivery.name, again=True)
        if fresh.sha256 != delivery.sha256:
            raise UnreadableError("its content has changed")
        return fresh

    def pinned(self, folder: str, filename: str, digest: str) -> Delivery:
        """An accepted delivery by its name and SHA-256, read again only when its typed copy is gone.

        UnreadableError when the file is gone or another, or would no longer be accepted.
        """
        found = next((entry for entry in self.files(folder) if entry[0].filename == filename), None)
        if found is None:
            raise UnreadableError("it is gone")
        delivery = self.read(*found)
        if delivery.sha256 != digest:
            raise UnreadableError("its content has changed")
        if not delivery.accepted:
            raise UnreadableError(f"it would be rejected today ({delivery.verdict.code})")
        return self.with_copy(delivery)

    def _of_sender(self, name: DeliveryName | None) -> list[Delivery]:
        """What is known of a sender's deliveries of all quarters."""
        if name is None:
            return []
        of_sender = ((f, n) for f, n in self.files() if n and (n.komnr, n.system) == (name.komnr, name.system))
        known = (self.known(file, named) for file, named in of_sender)
        return [delivery for delivery in known if delivery is not None]

    def _plain_name(self, file: InboxFile) -> bool:
        """Whether a file's receipt has its name without extension: of files that share a stem the first a known sender sends."""
        stem = file.filename.rpartition(".")[0]
        sharing = [(other, name) for other, name in self.files(file.folder) if other.filename.startswith(f"{stem}.")]
        known = [other for other, name in sharing if name is not None and self.sender(name) is not None]
        return not stem or len(sharing) < 2 or known[:1] == [file]

    def save(self) -> None:
        """Remember the hashes of this session."""
        self._hashes.save()
        self.lake.hashes.save()

    def key_of(self, folder: str, filename: str, digest: str) -> str | None:
        """Where the lake has what was read of a file with this name and content, None when no verdict can be there."""
        name = parse_name(folder, filename, period=self.statistic.period)
        sender = self.sender(name) if name else None
        return self.reader.key(name, sender, digest) if name and sender else None

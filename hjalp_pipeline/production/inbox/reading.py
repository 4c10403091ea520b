"""Intake: every delivery of the inbox gets a verdict, a typed copy when accepted, and a receipt.

Typed copies are kept by the delivery's content (SHA-256) and the code that read it: a file read before costs nothing.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from hashlib import file_digest
from typing import BinaryIO

import polars as pl

from hjalp_pipeline.contracts.states import RAW, of_state
from hjalp_pipeline.contracts.validation import ContractError, require
from hjalp_pipeline.delivery.codes import RejectionCode
from hjalp_pipeline.delivery.intake import read_delivery, rejected
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.delivery.names import DeliveryName, name_faults, parse_name
from hjalp_pipeline.production.inbox.delivered import Delivery, verdict_of
from hjalp_pipeline.production.inbox.receipts import write_receipt
from hjalp_pipeline.production.inbox.registered import sender_of, unknown_part
from hjalp_pipeline.production.internal import InternalError
from hjalp_pipeline.rules.systems import SystemRow, drop_dubletter
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.entries import Verdict
from hjalp_pipeline.storage.fingerprints import code_fingerprint, fingerprint, package_fingerprint
from hjalp_pipeline.storage.hashes import mark
from hjalp_pipeline.storage.inbox import HashIndex, InboxFile, list_inbox, open_file
from hjalp_pipeline.storage.lake import Lake

#: A file that changed so short a time ago, and again since it was listed, is still being written.
SETTLE_SECONDS = 30
GROWTH_SECONDS = 0.3
"""A young file that would be rejected is looked at again after so long: it may be cut off, or not yet whole."""
GROWING = "it is still being written: it waits for the next look"
#: Modules of ``delivery`` that only word what was found.
_WORDING = ("receipt.py", "names.py")


@cache
def _code(statistic: Statistic) -> str:
    """Hash of the code that reads: a delivery read by other code is read again."""
    inbox = [f"production/inbox/{name}.py" for name in ("delivered", "reading")]
    engine = code_fingerprint("delivery", "rules/systems.py", "contracts", *inbox, leave_out=_WORDING)
    return fingerprint(engine, package_fingerprint(*statistic.reading))


class UnreadableError(Exception):
    """A file that came to no verdict at all: the disk, a contract, an encoding nobody knows. Says why, quotes nothing."""


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
        self.layouts = layouts or self.statistic.layouts
        self._stat, self._now, self._pause = stat, now, pause
        self.systems = tuple(systems)
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
        return sender_of(self.systems, name)

    def known(self, file: InboxFile, name: DeliveryName | None) -> Delivery | None:
        """The delivery if it has been read before and is unchanged, without reading it now."""
        digest = self._hashes.known(file)
        return None if digest is None else self._known(file, name, digest)

    def read(self, file: InboxFile, name: DeliveryName | None) -> Delivery:
        """The delivery with its verdict, read now if it was not before; writes typed copy and receipt.

        What is hashed is what is read: both come from one open file that nobody changed meanwhile. One that is still being
        written is an UnreadableError, and waits for the next look.
        """
        try:
            found = self.known(file, name) or self._read(file, name)
        except UnreadableError:
            raise
        except ContractError as fault:
            raise UnreadableError(str(fault)) from None
        self._tell(found)
        return found

    def tell_again(self, deliveries: Iterable[Delivery]) -> None:
        """Write the receipts again that say of their sender's other deliveries what is no longer true (R1), with their old
        ``read_at``: a delivery that is superseded, or was rejected before another was accepted.
        """
        found = [one for one in deliveries if one.name is not None]
        senders = Counter((one.file.folder, one.name.komnr, one.name.system) for one in found if one.name)
        for one in found:
            if one.name and senders[one.file.folder, one.name.komnr, one.name.system] > 1:
                self._tell(one)

    def _tell(self, delivery: Delivery) -> None:
        plain = self._plain_name(delivery.file)
        write_receipt(self.lake.root, delivery, self._of_sender(delivery.name), plain_name=plain)

    def with_copy(self, delivery: Delivery) -> Delivery:
        """The accepted delivery with its typed copy as it was written: one that is gone or has changed is read again."""
        if self.lake.intact_copy(delivery.key, delivery.verdict):
            return delivery
        try:
            fresh = self._read(delivery.file, delivery.name, again=True)
        except ContractError as fault:
            raise UnreadableError(str(fault)) from None
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

    def _verdict_of_name(self, file: InboxFile, name: DeliveryName | None) -> Verdict | None:
        """A rejection that needs no reading of the file."""
        if name is None:
            faults = name_faults(file.folder, file.filename, period=self.statistic.period)
            return verdict_of(rejected(RejectionCode.FILNAVN, " ".join(faults)))
        if self.sender(name) is None:
            return verdict_of(rejected(RejectionCode.UKENDT_AFSENDER, unknown_part(self.systems, name)))
        return None

    def _key(self, name: DeliveryName, sender: SystemRow, digest: str) -> str:
        # An xml file states its quarter, so the same bytes in another quarter's folder are another case.
        quarter = name.kvartal if name.format == "xml" else ""
        version = self.layouts.of(name.kvartal).version
        return fingerprint(
            digest, name.komnr, name.system, name.format, sender.encoding, quarter, version, _code(self.statistic)
        )

    def key_of(self, folder: str, filename: str, digest: str) -> str | None:
        """Where the lake has what was read of a file with this name and content, None when no verdict can be there."""
        name = parse_name(folder, filename, period=self.statistic.period)
        sender = self.sender(name) if name else None
        return self._key(name, sender, digest) if name and sender else None

    def _known(self, file: InboxFile, name: DeliveryName | None, digest: str) -> Delivery | None:
        verdict = self._verdict_of_name(file, name)
        if verdict is not None:
            return Delivery(file, name, digest, fingerprint(digest, file.filename), verdict)
        sender = self.sender(name) if name else None
        if name is None or sender is None:
            return None
        key = self._key(name, sender, digest)
        verdict = self.lake.verdict(key)
        return None if verdict is None else Delivery(file, name, digest, key, verdict)

    def _read(self, file: InboxFile, name: DeliveryName | None, *, again: bool = False) -> Delivery:
        """The delivery from its open file; ``again``: also when its verdict is known, because the typed copy is lost."""
        try:
            with open_file(file) as opened:
                stat = self._stat(opened.fileno())
                marked = mark(stat)
                if marked != file.mark and self._now() - stat.st_mtime < SETTLE_SECONDS:
                    raise UnreadableError(GROWING)
                digest = file_digest(opened, "sha256").hexdigest()
                found, frame = None if again else self._known(file, name, digest), None
                judged = found is None
                if found is None:
                    opened.seek(0)
                    found, frame = self._judge(file, name, digest, opened)
                if judged and not found.accepted and self._now() - stat.st_mtime < SETTLE_SECONDS:
                    self._pause(GROWTH_SECONDS)
                if mark(self._stat(opened.fileno())) != marked:
                    raise UnreadableError(GROWING)
        except (OSError, pl.exceptions.PolarsError) as fault:
            raise UnreadableError(type(fault).__name__) from None
        if judged:
            found = replace(found, verdict=self.lake.save_verdict(found.key, found.verdict, frame))
        self._hashes.remember(file, marked, digest)
        return found

    def _judge(
        self, file: InboxFile, name: DeliveryName | None, digest: str, opened: BinaryIO
    ) -> tuple[Delivery, pl.DataFrame | None]:
        sender = self.sender(name) if name else None
        if name is None or sender is None:
            raise InternalError("a delivery without sender has its verdict by name")
        try:
            intake = read_delivery(opened, name, sender.encoding, self.layouts)
        except ValueError:
            raise UnreadableError("its encoding in codelists/systems.csv is unknown") from None
        verdict = verdict_of(intake)
        frame = None
        if intake.frame is not None:
            frame, dubletter = drop_dubletter(intake.frame, self.statistic.combining.id)
            frame = frame.with_columns(pl.lit(name.system).alias("system"))
            verdict = replace(verdict, rows=frame.height, dubletter=dubletter)
            require(frame, of_state(self.statistic, RAW), f"{file.folder}/{name.filename}")
        return Delivery(file, name, digest, self._key(name, sender, digest), verdict), frame

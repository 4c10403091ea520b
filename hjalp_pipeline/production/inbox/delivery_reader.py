"""One delivery from its open file to its verdict and typed copy: what does not ask what else is known.

Nothing but the lake's files of this delivery is written, so deliveries are read side by side in processes of their own.
"""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from hashlib import file_digest
from typing import BinaryIO

import polars as pl

from hjalp_pipeline.delivery.codes import RejectionCode
from hjalp_pipeline.delivery.intake import Steps, finished, reading_of, rejected
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.delivery.names import DeliveryName, name_faults
from hjalp_pipeline.production.inbox.delivered import Delivery, verdict_of
from hjalp_pipeline.production.inbox.registered import sender_of, unknown_part
from hjalp_pipeline.production.internal import InternalError
from hjalp_pipeline.production.of_one_kommune import why_of_one
from hjalp_pipeline.rules.systems import SystemRow, drop_dubletter
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.entries import Verdict
from hjalp_pipeline.storage.fingerprints import code_fingerprint, fingerprint, package_fingerprint
from hjalp_pipeline.storage.hashes import mark
from hjalp_pipeline.storage.inbox import InboxFile, open_file
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
    inbox = [f"production/inbox/{name}.py" for name in ("delivered", "delivery_reader")]
    engine = code_fingerprint("delivery", "rules/systems.py", "contracts", *inbox, leave_out=_WORDING)
    return fingerprint(engine, package_fingerprint(*statistic.reading))


class UnreadableError(Exception):
    """A file that came to no verdict at all: the disk, a contract, an encoding nobody knows. Says why, quotes nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A delivery just read, and the mark its open file had."""

    delivery: Delivery
    marked: str


class Reader:
    """Reads deliveries into the lake."""

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
        """As of ``Inbox``."""
        self.lake, self.statistic = lake, lake.root.declared
        self.layouts = layouts or self.statistic.layouts
        self._stat, self._now, self._pause = stat, now, pause
        self.systems = tuple(systems)

    def sender(self, name: DeliveryName) -> SystemRow | None:
        """The row of systems.csv a delivery comes under, None = UKENDT_AFSENDER."""
        return sender_of(self.systems, name)

    def known(self, file: InboxFile, name: DeliveryName | None, digest: str) -> Delivery | None:
        """The delivery with this content if it was read before, or its name alone decides."""
        verdict = self._by_name(file, name)
        if verdict is not None:
            return Delivery(file, name, digest, fingerprint(digest, file.filename), verdict)
        sender = self.sender(name) if name else None
        if name is None or sender is None:
            return None
        key = self.key(name, sender, digest)
        verdict = self.lake.verdict(key)
        return None if verdict is None else Delivery(file, name, digest, key, verdict)

    def read(self, file: InboxFile, name: DeliveryName | None, *, again: bool = False) -> Reading:
        """The delivery from its open file; ``again``: also when its verdict is known, because the typed copy is lost.

        What is hashed is what is read: both come from one open file that nobody changed meanwhile. One that is still being
        written is an UnreadableError, and waits for the next look.
        """
        return finished(self.reading(file, name, again=again))

    def reading(self, file: InboxFile, name: DeliveryName | None, *, again: bool = False) -> Steps[Reading]:
        """The steps of ``read``."""
        try:
            with open_file(file) as opened:
                stat = self._stat(opened.fileno())
                marked = mark(stat)
                if marked != file.mark and self._now() - stat.st_mtime < SETTLE_SECONDS:
                    raise UnreadableError(GROWING)
                digest = file_digest(opened, "sha256").hexdigest()
                found, frame = None if again else self.known(file, name, digest), None
                judged = found is None
                if found is None:
                    opened.seek(0)
                    found, frame = yield from self._judge(file, name, digest, opened)
                if judged and not found.accepted and self._now() - stat.st_mtime < SETTLE_SECONDS:
                    self._pause(GROWTH_SECONDS)
                if mark(self._stat(opened.fileno())) != marked:
                    raise UnreadableError(GROWING)
        except UnreadableError:
            raise
        except (OSError, pl.exceptions.PolarsError) as fault:
            raise UnreadableError(type(fault).__name__) from None
        except BaseException as fault:
            why = why_of_one(fault, self.lake.root)
            if why is None:
                raise
            raise UnreadableError(why) from None
        if judged:
            found = replace(found, verdict=self.lake.save_verdict(found.key, found.verdict, frame))
        return Reading(found, marked)

    def key(self, name: DeliveryName, sender: SystemRow, digest: str) -> str:
        """Where the lake has what was read of such content from this sender."""
        # An xml file states its quarter, so the same bytes in another quarter's folder are another case.
        quarter = name.kvartal if name.format == "xml" else ""
        version = self.layouts.of(name.kvartal).version
        return fingerprint(
            digest, name.komnr, name.system, name.format, sender.encoding, quarter, version, _code(self.statistic)
        )

    def _by_name(self, file: InboxFile, name: DeliveryName | None) -> Verdict | None:
        """A rejection that needs no reading of the file."""
        if name is None:
            faults = name_faults(file.folder, file.filename, period=self.statistic.period)
            return verdict_of(rejected(RejectionCode.FILNAVN, " ".join(faults)))
        if self.sender(name) is None:
            return verdict_of(rejected(RejectionCode.UKENDT_AFSENDER, unknown_part(self.systems, name)))
        return None

    def _judge(
        self, file: InboxFile, name: DeliveryName | None, digest: str, opened: BinaryIO
    ) -> Steps[tuple[Delivery, pl.DataFrame | None]]:
        sender = self.sender(name) if name else None
        if name is None or sender is None:
            raise InternalError("a delivery without sender has its verdict by name")
        try:
            intake = yield from reading_of(opened, name, sender.encoding, self.layouts)
        except ValueError:
            raise UnreadableError("its encoding in codelists/systems.csv is unknown") from None
        verdict = verdict_of(intake)
        frame = None
        if intake.frame is not None:
            from hjalp_pipeline.contracts.states import RAW, of_state  # noqa: PLC0415 (whoever only looks needs no Pandera)
            from hjalp_pipeline.contracts.validation import require  # noqa: PLC0415 (the same)

            frame, dubletter = drop_dubletter(intake.frame, self.statistic.combining.id)
            frame = frame.with_columns(pl.lit(name.system).alias("system"))
            verdict = replace(verdict, rows=frame.height, dubletter=dubletter)
            require(frame, of_state(self.statistic, RAW), f"{file.folder}/{name.filename}")
        return Delivery(file, name, digest, self.key(name, sender, digest), verdict), frame

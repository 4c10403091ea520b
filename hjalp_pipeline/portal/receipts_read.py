"""Receipts as they lie in ``receipts/``: those of one kommune, and what a page tells of one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.names import DeliveryName, parse_name
from hjalp_pipeline.delivery.receipt import Receipt
from hjalp_pipeline.storage.inbox import InboxFile, list_inbox, open_file
from hjalp_pipeline.storage.root import DataRoot


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery of a kommune. ``receipt``: what was told of it, None while it is not read; ``lies``: it is in the inbox."""

    period: str
    filename: str
    name: DeliveryName
    receipt: Receipt | None
    lies: bool

    @property
    def accepted(self) -> bool | None:
        """Whether it was accepted, None while it is not read."""
        return None if self.receipt is None else self.receipt["status"] == "accepted"

    @property
    def stem(self) -> str:
        """What pages call it in an address."""
        return self.filename

    @property
    def order(self) -> tuple[str, Any, str]:
        """Oldest first: by period, then as they were received."""
        return self.period, self.name.received, self.filename


def receipts_of(root: DataRoot, komnr: str, period: str | None = None) -> list[Received]:
    """The deliveries of a kommune, oldest first: those with a receipt, and those in the inbox that wait for one."""
    found: dict[tuple[str, str], Received] = {}
    for content in _receipts(root, komnr, period):
        name = parse_name(content["kvartal"], content["filename"], period=root.declared.period)
        if name is not None and name.komnr == komnr:
            found[name.kvartal, name.filename] = Received(name.kvartal, name.filename, name, content, lies=False)
    for file in list_inbox(root, period):
        name = parse_name(file.folder, file.filename, period=root.declared.period)
        if name is not None and name.komnr == komnr:
            known = found.get((file.folder, file.filename))
            receipt = known.receipt if known else None
            found[file.folder, file.filename] = Received(file.folder, file.filename, name, receipt, lies=True)
    return sorted(found.values(), key=lambda one: one.order)


def newest_accepted(root: DataRoot, komnr: str, system: str) -> Received | None:
    """The newest accepted delivery of a system that lies in the inbox; None when there is none."""
    of_system = [one for one in receipts_of(root, komnr) if one.name.system == system and one.accepted and one.lies]
    return of_system[-1] if of_system else None


def open_received(root: DataRoot, one: Received) -> BufferedReader:
    """A delivery that lies in the inbox, opened for reading; OSError when it is gone, or something else by now."""
    return open_file(InboxFile(one.period, one.filename, root.inbox / one.period / one.filename, ""))


def received_in(root: DataRoot, komnr: str, period: str, filename: str) -> Received | None:
    """One delivery of a kommune by period and file name; None when it has no such."""
    if not Period.is_form_of(period):
        return None
    return next((one for one in receipts_of(root, komnr, period) if one.filename == filename), None)


def _receipts(root: DataRoot, komnr: str, period: str | None) -> Iterator[Receipt]:
    for folder in sorted(root.receipts.glob(period or "*")):
        for path in sorted(folder.glob(f"{komnr}_*.json")):
            content = receipt_at(path)
            if content is not None:
                yield content


def receipt_at(path: Path) -> Receipt | None:
    """A receipt; None for one that is gone or cannot be read."""
    try:
        stat = path.stat()
        return _receipt(path, stat.st_mtime_ns, stat.st_size)
    except (OSError, ValueError, RecursionError):
        return None


@lru_cache(maxsize=4096)
def _receipt(path: Path, _changed: int, _size: int) -> Receipt:
    content = json.loads(path.read_bytes())
    wanted = {
        **dict.fromkeys(("status", "kvartal", "filename", "sha256"), str),
        **dict.fromkeys(("records", "bad_records"), int),
        "code": str | None,
    }
    if not isinstance(content, dict) or not all(
        isinstance(content.get(name, ...), kind) for name, kind in wanted.items()
    ):
        raise ValueError("not a receipt")
    return cast("Receipt", content)

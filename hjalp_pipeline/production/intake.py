"""Intake: every delivery of the inbox gets a verdict, a typed copy when accepted, and a receipt.

Typed copies are kept by the delivery's content (SHA-256) and the code that read it: a file read before costs nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.contracts.validation import ContractError, require
from hjalp_pipeline.delivery.codes import RejectionCode
from hjalp_pipeline.delivery.intake import Intake, read_delivery, rejected
from hjalp_pipeline.delivery.names import DeliveryName, parse_name, safe_name
from hjalp_pipeline.delivery.receipt import receipt, receipt_html
from hjalp_pipeline.delivery.specification.versions import layout_for
from hjalp_pipeline.production.faults import InternalError
from hjalp_pipeline.rules.systems import Candidate, SystemRow, drop_dubletter
from hjalp_pipeline.storage.codelists import DANISH_TIME
from hjalp_pipeline.storage.files import ALL, code_fingerprint, fingerprint, read_json, write_bytes, write_json
from hjalp_pipeline.storage.inbox import HashIndex, InboxFile, list_inbox
from hjalp_pipeline.storage.lake import Lake

LEVERANCER_SCHEMA = pl.Schema(
    {
        "kvartal": pl.String,
        "filename": pl.String,
        "komnr": pl.String,
        "system": pl.String,
        "status": pl.String,
        "code": pl.String,
        "records": pl.Int64,
        "bad_records": pl.Int64,
        "sha256": pl.String,
    }
)


#: Modules of ``delivery`` that only word what was found.
_WORDING = ("receipt.py", "names.py")


@cache
def _code() -> str:
    """Hash of the code that reads: a delivery read by other code is read again."""
    return code_fingerprint("delivery", "rules/systems.py", "contracts", "production/intake.py", leave_out=_WORDING)


class UnreadableError(Exception):
    """A file that came to no verdict at all: the disk, a contract, an encoding nobody knows. Says why, quotes nothing."""


@dataclass(frozen=True)
class Delivery:
    """A delivery that has been read: its file, its name (None = ``FILNAVN``), content hash, lake key and verdict."""

    file: InboxFile
    name: DeliveryName | None
    sha256: str
    key: str
    verdict: dict[str, Any]

    @property
    def accepted(self) -> bool:
        """Whether it may be used."""
        return bool(self.verdict["status"] == "accepted")

    def candidate(self) -> Candidate | None:
        """The delivery as R1 sees it, None for one whose name says nothing."""
        if self.name is None:
            return None
        name = self.name
        return Candidate(Kvartal.parse(name.kvartal), name.komnr, name.system, name.received, self.accepted, self.key)


class Inbox:
    """The inbox seen through the verdicts in the lake."""

    def __init__(self, lake: Lake, systems: Iterable[SystemRow]) -> None:
        """``systems`` are the rows of systems.csv: who may deliver what, when."""
        self.lake = lake
        self.systems = tuple(systems)
        self._hashes = HashIndex(lake.root)
        self._listed: dict[str | None, list[tuple[InboxFile, DeliveryName | None]]] = {}

    def files(self, folder: str | None = None) -> list[tuple[InboxFile, DeliveryName | None]]:
        """Files of a quarter's folder (or all) with the name read, None where it has not the agreed form."""
        if folder not in self._listed:
            listed = list_inbox(self.lake.root, folder)
            self._listed[folder] = [(file, parse_name(file.folder, file.filename)) for file in listed]
        return self._listed[folder]

    def sender(self, name: DeliveryName) -> SystemRow | None:
        """The row of systems.csv a delivery comes under, None = UKENDT_AFSENDER."""
        kvartal = Kvartal.parse(name.kvartal)
        for row in self.systems:
            if (row.komnr, row.system, row.format) == (name.komnr, name.system, name.format) and row.in_force(kvartal):
                return row
        return None

    def known(self, file: InboxFile, name: DeliveryName | None) -> Delivery | None:
        """The delivery if it has been read before and is unchanged, without reading it now."""
        digest = self._hashes.known(file)
        return None if digest is None else self._known(file, name, digest)

    def read(self, file: InboxFile, name: DeliveryName | None) -> Delivery:
        """The delivery with its verdict, read now if it was not before; writes typed copy and receipt."""
        try:
            digest = self._digest(file)
            found = self._known(file, name, digest) or self._read(file, name, digest)
        except UnreadableError:
            raise
        except ContractError as fault:
            raise UnreadableError(str(fault)) from None
        self._write_receipt(found)
        return found

    def with_copy(self, delivery: Delivery) -> Delivery:
        """The accepted delivery with its typed copy as it was written: one that is gone or has changed is read again."""
        if self.lake.intact_copy(delivery.key, delivery.verdict):
            return delivery
        if self._digest(delivery.file) != delivery.sha256:
            raise UnreadableError("its content is another")
        try:
            return self._read(delivery.file, delivery.name, delivery.sha256)
        except ContractError as fault:
            raise UnreadableError(str(fault)) from None

    def pinned(self, folder: str, filename: str, digest: str) -> Delivery:
        """An accepted delivery by its name and SHA-256, read again only when its typed copy is gone.

        UnreadableError when the file is gone or another, or would no longer be accepted.
        """
        found = next((entry for entry in self.files(folder) if entry[0].filename == filename), None)
        if found is None:
            raise UnreadableError("it is gone")
        if self._digest(found[0]) != digest:
            raise UnreadableError("its content is another")
        delivery = self.read(*found)
        if not delivery.accepted:
            raise UnreadableError(f"it would be rejected today ({delivery.verdict['code']})")
        return self.with_copy(delivery)

    def _digest(self, file: InboxFile) -> str:
        try:
            return self._hashes.sha256(file)
        except OSError as fault:
            raise UnreadableError(type(fault).__name__) from None

    def save(self) -> None:
        """Remember the hashes of this session."""
        self._hashes.save()
        self.lake.hashes.save()

    def _verdict_of_name(self, name: DeliveryName | None) -> dict[str, Any] | None:
        """A rejection that needs no reading of the file."""
        if name is None:
            return _as_verdict(rejected(RejectionCode.FILNAVN))
        return _as_verdict(rejected(RejectionCode.UKENDT_AFSENDER)) if self.sender(name) is None else None

    def _key(self, name: DeliveryName, sender: SystemRow, digest: str) -> str:
        # An xml file states its quarter, so the same bytes in another quarter's folder are another case.
        quarter = name.kvartal if name.format == "xml" else ""
        version = layout_for(name.kvartal).version
        return fingerprint(digest, name.komnr, name.system, name.format, sender.encoding, quarter, version, _code())

    def key_of(self, folder: str, filename: str, digest: str) -> str | None:
        """Where the lake has what was read of a file with this name and content, None when no verdict can be there."""
        name = parse_name(folder, filename)
        sender = self.sender(name) if name else None
        return self._key(name, sender, digest) if name and sender else None

    def _known(self, file: InboxFile, name: DeliveryName | None, digest: str) -> Delivery | None:
        verdict = self._verdict_of_name(name)
        if verdict is not None:
            return Delivery(file, name, digest, fingerprint(digest, file.filename), verdict)
        sender = self.sender(name) if name else None
        if name is None or sender is None:
            return None
        key = self._key(name, sender, digest)
        verdict = self.lake.verdict(key)
        return None if verdict is None else Delivery(file, name, digest, key, verdict)

    def _read(self, file: InboxFile, name: DeliveryName | None, digest: str) -> Delivery:
        sender = self.sender(name) if name else None
        if name is None or sender is None:
            raise InternalError("a delivery without sender has its verdict by name")
        try:
            intake = read_delivery(file.path, name, sender.encoding)
        except ValueError:
            raise UnreadableError("its encoding in codelists/systems.csv is unknown") from None
        except (OSError, pl.exceptions.PolarsError) as fault:
            raise UnreadableError(type(fault).__name__) from None
        key = self._key(name, sender, digest)
        verdict = _as_verdict(intake)
        frame = None
        if intake.frame is not None:
            frame, verdict["dubletter"] = drop_dubletter(intake.frame)
            frame = frame.with_columns(pl.lit(name.system).alias("system"))
            verdict["rows"] = frame.height
            require(frame, "raw", f"{file.folder}/{name.filename}")
        self.lake.save_verdict(key, verdict, frame)
        return Delivery(file, name, digest, key, verdict)

    def _write_receipt(self, delivery: Delivery) -> None:
        """Write the receipt unless it stands already: reading again changes nothing, not even ``read_at``."""
        name, file = delivery.name, delivery.file
        path = self.lake.root.receipts / file.folder / f"{self._receipt_stem(delivery)}.json"
        if _stands(path, delivery):
            return
        intake = Intake(**{field: delivery.verdict[field] for field in _RECEIPT_FIELDS})
        content = receipt(
            intake,
            name_or_filename=name or safe_name(file.filename),
            kvartal=file.folder,
            sha256=delivery.sha256,
            read_at=datetime.now(DANISH_TIME),
            kommune_name=NAVN.get(name.komnr) if name else None,
        )
        write_bytes(path.with_suffix(".html"), receipt_html(content).encode(), ALL)
        write_json(path, content, ALL)

    def _receipt_stem(self, delivery: Delivery) -> str:
        """Name of the receipt without extension: the delivery's own, unless another file of the quarter has it.

        Of files that share a stem the first a known sender sends has the plain name, the others theirs with extension.
        A name that had to be masked, or is too long for a file beside it, carries the content's hash.
        """
        file = delivery.file
        safe = safe_name(file.filename)
        stem, plain = file.filename.rpartition(".")[0], safe.rpartition(".")[0] or safe
        sharing = [(other, name) for other, name in self.files(file.folder) if other.filename.startswith(f"{stem}.")]
        if stem and len(sharing) > 1:
            known = [other for other, name in sharing if name is not None and self.sender(name) is not None]
            plain = plain if known[:1] == [file] else safe
        if safe != file.filename or len(plain.encode()) > _LONGEST_STEM:
            return f"{plain[:100]}_{delivery.sha256[:8]}".replace("*", "x")
        return plain


#: Bytes a receipt's name may have before it is cut: file systems allow 255 with extension.
_LONGEST_STEM = 200
_RECEIPT_FIELDS = ("status", "code", "detail", "records", "bad_records", "findings", "finding_counts", "bad_by_code")


def _stands(path: Path, delivery: Delivery) -> bool:
    """Whether a receipt says what became of the delivery; a torn one does not, and must not keep anybody waiting."""
    try:
        known = read_json(path)
        said = known and (known["sha256"], known["status"], known["code"])
    except (ValueError, TypeError, KeyError):
        return False
    return bool(said == (delivery.sha256, delivery.verdict["status"], delivery.verdict["code"]))


def _as_verdict(intake: Intake) -> dict[str, Any]:
    return {**{field: getattr(intake, field) for field in _RECEIPT_FIELDS}, "rows": 0, "dubletter": 0}


def leverancer_frame(deliveries: Sequence[Delivery]) -> pl.DataFrame:
    """One row per delivery of a quarter (``LEVERANCER_SCHEMA``): what it was and what became of it."""
    rows = [
        (
            delivery.file.folder,
            safe_name(delivery.file.filename),
            delivery.name.komnr if delivery.name else None,
            safe_name(delivery.name.system) if delivery.name else None,
            delivery.verdict["status"],
            delivery.verdict["code"],
            delivery.verdict["records"],
            delivery.verdict["bad_records"],
            delivery.sha256,
        )
        for delivery in deliveries
    ]
    return pl.DataFrame(rows, schema=LEVERANCER_SCHEMA, orient="row")

"""Receipts: what became of a delivery, for the kommune, beside what else the program knows when it is written."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.codes import Remark
from hjalp_pipeline.delivery.names import DeliveryName, safe_name
from hjalp_pipeline.delivery.receipt import Situation, receipt, receipt_html
from hjalp_pipeline.delivery.remarks import is_far_fewer
from hjalp_pipeline.production.inbox.delivered import Delivery, intake_of
from hjalp_pipeline.production.release.publication_list import read_publication
from hjalp_pipeline.publishing.publication import default_settings
from hjalp_pipeline.storage.codelists import InputError, read_extensions
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.files import ALL, read_json, write_bytes
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.sealed import SEAL, read_sealed, write_sealed
from hjalp_pipeline.typed import Faults, Written, from_json

#: Bytes a receipt's name may have before it is cut, to so many characters: file systems allow 255 bytes with extension.
_LONGEST_STEM, _CUT = 200, 100
#: Key of a receipt with the SHA-256 of its page.
_PAGE = "page_sha256"
_UNTOLD = ""


@dataclass(frozen=True, slots=True)
class StandingReceipt:
    """What is asked of a receipt that was written before. ``in_force`` is ``_UNTOLD`` in those up to version 0.3.1."""

    status: str
    code: str | None
    sha256: str
    read_at: Annotated[datetime, Written(str, datetime.fromisoformat, datetime.isoformat)]
    system: str | None = None
    received: str | None = None
    in_force: str | None = _UNTOLD


def write_receipt(root: DataRoot, delivery: Delivery, of_sender: Sequence[Delivery], *, plain_name: bool) -> None:
    """Write a receipt unless it stands already and is still true: reading again changes nothing, ``read_at`` never.

    ``of_sender``: what is known of the same sender's deliveries; ``plain_name``: the receipt has the file's name without
    extension. A name that had to be masked, or is too long for a file beside it, carries the content's hash.
    """
    path = root.receipts / delivery.file.folder / f"{_stem(delivery, plain=plain_name)}.json"
    stands, in_force = _standing(path, delivery), _in_force(delivery, of_sender)
    if stands is not None and stands.in_force in (in_force, _UNTOLD):
        return
    verdict = delivery.verdict
    intake = intake_of(verdict)
    before = _before(delivery, of_sender)
    if before is not None and delivery.accepted and is_far_fewer(verdict.records, before.verdict.records):
        intake.remarks = {**intake.remarks, Remark.FEWER: before.verdict.records - verdict.records}
    read_at = stands.read_at if stands else datetime.now(DANISH_TIME)
    # a day of grace: clocks differ, and what is named for tonight harms nobody
    if delivery.accepted and delivery.name and delivery.name.received.date() > read_at.date() + timedelta(days=1):
        intake.remarks = {**intake.remarks, Remark.FUTURE_NAME: verdict.records}
    content = receipt(
        intake,
        name_or_filename=delivery.name or safe_name(delivery.file.filename),
        kvartal=delivery.file.folder,
        sha256=delivery.sha256,
        read_at=read_at,
        kommune_name=NAVN.get(delivery.name.komnr) if delivery.name else None,
        situation=Situation(in_force, _deadline(root, delivery.name), _contact(root)),
    )
    page = receipt_html(content, root.declared.layouts).encode()
    write_bytes(path.with_suffix(".html"), page, ALL)
    write_sealed(path, {**content, _PAGE: hashlib.sha256(page).hexdigest()}, ALL)


def _stem(delivery: Delivery, *, plain: bool) -> str:
    safe = safe_name(delivery.file.filename)
    stem = safe.rpartition(".")[0] or safe if plain else safe
    if safe != delivery.file.filename or len(stem.encode()) > _LONGEST_STEM:
        cut = stem[:_CUT].encode()[:_LONGEST_STEM].decode(errors="ignore")
        return f"{cut}_{delivery.sha256[:8]}".replace("*", "x")
    return stem


def _standing(path: Path, delivery: Delivery) -> StandingReceipt | None:
    """The receipt when it says what became of the delivery, as it was written; another one must not keep anybody waiting."""
    known = read_receipt(path)
    told = (known.sha256, known.status, known.code) if known else None
    return known if told == (delivery.sha256, delivery.verdict.status, delivery.verdict.code) else None


def read_receipt(path: Path) -> StandingReceipt | None:
    """A receipt (``path``: its JSON); None when there is none, it is not as it was written, or it has another form."""
    content = None if receipt_faults(path) else read_json(path)
    try:
        return None if content is None else from_json(StandingReceipt, content)
    except Faults:
        return None


def receipt_faults(path: Path) -> list[Path]:
    """Which of a receipt's two files (``path``: the JSON) are not as they were written; [] also when nothing says how."""
    page = path.with_suffix(".html")
    try:
        content = read_sealed(path)
        if content is None:
            return [] if _from_before(path) else [path]
        return [] if sha256(page) == content[_PAGE] else [page]
    except OSError:
        return [page if path.is_file() else path]


def _from_before(path: Path) -> bool:
    """Whether there is no receipt, or one of a version before 0.4.0, which kept no hashes."""
    try:
        content = read_json(path)
    except (ValueError, RecursionError):
        return False
    return content is None or (isinstance(content, dict) and content.keys().isdisjoint((_PAGE, SEAL)))


def _when(delivery: Delivery) -> tuple[str, datetime]:
    return (delivery.name.kvartal, delivery.name.received) if delivery.name else ("", datetime.min)  # noqa: DTZ901


def _before(delivery: Delivery, of_sender: Sequence[Delivery]) -> Delivery | None:
    """The sender's accepted delivery before this one, also of an earlier quarter."""
    earlier = [other for other in of_sender if other.accepted and _when(other) < _when(delivery)]
    return max(earlier, key=_when, default=None)


def _in_force(delivery: Delivery, of_sender: Sequence[Delivery]) -> str | None:
    """The name of the sender's delivery that is in force for the quarter now (R1), None when there is none."""
    accepted = [
        other for other in (*of_sender, delivery) if other.accepted and other.file.folder == delivery.file.folder
    ]
    newest = max(accepted, key=_when, default=None)
    return safe_name(newest.file.filename) if newest else None


def _deadline(root: DataRoot, name: DeliveryName | None) -> date | None:
    """The kommune's deadline for the quarter; None when it cannot be told."""
    if name is None:
        return None
    kvartal = Period.parse(name.kvartal)
    try:
        own = [row.new_deadline for row in read_extensions(root) if (row.komnr, row.period) == (name.komnr, kvartal)]
    except InputError:  # said aloud by the gate: no reason to keep a kommune without receipt
        return None
    return own[-1] if own else kvartal.deadline


def _contact(root: DataRoot) -> str:
    try:
        return {**default_settings(), **read_publication(root)}["contact"].da
    except InputError:
        return default_settings()["contact"].da

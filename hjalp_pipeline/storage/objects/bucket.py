"""The objects below one prefix: whole or not at all, and conditional where two might write. The only module that knows obstore."""

import contextlib
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.storage.objects.bucket_address import Address
from hjalp_pipeline.storage.root import DataRootError

with contextlib.suppress(ModuleNotFoundError):  # the extra s3; `Bucket.at` says that it is wanting
    import obstore
    from obstore.exceptions import (
        AlreadyExistsError,
        BaseError,
        PermissionDeniedError,
        PreconditionError,
        UnauthenticatedError,
    )

if TYPE_CHECKING:
    from obstore.store import ObjectStore

#: What belongs to the program; every other object below the prefix was put there by somebody.
OWN = ".hjalp"
_BATCH = 500
_REFUSED = (
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "AccessDenied",
    "ExpiredToken",
    "InvalidToken",
    "403 Forbidden",
    "401 Unauthorized",
)


class ObjectsError(DataRootError):
    """The bucket cannot be used as it is, or did not do what was asked; says what."""


class GoneError(ObjectsError):
    """An object that was there, and has been removed since."""


class TakenError(Exception):
    """A conditional put that somebody else was before."""


@dataclass(frozen=True, slots=True)
class Found:
    """An object as it is listed: its key below the prefix, size in bytes, mark of its content, when it was put."""

    key: str
    size: int
    etag: str
    put_at: datetime

    @property
    def mark(self) -> str:
        """What tells this object from another one of the same key, also one of the same bytes that was put later."""
        return f"{self.etag} {int(self.put_at.timestamp())}"


class Bucket:
    """Objects of one data root by their key below its prefix."""

    def __init__(self, store: "ObjectStore", name: str) -> None:
        """``name``: how it is called in messages."""
        self.store, self.name = store, name

    @classmethod
    def at(cls, address: Address) -> "Bucket":
        """The bucket of an address; region and credentials by the ``AWS_*`` variables. Nothing is asked of it yet."""
        if find_spec("obstore") is None:
            raise ObjectsError("a data root in a bucket needs the extra s3: `uv sync --extra s3`")
        from obstore.store import S3Store  # noqa: PLC0415 (a test brings a store of its own)

        plain = (address.endpoint or "").startswith("http://")
        given: dict[str, Any] = {"endpoint": address.endpoint} if address.endpoint else {}
        if address.prefix:
            given["prefix"] = address.prefix
        with _told(str(address)):
            store = S3Store(
                address.bucket,
                client_options={
                    "connect_timeout": timedelta(seconds=5),
                    "timeout": timedelta(seconds=300),
                    "allow_http": plain,
                },
                retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=30)},
                **given,
            )
        return cls(store, str(address))

    def get(self, key: str) -> tuple[bytes, Found] | None:
        """An object with what is told of it; None when there is none."""
        with _told(self.name):
            try:
                got = obstore.get(self.store, key)
                return bytes(got.bytes()), _found(got.meta)
            except FileNotFoundError as fault:
                if "NoSuchBucket" in str(fault):
                    raise
                return None

    def fetch(self, key: str, target: Path) -> str:
        """Write an object to a file, in pieces; returns its SHA-256. GoneError when there is none."""
        digest = hashlib.sha256()
        with _told(self.name):
            try:
                got = obstore.get(self.store, key)
            except FileNotFoundError:
                raise GoneError(f"{self.name}: {shown(key)} is gone") from None
            with target.open("wb") as file:
                for piece in got.stream():
                    digest.update(piece)
                    file.write(piece)
        return digest.hexdigest()

    def put(self, key: str, content: bytes | Path) -> None:
        """Put an object whose key nobody else uses; a large file in parts, there when the last one is."""
        with _told(self.name):
            obstore.put(self.store, key, content)

    def put_first(self, key: str, content: bytes) -> str:
        """Put an object where there is none; its mark. TakenError when there is one."""
        with _told(self.name):
            try:
                return _etag(obstore.put(self.store, key, content, mode="create", use_multipart=False)["e_tag"])
            except (AlreadyExistsError, PreconditionError):
                raise TakenError from None

    def put_over(self, key: str, content: bytes, etag: str) -> str:
        """Replace an object that still has this mark; its new one. TakenError when it is another by now."""
        with _told(self.name):
            try:
                put = obstore.put(self.store, key, content, mode={"e_tag": etag}, use_multipart=False)
                return _etag(put["e_tag"])
            except (PreconditionError, AlreadyExistsError, FileNotFoundError) as fault:
                if "NoSuchBucket" in str(fault):
                    raise
                raise TakenError from None

    def listed(self, below: str) -> Iterator[Found]:
        """Every object below a key."""
        with _told(self.name):
            for batch in obstore.list(self.store, below):
                yield from map(_found, batch)

    def handed_in(self) -> Iterator[Found]:
        """Every object that is not the program's own."""
        with _told(self.name):
            top = obstore.list_with_delimiter(self.store)
            yield from map(_found, top["objects"])
        for folder in top["common_prefixes"]:
            if folder != OWN:
                yield from self.listed(folder)

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects; one that is not there is no fault."""
        wanted = list(keys)
        for start in range(0, len(wanted), _BATCH):
            with _told(self.name), contextlib.suppress(FileNotFoundError):
                obstore.delete(self.store, wanted[start : start + _BATCH])


def _found(meta: Any) -> Found:
    return Found(meta["path"], meta["size"], _etag(meta["e_tag"]), meta["last_modified"])


def _etag(mark: str | None) -> str:
    if not mark:
        raise ObjectsError("the object storage tells no ETag: it cannot be written to by two")
    return mark


@contextlib.contextmanager
def _told(name: str) -> Iterator[None]:
    """What the store says, in one sentence without what it quotes."""
    try:
        yield
    except (PermissionDeniedError, UnauthenticatedError):
        raise ObjectsError(_refused(name)) from None
    except (BaseError, FileNotFoundError) as fault:
        said = str(fault)
        if "NoSuchBucket" in said:
            raise ObjectsError(f"{name}: there is no such bucket") from None
        if any(word in said for word in _REFUSED):
            raise ObjectsError(_refused(name)) from None
        raise ObjectsError(f"{name} does not answer as object storage does: {_short(said)}") from None


def shown(key: str) -> str:
    """A key as it may stand in a message: people name files, by a CPR number too."""
    return "/".join(map(safe_name, key.split("/")))


def _refused(name: str) -> str:
    return f"{name} refuses the credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), or what they may do there"


def _short(said: str) -> str:
    """Never the body of an answer: some quote the session token in it. Nor a key as it is."""
    first = " ".join(re.split(r"\n|<", said, maxsplit=1)[0].split())
    tail = first.rpartition(" - ")[2] or first
    return shown(tail)[:160]

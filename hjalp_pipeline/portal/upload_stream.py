"""Taking in an uploaded file: streamed to a private temporary file, hashed on the way, flushed, and renamed once.

The fields of the form come before the file, so that who may not send is refused before anything is written. The name the
browser tells is never looked at.
"""

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from hjalp_pipeline.storage.files import replacing, sync

#: Bytes a file may have, and fields beside it.
LONGEST_FILE, LONGEST_FIELD = 1 << 30, 4096
#: Bytes of a request beside those of the file, and fields it may have.
_AROUND, _MOST_FIELDS = 64 << 10, 20
#: Bytes that are gathered before they are written.
_BLOCK = 1 << 20
TOO_LONG, UNREADABLE = "Filen er større end 1 GiB.", "Formularen kan ikke læses."


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken in: its id, which is its name, what is in it, and the fields of the form."""

    id: str
    sha256: str
    size: int
    fields: dict[str, str]


@dataclass
class _Parts:
    """What the parser has told and is not handled yet."""

    fields: dict[str, str] = field(default_factory=dict)
    name: str = ""
    is_file: bool = False
    header: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    gathered: bytearray = field(default_factory=bytearray)
    files: int = 0

    def callbacks(self) -> dict[str, Callable[..., Any]]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self.name, self.is_file = "", False
        self.value.clear()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        _append(self.header, data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        _append(self.value, data[start:end])

    def _header_end(self) -> None:
        if bytes(self.header).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self.value))
            self.name = options.get(b"name", b"").decode("ascii", "replace")
            self.is_file = self.name == "fil"
            self.files += self.is_file
        self.header.clear()
        self.value.clear()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self.is_file:
            self.gathered += data[start:end]
            return
        _append(self.value, data[start:end])

    def _end(self) -> None:
        if self.is_file:
            return
        self.fields[self.name] = self.value.decode("utf-8", "replace")
        if len(self.fields) > _MOST_FIELDS:
            raise HTTPException(400, UNREADABLE)


def _append(text: bytearray, more: bytes) -> None:
    """Text of a field or header, which is never long."""
    text += more
    if len(text) > LONGEST_FIELD:
        raise HTTPException(400, UNREADABLE)


def _parser(request: Request, parts: _Parts) -> MultipartParser:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise HTTPException(400, UNREADABLE)
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > LONGEST_FILE + _AROUND:
        raise HTTPException(413, TOO_LONG)
    try:
        return MultipartParser(options[b"boundary"], parts.callbacks())  # type: ignore[arg-type]  # its callbacks are a TypedDict
    except FormParserError:  # a boundary that is too long
        raise HTTPException(400, UNREADABLE) from None


async def take_in(request: Request, folder: Path, admit: Callable[[dict[str, str]], None]) -> Taken:
    """The file of a form, whole in ``folder`` under an id of ours, or not at all (413 for one that is too long).

    ``admit``: raises HTTPException when the fields before the file do not allow it; nothing is written then.
    """
    parts = _Parts()
    parser = _parser(request, parts)
    digest, size, around, name = hashlib.sha256(), 0, 0, uuid4().hex
    admitted = False
    with replacing(folder / name) as temporary, temporary.open("wb") as file:

        def write() -> None:
            digest.update(parts.gathered)
            file.write(parts.gathered)
            parts.gathered.clear()

        async for chunk in request.stream():
            try:
                parser.write(chunk)
            except FormParserError:
                raise HTTPException(400, UNREADABLE) from None
            if parts.files and not admitted:
                await run_in_threadpool(admit, parts.fields)
                admitted = True
            if parts.files > 1:
                raise HTTPException(400, "Send én fil ad gangen.")
            size += len(chunk)
            around += 0 if parts.files else len(chunk)  # nothing but small fields stands before the file
            if around > _AROUND:
                raise HTTPException(400, UNREADABLE)
            if size > LONGEST_FILE + _AROUND:
                raise HTTPException(413, TOO_LONG)
            if len(parts.gathered) >= _BLOCK:
                await run_in_threadpool(write)
        if not admitted:
            raise HTTPException(400, "Der er ingen fil i formularen.")
        if parser.state != _ENDED:  # the connection was cut: what came is no file
            raise HTTPException(400, "Overførslen blev afbrudt. Send filen igen.")
        await run_in_threadpool(write)
        file.flush()
        written = file.tell()
        if written > LONGEST_FILE:
            raise HTTPException(413, TOO_LONG)
        await run_in_threadpool(sync, temporary)  # the long part of it, where it holds up nobody
    return Taken(name, digest.hexdigest(), written, parts.fields)


async def read_away(request: Request) -> None:
    """Read what a browser still sends: it shows no answer that comes before it has sent all."""
    size = 0
    with contextlib.suppress(ClientDisconnect, RuntimeError):  # it has gone, or everything was read
        async for chunk in request.stream():
            size += len(chunk)
            if size > LONGEST_FILE:
                return


def _ended() -> Any:
    from python_multipart.multipart import MultipartState  # noqa: PLC0415 (a private-looking name, in one place)

    return MultipartState.END


_ENDED = _ended()

"""The zip of a workbook: its parts by name, and how much they unpack to.

The sizes in a zip's headers may lie, so every member is decompressed once, piece by piece, counted and thrown away before
anything is read. Nothing is unpacked to disk: a name that looks like a path is only a name.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from errno import EINVAL
from typing import BinaryIO
from urllib.parse import unquote

from hjalp_pipeline.delivery.workbook.workbook_error import WorkbookError, damaged

MAX_UNPACKED = 1 << 30
"""Bytes all members together may unpack to (interfaces.md: 1 GiB)."""

MAX_MEMBERS = 10_000

MAX_TAGS = 100_000_000
"""Most ``<`` a workbook may hold: a full sheet of eleven columns has 70 million. Bounds the time of reading to minutes."""

_PIECE = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s2xH18xHH")
_ENCRYPTED = 0x41  # 0x1 encrypted, 0x40 strongly encrypted
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def part_name(name: str) -> str:
    """A part's name as it is compared: without regard to case, leading slash or the direction of slashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def target_name(base: str, target: str) -> str:
    """The name of the part a relationship of ``base`` points at; ``..`` goes up as far as the root."""
    steps: list[str] = [] if target.startswith(("/", "\\")) else part_name(base).split("/")[:-1]
    for step in part_name(unquote(target)).split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


class Package:
    """A workbook's zip, open for reading; raises WorkbookError unless it can be unpacked safely and whole."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the directory, and every member once."""
        self.file = file
        if file.read(len(_OLE)) == _OLE:
            raise WorkbookError("Filen er beskyttet med adgangskode eller er et regneark af den gamle type xls.")
        try:
            with zipfile.ZipFile(file) as archive:
                members = [member for member in archive.infolist() if not member.is_dir()]
        except Exception as fault:  # zipfile lets pass what seek, struct and the codecs say to a broken directory
            if isinstance(fault, OSError) and fault.errno != EINVAL:  # the disk is no fault of the file
                raise
            raise WorkbookError("Filen kan ikke pakkes ud som xlsx.") from None
        self._members = {part_name(member.filename): member for member in members}
        if len(members) > MAX_MEMBERS or len(self._members) != len(members):
            raise WorkbookError("Filen har to dele med samme navn eller alt for mange dele.")
        unpacked = tags = 0
        for name in self._members:
            for piece in self.pieces(name):
                unpacked += len(piece)
                tags += piece.count(b"<")
                if unpacked > MAX_UNPACKED:
                    raise WorkbookError("Filen fylder mere end 1 GiB udpakket.")
                if tags > MAX_TAGS:
                    raise WorkbookError("Arkene har langt flere celler, end et ark med poster kan have.")

    def __contains__(self, name: str) -> bool:
        """Whether there is such a part."""
        return part_name(name) in self._members

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part decompressed to the end of its stream, whatever size the headers claim; WorkbookError when it is broken."""
        member = self._members.get(part_name(name))
        if member is None:
            raise WorkbookError("Filen mangler en del, som et regneark skal have.")
        check = 0
        try:
            for piece in self._stream(member):
                check = zlib.crc32(piece, check)
                yield piece
        except (zlib.error, struct.error, OverflowError, ValueError):
            raise damaged() from None
        if check != member.CRC:
            raise damaged()

    def _stream(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        if member.header_offset < 0:
            raise damaged()
        self.file.seek(member.header_offset)
        magic, flags, name_length, extra_length = _LOCAL_HEADER.unpack(self.file.read(_LOCAL_HEADER.size))
        if (flags | member.flag_bits) & _ENCRYPTED:
            raise WorkbookError("Filen er beskyttet med adgangskode.")
        # the directory and the header before the data name the same member, or two programs read two files
        if magic != b"PK\x03\x04" or self.file.read(name_length) != _raw_name(member):
            raise damaged()
        self.file.seek(extra_length, 1)
        if member.compress_type == zipfile.ZIP_STORED:
            yield from self._stored(max(member.compress_size, member.file_size))
        elif member.compress_type == zipfile.ZIP_DEFLATED:
            yield from self._deflated()
        else:
            raise WorkbookError("Filen er pakket på en måde, som ikke bruges i xlsx.")

    def _stored(self, left: int) -> Iterator[bytes]:
        at = self.file.tell()
        while left > 0:
            self.file.seek(at)
            piece = self.file.read(min(_PIECE, left))
            if not piece:
                raise damaged()
            at, left = at + len(piece), left - len(piece)
            yield piece

    def _deflated(self) -> Iterator[bytes]:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        at = self.file.tell()
        while not inflate.eof:
            raw = inflate.unconsumed_tail
            if not raw:
                self.file.seek(at)
                raw = self.file.read(_PIECE)
                at += len(raw)
            piece = inflate.decompress(raw, _PIECE)
            if not raw and not piece:
                raise damaged()
            yield piece


def _raw_name(member: zipfile.ZipInfo) -> bytes:
    """The name's bytes as they stand in the zip (0x800: UTF-8)."""
    return member.orig_filename.encode("utf-8" if member.flag_bits & 0x800 else "cp437")

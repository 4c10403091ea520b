"""Look into a workbook's zip before anything unpacks it: its real size, and cells that would exhaust memory.

The sizes in a zip's headers may lie, so every member is decompressed and counted, piece by piece, and thrown away.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from hjalp_pipeline.delivery.codes import Rejected, RejectionCode

MAX_UNPACKED = 1 << 30
"""Bytes all members together may unpack to (interfaces.md: 1 GiB)."""

MAX_MEMBERS = 10_000
_PIECE = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_OVERLAP = 512  # longer than any start tag of a cell

# A sheet is held as a full rectangle: one cell far out costs as much memory as all cells up to it. So: no filled cell
# beyond column Z, none beyond the million rows of the format. [^<>] and not [^>] keeps the search linear on hostile
# input.
_ROWS = rb"(?:[0-9]{8,}|[2-9][0-9]{6}|1[1-9][0-9]{5}|10[5-9][0-9]{4})"
_FAR_CELL = re.compile(
    rb'<(?:\w+:)?c\s(?:[^<>]*\s)?r="(?:[A-Z]{2,}[0-9]|[A-Z]+' + _ROWS + rb'")[^<>]*[^/<>]>|'
    rb'<(?:\w+:)?row\s(?:[^<>]*\s)?r="' + _ROWS + rb'"'
)
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\s(?=[^<>]*\bt="e")[^<>]*\br="([A-Z])([0-9]{1,7})"')


def _bad(detail: str) -> Rejected:
    return Rejected(RejectionCode.XLSX_UGYLDIG, detail)


def _pieces(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member decompressed to the end of its stream, whatever size the headers claim."""
    file.seek(member.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size:
        raise _bad("Filen er beskadiget.")
    magic, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    if magic != b"PK\x03\x04" or member.flag_bits & 0x41:  # 0x1 encrypted, 0x40 strongly encrypted
        raise _bad("Filen er beskadiget eller beskyttet med adgangskode.")
    file.seek(name_length + extra_length, 1)
    if member.compress_type == zipfile.ZIP_STORED:
        left = max(member.compress_size, member.file_size)
        while left > 0 and (raw := file.read(min(_PIECE, left))):
            left -= len(raw)
            yield raw
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise _bad("Filen er pakket på en måde, som ikke bruges i xlsx.")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while not inflate.eof:
        raw = inflate.unconsumed_tail or file.read(_PIECE)
        piece = inflate.decompress(raw, _PIECE)
        if not raw and not piece:
            raise _bad("Filen er beskadiget.")
        yield piece


def check_zip(file: BinaryIO) -> dict[str, set[tuple[int, int]]]:
    """Raise ``Rejected`` (XLSX_UGYLDIG) unless ``file`` is a workbook that can be unpacked safely.

    Returns per member the cells (row, column; both from 0) that hold an error such as #N/A: the reader of workbooks
    gives them as empty.
    """
    errors: dict[str, set[tuple[int, int]]] = {}
    total = 0
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
        if "xl/workbook.xml" not in {member.filename for member in members} or len(members) > MAX_MEMBERS:
            raise _bad("Filen er ikke et regneark af typen xlsx.")
        for member in members:
            is_sheet = member.filename.startswith("xl/worksheets/")
            tail = b""
            for piece in _pieces(file, member):
                total += len(piece)
                if total > MAX_UNPACKED:
                    raise _bad("Filen fylder mere end 1 GiB udpakket.")
                if is_sheet:
                    window = tail + piece
                    if _FAR_CELL.search(window):
                        raise _bad("Arket har celler langt uden for kolonnerne.")
                    if b't="e"' in window:
                        found = errors.setdefault(member.filename, set())
                        found.update((int(m[2]) - 1, m[1][0] - ord("A")) for m in _ERROR_CELL.finditer(window))
                    tail = window[-_OVERLAP:]
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OverflowError):
        raise _bad("Filen kan ikke pakkes ud som xlsx.") from None
    return errors

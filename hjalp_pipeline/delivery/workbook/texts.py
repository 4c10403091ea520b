"""Texts of a workbook: escapes undone, and what no text may hold marked."""

import re

from hjalp_pipeline.delivery.workbook.workbook_error import WorkbookError

ODD = "\x01"
"""Stands for a cell that holds something, but no text and no whole number: an error, a truth value, a formula without result."""

DAY = "\x02"
"""Stands before the date of a date cell."""

MAX_TEXT = 1 << 20
"""Characters of one text; a spreadsheet itself stops at 32,767."""

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _unescaped(text: str) -> str:
    raw = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def cell_text(text: str) -> str:
    """The text of a cell or shared string; ``ODD`` for one with a control character. WorkbookError for one without end."""
    if len(text) > MAX_TEXT:
        raise WorkbookError("En celle i arket har en tekst, der er for lang.")
    if "_x" in text:
        text = _unescaped(text)
    return ODD if _CONTROL.search(text) else text

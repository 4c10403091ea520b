"""What a cell holds, as a text (ECMA-376 part 1, 18.3.1.4).

A text is itself; a whole number that a spreadsheet holds exactly is its digits; a number shown as a day is ``DAY`` and the
date; anything else is ``ODD``. None is a cell that is empty in the file.
"""

import re
from datetime import date, timedelta

from hjalp_pipeline.delivery.workbook.texts import DAY, ODD, cell_text
from hjalp_pipeline.delivery.workbook.workbook_error import damaged
from hjalp_pipeline.delivery.workbook.xml import whole_number

MAX_EXACT = 10**15
"""A spreadsheet keeps fifteen digits of a number: from here on some may be lost."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ISO_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:00)?)?")
_DAY_MS = 86_400_000
_LAST_SERIAL = 2_958_465  # 31 December 9999
_NO_DAY = 60  # 29 February 1900, which a spreadsheet believes in
_MOST_DAYS = 1 << 20


def number_text(raw: str) -> str:
    """A number cell as its digits, ``ODD`` when it is not whole or may have lost digits."""
    if raw.isdecimal() and raw.isascii() and len(raw) <= 15 and (raw[0] != "0" or len(raw) == 1):
        return raw
    if not _NUMBER.fullmatch(raw):
        return ODD
    value = float(raw)
    return str(int(value)) if abs(value) < MAX_EXACT and value.is_integer() else ODD


def day_text(raw: str, *, from_1904: bool) -> str:
    """A number shown as a date: ``DAY`` and the date, ``ODD`` when it has a time of day or no calendar has the day."""
    if not _NUMBER.fullmatch(raw):
        return ODD
    value = float(raw)
    if not 0 <= value <= _LAST_SERIAL:
        return ODD
    days, rest = divmod(round(value * _DAY_MS), _DAY_MS)
    if rest or (not from_1904 and days in (0, _NO_DAY)):
        return ODD
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 31 if days < _NO_DAY else 30)
    try:
        return DAY + (first + timedelta(days)).isoformat()
    except OverflowError:
        return ODD


class _Styles(dict[str, bool]):
    """Whether a cell style, as it is written (``1``, ``01``, none at all is the first), shows a number as a date."""

    def __init__(self, dates: frozenset[int]) -> None:
        super().__init__()
        self._dates = dates

    def __missing__(self, style: str) -> bool:
        number = whole_number(style or "0")
        if number is None:
            raise damaged()
        shows = number in self._dates
        if len(self) < _MOST_DAYS:
            self[style] = shows
        return shows


class Values:
    """Reads cells: ``strings`` are the shared texts, ``dates`` the numbers of the styles that show a number as a date."""

    def __init__(self, strings: list[str], dates: frozenset[int], *, from_1904: bool) -> None:
        """Nothing is read yet."""
        self._strings, self._dates, self._from_1904 = strings, _Styles(dates), from_1904
        self._days: dict[str, str] = {}

    def shared(self, raw: str) -> str | None:
        """The shared text of a number; WorkbookError when there is none such."""
        if not raw.isdecimal() or int(raw) >= len(self._strings):
            raise damaged()
        return self._strings[int(raw)] or None

    def read(self, kind: str, style: str, raw: str, *, formula: bool = False, has_value: bool = True) -> str | None:
        """A cell by its attributes t and s and its text; ``formula``: it has one, ``has_value``: its value stands there, if empty."""
        if kind == "e":
            return ODD
        if kind in ("str", "inlineStr"):
            return (cell_text(raw) or None) if raw else (ODD if formula and not has_value else None)
        raw = raw.strip()
        if not raw:
            return ODD if formula else None
        match kind:
            case "s":
                return self.shared(raw)
            case "b":
                return ODD
            case "d":
                found = _ISO_DAY.fullmatch(raw)
                return DAY + found[1] if found else ODD
            case "n" if self._dates[style]:
                return self._day(raw)
            case "n":
                return number_text(raw)
        raise damaged()

    def _day(self, raw: str) -> str:
        """Days repeat, so each is worked out once."""
        day = self._days.get(raw)
        if day is None:
            day = day_text(raw, from_1904=self._from_1904)
            if len(self._days) < _MOST_DAYS:
                self._days[raw] = day
        return day

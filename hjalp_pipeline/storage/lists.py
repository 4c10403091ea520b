"""Reading a list that people maintain: ``;``, UTF-8, a header, one record a line.

Everything that is wrong with a list is one InputError that names the file and, for each fault, the line and the rule.
"""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TypeVar

from hjalp_pipeline.codelists.kommuner import NAVN

T = TypeVar("T")
V = TypeVar("V")
#: Faults of one list that are told; the rest are counted.
_TOLD = 20
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class InputError(Exception):
    """Input that cannot be used: a code list, a register extract or a release definition. Names file, line and rule."""


def read_list(
    path: Path,
    columns: tuple[str, ...],
    convert: Callable[[dict[str, str]], T],
    clash: Callable[[T, T], str | None] | None = None,
    *,
    more: bool = False,
) -> list[T]:
    """Rows of a maintained list as ``convert`` makes them (ValueError = a faulty line); empty lines are passed over.

    ``clash``: why a row cannot stand beside an earlier one, in words that the earlier one's line ends; ``more``: the list
    may have other columns too.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError(f"{name}: not UTF-8") from fault
    lines = _lines(name, text)
    _, header = next(lines, (1, []))
    header = [column.strip() for column in header]
    _check_header(name, header, columns, more=more)
    found: list[tuple[int, T]] = []
    faults = []
    for number, fields in lines:
        if not any(field.strip() for field in fields):  # ;;;;;; is how a spreadsheet writes an empty line
            continue
        try:
            if len(fields) != len(header):
                raise ValueError("wrong number of fields")
            row = dict(zip(header, (field.strip() for field in fields), strict=True))
            made = convert({column: row[column] for column in columns})
            clashes = ((clash(before, made), line) for line, before in found) if clash else ()
            for why, line in clashes:
                if why:
                    raise ValueError(f"{why} line {line}")
        except ValueError as fault:
            faults.append(f"line {number}: {fault}")
        else:
            found.append((number, made))
    if faults:
        rest = [f"and {len(faults) - _TOLD} more lines"] if len(faults) > _TOLD else []
        raise InputError(f"{name}, {'; '.join(faults[:_TOLD] + rest)}")
    return [made for _, made in found]


def _lines(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the line each begins on."""
    # Strict: a quote that is never closed would otherwise swallow the records after it without a word.
    reader = csv.reader(StringIO(text, newline=""), delimiter=";", strict=True)
    while True:
        number = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise InputError(f"{name}, line {number}: {fault}") from fault
        yield number, fields


def _check_header(name: str, header: list[str], columns: tuple[str, ...], *, more: bool) -> None:
    wanted = ";".join(columns)
    if not set(columns) <= set(header):
        raise InputError(f"{name}, line 1: the header must hold {wanted}")
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        raise InputError(f"{name}, line 1: the header holds {', '.join(twice)} twice")
    unknown = sorted({column for column in header if column} - set(columns))
    if unknown and not more:
        raise InputError(f"{name}, line 1: the header holds {', '.join(unknown)}, which is none of {wanted}")


def same_key(one: tuple[T, V], other: tuple[T, V]) -> str | None:
    """A clash of rows that are a key and what it stands for."""
    if one[0] != other[0]:
        return None
    key = " ".join(map(str, one[0])) if isinstance(one[0], tuple) else one[0]
    return f"{key} stands already in"


def kommune_code(code: str) -> str:
    """The code of one of the 98 kommuner, ValueError for any other text."""
    if code not in NAVN:
        raise ValueError(f"{code!r} is not one of the 98 kommuner")
    return code


def choice(value: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed values, ValueError for any other text."""
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    return value


def day(text: str) -> date:
    """A day as ``2024-01-31``, ValueError for any other text."""
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise ValueError(f"{text!r} is not a day of the form 2024-01-31") from None


def year(text: str) -> int:
    """A year as ``2024``, ValueError for any other text."""
    if not re.fullmatch("[0-9]{4}", text):
        raise ValueError(f"{text!r} is not a year of the form 2024")
    return int(text)


def whole_number(text: str) -> int:
    """A whole number of digits alone, ValueError for any other text."""
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)

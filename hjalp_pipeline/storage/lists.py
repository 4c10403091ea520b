"""Reading a list that people maintain: ``;``, UTF-8, a header, one record a line.

A list is a dataclass: its fields are the columns, their types say what may stand there and what it means. A line that begins
with ``#`` is a remark and is not read. Everything that is wrong with a list is one InputError that names the file and, for each
fault, the line and the rule.
"""

import csv
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cache, lru_cache
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.typed import Faults, Holds, Written, from_json

R = TypeVar("R")
T = TypeVar("T")
#: Faults of one list that are told; the rest are counted.
_TOLD = 20
_REMARK = "#"
#: Lists whose rows are remembered by their text.
_REMEMBERED = 32
#: What is wrong with a list in another encoding.
NOT_UTF8 = "not UTF-8"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class InputError(Exception):
    """Input that cannot be used: a code list, a register extract or a release definition. Names file, line and rule.

    ``faults``: everything that is wrong, a sentence each; ``lines``: the numbers of the lines at fault, where the others can be read.
    """

    def __init__(self, message: str, faults: Sequence[str] = (), lines: Sequence[int] = ()) -> None:
        """Without ``faults`` the message is the only one."""
        super().__init__(message)
        self.faults = tuple(faults) or (message,)
        self.lines = frozenset(lines)


def read_list(
    path: Path,
    kind: type[R],
    convert: Callable[[R], T],
    clash: Callable[[T, T], str | None] | None = None,
    *,
    more: bool = False,
    called: Mapping[str, str] | None = None,
    statistic: Statistic | None = None,
    without: Collection[int] = (),
) -> list[T]:
    """Rows of a maintained list of ``kind``, as ``convert`` makes them (ValueError = a faulty line); empty lines are passed over.

    ``clash``: why a row cannot stand beside an earlier one, in words that the earlier one's line ends; ``more``: the list
    may have other columns too; ``called``: columns that are not called as their fields; ``statistic``: whose list it is, where its
    columns hold the statistic's own periods or approvals; ``without``: lines that are passed over.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError(f"{name}: {NOT_UTF8}") from fault
    if without:
        text = "".join("\n" if at in without else line for at, line in enumerate(StringIO(text, newline=""), 1))
    renamed = tuple((called or {}).items())
    return list(_rows(name, text, kind, convert, clash, more, renamed, statistic))  # type: ignore[arg-type]  # a class can be hashed


@lru_cache(_REMEMBERED)
def _rows(  # noqa: PLR0917 (what the rows follow from: a command asks for the same list several times)
    name: str,
    text: str,
    kind: type[Any],
    convert: Callable[[Any], Any],
    clash: Callable[[Any, Any], str | None] | None,
    more: bool,
    called: tuple[tuple[str, str], ...],
    statistic: Statistic | None,
) -> tuple[Any, ...]:
    """The rows of a text as ``read_list`` gives them."""
    renamed = dict(called)
    columns = tuple(renamed.get(column, column) for column in columns_of(kind))
    names = [field.name for field in fields(kind)]
    lines = _lines(name, text)
    _, header = next(lines, (1, []))
    header = [column.strip() for column in header]
    _check_header(name, header, columns, more=more)
    found: list[tuple[int, Any]] = []
    faults, wrong = [], []
    for number, values in lines:
        if not any(value.strip() for value in values):  # ;;;;;; is how a spreadsheet writes an empty line
            continue
        try:
            if len(values) != len(header):
                raise ValueError("wrong number of fields")
            row = dict(zip(header, (value.strip() for value in values), strict=True))
            written = dict(zip(names, (row[column] for column in columns), strict=True))
            made = convert(from_json(kind, written, statistic))
            clashes = ((clash(before, made), line) for line, before in found) if clash else ()
            for why, line in clashes:
                if why:
                    raise ValueError(f"{why} line {line}")
        except ValueError as fault:
            faults.append(f"line {number}: {fault}")
            wrong.append(number)
        except Faults as fault:
            faults.append(f"line {number}: {', '.join(rule for _, rule in fault.faults)}")
            wrong.append(number)
        else:
            found.append((number, made))
    if faults:
        rest = [f"and {len(faults) - _TOLD} more lines"] if len(faults) > _TOLD else []
        raise InputError(f"{name}, {'; '.join(faults[:_TOLD] + rest)}", [f"{name}, {fault}" for fault in faults], wrong)
    return tuple(made for _, made in found)


def columns_of(kind: type) -> tuple[str, ...]:
    """The columns of a list: the fields of its type (``from_`` is the column ``from``)."""
    return tuple(field.name.removesuffix("_") for field in fields(kind))


def _lines(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the line each begins on, without remarks."""
    begins = True

    def lines() -> Iterator[str]:
        nonlocal begins
        for line in StringIO(text, newline=""):
            # What a remark says is nobody's quote to close; inside a quoted field a line is no remark.
            remark, begins = begins and line.startswith(_REMARK), False
            yield f"{_REMARK}\n" if remark else line

    # Strict: a quote that is never closed would otherwise swallow the records after it without a word.
    reader = csv.reader(lines(), delimiter=";", strict=True)
    while True:
        number, begins = reader.line_num + 1, True
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise InputError(f"{name}, line {number}: {fault}") from fault
        if not values or not values[0].startswith(_REMARK):  # a spreadsheet puts a remark in quotes
            yield number, values


def _check_header(name: str, header: list[str], columns: tuple[str, ...], *, more: bool) -> None:
    wanted = ";".join(columns)
    for sign in (",", "\t"):
        if len(header) == 1 < len(columns) and {*columns} <= {column.strip() for column in header[0].split(sign)}:
            raise InputError(f"{name}, line 1: the columns are parted by {sign!r}, they must be by ';'")
    if not set(columns) <= set(header):
        raise InputError(f"{name}, line 1: the header must hold {wanted}")
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        raise InputError(f"{name}, line 1: the header holds {', '.join(twice)} twice")
    unknown = sorted({column for column in header if column} - set(columns))
    if unknown and not more:
        raise InputError(f"{name}, line 1: the header holds {', '.join(unknown)}, which is none of {wanted}")


@cache
def unique(*names: str) -> Callable[[object, object], str | None]:
    """A clash of rows that have the same in these fields."""

    def clash(one: object, other: object) -> str | None:
        key = [getattr(other, name) for name in names]
        same = [getattr(one, name) for name in names] == key
        return f"{' '.join(map(str, key))} stands already in" if same else None

    return clash


def as_read(row: R) -> R:
    """A row as it is read."""
    return row


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


def _unless_empty(read: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda text: read(text) if text else None


def _period(text: str, known: ValidationInfo) -> Period:
    statistic: Statistic = known.context  # type: ignore[assignment]  # read_list tells whose list it is
    return statistic.period.parse(text)


def _period_or_none(text: str, known: ValidationInfo) -> Period | None:
    return _period(text, known) if text else None


def one_of(*allowed: str, empty: str = "") -> AfterValidator:
    """One of some words, in whatever letters it is written; an empty field means ``empty``."""
    return AfterValidator(lambda text: choice(text.lower() or empty, allowed))


#: What columns may hold: the code of one of the 98 kommuner, a day, a period of the kind the statistic is
#: delivered by, a year, a whole number.
Komnr = Annotated[str, AfterValidator(kommune_code), Holds("one of the 98 kommuner, three digits")]
Day = Annotated[date, Written(str, day, str), Holds("a day, 2024-01-31")]
DayOrNone = Annotated[date | None, Written(str, _unless_empty(day), str), Holds("a day, 2024-01-31", "still")]
OwnPeriod = Annotated[Period, BeforeValidator(_period), Holds("a {period}")]
OwnPeriodOrNone = Annotated[Period | None, BeforeValidator(_period_or_none), Holds("a {period}", "still")]
Year = Annotated[int, Written(str, year, str), Holds("a year, 2024")]
Number = Annotated[int, Written(str, whole_number, str), Holds("a whole number")]

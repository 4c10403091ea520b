"""A whole delivery becomes the records of a draft, and a draft a file, in a process of its own: however large it is, it costs the
pages neither memory nor time, and no record is in them in the clear.

Reads a task (JSON, one line) from its input. ``open``: writes a line for each record, sealed. ``write``: reads such lines, and
writes what came of them (JSON).
"""

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter  # type: ignore[import-untyped]

from hjalp_pipeline.delivery.intake import read_texts
from hjalp_pipeline.delivery.layouts.forms import TEXT_OF_PERSON
from hjalp_pipeline.delivery.layouts.layout import Layout
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.portal.check_child import opened
from hjalp_pipeline.portal.sealing import Seal, as_bytes
from hjalp_pipeline.portal.typed_records import BAD, GOOD, strange_to, with_own_kommune
from hjalp_pipeline.statistic import declared

END = "end"
_TEN, _NICE = 10, 5
Record = dict[str, str]


def sealed_records(task: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every record of a delivery, in order, as ``GOOD`` or ``BAD`` and the sealed record. A bad one is as it was delivered.

    ``task``: as ``checks.task_of`` names a delivery, and the file of the ``key``. OSError when the delivery is gone;
    Rejected when what was accepted once is not any more, as in another encoding: a part of it is no delivery.
    """
    key = Seal(Path(task["key"]).read_bytes())
    for mark, record in _records(task):
        yield mark, key.encrypt(as_bytes(record)).decode("ascii")


def _records(task: Mapping[str, str]) -> Iterator[tuple[str, Record]]:
    statistic = declared(task["statistic"])
    name = parse_name(task["period"], task["filename"], period=statistic.period)
    if name is None:
        return
    layout, first = statistic.layouts.of(name.kvartal), 1
    with opened(dict(task)) as file:
        for chunk, good, findings in read_texts(file, name, task["encoding"], layout):
            typed = dict(zip(good["post"], _as_text(good, layout, name.komnr), strict=True))
            bad = set(findings["record"])
            for place, row in enumerate(chunk.iter_rows(named=True), start=first):
                if place in bad:
                    yield BAD, {field: row[field] or "" for field in layout.names}
                else:
                    yield GOOD, typed[place]
            first += chunk.height


def _as_text(frame: pl.DataFrame, layout: Layout, komnr: str) -> Iterator[Record]:
    person, other = layout.person, TEXT_OF_PERSON.format(layout.person)
    for row in frame.iter_rows(named=True):
        number = row[person]
        text = str(number).zfill(_TEN) if number is not None else (row[other] or "")
        record = {name: "" if row.get(name) is None else str(row[name]) for name in layout.names}
        yield with_own_kommune(layout, komnr, {**record, person: text})


def written(task: Mapping[str, str], sealed: Iterable[str]) -> dict[str, Any]:
    """Write the file of a draft: how many records it has, or the first field that cannot be written as it is, with its place.

    ``task``: path, statistic, period, format, encoding, and the file of the ``key``. ValueError for a format that is not typed in.
    """
    key = Seal(Path(task["key"]).read_bytes())
    layout = declared(task["statistic"]).layouts.of(task["period"])
    records: Iterator[Record] = (json.loads(key.decrypt(one)) for one in sealed)
    writers = {"csv": _csv, "xlsx": _xlsx}
    if task["format"] not in writers:
        raise ValueError(f"{task['format']} is not typed in")
    try:
        return {"records": writers[task["format"]](Path(task["path"]), task["encoding"], layout, records)}
    except CannotBeWrittenError as fault:
        return {"place": fault.place, "field": fault.field, "why": fault.why}


class CannotBeWrittenError(Exception):
    """A field of a record that the file cannot hold as it is."""

    def __init__(self, place: int, field: str, why: str) -> None:
        """``place``: the record's, 1 is the first; ``field``: its label; ``why``: in Danish."""
        super().__init__(place)
        self.place, self.field, self.why = place, field, why


def _csv(path: Path, encoding: str, layout: Layout, records: Iterable[Record]) -> int:
    count = 0
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(layout.names)
        for count, record in enumerate(records, start=1):
            for field, why in strange_to(encoding, layout, record):
                raise CannotBeWrittenError(count, field, why)
            writer.writerow([record.get(name, "") for name in layout.names])
        file.write(f"SLUT;{count}\n")
    return count


def _xlsx(path: Path, _encoding: str, layout: Layout, records: Iterable[Record]) -> int:
    count, options = 0, dict.fromkeys(("strings_to_numbers", "strings_to_formulas", "strings_to_urls"), False)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, **options}) as book:
        book.set_properties({"created": datetime(2020, 1, 1)})  # noqa: DTZ001 (the library takes none with a zone)
        sheet = book.add_worksheet("indberetning")
        for column, name in enumerate(layout.names):
            sheet.write_string(0, column, name)
        for count, record in enumerate(records, start=1):
            for column, name in enumerate(layout.names):
                if sheet.write_string(count, column, record.get(name, "")) != 0:  # it says so and writes nothing
                    why = "Et ark kan ikke rumme flere poster eller så lang en tekst."
                    raise CannotBeWrittenError(count, layout.by_name[name].label, why)
    return count


def _main() -> None:
    os.nice(_NICE)
    task = json.loads(sys.stdin.readline())
    if task["goal"] == "open":
        for mark, token in sealed_records(task):
            sys.stdout.write(f"{mark} {token}\n")
        sys.stdout.write(f"{END}\n")
    else:
        json.dump(written(task, (line.strip() for line in sys.stdin)), sys.stdout)


if __name__ == "__main__":
    _main()

"""A version of the layout as a difference: what it adds, changes and drops against the version before it.

A row that changes a field tells the cells that change and leaves the others empty; ``none`` lifts a length.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from hjalp_pipeline.delivery.layouts.declared_rows import Row
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Declaration, Field, LayoutError

Fields = dict[str, Field]
_NO_LIMIT = "none"
_YES_NO = {"yes": True, "no": False}


def _length(text: str) -> int | None:
    return None if text == _NO_LIMIT else int(text)


#: Every column that says something of a field, and how it is read.
_CELLS: Mapping[str, Callable[[str], Any]] = {
    "form": Form,
    "max_length": _length,
    "required": _YES_NO.__getitem__,
    "label": str,
    "text_da": str,
    "text_en": str,
    "example": str,
    "nillable": _YES_NO.__getitem__,
    "values": lambda text: tuple(text.split()),
}
#: What a new field may leave empty.
_OPTIONAL = {"max_length": None, "nillable": False, "values": ()}


def _told(row: Row) -> dict[str, Any]:
    """The cells that say something, read."""
    told = {}
    for column, read in _CELLS.items():
        if row[column]:
            try:
                told[column] = read(row[column])
            except (KeyError, ValueError):
                row.refuse(f"{row[column]!r} is no {column}")
    return told


def _added(row: Row, fields: Fields) -> Field:
    if row["name"] in fields:
        row.refuse(f"adds {row['name']}, which is there already")
    told = _OPTIONAL | _told(row)
    lacking = [column for column in _CELLS if column not in told]
    if lacking:
        row.refuse(f"a new field needs {', '.join(lacking)}")
    return Field(name=row["name"], **told)


def _changed(row: Row, fields: Fields) -> Field:
    if row["name"] not in fields:
        row.refuse(f"changes {row['name']}, which is not there")
    before = fields[row["name"]]
    after = replace(before, **_told(row))
    if after == before:
        row.refuse(f"changes nothing of {row['name']}")
    return after


def _drop(row: Row, fields: Fields, declared: Declaration) -> None:
    if row["name"] not in fields:
        row.refuse(f"drops {row['name']}, which is not there")
    if row["name"] in {declared.id, *declared.needed}:
        row.refuse(f"drops {row['name']}, which the statistic needs")
    if _told(row):
        row.refuse("a row that drops a field says its name and nothing else")
    del fields[row["name"]]


def apply(before: Fields, family: Fields, rows: Iterable[Row], declared: Declaration) -> Fields:
    """The fields of a version by name, in their order: those of the version before, with its rows applied.

    ``family``: fields of all versions before. A field keeps its columns in the typed frame through all versions, also one
    that is dropped and comes back. LayoutError names the row and the rule it breaks.
    """
    fields, seen = dict(before), set[str]()
    for row in rows:
        name = row["name"]
        if name in seen:
            row.refuse(f"{name} comes twice in version {row['version']}")
        seen.add(name)
        try:
            match row["change"]:
                case "add":
                    fields[name] = _added(row, fields)
                case "change":
                    fields[name] = _changed(row, fields)
                case "drop":
                    _drop(row, fields, declared)
                case other:
                    row.refuse(f"a change is add, change or drop, not {other!r}")
            if name in fields:
                _hold(fields[name], family.get(name), declared)
        except LayoutError as fault:
            raise (
                fault if str(fault).startswith(row.file) else LayoutError(f"{row.file}, line {row.line}: {fault}")
            ) from None
    return fields


def _hold(field: Field, first: Field | None, declared: Declaration) -> None:
    """Raise LayoutError for a field that is no longer what the statistic counts on."""
    form = declared.forms.get(field.name, field.form)
    if field.form is not form:
        raise LayoutError(f"the statistic counts on {field.name} being {form}")
    if field.name in {declared.id, *declared.needed} and not field.required:
        raise LayoutError(f"the statistic needs {field.name}, required")
    if first is not None and first.typed != field.typed:
        raise LayoutError(
            f"{field.name} was {first.form} and cannot be {field.form}: it would be another column of the data"
        )

"""Subjects, tables and a table's variables, as the StatBank's API tells them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from hjalp_pipeline.publishing.table import Language, TableForm, Variable
from hjalp_pipeline.serving.asked import Asked
from hjalp_pipeline.serving.published_shelf import Shelf
from hjalp_pipeline.serving.statbank_errors import no_subject, wrong


def subjects(shelf: Shelf, asked: Asked, language: Language) -> list[dict[str, Any]]:
    """The subjects our tables stand under; Refused."""
    known = {table.cube.form.subject_code: table.cube.form for table in shelf.tables.values()}
    wanted = _subjects(asked, known)
    return [
        {
            "id": code,
            "description": getattr(known[code].subject_area, language),
            "active": True,
            "hasSubjects": False,
            "subjects": [],
        }
        | ({"tables": _of_subjects(shelf, [code], language)} if asked.flag("includeTables") else {})
        for code in wanted or sorted(known)
    ]


def _subjects(asked: Asked, known: Iterable[str]) -> list[str]:
    wanted = [*asked.words("subjects"), *(part for part in asked.path.get("subjects", "").split(",") if part)]
    for code in wanted:
        if code not in known:
            raise no_subject(code[:20])
    return list(dict.fromkeys(wanted))


def tables(shelf: Shelf, asked: Asked, language: Language, now: datetime) -> list[dict[str, Any]]:
    """The tables that are out; Refused."""
    known = {table.cube.form.subject_code for table in shelf.tables.values()}
    return _of_subjects(shelf, _subjects(asked, known) or known, language, since=_since(asked, now))


def _since(asked: Asked, now: datetime) -> datetime | None:
    days = asked.word("pastdays")
    if days in ("", "NA"):  # R writes a number that is missing as NA
        return None
    if not (days.isascii() and days.isdigit() and len(days) <= 5):
        raise wrong("pastdays", days[:20], "1, 2, 3 ...")
    return now - timedelta(days=int(days))


def _of_subjects(
    shelf: Shelf, codes: Iterable[str], language: Language, since: datetime | None = None
) -> list[dict[str, Any]]:
    forms = [table.cube.form for table in shelf.tables.values()]
    return [
        _short(form, language)
        for form in forms
        if form.subject_code in codes and (since is None or form.updated >= since)
    ]


def _short(form: TableForm, language: Language) -> dict[str, Any]:
    times = form.time.values
    return {
        "id": form.id,
        "text": getattr(form.contents, language),
        "unit": getattr(form.units, language),
        "updated": local(form.updated),
        "firstPeriod": getattr(times[0].text, language),
        "latestPeriod": getattr(times[-1].text, language),
        "active": True,
        "variables": [getattr(variable.text, language) for variable in form.variables],
    }


def table_info(form: TableForm, language: Language) -> dict[str, Any]:
    """Everything about a table but its figures."""
    notes = "\r\n".join(getattr(note, language) for note in form.notes)
    return {
        "id": form.id,
        "text": getattr(form.contents, language),
        "description": getattr(form.title, language),
        "unit": getattr(form.units, language),
        "suppressedDataValue": "0",
        "updated": local(form.updated),
        "active": True,
        "contacts": [{"name": getattr(form.publication.contact, language), "phone": "", "mail": ""}],
        "documentation": {"id": form.id, "url": getattr(form.publication.link, language)},
        "footnote": {"text": notes, "mandatory": True} if notes else None,
        "variables": [_variable(variable, language) for variable in form.variables],
    }


def _variable(variable: Variable, language: Language) -> dict[str, Any]:
    return {
        "id": variable.code,
        "text": getattr(variable.text, language),
        "elimination": variable.total is not None,
        "time": variable.role == "time",
        "values": [{"id": value.code, "text": getattr(value.text, language)} for value in variable.values],
    }


def local(moment: datetime) -> str:
    """A moment as the StatBank writes it: Danish time, without its offset."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}"

"""What the files for machines are made from: a release that is out, its tables, its public files, and the terms they come under."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hjalp_pipeline.publishing.publication import Terms
from hjalp_pipeline.publishing.table import Language, TableForm, Text

#: First and last day of a quarter.
_QUARTERS = {"1": ("01-01", "03-31"), "2": ("04-01", "06-30"), "3": ("07-01", "09-30"), "4": ("10-01", "12-31")}


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """A public file of a release: its SHA-256 and its size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Described:
    """A release that is out. ``statistic``: its short name (``hjalp``), ``title``: its full one. ``tables`` by name; ``files``: the
    public ones, by name; ``address``: what they are found below, ending with a slash. ``read`` gives one's bytes as published.
    """

    statistic: str
    title: Text
    release: str
    moment: datetime
    tables: Mapping[str, TableForm]
    files: Mapping[str, ReleasedFile]
    terms: Terms
    address: str
    read: Callable[[str], bytes]

    @property
    def source(self) -> Text:
        """Who publishes it, in words."""
        return next(iter(self.tables.values())).source


def citation(of: Described, table: TableForm, language: Language) -> str:
    """How a table of a release is cited: who, when, what, which version, where."""
    where = getattr(table.publication.link, language)
    return (
        f"{getattr(table.source, language)} ({table.updated.year}): {getattr(table.title, language)}. "
        f"{table.id}, {of.release}. {where}"
    )


def citation_of_release(of: Described, language: Language) -> str:
    """How a release is cited as a whole."""
    who, title = getattr(of.source, language), getattr(of.title, language)
    return f"{who} ({of.moment.year}): {title}. {of.release}. {of.address}"


def span(table: TableForm) -> tuple[date, date]:
    """The first and the last day of what a table shows."""
    first, last = table.time.codes[0], table.time.codes[-1]
    return _day(first, 0), _day(last, 1)


def _day(code: str, end: int) -> date:
    year, _, quarter = code.partition("K")
    day = _QUARTERS[quarter][end] if quarter else ("01-01", "12-31")[end]
    return date.fromisoformat(f"{year}-{day}")


def mail_in(text: str) -> str:
    """The mail address that stands in what a table says of whom to ask; empty where there is none."""
    found = re.search(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", text)
    return found[0] if found else ""

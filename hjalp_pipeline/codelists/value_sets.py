"""Versions of the value set of a delivered field: a new one each day a code comes or goes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hjalp_pipeline.codelists.validity import Validity


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code and the days it is in force (``to_date`` included, None: still). ``cells``: what the specification's table shows
    of it beside, the meaning last; ``in_words``: the same in a sentence.
    """

    code: str
    cells: tuple[str, ...]
    in_words: str
    from_date: date
    to_date: date | None


@dataclass(frozen=True, slots=True)
class ValueSet:
    """One version of the value set, numbered from 1: the codes that may be used, from when to when."""

    version: int
    validity: Validity
    codes: tuple[ListedCode, ...]
    source: str


@dataclass(frozen=True)
class CodedField:
    """A field whose codes stand in a value set, oldest version first.

    ``headings``: of the cells. ``use``: when a code may be used, in Danish. ``empty_in_example``: fields left empty in the
    example that shows the newest code.
    """

    name: str
    headings: tuple[str, ...]
    use: str
    versions: tuple[ValueSet, ...]
    empty_in_example: tuple[str, ...] = ()


def value_sets_of(
    listed: Iterable[ListedCode], announcements: Mapping[date, tuple[date | None, str]]
) -> tuple[ValueSet, ...]:
    """The versions that codes with their dates make, oldest first; ``announcements``: by first day, when and the source."""
    codes = tuple(listed)
    days = {code.from_date for code in codes} | {code.to_date + timedelta(days=1) for code in codes if code.to_date}
    ends = [day - timedelta(days=1) for day in sorted(days)[1:]]
    found = []
    for number, (first, last) in enumerate(zip(sorted(days), [*ends, None], strict=True), start=1):
        announced, source = announcements.get(first, (None, ""))
        inside = tuple(
            code for code in codes if code.from_date <= first and (not code.to_date or first <= code.to_date)
        )
        found.append(ValueSet(number, Validity(announced, first, last), inside, source))
    return tuple(found)


def read_announcements(rows: Iterable[Mapping[str, str]]) -> dict[date, tuple[date | None, str]]:
    """By the first day of a version, when it was announced (None: not known) and its source; rows of ``value_sets.csv``."""
    return {
        date.fromisoformat(row["in_force_from"]): (
            date.fromisoformat(row["announced"]) if row["announced"] else None,
            row["source"],
        )
        for row in rows
    }

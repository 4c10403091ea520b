"""The value set of ``lov_navn`` by version: a new one each day a code comes or goes (``paragraphs.csv``).

``value_sets.csv`` says of each such day when the change was announced (empty: not known) and where it is from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hjalp_pipeline.codelists.tables import read_codelist
from hjalp_pipeline.codelists.validity import Validity
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS, Paragraph


@dataclass(frozen=True, slots=True)
class ValueSet:
    """One version of the value set, numbered from 1: the codes that may be used, from when to when."""

    version: int
    validity: Validity
    paragraphs: tuple[Paragraph, ...]
    source: str


def value_sets_of(
    paragraphs: Iterable[Paragraph], announcements: Mapping[date, tuple[date | None, str]]
) -> tuple[ValueSet, ...]:
    """The versions that codes with their dates make, oldest first; ``announcements``: by first day, when and the source."""
    codes = tuple(paragraphs)
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


def _announcements() -> dict[date, tuple[date | None, str]]:
    return {
        date.fromisoformat(row["in_force_from"]): (
            date.fromisoformat(row["announced"]) if row["announced"] else None,
            row["source"],
        )
        for row in read_codelist("value_sets.csv", package=__package__)
    }


VALUE_SETS: tuple[ValueSet, ...] = value_sets_of(PARAGRAPHS, _announcements())

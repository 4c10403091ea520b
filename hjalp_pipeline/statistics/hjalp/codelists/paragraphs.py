"""The value set of ``lov_navn``: the legal bases a loan may have, with the days from and to which a code is in force.

``to_date`` is the last day in force; empty means still in force (seed 2.2). Codes are reported longer than that (R7).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hjalp_pipeline.codelists.shipped_lists import read_codelist


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One code of the value set."""

    code: str
    law: str
    paragraph: str
    text: str
    from_date: date
    to_date: date | None


def _load() -> tuple[Paragraph, ...]:
    return tuple(
        Paragraph(
            row["code"],
            row["law"],
            row["paragraph"],
            row["text"],
            date.fromisoformat(row["from_date"]),
            date.fromisoformat(row["to_date"]) if row["to_date"] else None,
        )
        for row in read_codelist("paragraphs.csv", package=__package__)
    )


PARAGRAPHS: tuple[Paragraph, ...] = _load()


def last_day_of_use(paragraph: Paragraph) -> date | None:
    """The last day on which a code is accepted: ``to_date`` plus one year (from 29 February to 28), null = no end (R7)."""
    if paragraph.to_date is None:
        return None
    try:
        return paragraph.to_date.replace(year=paragraph.to_date.year + 1)
    except ValueError:
        return paragraph.to_date.replace(year=paragraph.to_date.year + 1, day=28)


def usable_codes(first: date, last: date, paragraphs: Iterable[Paragraph] = PARAGRAPHS) -> frozenset[Paragraph]:
    """Codes that may be used on at least one day of the period ``first``..``last``, both included (R7)."""
    return frozenset(
        paragraph
        for paragraph in paragraphs
        if paragraph.from_date <= last and first <= (last_day_of_use(paragraph) or date.max)
    )

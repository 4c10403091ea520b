"""The value set of ``lov_navn``: the legal bases a loan may have, with the days from and to which a code may be used.

``to_date`` is the last day of use; empty means still in use (R7, seed 2.2).
"""

from dataclasses import dataclass
from datetime import date

from hjalp_pipeline.codelists.tables import read_codelist


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
        for row in read_codelist("paragraphs.csv")
    )


PARAGRAPHS: tuple[Paragraph, ...] = _load()


def codes_in_force(first: date, last: date) -> frozenset[str]:
    """Codes in force on at least one day of the period ``first``..``last``, both included."""
    return frozenset(
        paragraph.code
        for paragraph in PARAGRAPHS
        if paragraph.from_date <= last and (paragraph.to_date is None or first <= paragraph.to_date)
    )

"""Figures that a correction has changed, marked wherever an article tells them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.publishing.article.shown_table import Cell, Figure
from hjalp_pipeline.publishing.table import Language

#: Causes of a changed figure as ``revision.csv`` names them, in English; of those that name kommuner, what stands before them.
_CAUSES_EN = {
    "regler": "new rules or a new version of the program",
    "registerudtræk": "a newer register extract",
    "kodelister": "new code lists",
    "samarbejde": "a change in which municipality reports for others",
    "arkiv": "another archive of old records",
    "godkendelse": "approval by",
    "genleverance": "new delivery from",
    "andet grundlag": "another basis",
    "kommunen deltager nu": "the municipality takes part now",
    "kommunen deltager ikke": "the municipality does not take part",
    "der er nu kommuner der deltager": "there are municipalities that take part now",
    "ingen kommune deltager": "no municipality takes part",
    "skjult af hensyn til fortrolighed": "hidden for confidentiality",
    "ikke længere skjult af hensyn til fortrolighed": "no longer hidden for confidentiality",
    "ingen befolkning at sætte i forhold til": "there is no population to relate it to",
    "der er nu befolkning at sætte i forhold til": "there is now a population to relate it to",
}


@dataclass(frozen=True)
class Marking:
    """``causes``: the cells that a correction has changed, with the cause as ``revision.csv`` tells it."""

    causes: Mapping[Cell, str] = field(default_factory=dict)

    @classmethod
    def read(cls, content: bytes, columns: Mapping[str, tuple[str, ...]]) -> "Marking":
        """Read a release's ``revision.csv``; ``columns``: of each table that is told, as its csv has them."""
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
        return cls(
            {
                (row["table"], *(row[column] for column in columns[row["table"]]), row["TID"]): row["cause"]
                for row in rows
                if row["table"] in columns
            }
        )

    def of(self, text: str, *figures: Figure) -> Markup | str:
        """A figure's text, marked when any of its cells has changed."""
        return Markup("<mark>{}</mark>").format(text) if self.changed(*figures) else text

    def changed(self, *figures: Figure) -> bool:
        """Whether a correction has changed any of their cells."""
        return any(cell in self.causes for figure in figures for cell in figure.cells)

    def filled(self, text: str, **fields: object) -> Markup:
        """A sentence with its fields filled in, everything in it escaped but the marks."""
        # An abbreviation at the end of a sentence has one full stop for both.
        found = re.sub(r"(pct\.(?:</mark>)?)\.", r"\1", escape(text).format(**fields))
        return Markup(found)  # noqa: S704 (it was escaped when it was filled in)

    def reason(self, figures: tuple[Figure, ...], language: Language) -> str:
        """Why these figures have changed, in words, all causes, the commonest first; of none of them: why most of the changed ones
        have. Empty without any.
        """
        own = Counter(sorted(self.causes[cell] for figure in figures for cell in figure.cells if cell in self.causes))
        causes = own.most_common() or Counter(self.causes.values()).most_common(1)
        parts = list(dict.fromkeys(part for cause, _ in causes for part in cause.split(" + ")))
        if language == "en":
            parts = [_in_english(part) for part in parts]
        return re.sub(r"\b[0-9]{3}\b", lambda found: NAVN.get(found[0], found[0]), ", ".join(parts))


def _in_english(cause: str) -> str:
    kind, _, who = cause.partition(" ")
    if cause in _CAUSES_EN:
        return _CAUSES_EN[cause]
    return f"{_CAUSES_EN[kind]} {who.replace('kommuner', 'municipalities')}" if kind in _CAUSES_EN else cause

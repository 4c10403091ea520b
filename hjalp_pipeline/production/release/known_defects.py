"""``codelists/known_defects.csv``: what the data of a kommune, a system, a vendor or an agreement are known to lack.

It is for the quality declaration and the notes of the tables, and changes no figure (seed 5.3, 8.7).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import AfterValidator

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.publishing.definition import Definition
from hjalp_pipeline.publishing.table import Text, enumerated
from hjalp_pipeline.storage.codelists import SYSTEMS, read_systems
from hjalp_pipeline.storage.lists import choice, kommune_code
from hjalp_pipeline.storage.lists import day as date_of
from hjalp_pipeline.storage.maintained_list import MaintainedList
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Holds, Means

KINDS = ("kommune", "system", "leverandoer", "aftale")
_YEAR = re.compile("[0-9]{4}")


@dataclass(frozen=True, slots=True)
class KnownDefect:
    """A row of the list. ``who``: a kommune, a system or a vendor as ``systems.csv`` has it, or the kommuner of an agreement.

    ``begins`` and ``ends`` (both included) are days in the data; None: always, still.
    """

    what: str
    who: tuple[str, ...]
    begins: date | None
    ends: date | None
    sentence: str

    def concerns(self, years: tuple[int, ...]) -> bool:
        """Whether it holds on some day of the reference years, from the first to the last."""
        first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
        return (self.begins is None or self.begins <= last) and (self.ends is None or self.ends >= first)


@dataclass(frozen=True, slots=True)
class _Row:
    what: Annotated[
        str, AfterValidator(lambda text: choice(text, KINDS)), Holds(f"one of {', '.join(KINDS)}"), Means("Whose data.")
    ]
    who: Annotated[
        str,
        Holds("a kommune's three digits; a system or a leverandoer as systems.csv has it; the kommuner of an aftale"),
        Means("Which one."),
    ]
    from_: Annotated[str, Holds("a day, {period} or year", "always"), Means("Since when, in the data.")]
    to: Annotated[str, Holds("a day, {period} or year", "still"), Means("Until when, in the data.")]
    sentence: Annotated[str, Means("What is lacking, in Danish, for readers.")]

    def defect(self, known: dict[str, set[str]]) -> KnownDefect:
        begins, ends = _day(self.from_, last=False), _day(self.to, last=True)
        sentence = " ".join(self.sentence.split())
        if begins and ends and begins > ends:
            raise ValueError(f"from {self.from_} is after to {self.to}")
        if not sentence:
            raise ValueError("sentence is empty")
        return KnownDefect(self.what, _who(self.what, self.who, known), begins, ends, sentence)


KNOWN_DEFECTS = MaintainedList(
    "known_defects",
    _Row,
    "What the data of a kommune, a system, a vendor or an agreement are known to lack. It is told in the quality declaration and in "
    "the notes of the tables, and changes no figure.",
    "Without rows nothing is known to lack",
    ("kommune;185;{first};{before};Poster fra depotet mangler.",),
)


def read_known_defects(root: DataRoot) -> list[KnownDefect]:
    """The list in the order of the file; no file means none are known. InputError names file, line and rule."""
    if not KNOWN_DEFECTS.stands(root):
        return []
    systems = read_systems(root) if SYSTEMS.stands(root) else []
    known = {"system": {row.system for row in systems}, "leverandoer": {row.leverandoer for row in systems}}

    return KNOWN_DEFECTS.read(
        root, lambda row: row.defect(known), lambda one, other: "the same as" if one == other else None
    )


def _who(what: str, text: str, known: dict[str, set[str]]) -> tuple[str, ...]:
    if what in known:
        if text not in known[what]:
            raise ValueError(f"no row of codelists/systems.csv has the {what} {text!r}")
        return (text,)
    kommuner = tuple(kommune_code(code) for code in text.replace(",", " ").split())
    if what == "kommune" and len(kommuner) != 1:
        raise ValueError("who must be one kommune; several have an aftale")
    if len(set(kommuner)) < len(kommuner) or not kommuner or (what == "aftale" and len(kommuner) < 2):
        raise ValueError("who must be the kommuner of the aftale, two or more and none twice")
    return kommuner


def _day(text: str, *, last: bool) -> date | None:
    """A day, or the first or last one of a quarter (2024K1) or year."""
    if not text:
        return None
    if _YEAR.fullmatch(text) and int(text):
        return date(int(text), 12, 31) if last else date(int(text), 1, 1)
    try:
        kvartal = Period.parse(text)
    except ValueError:
        try:
            return date_of(text)
        except ValueError:
            raise ValueError(f"{text!r} is no day (2024-01-31), quarter (2024K1) or year") from None
    return kvartal.last_day if last else kvartal.first_day


def headings(row: KnownDefect) -> Text:
    """Whose data a row is about, in words. Which vendor it is stays with us, as which kommune it supplies (seed 5.3)."""
    if row.what == "leverandoer":
        return Text("En systemleverandør", "A vendor of systems")
    if row.what == "system":
        return Text(f"Systemet {row.who[0]}", f"The system {row.who[0]}")
    names = [NAVN[komnr] for komnr in row.who]
    if row.what == "kommune":
        return Text(names[0], names[0])
    return Text(f"Aftale mellem {enumerated(names, 'og')}", f"Agreement between {enumerated(names, 'and')}")


def defects_of(definition: Definition, listed: Sequence[KnownDefect]) -> list[tuple[Text, str]]:
    """Whose data are lacking and how: first what the definition says of single kommuner, then the rows of the list."""
    own = [(Text(NAVN[komnr], NAVN[komnr]), text) for komnr, text in definition.known_defects.items()]
    return [*own, *((headings(row), row.sentence) for row in listed)]


def defect_notes(defects: Sequence[tuple[Text, str]]) -> tuple[Text, ...]:
    """A note of a table for each; PX cannot hold every character a sentence may have."""
    return tuple(
        Text(f"Kendt mangel. {who.da}: {_plain(sentence)}", f"Known defect (in Danish). {who.en}: {_plain(sentence)}")
        for who, sentence in defects
    )


def _plain(sentence: str) -> str:
    text = " ".join(sentence.split()).replace('"', "\u201d").replace("#", "nr. ")
    return "".join(character for character in text if character.isprintable())

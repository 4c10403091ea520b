"""Read the free text ``lov_tekst``: which one paragraph of the value set does it name (seeds 2.2 and 3.5, R7)?

A text is read against the codes that may be used for its loan and no others, so a code of a later year changes no earlier
reading. It is folded, cut into tokens with its law names put together, and read once from left to right into references,
in time linear in its length. The law of a paragraph is the one beside it before, else the next one after it that has no
paragraph of its own, else the last one before it; without any, the number decides.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import polars as pl

from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import Paragraph
from hjalp_pipeline.statistics.hjalp.rules.lov_tekst_grammar import Reference, order, references
from hjalp_pipeline.statistics.hjalp.rules.lov_tekst_tokens import tokens_of
from hjalp_pipeline.statistics.hjalp.rules.lov_tekst_words import OTHER


class Outcome(StrEnum):
    """What a text names; only ``PARAGRAF`` carries a code."""

    TOM = "TOM"  # null or blank
    INGEN = "INGEN"  # no paragraph
    PARAGRAF = "PARAGRAF"  # exactly one of the value set
    FLERE = "FLERE"  # several of the value set
    AFSLAG = "AFSLAG"  # one that it refuses or negates
    ANDEN_LOV = "ANDEN_LOV"  # one of another law, or a number of the value set under the wrong law
    UDENFOR = "UDENFOR"  # one the value set lacks


@dataclass(frozen=True, slots=True)
class Reading:
    """The code of the value set that a text names, if it names one, and what it names."""

    code: str | None
    outcome: Outcome


#: § 113 b and § 128 b are reported without their letter (seed 2.2).
REPORTED_AS: Final = {"113b": "113", "128b": "128"}


class _Codes:
    """The codes a text is read against, by law and number and by number alone."""

    def __init__(self, usable: Iterable[Paragraph]) -> None:
        self.codes = {(p.code.split("_")[0], p.paragraph.replace(" ", "").lower()): p.code for p in usable}
        for key, plain in REPORTED_AS.items():
            if ("SEL", plain) in self.codes:
                self.codes["SEL", key] = self.codes["SEL", plain]
        self.laws = {law for law, _ in self.codes}
        self.by_number: defaultdict[str, set[str]] = defaultdict(set)
        for (_, key), code in self.codes.items():
            self.by_number[key].add(code)
        self.numbers = frozenset(self.by_number)

    def law_of(self, law: str) -> str:
        """The law, or another law when none of its codes may be used."""
        return law if not law or law in self.laws else OTHER

    def named_by(self, reference: Reference) -> set[str]:
        """The codes that a reference names: its own, and those inside the range it ends."""
        key, law = reference.key, self.law_of(reference.law or reference.carried)
        own = self.codes.get((law, key)) if law else None
        codes = {own} if own else set() if law else set(self.by_number.get(key, ()))
        if reference.start:
            either = codes or self.by_number.get(reference.start, set())
            laws = {law} if law else {code.split("_")[0] for code in either}
            low, high = order(reference.start), order(key)
            codes.update(c for (owner, k), c in self.codes.items() if owner in laws and low < order(k) < high)
        return codes

    def of_another_law(self, reference: Reference) -> bool:
        """Whether it is of another law, or has a number of the value set and a law beside it that is not that number's."""
        if reference.law:
            wrong = reference.key in self.numbers and not self.named_by(reference)
            return wrong or self.law_of(reference.law) == OTHER
        return self.law_of(reference.carried) == OTHER

    def doubtful(self, reference: Reference) -> set[str]:
        """The codes it would have if the law before it did not go on: "SEL § 112 og § 140" may well mean two laws."""
        if reference.law or reference.tied or self.law_of(reference.carried) == OTHER:
            return set()
        return self.by_number.get(reference.key, set())

    def outcome_of(self, reference: Reference) -> Outcome:
        """What a reference without code is."""
        another = self.law_of(reference.law or reference.carried) == OTHER or reference.key in self.numbers
        return Outcome.ANDEN_LOV if another else Outcome.UDENFOR


_codes_of: Final = lru_cache(maxsize=1000)(_Codes)


def _read(text: str, usable: frozenset[Paragraph]) -> Reading:
    if not re.search(r"\d", text):
        return Reading(None, Outcome.INGEN if text.strip() else Outcome.TOM)
    codes = _codes_of(usable)
    found, refused = references(tokens_of(text, codes.numbers), codes.codes, codes.numbers)
    if found and refused:
        return Reading(None, Outcome.AFSLAG)
    if any(codes.of_another_law(reference) for reference in found):
        return Reading(None, Outcome.ANDEN_LOV)  # R7: a paragraph of another law gives null, whatever else is named
    named: set[str] = set()
    doubtful: set[str] = set()
    outcomes = {Outcome.INGEN}
    for reference in found:
        own = codes.named_by(reference)
        named |= own
        if not own:
            outcomes.add(codes.outcome_of(reference))
            doubtful |= codes.doubtful(reference)
    if named:
        return Reading(None, Outcome.FLERE) if len(named | doubtful) > 1 else Reading(named.pop(), Outcome.PARAGRAF)
    return Reading(None, next(o for o in (Outcome.ANDEN_LOV, Outcome.UDENFOR, Outcome.INGEN) if o in outcomes))


_read_again: Final = lru_cache(maxsize=50_000)(_read)


def read_lov_tekst(text: str | None, usable: frozenset[Paragraph]) -> Reading:
    """The paragraph that one ``lov_tekst`` names, of the codes ``usable`` for its loan; never raises (R7)."""
    if text is None:
        return Reading(None, Outcome.TOM)
    return _read_again(text, usable) if len(text) <= 200 else _read(text, usable)


def read_lov_tekster(texts: pl.Series, usable: frozenset[Paragraph]) -> pl.DataFrame:
    """The readings of a column's distinct non-null texts, sorted by text, to be joined back on ``lov_tekst``.

    Columns ``lov_tekst``, ``code`` and ``outcome``, all String; ``usable`` are the codes the texts are read against.
    """
    distinct = texts.cast(pl.String).drop_nulls().unique().sort()
    readings = [read_lov_tekst(text, usable) for text in distinct]
    code = pl.Series("code", [reading.code for reading in readings], dtype=pl.String)
    outcome = pl.Series("outcome", [reading.outcome.value for reading in readings], dtype=pl.String)
    return pl.DataFrame([distinct.alias("lov_tekst"), code, outcome])

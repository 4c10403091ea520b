"""Read the free text ``lov_tekst``: which one paragraph of the value set does it name (seeds 2.2 and 3.5, R7)?

Only the reading of a text belongs here; whether the code is in force is the caller's. A text is folded, cut into tokens
with its law names put together, and read once from left to right into references, in time linear in its length. The law
of a paragraph is the one beside it before, else the next one after it that has no paragraph of its own, else the last
one before it; without any, the number decides (the numbers of the value set are unique over its laws).
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

import polars as pl

from hjalp_pipeline.codelists.paragraphs import PARAGRAPHS
from hjalp_pipeline.rules.lov_tekst_tokens import NO_LAW, OTHER, Tokens, tokens_of


class Outcome(StrEnum):
    """What a text names; only ``PARAGRAF`` carries a code."""

    TOM = "TOM"  # null or blank
    INGEN = "INGEN"  # no paragraph
    PARAGRAF = "PARAGRAF"  # exactly one of the value set
    FLERE = "FLERE"  # several of the value set
    ANDEN_LOV = "ANDEN_LOV"  # one of another law, or a number of the value set under the wrong law
    UDENFOR = "UDENFOR"  # one the value set lacks


@dataclass(frozen=True, slots=True)
class Reading:
    """The code of the value set that a text names, if it names one, and what it names."""

    code: str | None
    outcome: Outcome


# The value set by (law, number); § 113 b and § 128 b are reported without their letter (seed 2.2).
REPORTED_AS: Final = {"113b": "113", "128b": "128"}
_CODES: Final = {(p.code.split("_")[0], p.paragraph.replace(" ", "")): p.code for p in PARAGRAPHS}
_CODES.update({("SEL", key): _CODES["SEL", plain] for key, plain in REPORTED_AS.items()})
_BY_NUMBER: Final = {key: code for (_, key), code in _CODES.items()}

# Hardly a stk., nr. or pkt. is higher; in a list such a number is a paragraph only of the list's law.
_SMALL: Final = 30


@dataclass(slots=True)
class _Reference:
    """A number that may be a paragraph."""

    key: str  # "83a"
    written: bool  # as a paragraph: with a sign, beside a law, or in a list of such
    law: str  # beside it
    carried: str  # the last law before it
    tied: bool  # to the law before it by "jf."
    start: str | None  # the number at the other end of a range

    def codes(self) -> set[str]:
        """The codes it names: its own, and those inside the range it ends."""
        law = self.law or self.carried
        own = _CODES.get((law, self.key)) if law else _BY_NUMBER.get(self.key)
        codes = {own} if own else set()
        if self.start:
            law = law or (own or _BY_NUMBER.get(self.start, "")).split("_")[0]
            low, high = _order(self.start), _order(self.key)
            codes.update(c for (owner, key), c in _CODES.items() if owner == law and low < _order(key) < high)
        return codes

    def doubtful_code(self) -> str | None:
        """The code it would have if the law before it did not go on: "SEL § 112 og § 140" may well mean two laws."""
        return _BY_NUMBER.get(self.key) if not (self.law or self.tied or self.carried == OTHER) else None

    def outcome(self) -> Outcome:
        """What it is when it has no code."""
        another = (self.law or self.carried) == OTHER or self.key in _BY_NUMBER
        return Outcome.ANDEN_LOV if another else Outcome.UDENFOR


def _order(key: str) -> tuple[int, str]:
    digits = key.rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits[:5]), key[len(digits) :]


@dataclass(slots=True)
class _Reader:
    """The references so far and what is known at this point of the text."""

    references: list[_Reference] = field(default_factory=list)
    chain: list[_Reference] = field(default_factory=list)  # unbroken up to here: a law may still follow
    loose: list[_Reference] = field(default_factory=list)  # those of the chain not yet written as paragraphs
    waiting: list[_Reference] = field(default_factory=list)  # written, but no law before them
    law: str = NO_LAW
    beside: bool = False  # the law stands right before
    spent: bool = False  # the law followed its paragraphs
    signed: bool = False  # a § waits for its number
    joint: str = ""  # "and", "jf" or "range" since the last number
    tied: bool = False  # a "jf." since the last number
    suffixed: bool = False  # a stk., nr. or the like since the last number
    in_list: bool = False  # the list holds a written paragraph
    whole: bool = True  # nothing but numbers and what belongs to them

    def number(self, value: str, is_quantity: bool) -> None:
        """Take a number: a paragraph, perhaps one, a further stk. of the last one, or none at all."""
        key = value.replace(" ", "").replace("-", "")
        small = _order(key)[0] <= _SMALL
        beside = self.beside and not self.spent
        listed = bool(self.chain and self.joint)
        written = self.signed or beside
        if not self.signed and (is_quantity or _order(key)[0] > 999):
            return self.apart()
        if listed and not written:
            if small and self.suffixed:
                return None
            written = self.in_list and (not small or (self.law, key) in _CODES)
        elif not written and self.references:
            self.apart()
        if written and listed:
            for other in self.loose:
                other.written = _order(other.key)[0] > _SMALL
            self.loose.clear()
        carried = NO_LAW if self.spent and (self.signed or not listed) else self.law
        start = self.chain[-1].key if listed and self.joint == "range" else None
        found = _Reference(key, written, self.law if beside else NO_LAW, carried, self.tied, start)
        self.references.append(found)
        self.chain.append(found)
        if not written:
            self.loose.append(found)
        elif not self.law or self.spent:
            self.waiting.append(found)
        self.in_list = written or (listed and self.in_list)
        self.whole = self.whole and not self.signed
        self.beside = self.signed = self.tied = self.suffixed = False
        self.joint = ""
        return None

    def law_name(self, law: str, goes_forward: bool) -> None:
        """Take a law: it belongs to the open references before it unless it goes with the paragraph after it."""
        self.spent = False
        if not goes_forward:
            for reference in (*self.chain, *self.waiting):
                if not reference.law:
                    reference.carried, reference.written, self.spent = law, True, True
            self.chain = self.chain[-1:]
            for last in self.chain:
                last.law = last.law or law
            self.loose.clear()
            if self.spent:
                self.in_list, self.joint = True, ""
        self.waiting.clear()
        self.law, self.beside, self.whole = law, True, False

    def apart(self) -> None:
        """Take something that ends a list and parts a law from a bare number."""
        self.beside = self.signed = self.suffixed = self.in_list = self.whole = False
        self.joint = ""
        self.chain.clear()
        self.loose.clear()


def _references(tokens: Tokens) -> list[_Reference]:
    """The paragraphs of a text that are written as such."""
    reader = _Reader()
    for position, (kind, value) in enumerate(tokens):
        if kind == "number":
            reader.number(value, _kind_after(tokens, position, ("range",)) == "unit")
        elif kind == "law":
            introduced = position > 0 and tokens[position - 1][0] == "of"
            reader.law_name(value, not introduced and _kind_after(tokens, position, ("glue", "sign")) == "number")
        elif kind == "sign":
            reader.signed = True
        elif kind in ("suffix", "part"):
            reader.suffixed, reader.beside, reader.signed = True, False, False
            reader.whole = reader.whole and kind == "suffix"
        elif kind in ("and", "jf", "range"):
            reader.joint, reader.tied = kind, reader.tied or kind == "jf"
        elif kind in ("of", "link"):
            reader.beside = reader.whole = False
        elif kind != "glue":
            reader.apart()
    bare = reader.whole and all(reference.key in _BY_NUMBER for reference in reader.references)
    return [reference for reference in reader.references if bare or reference.written]


def _kind_after(tokens: Tokens, position: int, skipped: tuple[str, ...]) -> str:
    position += 1
    while position < len(tokens) and tokens[position][0] in skipped:
        position += 1
    return tokens[position][0] if position < len(tokens) else ""


def _read(text: str) -> Reading:
    if not re.search(r"\d", text):
        return Reading(None, Outcome.INGEN if text.strip() else Outcome.TOM)
    codes: set[str] = set()
    doubtful: set[str] = set()
    outcomes = {Outcome.INGEN}
    for reference in _references(tokens_of(text)):
        if reference.law == OTHER:  # R7: a paragraph of another law gives null, whatever else the text names
            return Reading(None, Outcome.ANDEN_LOV)
        named = reference.codes()
        codes |= named
        if not named:
            outcomes.add(reference.outcome())
            doubtful.update(filter(None, [reference.doubtful_code()]))
    if codes:
        return Reading(None, Outcome.FLERE) if len(codes | doubtful) > 1 else Reading(codes.pop(), Outcome.PARAGRAF)
    return Reading(None, next(o for o in (Outcome.ANDEN_LOV, Outcome.UDENFOR, Outcome.INGEN) if o in outcomes))


_read_again: Final = lru_cache(maxsize=50_000)(_read)


def read_lov_tekst(text: str | None) -> Reading:
    """The paragraph of the value set that one ``lov_tekst`` names, whatever the day; never raises (R7)."""
    if text is None:
        return Reading(None, Outcome.TOM)
    return _read_again(text) if len(text) <= 200 else _read(text)


def read_lov_tekster(texts: pl.Series) -> pl.DataFrame:
    """The readings of a column's distinct non-null texts, sorted by text, to be joined back on ``lov_tekst``.

    Columns ``lov_tekst``, ``code`` and ``outcome``, all String. The caller nulls codes that are not in force (R7).
    """
    distinct = texts.cast(pl.String).drop_nulls().unique().sort()
    readings = [read_lov_tekst(text) for text in distinct]
    code = pl.Series("code", [reading.code for reading in readings], dtype=pl.String)
    outcome = pl.Series("outcome", [reading.outcome.value for reading in readings], dtype=pl.String)
    return pl.DataFrame([distinct.alias("lov_tekst"), code, outcome])

"""The paragraphs that the tokens of a ``lov_tekst`` name, each with its law, and whether the text refuses one (R7).

A law that is named without a paragraph of its own belongs to the paragraphs before it only where it stands beside them
or in their clause; ``jf.``, ``og`` or a negation before it, and words of procedure, part it from them.
"""

from collections.abc import Container
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from hjalp_pipeline.statistics.hjalp.rules.lov_tekst_refusal import Refusal
from hjalp_pipeline.statistics.hjalp.rules.lov_tekst_tokens import Tokens
from hjalp_pipeline.statistics.hjalp.rules.lov_tekst_words import FORMAL, NO_LAW, OTHER

# Hardly a stk., nr. or pkt. is higher; in a list such a number is a paragraph only of the list's law.
_SMALL: Final = 30


@lru_cache(maxsize=10_000)
def order(key: str) -> tuple[int, str]:
    """Number and letter of a paragraph, to be compared: ``83`` < ``83a`` < ``86``."""
    digits = key.rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits[:5]), key[len(digits) :]


@dataclass(slots=True)
class Reference:
    """A number that may be a paragraph."""

    key: str  # "83a"
    written: bool  # as a paragraph: with a sign, beside a law, or in a list of such
    label: str  # the word right before it, which says what else it counts: "Model 86"
    law: str  # beside it
    carried: str  # the last law before it
    tied: bool  # to the law before it by "jf."
    start: str | None  # the number at the other end of a range


@dataclass(slots=True)
class _Reader:
    """The references so far and what is known at this point of the text."""

    own: Container[tuple[str, str]]
    references: list[Reference] = field(default_factory=list)
    chain: list[Reference] = field(default_factory=list)  # unbroken up to here: a law may still follow
    loose: list[Reference] = field(default_factory=list)  # those of the chain not yet written as paragraphs
    waiting: list[Reference] = field(default_factory=list)  # written, but no law before them
    law: str = NO_LAW
    beside: bool = False  # the law stands right before
    spent: bool = False  # the law followed its paragraphs
    signed: bool = False  # a § waits for its number
    joint: str = ""  # what joins the next number to the last: "og", ",", "-", "jf"
    tied: bool = False  # a "jf." since the last number
    suffixed: bool = False  # a stk., nr. or the like since the last number
    in_list: bool = False  # the list holds a written paragraph
    whole: bool = True  # nothing but numbers and what belongs to them
    label: str = ""  # the word right before
    words: bool = False  # a word since the last number
    procedure: bool = False  # one of procedure

    def number(self, key: str, quantity: int) -> bool:
        """Take a number: a paragraph (true), perhaps one, a further stk. of the last one, or none at all."""
        small = order(key)[0] <= _SMALL
        beside = self.beside and not self.spent
        listed = bool(self.chain and self.joint)
        written = self.signed or beside
        if not self.signed and ((quantity == 1 and not beside) or quantity > 1 or order(key)[0] > 999):
            self.apart()
            return False
        if listed and not written:
            if small and self.suffixed:
                return False
            written = self.in_list and (not small or (self.law, key) in self.own)
        elif not written and self.references:
            self.apart()
        start = self._start(beside=beside) if listed else None
        if written and listed:
            for other in self.loose:
                if not other.label or self.joint.isalpha():
                    other.written = order(other.key)[0] > _SMALL
            self.loose.clear()
            self.chain = [other for other in self.chain if other.written]  # "Depot 15 - § 113 i serviceloven"
        carried = NO_LAW if self.spent and (self.signed or not listed) else self.law
        found = Reference(
            key, written, self.label, self.law if beside else NO_LAW, carried, self.tied and bool(self.law), start
        )
        self.references.append(found)
        self.chain.append(found)
        if not written:
            self.loose.append(found)
        elif not self.law or self.spent:
            self.waiting.append(found)
        self.in_list = written or (listed and self.in_list)
        self.whole = self.whole and not self.signed
        self.beside = self.signed = self.tied = self.suffixed = self.words = self.procedure = False
        self.joint = ""
        return written

    def _start(self, *, beside: bool) -> str | None:
        """The number a range begins at: a written paragraph, or a division of a law that goes on ("Afd. 2 - SUL § 140")."""
        first = self.chain[-1]
        begins = first.written or (beside and first.label in ("afd", "afdeling"))
        return first.key if begins and self.joint in ("-", "til") else None

    def owns(self, law: str, before: tuple[str, str]) -> bool:
        """Whether a law without a paragraph after it is the law of those before it (``before``: the token before it)."""
        kind, value = before
        joined = kind == "jf" or (kind == "and" and (value.isalpha() or value in "&+"))
        return not (self.procedure or (self.references and (joined or (law == FORMAL and self.words))))

    def law_name(self, law: str, *, goes_forward: bool) -> None:
        """Take a law: it belongs to the open references before it unless it goes with the paragraph after it."""
        self.spent = False
        if not goes_forward:
            for reference in (*self.chain, *self.waiting):
                open_to_it = reference.written or not reference.label or reference is self.chain[-1]
                if open_to_it and not reference.law:
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


def references(
    tokens: Tokens, own: Container[tuple[str, str]], numbers: Container[str]
) -> tuple[list[Reference], bool]:
    """The paragraphs of a text that are written as such, and whether the text refuses or negates a paragraph.

    ``own``: (law, number) of the codes it is read against, ``numbers``: their numbers.
    """
    reader, refusal = _Reader(own), Refusal()
    quantities = _quantities(tokens)
    before = ("", "")
    for position, token in enumerate(tokens):
        kind, value = token
        if kind == "number":
            known = value in numbers and order(value)[0] > _SMALL and not quantities[position]
            if known and before[0] == "number" and reader.in_list:
                reader.joint = ","  # "§ 112 113"
            written = reader.number(value, quantities[position])
            refusal.number(written=written or known)  # "§ 112, ikke 113"
        elif kind in ("law", "decree"):
            _take_law(reader, refusal, tokens, position)
        else:
            refusal.take(kind, value)
            _take_other(reader, kind, value)
        if kind != "glue":
            reader.label = value if value.isalpha() and kind not in _NO_LABELS else ""
        before = token
    refusal.close(at_end=True)
    bare = reader.whole and all(reference.key in numbers for reference in reader.references)
    return [reference for reference in reader.references if bare or reference.written], refusal.found


_NO_LABELS: Final = frozenset(("law", "and", "jf", "range", "of", "link", "sign", "helper", "number"))


def _take_law(reader: _Reader, refusal: Refusal, tokens: Tokens, position: int) -> None:
    kind, law = tokens[position]
    at = (
        position - 2 if position > 1 and tokens[position - 1][1] == "." else position - 1
    )  # over the full stop of "jf."
    before = tokens[at] if at >= 0 else ("", "")
    follows = next((k for k, v in tokens[position + 1 : position + 6] if k != "glue" and v not in ("(", "[")), "")
    if kind == "decree":  # cited beside a paragraph, it does not own it
        forward, law = follows == "sign", OTHER
        stands = before[0] == "of" or not reader.references
    else:
        forward, stands = before[0] != "of" and follows in ("sign", "number"), reader.owns(law, before)
        if forward and law == FORMAL and reader.procedure and tokens[position + 1][1] == ".":
            forward = False  # "partshørt efter forvaltningsloven. § 112"
    if refusal.law(goes_forward=forward) or not (forward or stands):
        reader.apart()
    else:
        reader.law_name(OTHER if law == FORMAL else law, goes_forward=forward)
    reader.words = reader.procedure = False


def _take_other(reader: _Reader, kind: str, value: str) -> None:
    if kind == "sign":
        reader.signed = True
    elif kind in ("suffix", "part"):
        reader.suffixed, reader.beside, reader.signed = True, False, False
        begun = reader.references and order(reader.references[-1].key)[0] > _SMALL
        reader.whole = reader.whole and (kind == "suffix" or (len(value) == 2 and bool(begun)))  # "112,1", not "10,5"
    elif kind in ("and", "jf", "range"):
        reader.joint, reader.tied = value, reader.tied or kind == "jf"
    elif kind in ("of", "link"):
        reader.beside = reader.whole = False
    elif kind != "glue":
        reader.apart()
        reader.words = True
        reader.procedure = reader.procedure or kind == "procedure"


_UNITS: Final = frozenset(("unit", "weak_unit"))


def _quantities(tokens: Tokens) -> list[int]:
    """For each token 2 where it is a number before a unit, 1 where that is less sure (a weak unit, a range), else 0."""
    found = [0] * len(tokens)
    if _UNITS.isdisjoint(kind for kind, _ in tokens):
        return found
    measured = linked = 0
    for position in range(len(tokens) - 1, -1, -1):
        kind = tokens[position][0]
        if kind == "unit":
            measured, linked = 2, 0
        elif kind == "weak_unit":
            measured, linked = 1, 0
        elif kind == "number":
            found[position] = measured
            measured, linked = 0, min(measured, 1)
        elif kind == "range":
            measured, linked = measured or linked, 0
        elif kind != "part":
            measured = linked = 0
    return found

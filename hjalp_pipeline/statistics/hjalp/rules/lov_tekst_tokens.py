"""``lov_tekst`` as tokens: folding, numbers, dates, names of laws (R7). What they mean together is ``lov_tekst``'s."""

import re
from collections.abc import Container
from functools import lru_cache
from typing import Final

from hjalp_pipeline.statistics.hjalp.rules.lov_tekst_folding import fold_text
from hjalp_pipeline.statistics.hjalp.rules.lov_tekst_words import (
    FORMAL,
    NO_LAW,
    OTHER,
    WEAK_UNITS,
    kind_of,
    slips,
    spellings,
    unknown_abbreviation,
    unlisted_law,
)

_NAMES: Final = dict(spellings())
_BEGINNINGS: Final = frozenset(name[:n] for name in _NAMES for n in range(1, len(name) + 1))
_SLIPS: Final = {slip: law for name, law in spellings(9) if law not in (OTHER, FORMAL, NO_LAW) for slip in slips(name)}
_LAW_ENDING: Final = re.compile(r"lov(?:en)?s?$")
_LAW_WORDS: Final = frozenset(("lov", "lovs", "loven", "lovens"))
#: "ny lov", "tidligere lov": the word before says nothing about which law.
_ANY_LAW: Final = frozenset(
    (
        "ny",
        "nye",
        "den",
        "denne",
        "samme",
        "gammel",
        "gaml",
        "gl",
        "tidl",
        "tidligere",
        "gaeldende",
        "dansk",
        "om",
        "ved",
    )
)

_TOKEN: Final = re.compile(
    r"""
    (?P<date> (?<!§)(?<!§\ )(?:
        [0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})(?![0-9]) | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}
        | (?:0?[1-9]|[12][0-9]|3[01])/(?:0?[1-9]|1[0-2])(?![0-9])
        | [0-9]{1,2}\.?\ ?(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-z]{0,6}(?!\w)
        | [0-9]+[-/][0-9]{4,} | [0-9]{4,}[-/][0-9]+  # case numbers
        | [0-9]{2}(?:\ [0-9]{2}){2,}(?![0-9])))  # telephone numbers, ISO classes
  | (?P<suffix> (?:nr|nummer)\.?[:\ ]{0,2}[0-9]+(?:[/-][0-9]+)?
        | (?:stk|stykke|litra|pkt|punkt|punktum|kap|kapitel|afsnit|bilag)\.?[:\ ]{0,2}[0-9]+
        | (?:litra|pkt|punkt)\.?\ ?[a-z](?!\w) | [0-9]{1,2}\.\ ?(?:pkt|punktum|led)(?!\w))
  | (?P<part> (?:(?<=[0-9])|(?<=[0-9][a-z]))(?:[.:][0-9]{1,2}|,[0-9])(?![0-9]))  # the ",1" of § 112,1
  | (?P<number> [0-9]+)
  | (?P<sign> (?:§+|&(?:sect|\#167);|\$(?=\ ?[0-9])|paragraf(?:fen|fens|fer|ferne)?(?![^\W\d]))
        (?:[\ -]?(?:nr|nummer)(?![^\W\d])\.?)?)
  | (?P<word> [^\W\d_]+(?:-lov(?:en)?s?(?!\w))?)
  | (?P<other> \S)
    """,
    re.VERBOSE,
)

# ---- the letter of a paragraph: "§ 83 a", "§ 83-A", "§ 83'a"
_LETTER: Final = re.compile(r"([ '-]?)([a-hj-z])(?!\w)")  # "i" is always the word
_ABBREVIATION: Final = re.compile(r"[a-z][./][a-z](?!\w)")  # c/o, m.v.
_DATE_NEXT: Final = re.compile(r"\.\ ?[0-9]|\ ?[0-9]{1,2}[./-][0-9]|[./][a-z](?!\w)")
_MORE_NEXT: Final = re.compile(r"\.?\ ?[0-9]|[./'-]\w")
_ENDS_NEXT: Final = re.compile(r"\ ?(?:$|[,;:)\]!?]|(?:stk|nr|og|eller|samt|jf|litra|i|efter|sel|servicelov\w*)(?!\w))")

Tokens = list[tuple[str, str]]


def tokens_of(text: str, paragraphs: Container[str]) -> Tokens:
    """The text as (kind, value); ``paragraphs`` are the numbers whose letter counts wherever it stands (``83a``).

    A law's name is one ``law`` with its key, a decree one ``decree``; other punctuation is ``glue``.
    """
    words = _words(text, paragraphs)
    tokens: Tokens = []
    position = 0
    while position < len(words):
        token, end = words[position], position + 1
        if token[0] in _NAME_KINDS:
            token, end = _name_at(words, position) or (_in_place(words, position), end)
        tokens.append(token)
        position = end
    return tokens


def _words(text: str, paragraphs: Container[str]) -> Tokens:
    folded = fold_text(text)
    words: Tokens = []
    position = 0
    while match := _TOKEN.search(folded, position):
        kind, value, position = str(match.lastgroup), match.group(), match.end()
        if kind in ("word", "other"):
            kind = kind_of(value)
        elif kind == "number":
            letter, position = _letter(folded, position, value, paragraphs)
            value += letter
        words.append((kind, value))
    return words


def _letter(text: str, end: int, number: str, paragraphs: Container[str]) -> tuple[str, int]:
    """The letter of the paragraph whose number ends at ``end``, if it has one, and where it ends (R7).

    A letter counts where number and letter are a paragraph. Any other letter counts only where it can hardly be
    something else: in ``§ 112 d. 15-03-2024``, ``§ 112 H ben`` and ``§ 112 c/o`` it is no part of the number.
    """
    match = _LETTER.match(text, end)
    if match is None:
        return "", end
    gap, letter = match.groups()
    after = match.end()
    if number + letter in paragraphs:
        counts = not (gap == " " and _ABBREVIATION.match(text, after - 1))
    elif not gap:
        counts = letter != "x" and not _DATE_NEXT.match(text, after)
    elif letter in "abc":
        counts = not _MORE_NEXT.match(text, after)
    else:
        counts = letter in "defg" and _ENDS_NEXT.match(text, after) is not None
    return (letter, after) if counts else ("", end)


def _next(words: Tokens, position: int) -> tuple[str, bool, int]:
    """Kind of the next word over full stops, whether there was one, and its position; ``""`` at the end."""
    at = position + 1
    if at < len(words) and words[at][1] == ".":
        at += 1
    return (words[at][0] if at < len(words) else ""), at > position + 1, at


def _in_place(words: Tokens, position: int) -> tuple[str, str]:
    """A word that is no law's name by itself, as what it is in its place."""
    kind, value = words[position]
    following, dotted, _ = _next(words, position)
    before, word_before = words[position - 1] if position else ("", "")
    after_law = before == "" or word_before in _NAMES
    if value == "par" and following == "number":  # not "et par 15 tommer hjul"
        few = before == "number" and len(word_before) < 5  # nobody has "HMI 112140" pairs
        is_sign = not few and word_before != "et" and (dotted or before != "word" or after_law)
    else:
        is_sign = value == "s" and following == "number" and after_law and not dotted  # "S 112", not "str S 112"
    if is_sign:
        return "sign", value
    if kind == "unit" and len(value) == 1 and words[position + 1 : position + 2] in ([("glue", ".")], [("and", "/")]):
        return "word", value  # "m. tilbehør", "m/ kurv"
    if kind == "unit" and value in WEAK_UNITS:
        return "weak_unit", value
    if kind == "word" and value not in _NAMES:
        unknown = before != "number" and unknown_abbreviation(value, dotted)
        short = len(value) <= 4 and not dotted
        if (following == "sign" and (unknown or unlisted_law(value))) or (short and unlisted_law(value)):
            return "law", OTHER
    return kind, value


#: Kinds of words that may be part of a law's name: "lov om hjaelpemidler", "s.e.l."
_NAME_KINDS: Final = frozenset(("word", "grant", "procedure", "helper", "unit"))
_DECREE: Final = re.compile(r"bek|bekg|bekendtgoerelsen?s?|vejl|vejledning(?:en)?s?|cirk|cirkulaere(?:t|ts)?")
_CITATION: Final = re.compile(r"lbk|lbkg|lovbek|lovbekendtgoerelsen?s?")
_LAW_OF_DECREE: Final = re.compile(r"\w{2,}(?:bek|bekg|bekendtgoerelsen?s?)")


@lru_cache(maxsize=10_000)
def _decree(word: str) -> str:
    """``decree``, ``citation``, ``law`` (one in a word: "bilbek") or nothing."""
    forms = (("decree", _DECREE), ("citation", _CITATION), ("law", _LAW_OF_DECREE))
    return next((kind for kind, form in forms if form.fullmatch(word)), "")


def _name_at(words: Tokens, start: int) -> tuple[tuple[str, str], int] | None:
    """The law or decree whose name begins at ``start``, as a token, and where the name ends."""
    kind, value = words[start]
    decree = _decree(value)
    if decree in ("decree", "citation"):
        if [word for _, word in words[start + 1 : start + 4]] == ["af", "lov", "om"]:
            return None  # "bekendtgørelse af lov om social service" is the law
        return ("decree" if decree == "decree" else "word", value), _after_number(words, start)
    law, end = _law_at(words, start) if value in _BEGINNINGS or "lov" in value else (NO_LAW, 0)
    if not law and kind == "word":
        law, end = _word_and_law(words, start)
    if not law and decree == "law":
        law, end = OTHER, start + 1
    return (("law", law), end) if law else None


def _after_number(words: Tokens, start: int) -> int:
    """Where a decree's number and date end: "bek. nr. 1324 af 30/11/2022"."""
    following, _, at = _next(words, start)
    if following not in ("suffix", "number", "date"):
        return start + 1
    return at + 3 if [kind for kind, _ in words[at + 1 : at + 3]] == ["of", "date"] else at + 1


def _law_at(words: Tokens, start: int) -> tuple[str, int]:
    """The law whose name begins at ``start`` and where the name ends; the longest name wins, ours over another's."""
    name, found = "", (NO_LAW, 0)
    for end in range(start, min(start + 10, len(words))):
        kind, value = words[end]
        if kind in ("glue", "range") and not value.isalpha():
            continue
        if kind not in _NAME_KINDS:
            break
        name += value.replace("-", "")
        phrase = name.startswith(("lovom", "lovenom"))
        law = _NAMES.get(name)
        if law is None and (phrase or end == start):
            law = _unlisted_law(name, phrase)
            law = found[0] if law in (OTHER, NO_LAW) and found[0] else law
            found = (law, end + 1) if law != found[0] else found
        elif law is not None:
            found = (law, end + 1)
        if len(name) > 30 or not (phrase or name in _BEGINNINGS):
            break
    return found


def _word_and_law(words: Tokens, start: int) -> tuple[str, int]:
    """A law in two words that is in no list: "servise loven", "komp. lov"."""
    value = words[start][1]
    following, _, at = _next(words, start)
    if following != "word" or words[at][1] not in _LAW_WORDS or value in _ANY_LAW or value in _NAMES:
        return NO_LAW, start
    if at + 1 < len(words) and words[at + 1][1] in ("om", "nr"):
        return NO_LAW, start
    return _unlisted_law(value + words[at][1], phrase=False), at + 1


def _unlisted_law(name: str, phrase: bool) -> str:
    """The law of a name that is not in the table: one of ours with a slip in it, another law, or no law's name."""
    if phrase or _LAW_ENDING.search(name):
        return next((_SLIPS[slip] for slip in slips(name) if slip in _SLIPS), OTHER) if len(name) < 30 else OTHER
    return NO_LAW

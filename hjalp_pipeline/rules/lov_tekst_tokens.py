"""The words of ``lov_tekst``: folding, tokens and the names of laws (R7). What they mean together is ``lov_tekst``'s."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

# Law names: folded, without blanks, dots and hyphens. Genitive -s, and -en after "lov", are added to each.
OTHER, NO_LAW = "OTHER", ""
LAW_NAMES: Final = {
    "SEL": "sel sellov lss servicelov servicel servlov socialservicelov lovomsocialservice lovomservice "
    "lovomsocservice",
    "AML": "aml amllov arbejdsmiljoelov arbejdsmiljlov arbmiljoelov lovomarbejdsmiljoe",
    "SUL": "sul sullov sundhedslov sundhlov sundlov lovomsundhed",
    "AEL": "ael aellov aeldrelov ldrelov lovomaeldre",
    # other laws that their ending alone does not show: abbreviations, decrees, "lov" as a word by itself
    OTHER: "bl lab las abl fvl rsl bek barnetslov boernenslov ungdommenslov aktivlov straffelov folkeskolelov "
    "retssikkerhedslov forvaltningslov",
    # words that look like a name: "loven" alone, bl.a., blandt andet, leave
    NO_LAW: "lov bla blandet orlov forlov",
}


def _spellings(least: int) -> Iterator[tuple[str, str]]:
    """(spelling, law) for the names of at least so many letters."""
    for law, names in LAW_NAMES.items():
        for name in names.split():
            if len(name) >= least:
                yield from (
                    (name + end, law) for end in (("", "s", "en", "ens") if name.endswith("lov") else ("", "s"))
                )


_NAMES: Final = dict(_spellings(1))
_BEGINNINGS: Final = frozenset(name[:n] for name in _NAMES for n in range(1, len(name) + 1))
_LAW_ENDING: Final = re.compile(r"lov(?:en)?s?$")
_DECREE_ENDING: Final = re.compile(r"(?<!^lov)bekendtgoerelse(?:n|s|ns)?$")


def _slips(name: str) -> Iterator[str]:
    """The name and the name without any one letter: two names a keyboard slip apart have one of these in common."""
    yield name
    yield from (name[:i] + name[i + 1 :] for i in range(len(name)))


_SLIPS: Final = {slip: law for name, law in _spellings(9) if law not in (OTHER, NO_LAW) for slip in _slips(name)}

_DASHES: Final = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
_INVISIBLE: Final = dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
_FOLD: Final = str.maketrans({"æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "å": "aa"} | _DASHES | _INVISIBLE)
_TOKEN: Final = re.compile(
    r"""
    (?P<date> (?<!§)(?<!§\ )(?:
        [0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})(?![0-9]) | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}
        | (?:0?[1-9]|[12][0-9]|3[01])/(?:0?[1-9]|1[0-2])(?![0-9])
        | [0-9]{1,2}\.?\ ?(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-z]{0,6}(?!\w)))
  | (?P<suffix> (?:stk|stykke|nr|nummer|litra|pkt|punkt|punktum|kap|kapitel|afsnit|bilag)\.?[:\ ]{0,2}[0-9]+
        | (?:litra|pkt|punkt)\.?\ ?[a-z](?!\w) | [0-9]{1,2}\.\ ?(?:pkt|punktum|led)(?!\w))
  | (?P<part> (?:(?<=[0-9])|(?<=[0-9][a-z]))(?:[.:][0-9]{1,2}|,[0-9])(?![0-9]))  # the ",1" of § 112,1
  | (?P<number> [0-9]+(?: [a-hj-z](?![^\W\d])  # "i" is always the word, "m/", "v." and "e.l." are abbreviations
        | [\ -](?![efkmpstuv][./]|[a-z]\.[a-z](?!\w))[a-hj-wyz](?!\w))?)  # and a single x is "times"
  | (?P<sign> (?:§+|&sect;|(?:paragraf(?:fen|fens|fer|ferne)?|paragr|pargraf|parag|pgf|prgf)(?![^\W\d])|par\.)
        (?:[\ -]?(?:nr|nummer)(?![^\W\d])\.?)?)
  | (?P<word> [^\W\d_]+(?:-lov(?:en)?s?(?!\w))?)
  | (?P<other> \S)
    """,
    re.VERBOSE,
)
_UNITS: Final = "% stk styk stykker aar aarig aarige cm mm kg kr kroner dage uger timer pct procent tommer"
_KINDS: Final = {
    **dict.fromkeys(("og", "samt", "eller", ",", "/", ";", "&", "+"), "and"),
    **dict.fromkeys(("jf", "jfr", "jvf"), "jf"),
    **dict.fromkeys(("til", "-"), "range"),
    **dict.fromkeys(("i", "af"), "of"),
    **dict.fromkeys(("efter", "iht", "under", "henhold"), "link"),
    **dict.fromkeys(_UNITS.split(), "unit"),
}
Tokens = list[tuple[str, str]]


def tokens_of(text: str) -> Tokens:
    """The text as (kind, value): a law's name is one "law" with its key, other punctuation is "glue"."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_FOLD)
    words: Tokens = []
    for match in _TOKEN.finditer(" ".join(folded.split())):
        kind, value = str(match.lastgroup), match.group()
        if kind in ("word", "other"):
            kind = _KINDS.get(value, "word" if kind == "word" or value.isalnum() else "glue")
        words.append((kind, value))
    tokens: Tokens = []
    position = 0
    while position < len(words):
        kind, value = words[position]
        perhaps = kind == "word" and (value in _BEGINNINGS or "lov" in value or "bekendt" in value)
        law, end = _law_at(words, position) if perhaps else (NO_LAW, 0)
        tokens.append(("law", law) if law else words[position])
        position = end if law else position + 1
    return tokens


def _law_at(words: Tokens, start: int) -> tuple[str, int]:
    """The law whose name begins at ``start`` and where the name ends; the longest name wins, ours over another's."""
    name, found = "", (NO_LAW, 0)
    for end in range(start, min(start + 10, len(words))):
        kind, value = words[end]
        if kind == "word":
            name += value.replace("-", "")
            phrase = name.startswith("lovom")
            law = _NAMES.get(name)
            if law is None and (phrase or end == start):
                law = _unlisted_law(name, phrase)
                law = found[0] if law in (OTHER, NO_LAW) and found[0] else law
                found = (law, end + 1) if law != found[0] else found
            elif law is not None:
                found = (law, end + 1)
            if len(name) > 30 or not (phrase or name in _BEGINNINGS):
                break
        elif kind not in ("glue", "range"):
            break
    return found


def _unlisted_law(name: str, phrase: bool) -> str:
    """The law of a name that is not in the table: one of ours with a slip in it, another law, or no law's name."""
    if phrase or _LAW_ENDING.search(name):
        return next((_SLIPS[slip] for slip in _slips(name) if slip in _SLIPS), OTHER) if len(name) < 30 else OTHER
    return OTHER if _DECREE_ENDING.search(name) else NO_LAW

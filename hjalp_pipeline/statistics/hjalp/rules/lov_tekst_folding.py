"""A text as its words are looked for: small letters, one kind of dash, no invisible signs."""

import re
import unicodedata
from typing import Final

_DASHES: Final = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
_INVISIBLE: Final = dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
_FOLD: Final = str.maketrans({"æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "å": "aa"} | _DASHES | _INVISIBLE)
_LOOKALIKES: Final = str.maketrans(dict.fromkeys("´`’‘", "'") | {"×": "x"})
_HALF: Final = re.compile(r"(?<![0-9])½(?=\s?[0-9])")  # the key of § without Shift
#: What nearly every text is made of: nothing in it has another form, and few of its letters are folded.
_PLAIN: Final = re.compile("[\0-_a-\x7f§æøåÆØÅ]*")


def fold_text(text: str) -> str:
    """A text of a law as its words are looked for (R7)."""
    if _PLAIN.fullmatch(text):
        text = text.lower()
        if not text.isascii():
            text = text.replace("ø", "oe").replace("æ", "ae").replace("å", "aa")
        return " ".join(text.split())
    plain = unicodedata.normalize("NFKC", _HALF.sub("§", text.translate(_LOOKALIKES)))
    return " ".join(plain.casefold().translate(_FOLD).split())

"""A simple reader of lov_tekst: right for the spellings of everyday, not for everything people type."""

from __future__ import annotations

import re
from collections.abc import Callable, Container

TextReader = Callable[[str, frozenset[str]], str | None]
"""Text and the codes usable for its loan -> the code it names."""

NUMBERS = {
    ("sel", "83"): "SEL_83",
    ("sel", "83a"): "SEL_83A",
    ("sel", "86"): "SEL_86",
    ("sel", "112"): "SEL_112",
    ("sel", "113"): "SEL_113",
    ("sel", "113b"): "SEL_113",
    ("sel", "114"): "SEL_114",
    ("sel", "116"): "SEL_116",
    ("sel", "128"): "SEL_128",
    ("sel", "128b"): "SEL_128",
    ("aml", "15"): "AML_15",
    ("sul", "138"): "SUL_138",
    ("sul", "140"): "SUL_140",
    ("ael", "10"): "AEL_10",
}
LAWS = {
    "sel": r"\bsel\b|servicelov\w*|lov om social service",
    "aml": r"\baml\b|arbejdsmiljølov\w*|lov om arbejdsmiljø",
    "sul": r"\bsul\b|sundhedslov\w*",
    "ael": r"\bæl\b|ældrelov\w*",
}
ANY_LAW = "|".join(LAWS.values())
NUMBER = r"\d+(?!\d)(?!\.\d)(?:\s*[abcd]\b)?"
MENTION = re.compile(rf"(?:§+|paragraf\w*|{ANY_LAW})\s*({NUMBER}(?:\s*(?:,|og|samt|eller)\s*{NUMBER})*)")


def read_text(text: str, usable: Container[str]) -> str | None:
    """The one code of those usable for the loan that a free text names, or None."""
    text = text.strip().lower()
    rest = re.sub(ANY_LAW, " ", text)
    if re.search(r"lov(en|ens)?\b", rest):
        return None  # a law that is none of ours
    laws = {name for name, pattern in LAWS.items() if re.search(pattern, text)}
    if len(laws) > 1:
        return None
    mentions = [number for group in MENTION.findall(text) for number in re.findall(NUMBER, group)]
    if re.fullmatch(NUMBER, text):
        mentions.append(text)
    codes = set()
    for mention in mentions:
        number = mention.replace(" ", "")
        for (law, known), code in NUMBERS.items():
            if number == known and code in usable:
                if laws and law not in laws:
                    return None  # the number belongs to another law
                codes.add(code)
    return codes.pop() if len(codes) == 1 else None

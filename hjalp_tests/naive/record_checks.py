"""What a record of a delivery has to be (section 2 of the interfaces), field by field."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable

FIELDS = (
    "udlaan_id",
    "komnr_indberetter",
    "komnr_betaling",
    "pnr",
    "hminr",
    "hmiiso",
    "hminavn",
    "udleveringsdato",
    "indleveringsdato",
    "lov_navn",
    "lov_tekst",
)
REQUIRED = ("udlaan_id", "komnr_indberetter", "pnr", "udleveringsdato")
Record = dict[str, str | None]


def is_date(value: str) -> bool:
    """`YYYY-MM-DD` and a day that exists."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def hmiiso_digits(value: str) -> str:
    """Blanks and hyphens dropped."""
    return value.replace(" ", "").replace("\u00a0", "").replace("-", "")


FORMS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "udlaan_id": ("FELT", lambda value: len(value) <= 36 and not lost_digits(value)),
    "komnr_indberetter": ("KOMNR", lambda value: re.fullmatch(r"[0-9]{3}", value) is not None),
    "komnr_betaling": ("KOMNR", lambda value: re.fullmatch(r"[0-9]{3}", value) is not None),
    "pnr": (
        "FELT",
        lambda value: not lost_digits(value) and not re.fullmatch(r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+", value),
    ),
    "hminr": ("FELT", lambda value: re.fullmatch(r"[0-9]{1,6}", value) is not None),
    "hmiiso": (
        "FELT",
        lambda value: re.fullmatch(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{8}", hmiiso_digits(value)) is not None,
    ),
    "udleveringsdato": ("DATO", is_date),
    "indleveringsdato": ("DATO", is_date),
}


BLANKS = " \t\r\n\u00a0"


TEXTS = ("udlaan_id", "hminavn", "lov_navn", "lov_tekst")


def lost_digits(value: str) -> bool:
    """A number written with an exponent, as programs write one that is too long for them."""
    value = value.strip(BLANKS)
    mantissa, letter, exponent = value.lower().partition("e")
    digits = mantissa.lstrip("+-")
    whole, point, decimals = digits.replace(",", ".").partition(".")
    signed = exponent[:1] in ("+", "-")
    number = whole.isdecimal() and (decimals.isdecimal() if point else True) and exponent.lstrip("+-").isdecimal()
    return bool(letter) and number and value.isascii() and (bool(point) or signed)


def has_control(value: str) -> bool:
    """A control character other than tab and line ends."""
    return any(unicodedata.category(char) == "Cc" and char not in "\t\r\n" for char in value)


def check_record(record: Record, komnr: str) -> list[tuple[str, str]]:
    """Findings (field, code) of a record, in field order; blanks around all but texts are dropped from it."""
    if "*" in record:
        return [("", "FELT")]
    findings = []
    for name in FIELDS:
        value = record[name]
        if value is not None and name not in TEXTS:
            value = record[name] = value.strip(BLANKS) or None
        if value is not None and name == "hmiiso":
            value = record[name] = hmiiso_digits(value).strip(BLANKS) or None
        if value is not None and name == "udlaan_id" and not value.strip(BLANKS):
            value = record[name] = None
        if value is None:
            if name in REQUIRED:
                findings.append((name, "MANGLER"))
            continue
        code, right = FORMS.get(name, ("FELT", lambda _: True))
        if has_control(value):
            findings.append((name, "DATO" if code == "DATO" else "FELT"))
        elif not right(value) or (name == "komnr_indberetter" and value != komnr):
            findings.append((name, code))
    return findings

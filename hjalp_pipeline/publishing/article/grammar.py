"""Numbers, shares, times and lists as Danish and English sentences have them. Whole numbers in, so every rounding is exact.

Halves are rounded away from zero.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hjalp_pipeline.codelists.periods import MONTHS, Period
from hjalp_pipeline.publishing.table import Language, enumerated

_DANISH_TIME = ZoneInfo("Europe/Copenhagen")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_QUARTERS_EN = ("first", "second", "third", "fourth")
#: Names of one kind that a sentence lists; of more it tells how many.
NAMED = 3
#: From here on persons are told in hundreds, from ``_TENS`` on in tens: below that a hundred would be half of the figure.
_HUNDREDS, _TENS = 1000, 100


class _Fraction(NamedTuple):
    parts: int
    whole: int
    da: str
    en: str


_FRACTIONS = (
    *(
        _Fraction(1, whole, f"hver {da}", f"one in {en}")
        for whole, (da, en) in enumerate(
            (
                *(("anden", "two"), ("tredje", "three"), ("fjerde", "four"), ("femte", "five"), ("sjette", "six")),
                *(("syvende", "seven"), ("ottende", "eight"), ("niende", "nine"), ("tiende", "ten")),
            ),
            start=2,
        )
    ),
    *(
        _Fraction(parts, whole, f"{da[0]} ud af {da[1]}", f"{en[0]} in {en[1]}")
        for parts, whole, da, en in (
            (2, 5, ("to", "fem"), ("two", "five")),
            (3, 5, ("tre", "fem"), ("three", "five")),
            (2, 3, ("to", "tre"), ("two", "three")),
            (3, 4, ("tre", "fire"), ("three", "four")),
            (4, 5, ("fire", "fem"), ("four", "five")),
            (9, 10, ("ni", "ti"), ("nine", "ten")),
        )
    ),
)
#: A share is told as a fraction when it is at most one part in ``_NEAR`` and ``_POINTS`` percentage points away from it, and
#: without "godt" or "knap" up to one part in ``_EXACT``.
_NEAR, _POINTS, _EXACT = 12, 2, 100


def half_away(numerator: int, denominator: int) -> int:
    """A quotient as a whole number, halves away from zero; ``denominator`` above 0."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def written(value: int, language: Language, decimals: int = 0) -> str:
    """A whole number of 10^-decimals: ``1.234,5`` in Danish, ``1,234.5`` in English."""
    whole, fraction = divmod(abs(value), 10**decimals)
    text = f"{whole:,}" + (f".{fraction:0{decimals}}" if decimals else "")
    text = text if language == "en" else text.translate(str.maketrans(",.", ".,"))
    return f"−{text}" if value < 0 else text


def persons(count: int, *, down: bool = False) -> int:
    """A number of persons as a text tells it: in hundreds, below 1,000 in tens, below 100 as it is. ``down``: never more."""
    step = 100 if count >= _HUNDREDS else 10 if count >= _TENS else 1
    return count // step * step if down else half_away(count, step) * step


def per_cent(change: int, before: int, language: Language) -> str:
    """The size of a change in whole per cent of what was before (above 0): ``3 pct.``, ``under 1 pct.``."""
    whole = half_away(100 * abs(change), before)
    unit = "pct." if language == "da" else "per cent"
    if change and not whole:
        return f"under 1 {unit}"
    return f"{written(whole, language)} {unit}"


def share_in_words(parts: int, whole: int, language: Language) -> str:
    """A share as people say it, ``godt hver tredje``, ``just over one in three``; far from such a fraction in whole per cent,
    ``45 pct. af dem``. ``whole`` above 0.
    """
    if parts == 0:
        return "ingen" if language == "da" else "none"
    if parts == whole:
        return "alle" if language == "da" else "all"
    near = min(_FRACTIONS, key=lambda one: abs(parts * one.whole - whole * one.parts) / one.whole)
    off = parts * near.whole - whole * near.parts  # against near.parts * whole, the same in that unit
    if abs(off) * _NEAR > near.parts * whole or abs(off) * 100 > _POINTS * near.whole * whole:
        return f"{per_cent(parts, whole, language)} {'af dem' if language == 'da' else 'of those'}"
    exact = abs(off) * _EXACT <= near.parts * whole
    if language == "da":
        return near.da if exact else f"{'godt' if off > 0 else 'knap'} {near.da}"
    return near.en if exact else f"just {'over' if off > 0 else 'under'} {near.en}"


def time_name(code: str, language: Language) -> str:
    """A year or a quarter: ``2024``, ``4. kvartal 2024``, ``the fourth quarter of 2024``."""
    if not Period.is_form_of(code):
        return code
    period = Period.parse(code)
    return period.in_words if language == "da" else f"the {_QUARTERS_EN[period.nr - 1]} quarter of {period.aar}"


def time_phrase(code: str, language: Language, *, stock: bool) -> str:
    """When, as a sentence has it, of a year or a quarter: ``ved udgangen af 2024``, ``in the fourth quarter of 2024``."""
    said = time_name(code, language)
    if stock:
        return f"ved udgangen af {said}" if language == "da" else f"at the end of {said}"
    return f"i {said}" if language == "da" else f"in {said}"


def year_before(code: str) -> str:
    """The same time a year before: of ``2024K4`` it is ``2023K4``."""
    return f"{int(code[:4]) - 1:04d}{code[4:]}"


def day_in_words(day: date, language: Language) -> str:
    """A day, of a point in time the Danish one: ``24. juni 2025``, ``24 June 2025``."""
    if isinstance(day, datetime):
        day = day.astimezone(_DANISH_TIME)
    if language == "da":
        return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def moment_in_words(moment: datetime, language: Language) -> str:
    """Day and Danish time: ``24. juni 2025 kl. 8.00``, ``24 June 2025 at 8:00``."""
    at = moment.astimezone(_DANISH_TIME)
    clock = f"kl. {at.hour}.{at:%M}" if language == "da" else f"at {at.hour}:{at:%M}"
    return f"{day_in_words(moment, language)} {clock}"


def listed(names: Sequence[str], many: tuple[str, str], language: Language) -> str:
    """Names as a list, more than ``NAMED`` as a number: ``12 kommuner``. ``many``: what they are, in Danish and English."""
    if len(names) > NAMED:
        return f"{len(names)} {many[0] if language == 'da' else many[1]}"
    return enumerated(names, "og" if language == "da" else "and")


def sentence(text: str) -> str:
    """A text with a capital letter first (not of an entity or a tag)."""
    return text[:1].upper() + text[1:]


def words(text: str) -> int:
    """How many words a text has, tags left out."""
    return len(re.sub(r"<[^>]*>", "", text).split())

"""Which values a StatBank selector means: a code, ``*``, ``>=2020K1<=2021K4``, and of time ``(-n+10)``.

Codes are taken in any case. A selector that finds nothing is refused: nobody gets fewer figures than he thinks.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import translate
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any

from hjalp_pipeline.publishing.table import Variable
from hjalp_pipeline.serving.statbank_errors import no_sums, no_value, too_many_values

#: A rule of the nth from an end: which end, and CSS's ``an+b``. In an address a plus may have become a blank.
_NTH = re.compile(r"(?P<end>[-+]|first|last)?\((?P<rule>[^()]{1,20})\)", re.IGNORECASE)
_AN_B = re.compile(r"(?P<a>[-+]?[0-9]{0,4})n(?P<b>[-+][0-9]{1,4})?")
_BOUND = re.compile(r"(?P<sign>[<>]=?)(?P<code>[^<>=]{1,40})")
_BOUNDS = re.compile(r"([<>]=?[^<>=]{1,40}){1,2}")
_THROUGH: Mapping[str, Callable[[Any, Any], bool]] = {">=": ge, ">": gt, "<=": le, "<": lt}
_CALCULATED = re.compile(r"(sum|multiply|divide|subtract)\(", re.IGNORECASE)
#: Characters of a selector.
_LONGEST = 100
#: Of a variable: selectors beside one for each code, and those that are compared with every code.
OTHERS, MOST_PATTERNS = 50, 20


def chosen(variable: Variable, places: Mapping[str, int], selectors: Iterable[str]) -> list[int]:
    """The places of the values, none twice: of time in its order, of others as they were asked for. ``places``: by code in
    capitals. Refused.
    """
    found: dict[int, None] = {}
    named = list(dict.fromkeys(selectors))
    for among, most in ((named, len(places) + OTHERS), ([one for one in named if "*" in one], MOST_PATTERNS)):
        if len(among) > most:
            raise too_many_values(variable.code, most)
    for selector in named:
        places_of = _places(variable, places, selector.strip())
        if not places_of:
            raise no_value(selector[:_LONGEST], variable.code)
        found |= dict.fromkeys(places_of)
    return sorted(found) if variable.role == "time" else list(found)


def _places(variable: Variable, places: Mapping[str, int], selector: str) -> list[int]:
    if len(selector) > _LONGEST:
        return []
    code = selector.upper()
    if code in places:
        return [places[code]]
    if _CALCULATED.match(selector):
        raise no_sums(selector)
    if "*" in code:
        matches = _pattern(code).match
        return [place for code, place in places.items() if matches(code)]
    if _BOUNDS.fullmatch(code):
        return _between(variable, places, code)
    nth = _NTH.fullmatch(selector)
    return _nth(len(places), nth) if nth and variable.role == "time" else []


@lru_cache(256)
def _pattern(code: str) -> re.Pattern[str]:
    """The star alone stands for other characters."""
    return re.compile(translate(re.sub(r"\*+", "*", code).replace("[", "[[]").replace("?", "[?]")))


def _between(variable: Variable, places: Mapping[str, int], code: str) -> list[int]:
    """What the bounds let through, in the order of the values; of time a bound need not be one of its codes."""
    through = dict(places)
    for bound in _BOUND.finditer(code):
        lets, limit = _THROUGH[bound["sign"]], bound["code"].strip()
        if variable.role == "time":
            through = {each: place for each, place in through.items() if lets(each, limit)}
        elif limit in places:
            through = {each: place for each, place in through.items() if lets(place, places[limit])}
        else:
            return []
    return list(through.values())


def _nth(times: int, nth: re.Match[str]) -> list[int]:
    """Places of the times a rule counts from the newest; from the oldest after a minus or ``first``."""
    rule = re.sub(r"(?<=n) (?=[0-9])", "+", nth["rule"].lower().strip()).replace(" ", "")
    step, first = {"odd": (2, 1), "even": (2, 0)}.get(rule, (0, 0))
    if re.fullmatch(r"\+?[0-9]{1,4}", rule):
        first = int(rule)
    elif parts := _AN_B.fullmatch(rule):
        step = int(parts["a"] + "1") if parts["a"] in ("", "+", "-") else int(parts["a"])
        first = int(parts["b"] or 0)
    elif rule not in ("odd", "even"):
        return []
    counted = [number for number in range(1, times + 1) if _counts(number, step, first)]
    from_oldest = (nth["end"] or "").lower() in ("-", "first")
    return [number - 1 if from_oldest else times - number for number in counted]


def _counts(number: int, step: int, first: int) -> bool:
    """Whether there is an n of 0 or more with step * n + first = number."""
    if step == 0:
        return number == first
    return (number - first) % step == 0 and (number - first) // step >= 0

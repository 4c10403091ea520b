"""Which values a selection of PxWebApi 2 means: a code, ``*``, ``?``, ``TOP(n)``, ``BOTTOM(n)``, ``RANGE(a,b)``, ``FROM(a)``, ``TO(a)``."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import translate
from functools import lru_cache

from hjalp_pipeline.publishing.table import Variable
from hjalp_pipeline.serving.pxweb_problems import no_expression, no_value, too_many_values
from hjalp_pipeline.serving.statbank_selectors import MOST_PATTERNS, OTHERS

_EXPRESSION = re.compile(r"(TOP|BOTTOM|RANGE|FROM|TO)\((.*)\)")
_COUNT = re.compile(r"([1-9][0-9]{0,6})(?:,([0-9]{1,6}))?")
_LONGEST = 100


def selected(variable: Variable, places: Mapping[str, int], values: Iterable[str]) -> list[int]:
    """The places of the values, none twice: of time in its order, of others as they were asked for. ``places``: by code in
    capitals. Problem.
    """
    found: dict[int, None] = {}
    named = list(dict.fromkeys(values))
    for among, most in (
        (named, len(places) + OTHERS),
        ([one for one in named if "*" in one or "?" in one], MOST_PATTERNS),
    ):
        if len(among) > most:
            raise too_many_values(variable.code, most)
    for value in named:
        places_of = _places(variable, places, value.strip())
        if not places_of:
            raise no_value(value, variable.code)
        found |= dict.fromkeys(places_of)
    return sorted(found) if variable.role == "time" else list(found)


def _places(variable: Variable, places: Mapping[str, int], value: str) -> list[int]:
    code = value.upper()
    if code in places:
        return [places[code]]
    if len(code) > _LONGEST:
        raise no_expression(value, variable.code)
    every = range(len(places))
    expression = _EXPRESSION.fullmatch(code)
    if expression is None:
        matches = _pattern(code).match if "*" in code or "?" in code else None
        return [place for each, place in places.items() if matches and matches(each)]
    name, within = expression.groups()
    if name in ("TOP", "BOTTOM"):
        count = _COUNT.fullmatch(within.replace(" ", ""))
        if count is None:
            raise no_expression(value, variable.code)
        # The top of time is the newest, of all else what stands first.
        from_end = (name == "TOP") == (variable.role == "time")
        first = int(count[2] or 0)
        counted = list(reversed(every) if from_end else every)[first : first + int(count[1])]
        return sorted(counted)
    bounds = [places[bound.strip()] for bound in within.split(",") if bound.strip() in places]
    if len(bounds) != within.count(",") + 1 or len(bounds) != (2 if name == "RANGE" else 1):
        raise no_expression(value, variable.code)
    low = 0 if name == "TO" else min(bounds)
    high = len(places) - 1 if name == "FROM" else max(bounds)
    return list(every[low : high + 1])


@lru_cache(256)
def _pattern(code: str) -> re.Pattern[str]:
    """A star stands for other characters, a question mark for one."""
    return re.compile(translate(re.sub(r"\*+", "*", code).replace("[", "[[]")))

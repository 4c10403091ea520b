"""Why a cell has changed, in codes and in words."""

from collections.abc import Callable, Sequence

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.publishing.statbank import HIDDEN, NO_POPULATION, NOT_TAKING_PART

CONFIDENTIAL = "skjult af hensyn til fortrolighed"


NO_LONGER = "ikke længere skjult af hensyn til fortrolighed"


#: Kommuner named one by one in a cause; more of them are counted.
NAMED = 10


_WHY_NOT = {HIDDEN: CONFIDENTIAL, NO_POPULATION: "ingen befolkning at sætte i forhold til"}


Cause = tuple[str, str]


def reason(before: str, after: str, *, whole: bool) -> str:
    """Why a cell has no figure now, or has one now. ``whole``: it is of the whole country."""
    if after == NOT_TAKING_PART:
        return "ingen kommune deltager" if whole else "kommunen deltager ikke"
    said = []
    if before == NOT_TAKING_PART:
        said.append("der er nu kommuner der deltager" if whole else "kommunen deltager nu")
    if after in _WHY_NOT:
        said.append(_WHY_NOT[after])
    return " + ".join(said) or {HIDDEN: NO_LONGER, NO_POPULATION: "der er nu befolkning at sætte i forhold til"}[before]


def in_codes(causes: Sequence[Cause]) -> str:
    """Causes as ``revision.csv`` has them: ``registerudtræk + genleverance 540, 741``."""
    return _joined(causes, lambda komnr: komnr)


def in_words(causes: Sequence[Cause]) -> str:
    """Causes with the kommuner's names."""
    return _joined(causes, lambda komnr: NAVN[komnr])


def _joined(causes: Sequence[Cause], name: Callable[[str], str]) -> str:
    parts = []
    for kind in dict.fromkeys(kind for kind, _ in causes):
        kommuner = [komnr for of, komnr in causes if of == kind and komnr]
        if len(kommuner) > NAMED:
            parts.append(f"{kind} {len(kommuner)} kommuner")
        else:
            parts.append(" ".join([kind, *([", ".join(name(komnr) for komnr in kommuner)] if kommuner else [])]))
    return " + ".join(parts)

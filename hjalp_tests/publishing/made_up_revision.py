"""A made-up revision: its page as data, with as much changed as a test asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.publishing.revision import Cell, Figures, Measure, Page, Total


def move(place: str, before: int, after: int, *, aar: int = 2024, **more: Any) -> Total:
    return Total(place, aar, before, after, "registerudtræk", **more)


def country(before: int, after: int, aar: int = 2024) -> Total:
    return Total("Hele landet", aar, before, after, "genleverance Vejle", whole=True)


def measure(
    *totals: Total,
    sentence: str = "udlån",
    national: Total | None = None,
    of_kommuner: Mapping[str, tuple[str, str]] | None = None,
    **more: Any,
) -> Measure:
    return Measure("HJALP1", sentence, "Udlån", "ultimo", 2024, totals, national, of_kommuner or {}, **more)


def page(
    *measures: Measure,
    figures: Sequence[int] = (100, 2, 0, 0),
    reasons: Sequence[str] | None = ("alt er nyt",),
    **more: Any,
) -> Page:
    rest: dict[str, Any] = {"behind": [], "counts": [("HJALP1", 1, 0, 0)], "hidden": []} | more
    return Page("Udlån", "2024v2", "2024v1", Figures(*figures), reasons, measures=measures, **rest)


def texts(**named: tuple[str, str]) -> dict[str, tuple[str, str]]:
    """Texts before and after of every kommune: 7 and 7, but those named ``k101``."""
    return dict.fromkeys(KOMNR, ("7", "7")) | {name[1:]: pair for name, pair in named.items()}


def hidden(number: int) -> list[Cell]:
    return [Cell(f"HJALP1, Dragør, {n}", "..", "7", "ikke længere skjult") for n in range(number)]

"""The 98 kommuner as tiles laid out like the country, for a map on a page: ``tiles.html.j2`` draws it."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Tile:
    """A kommune's place in the grid (column and row from 1) and its short name."""

    komnr: str
    col: int
    row: int
    short: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a tile shows: its kind, which is its colour (a class of ``base.html.j2`` or the page), and a word; the colour is
    never the only sign. ``href``: where the tile leads.
    """

    kind: str
    word: str
    href: str = ""


@lru_cache
def tiles() -> tuple[Tile, ...]:
    """The 98 tiles in reading order; from ``tiles.csv`` beside this module."""
    text = files("hjalp_pipeline.pages").joinpath("tiles.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    found = [Tile(row["komnr"], int(row["col"]), int(row["row"]), row["short"]) for row in rows]
    return tuple(sorted(found, key=lambda tile: (tile.row, tile.col)))


def legend(shown: Iterable[Shown], words: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """Kind, what it means, and how many tiles are of it, of every kind that occurs, in the order of ``words``."""
    counts = Counter(one.kind for one in shown)
    return [(kind, said, counts[kind]) for kind, said in words.items() if counts[kind]]

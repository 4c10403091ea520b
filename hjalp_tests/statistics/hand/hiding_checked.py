"""H11 looked at from outside: the csv, PX and JSON files of a release beside its unsuppressed figures, with nothing of the program.

`faults` says what is hidden without need, shown against the rule, or told differently by another form of the same table.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from hjalp_tests.naive_hand.service_codes import GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Key = tuple[str, ...]
Cells = dict[Key, str]
KEYS = {
    **dict.fromkeys(("HAND01", "HAND05", "HAND06", "HAND07"), ("omrade", "ydelsestype", "tid")),
    "HAND02A": ("ydelsestype", "alder", "kon", "tid"),
    "HAND03A": ("ydelsestype", "mlgrp", "tid"),
}
HIDDEN, SMALL = "..", (1, 2)
#: Cells hidden beside small ones: one, and one more where a kommune knows the first as its own.
FURTHER = 2
#: A variable of one value: what is counted.
CONTENTS = "ContentsCode"


def shown_in(release: Path, table: str) -> Cells:
    """What the csv says, cell by cell."""
    rows = csv.reader((release / f"{table}.csv").read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    next(rows)
    return {tuple(row[:-1]): row[-1] for row in rows}


class Seen:
    """A release as the world sees it, and as it is."""

    def __init__(self, release: Path, lake: Path) -> None:
        """``lake``: where the unsuppressed tables are kept."""
        self.path = release
        self.shown = {table: shown_in(release, table) for table in KEYS}
        self.hidden = {
            table: {key for key, text in cells.items() if text == HIDDEN} for table, cells in self.shown.items()
        }
        frames = {
            table: pl.read_parquet(lake / "udgivelser" / table.lower() / f"{release.name}.parquet") for table in KEYS
        }
        self.persons = {
            table: self._of(frames[table], table, "antal" if "antal" in frames[table].columns else "personer")
            for table in ("HAND07", "HAND02A", "HAND05", "HAND03A")
        }
        for table in ("HAND01", "HAND06"):
            self.persons[table] = self.persons["HAND07"]
        self.figures = {
            table: self._of(frames[table], table, "antal" if "antal" in frames[table].columns else "tiendedele")
            for table in KEYS
        }

    @staticmethod
    def _of(frame: pl.DataFrame, table: str, column: str) -> dict[Key, int]:
        names = KEYS[table]
        rows = frame.select(*(pl.col(name).cast(pl.String) for name in names), column).drop_nulls(column)
        return {tuple(key): value for *key, value in rows.iter_rows()}

    def blocks(self, table: str) -> dict[tuple[str, str], set[Key]]:
        """Cells with a figure by code and time."""
        place = 0 if table in ("HAND02A", "HAND03A") else 1
        found: dict[tuple[str, str], set[Key]] = defaultdict(set)
        for key in self.persons[table]:
            found[key[place], key[-1]].add(key)
        return found


def faults(seen: Seen, *, first: bool) -> list[str]:
    """Everything that is not as H11 has it. ``first``: there is no earlier release, so that no mask is kept."""
    return [
        *_figures(seen),
        *_shares(seen),
        *_years(seen),
        *_groups(seen, first=first),
        *_linked(seen, first=first),
        *_forms(seen),
    ]


def _figures(seen: Seen) -> Iterator[str]:
    for table, cells in seen.shown.items():
        for key, text in cells.items():
            persons, figure = seen.persons[table].get(key), seen.figures[table].get(key)
            if text == HIDDEN:
                if not persons:
                    yield f"{table} {key}: hidden, and nobody is behind it"
            elif text in (".", "..."):
                if persons is not None and not (table == "HAND06" and text == "." and figure is None):
                    yield f"{table} {key}: {text}, and it has a figure"
            elif persons in SMALL:
                yield f"{table} {key}: shown, with {persons} behind it"
            elif figure is None or text.replace(",", "") not in (str(figure), f"0{figure}"):
                yield f"{table} {key}: {text} is not {figure}"


def _shares(seen: Seen) -> Iterator[str]:
    for table in ("HAND01", "HAND06"):
        for key in seen.hidden[table] ^ seen.hidden["HAND07"]:
            yield f"{table} {key}: not as HAND07"


def _years(seen: Seen) -> Iterator[str]:
    quarters = {(komnr, code, time[:4]) for komnr, code, time in seen.hidden["HAND07"]}
    wanted = {key for key, persons in seen.persons["HAND05"].items() if persons in SMALL or key in quarters}
    for key in wanted ^ seen.hidden["HAND05"]:
        yield f"HAND05 {key}: {'not hidden' if key in wanted else 'hidden without a reason'}"


def _groups(seen: Seen, *, first: bool) -> Iterator[str]:
    of_kommuner = seen.blocks("HAND07")
    for block, cells in seen.blocks("HAND03A").items():
        persons = {key: seen.persons["HAND03A"][key] for key in cells}
        away, small = cells & seen.hidden["HAND03A"], {key for key in cells if persons[key] in SMALL}
        beside = len(of_kommuner[block] & seen.hidden["HAND07"])
        others = [key for key in cells - small if persons[key]]
        wanted = set(small)
        if len(small) + beside == 1 and others:
            wanted.add(min(others, key=lambda key: (persons[key], list(GROUPS).index(key[1]))))
        if first and away != wanted:
            yield f"HAND03A {block}: hides {sorted(away)}, not {sorted(wanted)}"
        if small - away:
            yield f"HAND03A {block}: shows {sorted(small - away)}"
        if len(away) + beside == 1 and cells - away and any(persons[key] for key in cells - away):
            yield f"HAND03A {block}: one figure alone is hidden"


def _linked(seen: Seen, *, first: bool) -> Iterator[str]:
    """Hidden cells of both sides protect one another; on one side alone their sum is known, to a kommune less its own."""
    both = {table: seen.blocks(table) for table in ("HAND07", "HAND02A")}
    for block in both["HAND02A"]:
        values = {}
        for table, blocks in both.items():
            values[table] = [seen.persons[table][key] for key in blocks[block] & seen.hidden[table]]
        away = [*values["HAND07"], *values["HAND02A"]]
        further = [value for value in away if value not in SMALL]
        if first and len(further) > FURTHER:
            yield f"{block}: {len(further)} further cells are hidden"
        if first and further and not set(away) - set(further):
            yield f"{block}: hidden without anything small"
        if not away or (values["HAND07"] and values["HAND02A"]):
            continue
        known = sum(away)
        if len(away) == 1 or known in SMALL:
            yield f"{block}: what is hidden can be computed"
        if values["HAND07"] and any(known - own in SMALL for own in away):
            yield f"{block}: a kommune knows that another's is small"


def _forms(seen: Seen) -> Iterator[str]:
    for table, cells in seen.shown.items():
        if not cells:
            if (seen.path / f"{table}.px").exists():
                yield f"{table}: px of no cell"
            continue
        told = from_json(seen.path / f"{table}.json")
        if told != cells:
            yield f"{table}: json says otherwise"
        if from_px(seen.path / f"{table}.px") != list(told.values()):
            yield f"{table}: px says otherwise"


def from_json(path: Path) -> Cells:
    """The cells of a JSON-stat file, the last variable fastest."""
    told = json.loads(path.read_text(encoding="utf-8"))
    codes = []
    for name in told["id"]:
        index = told["dimension"][name]["category"]["index"]
        codes.append(index if isinstance(index, list) else sorted(index, key=index.get))
    keys: list[Key] = [()]
    for of in codes:
        keys = [(*key, code) for key in keys for code in of]
    decimals = 0 if path.stem in ("HAND07", "HAND02A") else 1
    signs, values = told.get("status") or {}, told["value"]
    found = {}
    for place, key in enumerate(keys):
        sign = signs.get(str(place)) if isinstance(signs, dict) else signs[place]
        value = values.get(str(place)) if isinstance(values, dict) else values[place]
        cell = tuple(code for name, code in zip(told["id"], key, strict=True) if name != CONTENTS)
        found[cell] = f"{value:.{decimals}f}".replace(".", ",") if value is not None else sign
    return found


def from_px(path: Path) -> list[str]:
    """What stands in the cells of a PX file, the last variable fastest, with a decimal comma."""
    text = path.read_text(encoding="utf-8")
    data = text[text.rindex("DATA=") + len("DATA=") :].rstrip().rstrip(";")
    return [one.strip('"').replace(".", ",") if re.search(r"\d", one) else one.strip('"') for one in data.split()]

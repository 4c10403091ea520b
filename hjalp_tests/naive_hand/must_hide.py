"""H11: which cells have to be hidden, given what HAND07 and HAND02A hide, and what earlier releases have hidden and shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hjalp_tests.naive_hand.figures import Figure, Key, Tables, kommune_by_age
from hjalp_tests.naive_hand.release import HandRelease
from hjalp_tests.naive_hand.service_codes import GROUPS, NATIONAL_FROM

Masks = dict[str, set[Key]]
"""Table -> hidden cells."""
SMALL = (1, 2)


@dataclass
class Earlier:
    """A release that stands: its figures, and what it has hidden."""

    release: HandRelease
    tables: Tables
    masks: Masks


def small(cells: dict[Key, Figure]) -> set[Key]:
    """Cells with 1 or 2 persons behind them."""
    return {key for key, figure in cells.items() if figure.counted and figure.persons in SMALL}


def blocks(tables: Tables) -> list[tuple[str, str]]:
    """Every code and quarter."""
    return sorted({(code, time) for _, code, time in tables["HAND07"]})


class Index:
    """The figures of each table by code and time."""

    def __init__(self, tables: Tables) -> None:
        self.found: dict[tuple[str, str, str], dict[Key, Figure]] = {}
        for table, cells in tables.items():
            place = 0 if table in ("HAND02A", "HAND03A") else 1
            for key, figure in cells.items():
                if figure.counted:
                    self.found.setdefault((table, key[place], key[-1]), {})[key] = figure

    def of(self, table: str, code: str, time: str) -> dict[Key, Figure]:
        """Cells of a table with this code and time that hold a figure."""
        return self.found.get((table, code, time), {})


def least_of_linked(tables: Tables, release: HandRelease, earlier: Iterable[Earlier]) -> Masks:
    """What HAND07 and HAND02A hide at least: 1 or 2 persons, and what earlier releases ask for."""
    masks = {"HAND07": small(tables["HAND07"]), "HAND02A": small(tables["HAND02A"])}
    index = Index(tables)
    for before in earlier:
        old = Index(before.tables)
        for code, time in blocks(tables):
            if stands(index, old, code, time, ("HAND07", "HAND02A")):
                for table in masks:
                    masks[table] |= before.masks[table] & index.of(table, code, time).keys()
            masks["HAND02A"] |= of_newcomer(release, index, old, before, code, time)
    return masks


def stands(new: Index, old: Index, code: str, time: str, names: Iterable[str]) -> bool:
    """Do the figures of a code and quarter stand as in the earlier release, which had it?"""
    return all(new.of(table, code, time) == old.of(table, code, time) for table in names) and bool(
        old.of("HAND07", code, time)
    )


def of_newcomer(release: HandRelease, new: Index, old: Index, before: Earlier, code: str, time: str) -> set[Key]:
    """HAND02A's cells in which the one kommune that has come in has 1 or 2 persons, and which the earlier one shows."""
    there, then = new.of("HAND07", code, time), old.of("HAND07", code, time)
    come_in = there.keys() - then.keys()
    if time < NATIONAL_FROM or len(come_in) != 1 or then.keys() - there.keys() or not old.of("HAND02A", code, time):
        return set()
    if any(there[key].shown != figure.shown for key, figure in then.items()):
        return set()
    ((komnr, _, _),) = come_in
    few: set[Key] = {
        (code, *cell, time) for cell, n in kommune_by_age(release, komnr, code, time).items() if n in SMALL
    }
    return few - before.masks["HAND02A"]


def hidden_of_years(tables: Tables, hidden07: set[Key]) -> set[Key]:
    """HAND05: 1 or 2 persons, or one of its quarters is hidden."""
    hidden_in = {(komnr, code, time[:4]) for komnr, code, time in hidden07}
    return small(tables["HAND05"]) | {key for key, one in tables["HAND05"].items() if one.counted and key in hidden_in}


def hidden_of_groups(tables: Tables, hidden07: set[Key], earlier: Iterable[Earlier] = ()) -> set[Key]:
    """HAND03A: 1 or 2 persons; what stands keeps its mask; then one more where exactly one figure of HAND01 and HAND03A is
    hidden.
    """
    hidden = small(tables["HAND03A"])
    index = Index(tables)
    for before in earlier:
        old = Index(before.tables)
        for code, time in blocks(tables):
            if stands(index, old, code, time, ("HAND01", "HAND03A")):
                hidden |= before.masks["HAND03A"] & index.of("HAND03A", code, time).keys()
    of_code: dict[tuple[str, str], int] = {}
    for _, code, time in hidden07:
        of_code[code, time] = of_code.get((code, time), 0) + 1
    for code, time in blocks(tables):
        cells = index.of("HAND03A", code, time)
        away = [key for key in cells if key in hidden]
        if of_code.get((code, time), 0) + len(away) != 1:
            continue
        shown = [
            (figure.persons, list(GROUPS).index(key[1]), key)
            for key, figure in cells.items()
            if key not in hidden and figure.persons
        ]
        if shown:
            hidden.add(min(shown)[2])
    return hidden

"""Releases of two tables that add up to each other, as links: one for each code and time they have in common (H11, R11).

A figure is one and the same in several releases where it is unchanged: a figure of the table that is summed where all
figures of its owner, the code of the first dimension, are the same in all times both releases show; one of the other table
where all figures of the link are the same in both tables. A table that does not show a time, or has no figure of a code,
leaves the other without an equation there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.linked import SUM_OF, SUMMED, Figure, Link
from hjalp_pipeline.confidentiality.model import Name
from hjalp_pipeline.confidentiality.primary import THRESHOLD
from hjalp_pipeline.production.release.year_figures import Cell
from hjalp_pipeline.table_spec import TableSpec

#: The figures of a table (its name) of one owner alone at a time, by the table's codes; a cell that is not in it is 0.
FiguresOfOne = Callable[[str, str, Time], Mapping[Name, int]]
#: Codes that two tables have in common, and a time.
_Key = tuple[Name, Time]


@dataclass(frozen=True)
class LinkedRelease:
    """A release's unsuppressed tables, and what it hides where it is out."""

    release: str
    tables: Mapping[str, pl.DataFrame]
    hidden: frozenset[tuple[Cell, Time]] = frozenset()


@dataclass(frozen=True, eq=False)
class LinkOfTables:
    """A link with what it is in the tables.

    ``cells``: of each figure the cell of the newest release it stands in, None where it does not. ``known``: hidden figures
    that an earlier release has shown, by name; those that the newest hides all the same are in ``again``.
    """

    link: Link
    tid: Time
    cells: tuple[Cell | None, ...]
    known: tuple[Name, ...] = ()
    again: frozenset[Cell] = field(default_factory=frozenset)

    def mask(self, hidden: frozenset[int]) -> frozenset[tuple[Cell, Time]]:
        """What the newest release hides by a pattern."""
        cells = (self.cells[at] for at in hidden)
        return frozenset((cell, self.tid) for cell in (*cells, *self.again) if cell is not None)


def links_of(
    pair: tuple[TableSpec, TableSpec],
    releases: Sequence[LinkedRelease],
    *,
    is_new: bool,
    of_one: FiguresOfOne | None = None,
    owned: bool = True,
) -> list[LinkOfTables]:
    """The links of two tables in releases, oldest first; ``is_new``: what the last hides is still to be found.

    ``of_one`` is asked where exactly one owner has come in since an earlier release; ValueError where it is needed and not
    given. ``owned``: whether each owner is an attacker who knows its own figures, beside the outsider.
    """
    history = _History(pair, [release for release in releases if pair[0].name in release.tables], of_one, owned=owned)
    return [history.link(key, is_new=is_new) for key in history.keys]


class _History:
    """The figures of two tables in all releases, by key."""

    def __init__(
        self,
        pair: tuple[TableSpec, TableSpec],
        releases: Sequence[LinkedRelease],
        of_one: FiguresOfOne | None,
        *,
        owned: bool,
    ) -> None:
        self.pair, self.releases, self.of_one, self.owned = pair, releases, of_one, owned
        common = [code for code in pair[0].codes if code in pair[1].codes]
        #: Of both tables, by release.
        self.blocks = [
            [_blocks(spec, common, one.tables[spec.name]) if spec.name in one.tables else {} for one in releases]
            for spec in pair
        ]
        self.keys = sorted({key for of_table in self.blocks for one in of_table for key in one})
        frames = [one.tables[pair[0].name] for one in releases]
        self.unchanged = {
            (first, second): _unchanged(pair[0], frames[first], frames[second])
            for second in range(len(releases))
            for first in range(second)
        }

    def link(self, key: _Key, *, is_new: bool) -> LinkOfTables:
        """The link of a key. Hidden is what every release hides in which it stands, and what the new one must hide."""
        newest, (_, tid) = len(self.releases) - 1, key
        must = self._must(key, newest) if is_new else frozenset()
        figures, cells, known = list[Figure](), list[Cell | None](), list[Name]()
        hidden, free, again = set[int](), set[int](), set[Cell]()
        for side, codes, value, stands in self._figures(key):
            spec = self.pair[0 if side == SUMMED else 1]
            cell = (spec.name, *codes)
            hides = {at: (cell, tid) in self.releases[at].hidden for at in stands}
            in_newest = newest in stands
            asked = in_newest and (value < THRESHOLD or cell in must if is_new else hides[newest])
            if is_new:
                hides.pop(newest, None)
            shown = not all(hides.values())
            name = (spec.id, *codes, str(tid), self.releases[stands[0]].release)
            if shown and (asked or (value < THRESHOLD and any(hides.values()))):
                known.append(name)
            if shown and is_new:
                again |= {cell} if asked else set()
                continue
            (free if shown or (is_new and in_newest and not asked) else hidden).add(len(figures))
            bits = sum(1 << at for at in stands if all(of_table[at].get(key) for of_table in self.blocks))
            figures.append(Figure(name, value, side, bits, codes[0] if self.owned and side == SUMMED else None))
            cells.append(cell if in_newest else None)
        link = Link(tuple(figures), frozenset(hidden), frozenset(free))
        return LinkOfTables(link, tid, tuple(cells), tuple(known), frozenset(again))

    def _figures(self, key: _Key) -> Iterator[tuple[int, Name, int, list[int]]]:
        """Side, codes, value of each figure that is not 0, and the releases it stands in."""
        for side, of_table, first_of in (
            (SUMMED, self.blocks[0], self._first_of_owner),
            (SUM_OF, self.blocks[1], self._first_of_block),
        ):
            found: dict[tuple[Name, int], list[int]] = {}
            for at, blocks in enumerate(of_table):
                for codes, value in blocks.get(key, {}).items():
                    if value:
                        found.setdefault((codes, first_of(key, codes, at)), []).append(at)
            for (codes, _), stands in found.items():
                yield side, codes, of_table[stands[0]][key][codes], stands

    def _first_of_owner(self, key: _Key, codes: Name, at: int) -> int:
        """The first release whose figures of the owner are known to be those of this one, through any between."""
        same, reached = {at}, [at]
        while reached:
            one = reached.pop()
            for other, blocks in enumerate(self.blocks[0]):
                pair = (min(one, other), max(one, other))
                if other not in same and codes in blocks.get(key, {}) and codes[0] in self.unchanged[pair]:
                    same.add(other)
                    reached.append(other)
        return min(same)

    def _first_of_block(self, key: _Key, _codes: Name, at: int) -> int:
        return next(first for first in range(at + 1) if first == at or self._stands(key, first, at))

    def _stands(self, key: _Key, first: int, second: int) -> bool:
        """Whether all figures of a key are the same in two releases, in both tables."""
        return all(of_table[first].get(key) == of_table[second].get(key) for of_table in self.blocks)

    def _must(self, key: _Key, newest: int) -> frozenset[Cell]:
        """What the newest release hides because of an earlier one."""
        found: set[Cell] = set()
        for at, earlier in enumerate(self.releases[:newest]):
            # A table that has no figure there in one of them is held against nothing.
            of_both = [(of[at][key], of[newest][key]) for of in self.blocks if key in of[at] and key in of[newest]]
            if key in self.blocks[0][at] and all(before == now for before, now in of_both):
                cells = {
                    (spec.name, *codes)
                    for spec, of in zip(self.pair, self.blocks, strict=True)
                    for codes in of[at].get(key, {})
                }
                found |= {cell for cell in cells if (cell, key[1]) in earlier.hidden}
            found |= self._of_one(key, at, newest)
        return frozenset(found)

    def _of_one(self, key: _Key, at: int, newest: int) -> set[Cell]:
        """Where one owner has come in since, and all else of the key is unchanged: the cells in which it is small."""
        before, now = (self.blocks[0][one].get(key, {}) for one in (at, newest))
        come = {codes[0] for codes in now} - {codes[0] for codes in before}
        if len(come) != 1 or not before or not before.items() <= now.items():
            return set()
        (owner,) = come
        own = {codes: value for codes, value in now.items() if codes[0] == owner}
        spec, (_, tid) = self.pair[1], key
        shown = {
            codes
            for codes in self.blocks[1][at].get(key, {})
            if ((spec.name, *codes), tid) not in self.releases[at].hidden
        }
        if own.keys() | before.keys() != now.keys() or not any(own.values()) or not shown:
            return set()
        if self.of_one is None:
            msg = f"{spec.id} cannot be protected: nothing tells its figures of one that has come in"
            raise ValueError(msg)
        part = self.of_one(spec.name, owner, tid)
        return {(spec.name, *codes) for codes in shown if 0 < part.get(codes, 0) < THRESHOLD}


def of_counted(
    pairs: Sequence[tuple[TableSpec, TableSpec]], count: Callable[[str], Mapping[str, pl.DataFrame]]
) -> FiguresOfOne:
    """The figures of one owner alone from its unsuppressed tables, counted by ``count`` once for each that is asked about."""
    found: dict[str, dict[str, dict[Time, dict[Name, int]]]] = {}

    def of_one(table: str, owner: str, tid: Time) -> Mapping[Name, int]:
        if owner not in found:
            tables = count(owner)
            found[owner] = {spec.name: _by_time(spec, tables[spec.name]) for _, spec in pairs}
        return found[owner][table].get(tid, {})

    return of_one


def _by_time(spec: TableSpec, table: pl.DataFrame) -> dict[Time, dict[Name, int]]:
    found: dict[Time, dict[Name, int]] = {}
    for (_, tid), block in _blocks(spec, (), table).items():
        found.setdefault(tid, {}).update(block)
    return found


def _blocks(spec: TableSpec, common: Sequence[str], table: pl.DataFrame) -> dict[_Key, dict[Name, int]]:
    """The figures of a table by key and codes; what has no figure is not in it."""
    places = [spec.codes.index(code) for code in common]
    found: dict[_Key, dict[Name, int]] = {}
    for *codes, tid, value in table.drop_nulls(spec.measure).select(*spec.keys, spec.measure).iter_rows():
        found.setdefault((tuple(codes[place] for place in places), tid), {})[tuple(codes)] = value
    return found


def _unchanged(spec: TableSpec, before: pl.DataFrame, after: pl.DataFrame) -> frozenset[str]:
    """The owners all of whose figures are the same in the times both tables show."""
    then = before.select(*spec.keys, pl.col(spec.measure).alias("then"))
    both = after.select(*spec.keys, spec.measure).join(then, on=list(spec.keys), how="inner")
    same = both.group_by(spec.codes[0]).agg(pl.col(spec.measure).eq_missing(pl.col("then")).all())
    return frozenset(same.filter(spec.measure).get_column(spec.codes[0]))

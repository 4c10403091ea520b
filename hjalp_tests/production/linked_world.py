"""A made-up statistic of two tables that add up to each other, small releases of it, and what enumeration tells of them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import polars as pl

from hjalp_pipeline.confidentiality.model import SystemBuilder, holds
from hjalp_pipeline.production.release.disclosure import Protected, Published, protect_tables
from hjalp_pipeline.publishing.table import Text, Value, Variable
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC as OTHER
from hjalp_pipeline.table_parts import Distinct
from hjalp_pipeline.table_spec import MASK, TIME, Column, Dimension, Marked, TableSpec, Texts
from hjalp_tests.confidentiality.brute_force import tables as enumerate_tables

#: Of the first table komnr, code, time, of the second code, cell, time.
Codes = tuple[str, str, str]
Figures = Mapping[Codes, int | None]
CEILING = 14
KOMMUNER, KINDS, CELLS = ("101", "147", "151"), ("x", "y"), ("m", "k", "b")


def _dimension(column: str, codes: Sequence[str]) -> Dimension:
    values = tuple(Value(code, Text(code, code)) for code in codes)
    return Dimension(column, Variable(column, Text(column, column), values), column, column)


def _table(name: str, *dimensions: Dimension) -> TableSpec:
    return TableSpec(
        name=name,
        sql="",
        dimensions=dimensions,
        counts=Distinct("person"),
        columns=(Column("antal", "Antal"),),
        measure="antal",
        texts=Texts(Text(name, name), Text("Antal", "Number")),
        signs=(),
        description=name,
    )


def hides_as_many(tables: Marked, earlier: Sequence[Marked]) -> pl.DataFrame:
    """Of a code and time the first cell where the second table hides one, and what an earlier release hid of it."""
    first = tables["second"].filter(MASK).sort("cell").unique(["kind", TIME], keep="first").select("kind", TIME)
    again = [one["third"].filter(MASK).select("kind", TIME) for one in earlier]
    return pl.concat([first, *again]).unique()


_KIND = _dimension("kind", KINDS)
FIRST = replace(_table("first", _dimension("komnr", KOMMUNER), _KIND), adds_up_to="second")
SECOND = _table("second", _KIND, _dimension("cell", CELLS))
THIRD = replace(_table("third", _KIND), mask=hides_as_many, mask_of=("second",))
SHARING = replace(_table("sharing", _dimension("komnr", KOMMUNER), _KIND), shares_mask_of="first")
STATISTIC = replace(OTHER, tables=(FIRST, SECOND, SHARING, THIRD))


@dataclass(frozen=True)
class Small:
    """A release's figures; None where there is none."""

    name: str
    first: Figures
    second: Figures

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        def frame(columns: Sequence[str], figures: Figures) -> pl.DataFrame:
            types = {**dict.fromkeys(columns, pl.String), "antal": pl.Int64}
            return pl.DataFrame([(*codes, n) for codes, n in figures.items()], schema=types, orient="row")

        blocks = {(kind, tid): 0 for _, kind, tid in self.first}
        return {
            "first": frame(["komnr", "kind", TIME], self.first),
            "second": frame(["kind", "cell", TIME], self.second),
            "sharing": frame(["komnr", "kind", TIME], self.first),
            "third": pl.DataFrame([(*of, 5) for of in blocks], schema=["kind", TIME, "antal"], orient="row"),
        }

    def out(self, hidden: frozenset[tuple[tuple[str, ...], str]]) -> Published:
        """The release as it is out."""
        return Published(self.name, (), self.tables, hidden, owned=True)


def protect(new: Small, *earlier: Published, **more: object) -> Protected:
    """The new release, protected against those that are out."""
    return protect_tables(STATISTIC, new.name, new.tables, [], earlier, **{"owned": True, **more})  # type: ignore[arg-type]  # each keyword has its type, the dictionary has not


def published(new: Small, protected: Protected) -> Published:
    """The new release as it comes out."""
    hidden = {
        ((name, *codes), tid)
        for name in ("first", "second", "third")
        for *codes, tid in protected.tables[name].filter(MASK).select(pl.exclude("antal", MASK)).iter_rows()
    }
    return new.out(frozenset(hidden))


def some_releases(dice: random.Random) -> list[Small]:
    """Up to three releases of up to three kommuner, one or two codes and times; later ones differ here and there."""
    kommuner, kinds = KOMMUNER[: dice.randint(1, 3)], KINDS[: dice.randint(1, 2)]
    cells = CELLS[: dice.randint(1, 3)]

    def value() -> int:
        return dice.choice((0, 0, 1, 1, 2, 3, 4))

    first: dict[Codes, int | None] = {
        (k, kind, tid): value() for k in kommuner for kind in kinds for tid in ("2024K3", "2024K4")
    }
    second: dict[Codes, int | None] = {
        (kind, c, tid): value() for kind in kinds for c in cells for tid in ("2024K3", "2024K4")
    }
    absent = dice.choice((*kommuner, "none")) if len(kommuner) > 1 else "none"
    made = []
    for number in range(dice.randint(1, 3)):
        if number and dice.random() < 0.6:
            changed = dice.choice(kommuner)
            first |= {codes: value() for codes in first if codes[0] == changed and dice.random() < 0.7}
        if number and dice.random() < 0.6:
            second |= {codes: value() for codes in second if dice.random() < 0.4}
        late = number == 0 and dice.random() < 0.3
        made.append(
            Small(
                f"v{number}",
                {
                    codes: None if codes[0] == absent else n
                    for codes, n in first.items()
                    if not (late and codes[2] == "2024K4")
                },
                {codes: n for codes, n in second.items() if not (late and codes[2] == "2024K4")},
            )
        )
        absent = absent if dice.random() < 0.5 else "none"
    return made


#: An unknown: the cell (table, codes with time) and the releases in which it is one.
Unknown = tuple[str, Codes, tuple[int, ...]]


def unknowns(releases: Sequence[Published]) -> list[Unknown]:
    """Figures that are not 0, each with the releases in which it is unchanged, straight from the words of H11."""
    firsts = [_figures(one.tables["first"]) for one in releases]
    seconds = [_figures(one.tables["second"]) for one in releases]
    found: list[Unknown] = []
    for table, all_figures in (("first", firsts), ("second", seconds)):
        for codes in sorted({codes for figures in all_figures for codes, n in figures.items() if n}):
            stands = [at for at, figures in enumerate(all_figures) if figures.get(codes)]
            groups = [{at} for at in stands]
            for a, b in combinations(stands, 2):
                if table == "first":
                    common = {tid for *_, tid in firsts[a]} & {tid for *_, tid in firsts[b]}
                    own = [
                        {c: n for c, n in firsts[at].items() if c[0] == codes[0] and c[2] in common} for at in (a, b)
                    ]
                else:
                    own = [_of_block(firsts[at], seconds[at], codes) for at in (a, b)]
                if own[0] == own[1]:
                    one, other = (next(group for group in groups if at in group) for at in (a, b))
                    if one is not other:
                        groups.remove(other)
                        one |= other
            found += [(table, codes, tuple(sorted(group))) for group in groups]
    return found


def _of_block(first: Figures, second: Figures, codes: Codes) -> dict[tuple[str, ...], int]:
    kind, _, tid = codes
    of_first = {("first", *c): n for c, n in first.items() if c[1] == kind and c[2] == tid and n is not None}
    return of_first | {("second", *c): n for c, n in second.items() if c[0] == kind and c[2] == tid and n is not None}


def _figures(table: pl.DataFrame) -> dict[Codes, int | None]:
    return {row[:-1]: row[-1] for row in table.iter_rows()}


def told(releases: Sequence[Published], *, everything: bool = False) -> set[tuple[Unknown, str | None]] | None:
    """What is told to whom by enumeration; None when it takes too long. ``everything``: the newest hides all it can."""
    every = unknowns(releases)
    figures = [{"first": _figures(one.tables["first"]), "second": _figures(one.tables["second"])} for one in releases]

    def is_hidden(unknown: Unknown) -> bool:
        table, (*codes, tid), stands = unknown
        newest = len(releases) - 1
        return all(((table, *codes), tid) in releases[at].hidden or (everything and at == newest) for at in stands)

    hidden = [one for one in every if is_hidden(one)]
    found: set[tuple[Unknown, str | None]] = set()
    for attacker in (None, *KOMMUNER):
        left = [one for one in hidden if one[0] == "second" or one[1][0] != attacker]
        blocks = {(one[1][1 if one[0] == "first" else 0], one[1][2]) for one in left}
        for kind, tid in sorted(blocks):
            part = [one for one in left if one[1][2] == tid and one[1][1 if one[0] == "first" else 0] == kind]
            values = [int(figures[stands[0]][table][codes] or 0) for table, codes, stands in part]
            builder = SystemBuilder()
            for number, value in enumerate(values):
                builder.add_cell((str(number),), value, primary=True)
            for at in range(len(releases)):
                both = [
                    any(n is not None for c, n in figures[at][table].items() if kind == c[place] and c[2] == tid)
                    for table, place in (("first", 1), ("second", 0))
                ]
                if all(both):
                    terms = [(n, 1 if one[0] == "first" else -1) for n, one in enumerate(part) if at in one[2]]
                    builder.add_row(terms, sum(sign * values[n] for n, sign in terms))
            system = builder.build()
            possible = enumerate_tables(system, system.pattern(range(len(part))), ceiling=CEILING, limit=20_000)
            if possible is None:
                return None
            for one, value, column in zip(part, values, possible.T.tolist(), strict=True):
                if not holds("up3", value, min(column), max(column)):
                    found.add((one, attacker))
    return found

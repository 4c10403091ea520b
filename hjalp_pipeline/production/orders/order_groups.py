"""Groups of records that tables tell apart: of several tables the coarsest groups that all their figures are sums of (R11).

Every figure of a table, published or ordered, counts the records of some codes, or the persons behind them. Two records that no table
tells apart are in one *group*. A number of records is the sum of groups; a number of persons the sum over *sets* of groups: the
persons of a kommune who have records in exactly these. So whatever can be worked out from several tables, also by subtracting one
from another, can be worked out from these sums, and a person or two alone in a group are seen whichever tables tell them apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import polars as pl

from hjalp_pipeline.microdata_spec import OrderedStock

#: Codes of a record in the columns of a table; None where the table does not count it.
Codes = tuple[str, ...] | None
_COLUMN, _TABLE, _GROUP, _OUTSIDE = "\x1d", "\x1f", "\x1e", "\x00"


@dataclass(frozen=True)
class Family:
    """A table as groups: the ``columns`` it tells beside the kommune, whom it counts, and whether it counts persons, each once."""

    columns: tuple[str, ...]
    population: tuple[tuple[str, frozenset[str]], ...]
    once: bool

    @property
    def reads(self) -> frozenset[str]:
        """All columns that it depends on."""
        return frozenset(self.columns) | {column for column, _ in self.population}

    def code(self, only: frozenset[str] | None = None) -> pl.Expr:
        """Its codes of a record as text (``only``: of these columns), null where it is not counted."""
        columns = [column for column in self.columns if only is None or column in only]
        text = pl.concat_str([pl.lit(""), *columns], separator=_COLUMN)
        inside = pl.all_horizontal(
            pl.lit(value=True), *(pl.col(column).is_in(sorted(codes)) for column, codes in self.population)
        )
        return pl.when(inside).then(text).otherwise(pl.lit(_OUTSIDE))


@dataclass(frozen=True, slots=True)
class Group:
    """Records of a kommune that no table tells apart, or the persons with records in exactly these groups.

    ``value``: how many; ``persons``: behind them. ``codes``: by family all codes they have; ``members``: of persons the groups.
    """

    area: str
    key: str
    value: int
    persons: int
    codes: Mapping[Family, frozenset[tuple[str, ...]]]
    members: tuple[str, ...]

    def cells(self, family: Family, totals: Sequence[str], area_total: str) -> Iterator[tuple[str, ...]]:
        """The cells of the family's table it is counted in: kommune and codes, each also the total."""
        found = {
            cell
            for codes in self.codes[family]
            for cell in product((self.area, area_total), *zip(codes, totals, strict=True))
        }
        return iter(sorted(found))


@dataclass(frozen=True)
class Assigned:
    """Persons of a kommune whose groups of persons look alike to tables of records (``seen``), each with a record of its own in
    the group of records ``record``: how many in truth.
    """

    area: str
    seen: str
    record: str
    value: int


class Groups:
    """The groups of a release's records of a year (``rows``, of an ``OrderedStock``) in the eyes of several tables."""

    def __init__(self, rows: pl.DataFrame, stock: OrderedStock, families: Sequence[Family]) -> None:
        """``rows``: of the kommuner that take part."""
        self.stock = stock
        self._of_records = [family for family in families if not family.once]
        self._of_persons = [family for family in families if family.once]
        told = frozenset(column for family in self._of_records for column in family.reads) - {stock.area.column}
        seen = [family.code(told) for family in self._of_persons if family.reads & told]
        self._rows = rows.select(
            area=stock.area.column,
            person=stock.person,
            records=stock.records,
            record=_text(family.code() for family in self._of_records),
            group=_text(family.code() for family in self._of_persons),
            seen=_text(seen),
        )

    @property
    def records(self) -> list[Group]:
        """Groups of records, each with at least one."""
        found = self._rows.group_by("area", "record").agg(
            pl.col("records").sum(), pl.col("person").n_unique().alias("persons")
        )
        return [
            Group(area, key, value, persons, _codes(self._of_records, (key,)), ())
            for area, key, value, persons in found.sort("area", "record").iter_rows()
        ]

    @property
    def persons(self) -> list[Group]:
        """Persons by kommune and the set of their groups, each with at least one."""
        sets = (
            self._rows.select("area", "person", "group").unique().sort("group").group_by("area", "person").agg("group")
        )
        found = sets.group_by("area", pl.col("group").list.join(_GROUP).alias("key")).agg(pl.len().alias("value"))
        out = []
        for area, key, value in found.sort("area", "key").iter_rows():
            members = tuple(key.split(_GROUP))
            out.append(Group(area, key, value, value, _codes(self._of_persons, members), members))
        return out

    @property
    def seen(self) -> dict[str, str]:
        """What tables of records see of a group of persons."""
        return dict(self._rows.select("group", "seen").unique().iter_rows())

    @property
    def assigned(self) -> list[Assigned]:
        """One record for each person and group of his, by what is seen of the group and the group of the record."""
        order = ["area", "person", "group", "record"]
        one = self._rows.sort(order).unique(order[:3], keep="first", maintain_order=True)
        counted = one.group_by("area", "seen", "record").agg(pl.len().alias("value"))
        pairs = self._rows.select("area", "seen", "record").unique()
        joined = pairs.join(counted, on=["area", "seen", "record"], how="left").with_columns(
            pl.col("value").fill_null(0)
        )
        return [Assigned(*row) for row in joined.sort("area", "seen", "record").iter_rows()]


def _text(codes: Iterator[pl.Expr] | list[pl.Expr]) -> pl.Expr:
    """What several families say of a record, as one text."""
    return pl.concat_str([pl.lit(""), *codes], separator=_TABLE)


def _codes(families: Sequence[Family], members: Sequence[str]) -> dict[Family, frozenset[tuple[str, ...]]]:
    """By family the codes in texts of ``_text``."""
    found: dict[Family, set[tuple[str, ...]]] = {family: set() for family in families}
    for text in members:
        for family, told in zip(families, text.split(_TABLE)[1:], strict=True):
            if told != _OUTSIDE:
                found[family].add(tuple(told.split(_COLUMN)[1:]))
    return {family: frozenset(codes) for family, codes in found.items()}

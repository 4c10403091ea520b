"""The figures of a release by table and codes, as its protection reads them (R11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.model import Name
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.table_spec import TIME, TableSpec

#: Cell of a release: its table's name and its codes.
Cell = tuple[str, ...]
#: What a release hides of a year.
Mask = frozenset[Cell]


@dataclass(frozen=True)
class Figures:
    """The figures of a table of one year by codes, of kommuner taking part only, and what is known of them.

    ``behind``: the observations behind each figure, None where they are what is counted; ``bounds``: public upper bounds,
    None where there are none.
    """

    values: Mapping[Name, int]
    behind: Mapping[Name, int] | None = None
    bounds: Mapping[Name, int] | None = None

    def of_unit(self, unit: str) -> "Figures":
        """Those of a unit, the last code, by the others."""

        def own(figures: Mapping[Name, int] | None) -> dict[Name, int] | None:
            return None if figures is None else {key[:-1]: one for key, one in figures.items() if key[-1] == unit}

        return Figures(own(self.values) or {}, own(self.behind), own(self.bounds))


@dataclass(frozen=True)
class YearFigures:
    """One release's figures of one year by table; ``hidden``: what it hides, for one that is already out.

    ``sources``: for each kommune a token of all that its figures come from; equal tokens, unchanged figures (none: may
    have changed). ``owned``: whether figures are kept from each kommune too, which knows its own; ``members``: by kommune
    those it reports for, whose figures it knows as well.
    """

    release: str
    tables: Mapping[str, Figures]
    hidden: Mask = frozenset()
    sources: Mapping[str, str] = field(default_factory=dict)
    owned: bool = False
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def counted(self) -> bool:
        """Whether anybody takes part."""
        return any(figures.values for figures in self.tables.values())

    @property
    def cells(self) -> list[Cell]:
        """Every cell that has a figure."""
        return [(name, *codes) for name, figures in self.tables.items() for codes in figures.values]


def year_figures(statistic: Statistic, release: str, tables: Mapping[str, pl.DataFrame], aar: Time) -> YearFigures:
    """The figures of a year from unsuppressed tables."""
    found = {}
    for spec in statistic.only(tables).protected:
        of_year = tables[spec.name].filter((pl.col(TIME) == aar) & pl.col(spec.measure).is_not_null())
        behind = _by_codes(spec, of_year, spec.behind) if spec.behind else None
        bounds = None
        if spec.bound and spec.bound.table in tables:
            known = tables[spec.bound.table].filter((pl.col(TIME) == aar) & pl.col(spec.bound.column).is_not_null())
            bounds = _by_codes(spec, known, spec.bound.column)
        found[spec.name] = Figures(_by_codes(spec, of_year, spec.measure), behind, bounds)
    return YearFigures(release, found)


def _by_codes(spec: TableSpec, table: pl.DataFrame, column: str) -> dict[Name, int]:
    return {row[:-1]: row[-1] for row in table.select(*spec.codes, column).iter_rows()}

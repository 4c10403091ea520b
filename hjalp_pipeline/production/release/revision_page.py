"""What the page of a revision tells, put together from cells as they were published and causes that are cleared (R13)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.kommuner import HELE_LANDET, KOMNR, NAVN
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.pages.template import danish_date
from hjalp_pipeline.production.release.differences import Decomposition
from hjalp_pipeline.production.release.pins import Pins
from hjalp_pipeline.production.release.revision_words import NAMED, Cause, in_words
from hjalp_pipeline.publishing.revision import Behind, Cell, Figures, Measure, Page, Total
from hjalp_pipeline.publishing.statbank import NO_FIGURE, NO_POPULATION
from hjalp_pipeline.publishing.table import enumerated
from hjalp_pipeline.rules.approval import Approval
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.table_spec import TIME, TableSpec, Words

#: The cause that alone makes small changes which the page folds.
_REGISTER: list[Cause] = [("registerudtræk", "")]
_FIGURE = {side: pl.col(side).is_in(NO_FIGURE).not_() for side in ("before", "after")}
_CHANGED = pl.col("before") != pl.col("after")
#: A changed cell and its causes, or the reason of one that is shown in one of the releases only.
Row = tuple[dict[str, Any], list[Cause] | str]


@dataclass(frozen=True)
class Compared:
    """Two releases side by side: every cell's text before and after, the changed ones with their causes, what differs."""

    statistic: Statistic
    release: str
    earlier: str
    cells: pl.DataFrame
    rows: Sequence[Row]
    found: Decomposition
    before: Pins | None
    after: Pins
    #: What the new release shows.
    span: Span

    def page(self) -> Page:
        """Everything the page tells."""
        measures = list(self._measures())
        changed = self.cells.filter(_CHANGED)
        return Page(
            statistic=self.statistic.layouts.declaration.statistic,
            release=self.release,
            earlier=self.earlier,
            figures=_figures(self.cells),
            reasons=None if self.before is None else [*self._reasons(self.before)],
            behind=[*self._behind(measures)],
            measures=measures,
            counts=[_counts(spec, changed) for spec in self.statistic.tables],
            hidden=[
                Cell(self._name(row), row["before"], row["after"], why)
                for row, why in self.rows
                if isinstance(why, str)
            ],
            together="hele landet" if self._whole_country() else "alle kommuner under ét",
            begins=len(self._dots()) > 1,
        )

    def _whole_country(self) -> bool:
        """Whether a table has figures of the whole country."""
        return any(
            value.code == HELE_LANDET for dimension in self.statistic.dimensions for value in dimension.variable.values
        )

    def _dots(self) -> set[str]:
        """What the sign of no population means in the tables."""
        signs = (sign.symbol for spec in self.statistic.tables for sign in spec.signs)
        return {symbol.text.da for symbol in signs if symbol.sign == NO_POPULATION}

    def _measures(self) -> Iterator[Measure]:
        """Each table whose totals are told, in order."""
        for spec in self.statistic.tables:
            cells = self.cells.filter(pl.col("table") == spec.name)
            if spec.words and cells.height:
                yield self._measure(spec, spec.words, cells)

    def _measure(self, spec: TableSpec, words: Words, cells: pl.DataFrame) -> Measure:
        area, newest = spec.dimensions[0], max(cells.get_column(TIME).to_list())
        totals = cells.filter(pl.col(TIME) == newest, *(pl.col(d.column).is_in([d.total]) for d in spec.dimensions[1:]))
        texts = {row[area.column]: (row["before"], row["after"]) for row in totals.iter_rows(named=True)}
        whole = texts.get(area.total or "")
        shown = whole if whole and set(whole).isdisjoint(NO_FIGURE) else None
        return Measure(
            table=spec.id,
            sentence=words.sentence,
            label=words.label,
            at=words.at,
            newest=newest,
            totals=[self._total(row, why) for row, why in self.rows if isinstance(why, list) and self._of(spec, row)],
            national=Total("", newest, _number(shown[0]), _number(shown[1]), "", whole=True) if shown else None,
            of_kommuner={komnr: texts[komnr] for komnr in KOMNR} if texts.keys() >= set(KOMNR) else {},
            decimals=spec.decimals,
        )

    def _of(self, spec: TableSpec, row: Mapping[str, Any]) -> bool:
        """Whether a cell is a total of a table: of a code of its first dimension."""
        return row["table"] == spec.name and all(row[one.column] == one.total for one in spec.dimensions[1:])

    def _total(self, row: Mapping[str, Any], causes: list[Cause]) -> Total:
        return Total(
            self._codes(row)[0],
            row[TIME],
            _number(row["before"]),
            _number(row["after"]),
            in_words(causes),
            whole=is_whole(self.statistic, row),
            register=causes == _REGISTER,
        )

    def _codes(self, row: Mapping[str, Any]) -> list[str]:
        """The codes of a cell in words."""
        return [one.word(row[one.column]) for one in self.statistic.table(row["table"]).dimensions]

    def _name(self, row: Mapping[str, Any]) -> str:
        return ", ".join([self.statistic.table(row["table"]).id, *self._codes(row), str(row[TIME])])

    def _reasons(self, before: Pins) -> Iterator[str]:
        """What the new release is made from that the old one was not, each as it stands after ``at``; all of it stands in
        the manifests. Those that kommuner are the reason of come first.
        """
        came_and_went: dict[tuple[bool, tuple[int, ...]], list[str]] = {}
        for (komnr, entered), years in self._participation().items():
            came_and_went.setdefault((not entered, tuple(years)), []).append(komnr)
        for (gone, of), kommuner in sorted(came_and_went.items()):
            yield f"{_names(kommuner)} {'ikke længere er' if gone else 'er kommet'} med for {enumerated(map(str, of), 'og')}"
        if self.found.reporters:
            yield f"{_names(self.found.reporters)} har leveret nye data"
        if "registerudtræk" in self.found.kinds:
            then, now = (danish_date(pins.registers) for pins in (before, self.after))
            yield f"registerudtrækket fra {then} er erstattet af udtrækket fra {now}"
        if {"kodelister", "samarbejde"} & set(self.found.kinds):
            yield "listen over kommuner, der indberetter for andre, er ændret"
        if "arkiv" in self.found.kinds:
            yield "arkivet, som gamle poster tages fra, er et andet"
        if "regler" in self.found.kinds:
            yield "programmet, der regner tallene ud, er ændret"

    def _participation(self) -> dict[tuple[str, bool], list[int]]:
        """Years by kommune and whether it has entered; it has left otherwise."""
        approval: Approval = self.statistic.approval
        found: dict[tuple[str, bool], list[int]] = {}
        for aar, kommuner in sorted(self.found.approvals.items()):
            now = {komnr for of, komnr in approval.participants(self.after.decisions, self.span) if of == aar}
            for komnr in kommuner:
                found.setdefault((komnr, komnr in now), []).append(aar)
        return found

    def _behind(self, measures: Sequence[Measure]) -> Iterator[Behind]:
        """Kommuner that entered, left, or have delivered again, in this order."""
        did: dict[str, list[str]] = {}
        for (komnr, entered), years in sorted(
            self._participation().items(), key=lambda one: (not one[0][1], one[0][0])
        ):
            said = f"{'kommet' if entered else 'ikke længere'} med for {enumerated(map(str, years), 'og')}"
            did.setdefault(komnr, []).append(said)
        for komnr in self.found.reporters:
            did.setdefault(komnr, []).append("nye data")
        for komnr, said_of in did.items():
            yield Behind(
                NAVN[komnr], enumerated(said_of, "og"), [one.of_kommuner.get(komnr, ("", "")) for one in measures]
            )


def is_whole(statistic: Statistic, row: Mapping[str, Any]) -> bool:
    """Whether a cell is of the whole country: the total of its table's first dimension, or of a table without kommuner."""
    area = statistic.table(row["table"]).dimensions[0]
    return bool(row[area.column] == area.total) or (area.total is None and area.variable.role != "geo")


def _number(text: str) -> int:
    """A published figure, as a whole number of 10^-decimals."""
    return int(text.replace(",", ""))


def _names(kommuner: Sequence[str]) -> str:
    """Their names, or when they are many how many they are."""
    if len(kommuner) > NAMED:
        return f"{len(kommuner)} kommuner"
    return enumerated((NAVN[komnr] for komnr in kommuner), "og")


def _figures(cells: pl.DataFrame) -> Figures:
    before, after = _FIGURE["before"], _FIGURE["after"]
    conditions = (before & after, before & after & _CHANGED, before.not_() & after, before & after.not_())
    return Figures(*(cells.filter(condition).height for condition in conditions))


def _counts(spec: TableSpec, changed: pl.DataFrame) -> tuple[str, int, int, int]:
    """Cells of a table whose figure changed, that have none now (or none for another reason), that have one now."""
    of = changed.filter(pl.col("table") == spec.name)
    hidden = of.filter(_FIGURE["after"].not_()).height
    shown = of.filter(_FIGURE["before"].not_() & _FIGURE["after"]).height
    return spec.id, of.height - hidden - shown, hidden, shown

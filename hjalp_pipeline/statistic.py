"""The vocabulary a statistic is declared in. The engine reads declarations; ``statistics/`` makes them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

import polars as pl

from hjalp_pipeline.codelists.periods import Kvartal, Period
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.codelists.value_sets import CodedField
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.microdata_spec import Microdata
from hjalp_pipeline.publishing.article.finding_rules import ArticleRules
from hjalp_pipeline.publishing.definition import Definition
from hjalp_pipeline.publishing.definition_kinds import DefinitionOfYears
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.quality_spec import QualityDeclaration
from hjalp_pipeline.report_spec import ApprovalReport, VendorPage
from hjalp_pipeline.rules.approval import Approval
from hjalp_pipeline.rules.archive import Archive
from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.rules.gengangere import Combining
from hjalp_pipeline.rules.rule import StateColumn, schema_of
from hjalp_pipeline.rules.rulebook import Rulebook
from hjalp_pipeline.table_spec import TIME, Dimension, TableSpec

if TYPE_CHECKING:
    from hjalp_pipeline.synth.country import Country, MadeUp
    from hjalp_pipeline.synth.story import Story


@dataclass(frozen=True, eq=False)
class Stock:
    """The small frame from which all tables are counted, one for each kommune and period.

    ``take`` makes it (``columns``, sorted) of the rows of the last data state and the period run; null is nowhere in it.
    ``about``: what it is, in English.
    """

    columns: tuple[StateColumn, ...]
    take: Callable[[pl.DataFrame, Period], pl.DataFrame]
    about: str = "the stock at the end of the year by person"

    @cached_property
    def schema(self) -> pl.Schema:
        """Names and types."""
        return schema_of(self.columns)


@dataclass(frozen=True, eq=False)
class FinerStock:
    """A stock told by more than ``Stock``, for tables under development; made when a release asks for one of them.

    ``take`` makes it (``columns``, sorted) of a kommune's records inside the statistic (their columns ``reads``) and the years of
    the release; null is nowhere in it. ``code``: packages and modules its rows follow from, beside those of the statistic.
    """

    columns: tuple[StateColumn, ...]
    reads: tuple[str, ...]
    take: Callable[[pl.DataFrame, tuple[int, ...]], pl.DataFrame]
    code: tuple[str, ...]

    @cached_property
    def schema(self) -> pl.Schema:
        """Names and types."""
        return schema_of(self.columns)


@dataclass(frozen=True, eq=False)
class View:
    """A view of the analysts' database: the select ``sql`` over others, what a row is, and what its columns hold, in Danish,
    where they are not those of the same name in a contract.
    """

    sql: str
    description: str
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Statistic:
    """A statistic: what is delivered, the rules, the tables, each after those it is counted from, and what is said of them.

    ``name``: of its folder in the data root. ``first_period``: the first that is delivered. ``watched``: the table whose figures may
    not move far from one release to the next without an explanation (R13). ``lists``: code lists that the selects join, as frames by
    the name of the relation. ``agreed``: what the collaborations mean for the rows of a delivery, from all of them, the kommune, the
    delivery's period and the one it is run for; rules find it in their context. ``unknown``: data state (not one that is ``whole``)
    and code of the records whose code no list knows, which are followed by delivery. ``reading`` and ``code``: packages and modules
    by which deliveries are read, and which figures follow from, beside the engine's. ``owner``: who answers for its assets.
    ``first_year``: the first the tables show. ``views_of_states``: of the analysts' database, made of those of data states.
    ``code_texts``: what codes of fields mean that are shown there, by field, beside those of ``coded``. ``coded``: the field with a
    value set that the requirement specification shows. ``vendors``: what the office sees of them. ``approval_report``: what a kommune
    looks at before it approves. ``quality``: its part of the quality declaration of a release; ``article``: what its article tells.
    Without one of the four there is no such page. ``made_up``: what the made-up country delivers for it. ``definition``: the kind its
    releases are defined by. ``shown``: what the tables of a period show that is run; without it the years that are over. ``covered``:
    kommuner whose records are inside those of another, from all collaborations and the period each kommune is taken from; one that
    delivers nothing itself does not take part. ``population``: whether that of every year shown must be whole. ``first_quarter``: the
    first that tables by quarter may show. ``archive``: how a release takes old records from the microdata of an earlier one.
    ``ledger_names``: what its contract calls columns of the ledger, when otherwise. ``publication``: settings of what stands beside
    its tables, where they are not the program's own. ``mapped``: the table drawn as a map. ``developing``: tables under development,
    counted, protected and published only in a release that names them; ``finer``: the stock they are counted from. ``numbered``: the
    numbers of its rules that the engine keeps, by subject (``in_force``, ``systems``, ``population``, ``confidentiality``, ``release``).
    """

    name: str
    first_period: Period
    layouts: Layouts
    combining: Combining
    rulebook: Rulebook
    stock: Stock
    tables: tuple[TableSpec, ...]
    subject_code: str
    subject_area: Text
    watched: str
    reading: tuple[str, ...]
    code: tuple[str, ...]
    owner: str
    first_year: int
    approval: Approval
    lists: Mapping[str, Callable[[], pl.DataFrame]] = field(default_factory=dict)
    agreed: Callable[[Iterable[Collaboration], str, Period, Period], Any] = lambda _rows, _komnr, _period, _run: None
    unknown: tuple[str, str] | None = None
    microdata: Microdata | None = None
    views_of_states: Mapping[str, View] = field(default_factory=dict)
    code_texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    coded: CodedField | None = None
    vendors: VendorPage | None = None
    approval_report: ApprovalReport | None = None
    quality: QualityDeclaration | None = None
    article: ArticleRules | None = None
    made_up: "Callable[[Country], MadeUp] | None" = None
    story: "Callable[[], Story] | None" = None
    definition: type[Definition] = DefinitionOfYears
    shown: Callable[[Period], Span] | None = None
    covered: Callable[[Iterable[Collaboration], Mapping[str, Period]], tuple[str, ...]] | None = None
    population: bool = True
    first_quarter: Kvartal | None = None
    archive: Archive | None = None
    ledger_names: Mapping[str, str] = field(default_factory=dict)
    publication: Mapping[str, Text] = field(default_factory=dict)
    mapped: str | None = None
    developing: tuple[TableSpec, ...] = ()
    finer: FinerStock | None = None
    numbered: Mapping[str, str] = field(default_factory=dict)

    @property
    def period(self) -> type[Period]:
        """The kind of period deliveries are for."""
        return self.layouts.declaration.period

    def periods(self, day: date) -> tuple[Period, ...]:
        """Its periods from the first up to the one a day lies in."""
        return self.first_period.until(self.period.of(day))

    def span(self, period: Period) -> Span:
        """What the tables of a period show."""
        if self.shown is not None:
            return self.shown(period)
        last_day = period.last_day
        return Span.of_years(range(self.first_year, last_day.year + ((last_day.month, last_day.day) == (12, 31))))

    def population_of(self, span: Span, *, needed: bool) -> dict[int, bool]:
        """The years whose population must be whole, and whether it must be there; none where any will do."""
        return dict.fromkeys(span.years, needed) if self.population else {}

    @property
    def thing(self) -> str:
        """What a record is, as assets and datasets are named: the element of a record in xml."""
        return self.layouts.declaration.record

    def table(self, name: str) -> TableSpec:
        """A table by its name. KeyError when there is none."""
        return {spec.name: spec for spec in self.tables}[name]

    def only(self, names: Collection[str]) -> "Statistic":
        """The statistic with these of its tables alone: those that a release has published."""
        return replace(self, tables=tuple(spec for spec in self.tables if spec.name in names))

    def asked(self, names: Collection[str]) -> "Statistic":
        """The statistic of a release that names these tables by their ids: with those of them that are under development."""
        wanted = tuple(spec for spec in self.developing if spec.id in names and spec not in self.tables)
        return replace(self, tables=(*self.tables, *wanted)) if wanted else self

    @property
    def every(self) -> "Statistic":
        """The statistic with all its tables, those under development too."""
        return self.asked([spec.id for spec in self.developing])

    @property
    def protected(self) -> tuple[TableSpec, ...]:
        """The tables whose cells are protected: what the others hide follows from them."""
        return tuple(spec for spec in self.tables if not spec.follows)

    @property
    def linked(self) -> tuple[tuple[TableSpec, TableSpec], ...]:
        """The pairs of tables that add up to each other (``TableSpec.adds_up_to``)."""
        named = {spec.name: spec for spec in self.tables}
        return tuple((spec, named[spec.adds_up_to]) for spec in self.tables if spec.adds_up_to in named)

    @property
    def cell(self) -> tuple[str, ...]:
        """The columns that tell a cell of any table: ``table``, all dimensions (empty where a table has none) and time."""
        return ("table", *(dimension.column for dimension in self.dimensions), TIME)

    @property
    def title(self) -> Text:
        """Its full name; in English too where its article has one."""
        own = self.layouts.declaration.statistic
        return self.article.title if self.article else Text(own, own)

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions of all tables, each once, in the order they are met."""
        found: dict[str, Dimension] = {}
        for dimension in (one for spec in self.tables for one in spec.dimensions):
            found.setdefault(dimension.column, dimension)
        return tuple(found.values())


#: Statistics that ``statistics/`` does not hold, or that stand in for one it holds, by name.
OTHERS: dict[str, Statistic] = {}


def add(statistic: Statistic) -> None:
    """Make a statistic known that ``statistics/`` does not hold."""
    OTHERS[statistic.name] = statistic


def declared(name: str) -> Statistic:
    """The statistic of this name, as ``statistics/{name}/declaration.py`` declares it, or as it was added."""
    if name in OTHERS:
        return OTHERS[name]
    found: Statistic = import_module(f"hjalp_pipeline.statistics.{name}.declaration").STATISTIC
    return found

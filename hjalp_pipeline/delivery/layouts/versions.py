"""The versions of the layout and the periods they hold for: a delivery is held against the one in force for its period."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from importlib.resources import files

import polars as pl

from hjalp_pipeline.codelists.validity import Validity
from hjalp_pipeline.delivery.layouts.declared_rows import FIELDS_CSV, VERSIONS_CSV, Row, read_rows
from hjalp_pipeline.delivery.layouts.difference import Fields, apply
from hjalp_pipeline.delivery.layouts.layout import Declaration, Layout, LayoutError

_NUMBER = re.compile("[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the layout: the first period it holds for, its validity in days, where it is from."""

    layout: Layout
    from_period: str
    validity: Validity
    source: str


@dataclass(frozen=True, eq=False)
class Layouts:
    """All versions of a statistic's layout, oldest first; each ends where the next begins."""

    declaration: Declaration
    versions: tuple[Version, ...]

    @property
    def first(self) -> Layout:
        """The first version."""
        return self.versions[0].layout

    @cached_property
    def typed_schema(self) -> pl.Schema:
        """The typed frame of every version (``Layout.typed_schema``)."""
        return self.first.typed_schema

    def of(self, period: str) -> Layout:
        """The layout that deliveries for a period (``2024K4``) are held against; before the first version, that one.

        What counts is the period the delivery is for, not the day it comes: the delivery for the second quarter, due on 14
        July, is still of the version that was in force in the second quarter.
        """
        # periods as text are in the order of time, and a folder may be named by one no calendar has (0000K1)
        held = [version.layout for version in self.versions if version.from_period <= period]
        return held[-1] if held else self.first


def layouts_of(declared: Declaration, versions: Iterable[Row], fields: Sequence[Row]) -> Layouts:
    """The versions from the rows of ``versions.csv`` and ``fields.csv``; LayoutError names the row and the rule it breaks.

    What counts is when a version begins, not its number: one that is announced later may begin earlier.
    """
    days = [(_first_day(declared, row), row) for row in versions]
    days.sort(key=lambda one: one[0])
    _hold(days, fields)
    family: Fields = {}
    every: list[Fields] = [{}]
    for _, row in days:
        of_version = [field for field in fields if field["version"] == row["version"]]
        every.append(apply(every[-1], family, of_version, declared))
        family = every[-1] | family
    # in the order in which they came
    family = {name: family[name] for of_version in every for name in of_version}
    ends = [day - timedelta(days=1) for day, _ in days[1:]]
    made = []
    for (day, row), held, last_day in zip(days, every[1:], [*ends, None], strict=True):
        try:
            layout = Layout(int(row["version"]), tuple(held.values()), declared, tuple(family.values()))
        except LayoutError as fault:
            row.refuse(str(fault))
        made.append(Version(layout, row["from_period"], Validity(_announced(row), day, last_day), row["source"]))
    return Layouts(declared, tuple(made))


def _hold(days: Sequence[tuple[date, Row]], fields: Sequence[Row]) -> None:
    """Refuse a version without number, fields or a day of its own, and a field of no version."""
    if not days:
        raise LayoutError(f"{VERSIONS_CSV} has no version")
    seen: dict[object, int] = {}
    for day, row in sorted(days, key=lambda one: one[1].line):
        if not _NUMBER.fullmatch(row["version"]):
            row.refuse(f"{row['version']!r} is no number of a version")
        if row["version"] not in {field["version"] for field in fields}:
            row.refuse(f"no row of {FIELDS_CSV} says what version {row['version']} changes")
        for what, key in (("number", row["version"]), ("first period", day)):
            if key in seen:
                row.refuse(f"another version has the same {what} (line {seen[key]})")
            seen[key] = row.line
    for row in fields:
        if row["version"] not in seen:
            row.refuse(f"{VERSIONS_CSV} has no version {row['version']!r}")


def _first_day(declared: Declaration, row: Row) -> date:
    try:
        return declared.period.parse(row["from_period"]).first_day
    except ValueError as fault:
        row.refuse(str(fault))


def _announced(row: Row) -> date | None:
    try:
        return date.fromisoformat(row["announced"]) if row["announced"] else None
    except ValueError:
        row.refuse(f"{row['announced']!r} is no day of the form 2026-12-31")


def read_layouts(declared: Declaration, package: str) -> Layouts:
    """The versions in the lists of a package."""
    versions, fields = (
        read_rows(name, files(package).joinpath(name).read_text(encoding="utf-8-sig"))
        for name in (VERSIONS_CSV, FIELDS_CSV)
    )
    return layouts_of(declared, versions, fields)

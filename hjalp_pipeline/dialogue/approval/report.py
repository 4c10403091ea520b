"""What one kommune's approval report shows, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from hjalp_pipeline.report_spec import Change, Oddity, Told
from hjalp_pipeline.rules.approval import State
from hjalp_pipeline.statistic import Statistic


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file the figures are made from; ``brugt``: its records inside the kommune's data."""

    indberetter: str
    kvartal: str
    fil: str
    modtaget: datetime | None
    poster: int
    brugt: int


@dataclass(frozen=True)
class Report:
    """One kommune's report. ``told``: the statistic's own part, ``template``: of its page. ``rows``: ``rows.SCHEMA``,
    null when others report for it; ``changes`` null: no report before. ``contact``: whom the kommune answers;
    ``not_yet_in``: it is asked for nothing yet; ``archive``: the release old records of the tables come from, and until which day.
    """

    statistic: Statistic
    komnr: str
    kommune: str
    aar: int
    release: str | None
    kvartal: str
    extract: date
    until: str | None
    deltager: bool
    hvorfor: str | None
    states: Mapping[str, State]
    decided: Mapping[str, datetime]
    covered_by: tuple[str, ...]
    delivered: tuple[Delivered, ...]
    poster: int
    brugt: int
    reasons: tuple[tuple[str, int], ...]
    rows: pl.DataFrame | None
    told: Told
    template: tuple[str, str]
    changes: tuple[Change, ...] | None
    before_name: str
    contact: str
    oddities: tuple[Oddity, ...]
    not_yet_in: bool = False
    archive: tuple[str, date] | None = None

"""What a release changes against the one before: ``revision.csv`` and a Danish page for people (R13).

Both are public. What reaches this module has been cleared: figures shown in a release, and causes in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from hjalp_pipeline.pages.charts import change_bars, danish
from hjalp_pipeline.pages.template import template
from hjalp_pipeline.publishing.statbank import csv_bytes

#: Rows a list on the page may have; ``revision.csv`` has them all.
LIMIT = 150


class Total(NamedTuple):
    """A total that changed and is shown in both releases: what it counts, where, when, and why it moved, in words."""

    what: str
    place: str
    aar: int
    before: int
    after: int
    cause: str


class Shown(NamedTuple):
    """A cell shown in one of the releases only: its name in words, its figure before and after, the reason."""

    name: str
    before: str
    after: str
    reason: str


class Pair(NamedTuple):
    """A national figure for the plot: what, before, after."""

    label: str
    before: int
    after: int


@dataclass(frozen=True)
class Page:
    """What the page tells.

    ``statistic``: its name; ``listed``: what the totals are, with their tables. ``inputs``: sentences on what is other than
    before; ``counts``: per table changed, newly hidden, newly shown cells; ``national``: figures for the plot of the whole
    country; ``totals`` and ``hidden``: whole lists.
    """

    statistic: str
    listed: str
    release: str
    earlier: str
    inputs: Sequence[str]
    counts: Sequence[tuple[str, int, int, int]]
    national: Sequence[Pair]
    totals: Sequence[Total]
    hidden: Sequence[Shown]


def revision_csv(rows: pl.DataFrame) -> bytes:
    """``revision.csv``: changed cells (``table``, codes, time, ``before``, ``after``, ``cause``, all text) as published."""
    return csv_bytes(rows)


def largest(totals: Sequence[Total], number: int = 5) -> list[str]:
    """The largest moves in words, the largest first."""
    ordered = sorted(totals, key=lambda total: (-abs(total.after - total.before), total.what, total.place, total.aar))
    return [in_words(total) for total in ordered[:number]]


def in_words(total: Total) -> str:
    """One move as a sentence."""
    change = total.after - total.before
    share = f" ({_per_cent(change, total.before)})" if total.before else ""
    verb = "steg" if change > 0 else "faldt"
    return (
        f"{total.place}: {total.what} ultimo {total.aar} {verb} fra {danish(total.before)} til {danish(total.after)}"
        f"{share}. Årsag: {total.cause}."
    )


def _per_cent(change: int, before: int) -> str:
    tenths = (2000 * abs(change) + before) // (2 * before)
    sign = "+" if change > 0 else "−"
    return f"{sign}{danish(tenths // 10)},{tenths % 10} pct."


def revision_html(page: Page) -> str:
    """The page: Danish, printable, without any outside resource."""
    whats = list(dict.fromkeys(total.what for total in page.totals))
    plots = []
    for what in whats:
        newest = max(total.aar for total in page.totals if total.what == what)
        moved = [t for t in page.totals if t.what == what and t.aar == newest and t.place != "Hele landet"]
        moved = sorted(moved, key=lambda total: (-abs(total.after - total.before), total.place))[:10]
        if moved:
            title = f"{what.capitalize()} ultimo {newest}: de kommuner der ændrer sig mest"
            plots.append((title, change_bars(title, [(t.place, t.after - t.before) for t in moved])))
    title = "Hele landet før og nu"
    national = change_bars(title, [(pair.label, pair.after - pair.before) for pair in page.national])
    return template("hjalp_pipeline.publishing", "revision.html.j2").render(
        page=page,
        largest=largest(page.totals),
        national=national if page.national else "",
        plots=plots,
        limit=LIMIT,
    )

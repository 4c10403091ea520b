"""What a release changes against the one before: ``revision.csv`` and a Danish page for people (R13).

Both are public. What reaches this module has been cleared: figures shown in a release, and causes in words. The page says
nothing that is not worked out from these.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from hjalp_pipeline.pages.charts import change_bars, danish
from hjalp_pipeline.pages.template import template
from hjalp_pipeline.pages.tiles import Shown, legend, tiles
from hjalp_pipeline.publishing.statbank import HIDDEN, NO_FIGURE, csv_bytes

#: Rows a folded list may have; ``revision.csv`` has them all.
LIMIT = 150
#: Rows of a list that is not folded, and bars of a plot: what is printed has few pages, however much has changed.
LISTED, PLOTTED = 15, 10
#: Per cent below which a change is small.
LITTLE = 5


class Total(NamedTuple):
    """A total that is shown in both releases and changed: where, when, why in words. ``before`` and ``after``: whole numbers
    of 10^-decimals. ``whole``: of the whole country; ``register``: the register extract alone has moved it.
    """

    place: str
    aar: int
    before: int
    after: int
    cause: str
    whole: bool = False
    register: bool = False

    @property
    def change(self) -> int:
        """How much more it is."""
        return self.after - self.before

    @property
    def little(self) -> bool:
        """Whether it is a small change of the register extract alone, which the page folds."""
        return self.register and not self.whole and abs(100 * self.change) < LITTLE * self.before


@dataclass(frozen=True)
class Measure:
    """A table whose totals are told: how a sentence and a label name its figures, what stands before the time (``ultimo``).

    ``totals``: that changed. ``national``: the whole country's of the newest time, changed or not; None when it is not shown
    in both releases. ``of_kommuner``: texts before and after of each kommune at the newest time, empty where it has none.
    """

    table: str
    sentence: str
    label: str
    at: str
    newest: int
    totals: Sequence[Total]
    national: Total | None
    of_kommuner: Mapping[str, tuple[str, str]]
    decimals: int = 0

    def time(self, aar: int) -> str:
        """A time as a sentence has it."""
        return f"{self.at} {aar}".strip()

    def written(self, value: int) -> str:
        """A figure, with its decimals."""
        if not self.decimals:
            return danish(value)
        whole, rest = divmod(abs(value), 10**self.decimals)
        return f"{'−' if value < 0 else ''}{danish(whole)},{rest:0{self.decimals}}"


class Behind(NamedTuple):
    """A kommune that is a reason of the release: what it did, and its totals of the newest time before and after, by measure."""

    place: str
    did: str
    figures: Sequence[tuple[str, str]]


class Cell(NamedTuple):
    """A cell shown in one of the releases only: its name in words, its figure before and after, the reason."""

    name: str
    before: str
    after: str
    reason: str


class Figures(NamedTuple):
    """Figures of all tables: shown in both releases, changed among these, shown now only, shown before only."""

    both: int
    changed: int
    come: int
    gone: int


@dataclass(frozen=True)
class Page:
    """What the page tells.

    ``statistic``: its name. ``reasons``: what is other than before, each as it stands after ``at``; None when that is not
    known. ``behind``: kommuner that are a reason. ``counts``: per table changed, newly hidden, newly shown cells. ``hidden``:
    a whole list. ``together``: what figures of all kommuner are of; ``begins``: whether a figure may begin later than its table.
    """

    statistic: str
    release: str
    earlier: str
    figures: Figures
    reasons: Sequence[str] | None
    behind: Sequence[Behind]
    measures: Sequence[Measure]
    counts: Sequence[tuple[str, int, int, int]]
    hidden: Sequence[Cell]
    together: str = "hele landet"
    begins: bool = False


def revision_csv(rows: pl.DataFrame) -> bytes:
    """``revision.csv``: changed cells (``table``, codes, time, ``before``, ``after``, ``cause``, all text) as published."""
    return csv_bytes(rows)


def per_cent(change: int, before: int) -> str:
    """A change in per cent with its sign; ``before`` above 0."""
    tenths = (2000 * abs(change) + before) // (2 * before)
    if change and not tenths:
        return "under 0,1 pct."
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return f"{sign}{danish(tenths // 10)},{tenths % 10} pct."


def revision_html(page: Page, sentences: Sequence[str]) -> str:
    """The page: Danish, printable, without any outside resource. ``sentences`` stand first."""
    return template("hjalp_pipeline.publishing", "revision.html.j2").render(
        page=page,
        sentences=sentences,
        parts=[(measure, list(_plots(measure)), *_lists(measure)) for measure in page.measures],
        map=next(_maps(page.measures), None),
        tiles=tiles(),
        signs=any(sign in NO_FIGURE for one in page.behind for pair in one.figures for sign in pair) or page.hidden,
        per_cent=per_cent,
        limit=LIMIT,
        listed=LISTED,
        little=LITTLE,
    )


def _lists(measure: Measure) -> tuple[list[Total], list[Total], list[Total]]:
    """The changed totals that are listed, those that have no room there, and the small ones; the country first, then by size."""
    ordered = sorted(measure.totals, key=lambda total: (not total.whole, -abs(total.change), total.place, total.aar))
    large = [total for total in ordered if not total.little]
    return large[:LISTED], large[LISTED:], [total for total in ordered if total.little]


def _plots(measure: Measure) -> Iterator[tuple[str, str]]:
    """Title and picture: the country's changes in per cent, and the kommuner that changed most at the newest time."""
    national = sorted((total for total in measure.totals if total.whole and total.before), key=lambda total: total.aar)
    if national:
        title = "Hele landet: ændring i pct."
        rows = [(measure.time(total.aar), 100 * total.change / total.before) for total in national]
        yield title, change_bars(title, rows, lambda share: f"{share:.1f} pct.".replace(".", ",", 1))
    moved = [total for total in measure.totals if total.aar == measure.newest and not total.whole]
    moved = sorted(moved, key=lambda total: (-abs(total.change), total.place))[:PLOTTED]
    if moved:
        title = f"Ændring {measure.time(measure.newest)}, hvor den er størst"
        rows = [(total.place, float(total.change)) for total in moved]
        yield title, change_bars(title, rows, lambda change: measure.written(round(change)))


def _maps(measures: Sequence[Measure]) -> Iterator[tuple[Measure, Mapping[str, Shown], list[tuple[str, str, int]]]]:
    """Of each measure that has kommuner, the country in tiles: change in per cent at the newest time."""
    words = {
        "much-more": f"+{LITTLE} pct. eller mere",
        "more": "steget mindre",
        "same": "uændret",
        "less": "faldet mindre",
        "much-less": f"−{LITTLE} pct. eller mere",
        "new": "vist nu, ikke før",
        "none": "intet tal nu",
    }
    for measure in measures:
        if measure.of_kommuner:
            shown = {komnr: _tile(*texts) for komnr, texts in measure.of_kommuner.items()}
            yield measure, shown, legend(shown.values(), words)


def _tile(before: str, after: str) -> Shown:
    if after in NO_FIGURE:
        return Shown("none", "skjult" if after == HIDDEN else "intet tal")
    if before in NO_FIGURE:
        return Shown("new", "ny")
    was, now = (int(text.replace(",", "")) for text in (before, after))
    if was == now:
        return Shown("same", "0")
    if not was:
        return Shown("much-more", "fra 0")
    much = "much-" if abs(now - was) * 100 >= LITTLE * was else ""
    share = per_cent(now - was, was).removesuffix(" pct.").replace("under 0,1", "+0,0" if now > was else "−0,0")
    return Shown(f"{much}{'more' if now > was else 'less'}", share)

"""What a page of the site draws of the figures it shows: a total over time, the newest figures as bars, kommuner as tiles."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from textwrap import shorten
from typing import NamedTuple

from hjalp_pipeline.pages.charts import bars, lines
from hjalp_pipeline.pages.tiles import Shown, legend, tiles
from hjalp_pipeline.publishing.table import Language
from hjalp_pipeline.serving.site.site_views import Row, View, areas
from hjalp_pipeline.serving.site.site_words import figure, words_of

#: Bars that a picture has at most: of more the highest are shown.
_BARS, _HIGHEST = 20, 10
#: Letters of a bar's label.
_LETTERS = 60
#: Classes of tiles from the lowest fifth to the highest (``base.html.j2``).
_FIFTHS = ("much-less", "less", "same", "more", "much-more")


def label(row: Row, view: View, language: Language) -> str:
    """A row of a page in words, totals left out; that of the totals alone by the first of them."""
    pairs = zip(row.values, view.variables, strict=True)
    values = [value for value, variable in pairs if value.code != variable.total] or row.values[:1]
    return ", ".join(getattr(value.text, language) for value in values)


class Chart(NamedTuple):
    """A picture with its title, and what it does not show because there is a sign in place of a figure; empty where it shows all."""

    title: str
    picture: str
    note: str = ""


def charts(view: View, language: Language) -> Iterator[Chart]:
    """The row of totals over time, and the rows as they are at the newest time."""
    form, words, write = view.cube.form, words_of(language), _writer(view, language)
    total = view.total
    if total is not None and sum(not isinstance(cell, str) for cell in total.cells) > 1:
        title = words["over_time"].format(name=label(total, view, language))
        values = [None if isinstance(cell, str) else cell / 10**form.decimals for cell in total.cells]
        times = [getattr(value.text, language) for value in form.time.values]
        picture = lines(title, times, [(title, values)], write, 10**-form.decimals)
        yield Chart(title, picture, _left_out(total.cells, language))
    rows = [(row, row.cells[-1]) for row in _shown_as_bars(view)]
    shown = [(row, cell / 10**form.decimals) for row, cell in rows if not isinstance(cell, str)]
    if len(rows) > _BARS:
        shown = sorted((one for one in shown if one[1]), key=_second, reverse=True)[:_HIGHEST]
    if len(shown) < 2 or not any(value for _, value in shown):
        return
    time = getattr(form.time.values[-1].text, language)
    if len(rows) > _BARS:
        title = words["top"].format(number=len(shown), time=time)
    else:
        name = getattr(view.variables[-1].text, language)
        title = words["each"].format(name=f"{name[0].upper()}{name[1:]}", time=time)
    picture = bars(title, [(_cut(label(row, view, language)), value) for row, value in shown], write)
    yield Chart(title, picture, _left_out([cell for _, cell in rows], language))


def _left_out(cells: Iterable[int | str], language: Language) -> str:
    """In a sentence how many cells have no figure, and the signs that stand for them."""
    signs = [cell for cell in cells if isinstance(cell, str)]
    words = words_of(language)["left_out" if len(signs) > 1 else "one_left_out"]
    return words.format(number=len(signs), signs=", ".join(sorted(set(signs)))) if signs else ""


def _cut(text: str) -> str:
    """A label that takes a few lines beside its bar; the table has the whole of it."""
    return shorten(text, _LETTERS, placeholder=" …")


def _second(one: tuple[Row, float]) -> float:
    return one[1]


def _shown_as_bars(view: View) -> list[Row]:
    """Rows of the last variable's values, its total left out, where the others are totals; all rows where one has no total."""
    *others, last = view.variables
    if any(variable.total is None for variable in others):
        return list(view.rows)
    wanted = [variable.total for variable in others]
    return [
        row
        for row in view.rows
        if [value.code for value in row.values[:-1]] == wanted and row.values[-1].code != last.total
    ]


def _writer(view: View, language: Language) -> Callable[[float], str]:
    decimals = view.cube.form.decimals

    def write(value: float) -> str:
        return figure(round(value * 10**decimals), decimals, language)

    return write


def tile_map(
    view: View, language: Language, href: Callable[[View], str]
) -> tuple[dict[str, Shown], list[tuple[str, str, int]]] | None:
    """The newest figures of a page that compares kommuner, as tiles by komnr and what their colours mean; None for another page."""
    rows = areas(view)
    if not {tile.komnr for tile in tiles()} <= rows.keys():
        return None
    of = {tile.komnr: rows[tile.komnr] for tile in tiles()}
    figures = sorted(cell for row in of.values() if not isinstance(cell := row.cells[-1], str))
    shown, decimals = {}, view.cube.form.decimals
    for komnr, row in of.items():
        cell, other = row.cells[-1], view.other(row)
        kind = "none" if isinstance(cell, str) else fifth(figures, cell)
        shown[komnr] = Shown(kind, figure(cell, decimals, language), href(other) if other else "")
    spans: dict[str, str] = {}
    for kind in _FIFTHS:
        inside = [
            cell
            for komnr, row in of.items()
            if shown[komnr].kind == kind and not isinstance(cell := row.cells[-1], str)
        ]
        if inside:
            spans[kind] = "–".join(dict.fromkeys(figure(end(inside), decimals, language) for end in (min, max)))
    spans["none"] = words_of(language)["nothing"]
    return shown, legend(shown.values(), spans)


def fifth(figures: list[int], cell: int) -> str:
    """The class of a figure by how many of all (sorted) are below it: equal figures are of one class."""
    return _FIFTHS[len(_FIFTHS) * bisect_left(figures, cell) // len(figures)]

"""Charts as SVG inside a page: no script, no outside resource, no dependency; small enough for a hundred pages a second.

A screen reader hears the chart's title; the figures themselves belong in a table on the same page.
"""

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise

_WIDTH, _LABEL, _BAR = 720, 190, 15
_COLOURS = ("#9db7cc", "#0f4c81")
_INK, _SOFT, _LINE = "#1d2733", "#566270", "#d9dfe5"
_LINES = ("#0f4c81", "#b45309", "#14663b", "#7c3aed", "#9b1c1c", "#4b5563")
_UP, _DOWN = "#14663b", "#9b1c1c"


def danish(value: int) -> str:
    """A whole number with Danish thousands: 1.234.567, negative ones with a minus sign."""
    return f"{value:,}".replace(",", ".").replace("-", "−")


def _page(height: int, title: str, shapes: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}" '
        f'font-family="sans-serif" font-size="12">{"".join(shapes)}</svg>'
    )


def paired_bars(title: str, names: tuple[str, str], rows: Sequence[tuple[str, int, int]]) -> str:
    """Two bars a row, before and after; ``rows``: label, before, after (not negative)."""
    widest = max((max(before, after) for _, before, after in rows), default=0) or 1
    room = _WIDTH - _LABEL - 100
    shapes = []
    for place, name in enumerate(names):
        x = _LABEL + 160 * place
        shapes.append(f'<rect x="{x}" y="4" width="11" height="11" fill="{_COLOURS[place]}"/>')
        shapes.append(f'<text x="{x + 16}" y="14">{escape(name)}</text>')
    for number, (label, *values) in enumerate(rows):
        top = 28 + number * (2 * _BAR + 14)
        shapes.append(f'<text x="{_LABEL - 8}" y="{top + _BAR + 4}" text-anchor="end">{escape(label)}</text>')
        for place, value in enumerate(values):
            y, width = top + place * _BAR, room * value / widest
            shapes.append(
                f'<rect x="{_LABEL}" y="{y}" width="{width:.1f}" height="{_BAR - 2}" fill="{_COLOURS[place]}"/>'
            )
            shapes.append(f'<text x="{_LABEL + width + 6:.1f}" y="{y + 11}">{danish(value)}</text>')
    return _page(28 + len(rows) * (2 * _BAR + 14), title, shapes)


def change_bars(title: str, rows: Sequence[tuple[str, int]]) -> str:
    """Bars to the right for what rose and to the left for what fell; ``rows``: label, change."""
    widest = max((abs(change) for _, change in rows), default=0) or 1
    room = (_WIDTH - _LABEL - 160) / 2
    middle = _LABEL + 80 + room
    height = 10 + len(rows) * (_BAR + 9)
    shapes = [f'<line x1="{middle}" x2="{middle}" y1="4" y2="{height}" stroke="#5b6876"/>']
    for number, (label, change) in enumerate(rows):
        top, width = 10 + number * (_BAR + 9), room * abs(change) / widest
        left, colour = (middle, _UP) if change >= 0 else (middle - width, _DOWN)
        text, anchor = (middle + width + 6, "start") if change >= 0 else (middle - width - 6, "end")
        shapes.append(f'<text x="{_LABEL - 8}" y="{top + 12}" text-anchor="end">{escape(label)}</text>')
        shapes.append(f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>')
        sign = "+" if change > 0 else ""
        shapes.append(f'<text x="{text:.1f}" y="{top + 12}" text-anchor="{anchor}">{sign}{danish(change)}</text>')
    return _page(height, title, shapes)


def bars(title: str, rows: Sequence[tuple[str, float]], write: Callable[[float], str] | None = None) -> str:
    """One bar a row; ``rows``: label, value (not negative); ``write`` writes the figure beside it."""
    written = write or (lambda value: danish(round(value)))
    widest = max((value for _, value in rows), default=0) or 1
    room = _WIDTH - _LABEL - 100
    shapes = []
    for number, (label, value) in enumerate(rows):
        top, width = 6 + number * (_BAR + 9), room * value / widest
        shapes.append(f'<text x="{_LABEL - 8}" y="{top + 12}" text-anchor="end">{escape(label)}</text>')
        shapes.append(f'<rect x="{_LABEL}" y="{top}" width="{width:.1f}" height="{_BAR}" fill="{_COLOURS[1]}"/>')
        shapes.append(f'<text x="{_LABEL + width + 6:.1f}" y="{top + 12}">{escape(written(value))}</text>')
    return _page(10 + len(rows) * (_BAR + 9), title, shapes)


def columns(title: str, names: Sequence[str], rows: Sequence[tuple[str, Sequence[int | None]]]) -> str:
    """Upright columns side by side for each row, for instance issues and returns by quarter.

    ``rows``: label below, one value for each name; null leaves its place empty.
    """
    shapes, top = _legend(names)
    height = 170
    most = max((value for _, values in rows for value in values if value is not None), default=0) or 1
    room = _WIDTH - 20
    group = room / max(len(rows), 1)
    width = min(46.0, group * 0.8 / max(len(names), 1))
    for number, (label, values) in enumerate(rows):
        middle = 10 + group * (number + 0.5)
        left = middle - width * len(names) / 2
        shapes.append(f'<text x="{middle:.1f}" y="{top + height + 18}" text-anchor="middle">{escape(label)}</text>')
        for place, value in enumerate(values):
            if value is None:
                continue
            tall = (height - 16) * value / most
            x, y = left + place * width, top + height - tall
            shapes.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{width - 2:.1f}" height="{tall:.1f}" fill="{_colour(place, len(names))}"/>'
            )
            shapes.append(
                f'<text x="{x + width / 2 - 1:.1f}" y="{y - 4:.1f}" text-anchor="middle" font-size="10">{danish(value)}</text>'
            )
    shapes.append(
        f'<line x1="10" x2="{_WIDTH - 10}" y1="{top + height}" y2="{top + height}" stroke="{_SOFT}" stroke-width="1"/>'
    )
    return _page(top + height + 28, title, shapes)


def lines(
    title: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    write: Callable[[float], str] | None = None,
) -> str:
    """Values over time; ``series``: name, one value for each of ``labels`` (null breaks the line); scale from 0."""
    written = write or (lambda value: danish(round(value)))
    shapes, top = _legend([name for name, _ in series], lines=True)
    left, height = 70, 170
    most = max((value for _, values in series for value in values if value is not None), default=0) or 1
    step = (_WIDTH - left - 30) / max(len(labels) - 1, 1)
    for part in (0.0, 0.5, 1.0):
        y = top + height * (1 - part)
        shapes.append(f'<line x1="{left}" x2="{_WIDTH - 30}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_LINE}"/>')
        shapes.append(
            f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end" fill="{_SOFT}">{escape(written(most * part))}</text>'
        )
    for number, label in enumerate(labels):
        x = left + step * number
        shapes.append(f'<text x="{x:.1f}" y="{top + height + 18}" text-anchor="middle">{escape(label)}</text>')
    for place, (_name, values) in enumerate(series):
        colour = _LINES[place % len(_LINES)]
        points = [
            None if value is None else (left + step * number, top + height * (1 - value / most))
            for number, value in enumerate(values)
        ]
        for before, after in pairwise(points):
            if before and after:
                shapes.append(
                    f'<line x1="{before[0]:.1f}" y1="{before[1]:.1f}" x2="{after[0]:.1f}" y2="{after[1]:.1f}" '
                    f'stroke="{colour}" stroke-width="2"/>'
                )
        shapes.extend(
            f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="3" fill="{colour}"/>' for point in points if point
        )
    return _page(top + height + 28, title, shapes)


def _colour(place: int, of: int) -> str:
    return (_COLOURS[place] if of == len(_COLOURS) else _LINES[place % len(_LINES)]) if of > 1 else _COLOURS[1]


def _legend(names: Sequence[str], *, lines: bool = False) -> tuple[list[str], int]:
    """What each colour stands for, in rows above, and where the chart begins below it; a single series needs none."""
    if len(names) < 2:
        return [], 30
    shapes, x, y = [], 10.0, 4
    for place, name in enumerate(names):
        width = 34 + 6.6 * len(name)
        if x > 10 and x + width > _WIDTH:
            x, y = 10.0, y + 18
        colour = _LINES[place % len(_LINES)] if lines else _colour(place, len(names))
        shapes.append(f'<rect x="{x:.0f}" y="{y}" width="11" height="11" fill="{colour}"/>')
        shapes.append(f'<text x="{x + 16:.0f}" y="{y + 10}" fill="{_INK}">{escape(name)}</text>')
        x += width
    return shapes, y + 26

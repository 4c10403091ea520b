"""Charts as SVG inside a page: no script, no outside resource, no dependency; small enough for a hundred pages a second.

Places are in per cent of the page's width and texts in their own size: on a phone the picture gets narrower and the text
stays readable. What has no room there has the class ``wide`` (``base.html.j2``). A screen reader hears the chart's title;
the figures themselves belong in a table on the same page.
"""

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from math import ceil, floor, log10
from textwrap import wrap

#: Pixels a picture is wide on a phone, and on a screen or paper; of a letter of a label, and of a digit above a column.
_PHONE, _SCREEN, _LETTER, _DIGIT = 350, 700, 6.6, 5.7
#: Per cent of the width: where labels end and bars begin, where they end at most, what a figure beside a bar needs.
_LABEL, _END, _FIGURE = 37, 82, 17
#: Per cent of the width between which points stand; the axis is before the first.
_LEFT, _RIGHT = 17, 93
_BAR, _HEIGHT = 15, 170
#: Letters of a label that have room before a bar on a phone.
_LABEL_LETTERS = 19
_COLOURS = ("#9db7cc", "#0f4c81")
_SOFT, _LINE = "#566270", "#d9dfe5"
_LINES = ("#0f4c81", "#b45309", "#14663b", "#7c3aed", "#9b1c1c", "#4b5563")
_UP, _DOWN = _LINES[:2]
#: An axis has at most so many steps.
_STEPS = 5

Write = Callable[[float], str]


def danish(value: int) -> str:
    """A whole number with Danish thousands: 1.234.567, negative ones with a minus sign."""
    return f"{value:,}".replace(",", ".").replace("-", "−")


def ticks(most: float, least: float = 1) -> list[float]:
    """Round values from 0 to the first that is ``most`` or above, 1, 2 or 5 times a power of ten apart, never less than ``least``."""
    wanted = max(most / _STEPS, least)
    power = 10.0 ** floor(log10(wanted))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= wanted * (1 - 1e-9))
    return [round(step * number, 12) for number in range(max(ceil(most / step - 1e-9), 1) + 1)]


def bars(title: str, rows: Sequence[tuple[str, float]], write: Write | None = None) -> str:
    """One bar a row; ``rows``: label, value (not negative); ``write`` writes the figure beside it."""
    return _flat_bars(title, rows, write or _whole, _COLOURS[1], _COLOURS[1])


def change_bars(title: str, rows: Sequence[tuple[str, float]], write: Write | None = None) -> str:
    """Bars to the right for what rose and to the left for what fell; ``rows``: label, change; ``write``: its size in words."""
    size = write or _whole

    def signed(change: float) -> str:
        return f"{'+' if change > 0 else '−' if change < 0 else ''}{size(abs(change))}"

    return _flat_bars(title, rows, signed, _UP, _DOWN)


def _flat_bars(title: str, rows: Sequence[tuple[str, float]], written: Write, up: str, down: str) -> str:
    """Bars from one line, placed so that both sides have the same scale."""
    highest = max((value for _, value in rows if value > 0), default=0)
    lowest = max((-value for _, value in rows if value < 0), default=0)
    left = _LABEL + (_FIGURE if lowest else 0)
    scale = (_END - left) / ((highest + lowest) or 1)
    zero = left + lowest * scale
    shapes, top = [], 6
    for label, value in rows:
        parts = wrap(label, _LABEL_LETTERS) or [""]
        for number, part in enumerate(parts):
            shapes.append(
                f'<text x="{_LABEL}%" dx="-8" y="{top + 12 + 15 * number}" text-anchor="end">{escape(part)}</text>'
            )
        width = abs(value) * scale
        x, end, away, anchor = (
            (zero, zero + width, 6, "start") if value >= 0 else (zero - width, zero - width, -6, "end")
        )
        colour = up if value >= 0 else down
        shapes.append(f'<rect x="{x:.2f}%" y="{top}" width="{width:.2f}%" height="{_BAR}" fill="{colour}"/>')
        shapes.append(
            f'<text x="{end:.2f}%" dx="{away}" y="{top + 12}" text-anchor="{anchor}">{escape(written(value))}</text>'
        )
        top += 15 * len(parts) + 9
    if lowest:
        shapes.append(f'<line x1="{zero:.2f}%" x2="{zero:.2f}%" y1="2" y2="{top - 4}" stroke="{_SOFT}"/>')
    return _chart(title, top, shapes)


def columns(
    title: str,
    names: Sequence[str],
    rows: Sequence[tuple[str, Sequence[int | None]]],
    write: Write | None = None,
) -> str:
    """Upright columns side by side for each row, for instance issues and returns by quarter.

    ``rows``: label below, one value for each name; null leaves its place empty. The figures (``write`` writes them) stand above
    the columns, or where a phone has no room for that, beside an axis.
    """
    write = write or _whole
    values = [value for _, of in rows for value in of if value is not None]
    colours = [_colour(place, len(names)) for place in range(len(names))]
    longest = max((len(write(value)) for value in values), default=1)
    group = 96 / max(len(rows), 1)
    fits = _PHONE * group * 0.8 / 100 / max(len(names), 1) >= _DIGIT * longest
    scale = [] if fits else ticks(max(values))
    most = scale[-1] if scale else max(values, default=0) or 1
    left = 2 if fits else _LEFT
    group = (98 - left) / max(len(rows), 1)
    width = min(7.0, group * 0.8 / max(len(names), 1))
    top, bottom = 20, 20 + _HEIGHT
    shapes = _axis(scale, write, top)
    shapes += _below([label for label, _ in rows], lambda number: left + group * (number + 0.5), bottom, group)
    for number, (_label, of) in enumerate(rows):
        first = left + group * (number + 0.5) - width * len(names) / 2
        for place, value in enumerate(of):
            if value is None:
                continue
            x, tall = first + place * width, _HEIGHT * value / most
            shapes.append(
                f'<rect x="{x:.2f}%" y="{bottom - tall:.1f}" width="{width * 0.94:.2f}%" height="{tall:.1f}" '
                f'fill="{colours[place]}"/>'
            )
            if fits:
                shapes.append(
                    f'<text x="{x + width * 0.47:.2f}%" y="{bottom - tall - 4:.1f}" text-anchor="middle" '
                    f'font-size="10">{escape(write(value))}</text>'
                )
    shapes.append(f'<line x1="{left}%" x2="98%" y1="{bottom}" y2="{bottom}" stroke="{_SOFT}"/>')
    return _chart(title, bottom + 28, shapes, list(zip(names, colours, strict=True)))


def lines(
    title: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    write: Write | None = None,
    least: float = 1,
) -> str:
    """Values over time; ``series``: name, one value for each of ``labels`` (null breaks the line); scale from 0.

    ``least``: the smallest difference that ``write`` tells.
    """
    most = max((value for _, values in series for value in values if value is not None), default=0)
    scale = ticks(most, least)
    top, bottom = 12, 12 + _HEIGHT
    step = (_RIGHT - _LEFT) / max(len(labels) - 1, 1)
    shapes = _axis(scale, write or _whole, top)
    shapes += _below(labels, lambda number: _LEFT + step * number, bottom, step)
    colours = [_LINES[place % len(_LINES)] for place in range(len(series))]
    for colour, (_name, values) in zip(colours, series, strict=True):
        points = [
            None if value is None else (_LEFT + step * number, bottom - _HEIGHT * value / scale[-1])
            for number, value in enumerate(values)
        ]
        for before, after in pairwise(points):
            if before and after:
                shapes.append(
                    f'<line x1="{before[0]:.2f}%" y1="{before[1]:.1f}" x2="{after[0]:.2f}%" y2="{after[1]:.1f}" '
                    f'stroke="{colour}" stroke-width="2"/>'
                )
        shapes.extend(
            f'<circle cx="{point[0]:.2f}%" cy="{point[1]:.1f}" r="3" fill="{colour}"/>' for point in points if point
        )
    return _chart(title, bottom + 28, shapes, [(name, colours[place]) for place, (name, _) in enumerate(series)])


def _whole(value: float) -> str:
    return danish(round(value))


def _axis(scale: Sequence[float], write: Write, top: int) -> list[str]:
    """A line with its value for each tick of a scale, the highest at ``top``."""
    shapes = []
    for value in scale:
        y = top + _HEIGHT * (1 - value / scale[-1])
        shapes.append(f'<line x1="{_LEFT}%" x2="98%" y1="{y:.1f}" y2="{y:.1f}" stroke="{_LINE}"/>')
        shapes.append(
            f'<text x="{_LEFT}%" dx="-12" y="{y + 4:.1f}" text-anchor="end" fill="{_SOFT}">{escape(write(value))}</text>'
        )
    return shapes


def _below(labels: Sequence[str], x: Callable[[int], float], bottom: int, step: float) -> list[str]:
    """The labels below a chart, the last and every so many before it as have room, on a phone fewer."""
    needed = _LETTER * max(map(len, labels), default=0) + 10
    on_phone, on_screen = (max(ceil(100 * needed / (pixels * step)), 1) for pixels in (_PHONE, _SCREEN))
    on_phone = ceil(on_phone / on_screen) * on_screen
    shapes = []
    for number, label in enumerate(labels):
        back = len(labels) - 1 - number
        if back % on_screen == 0:
            wide = ' class="wide"' if back % on_phone else ""
            shapes.append(
                f'<text{wide} x="{x(number):.2f}%" y="{bottom + 18}" text-anchor="middle">{escape(label)}</text>'
            )
    return shapes


def _colour(place: int, of: int) -> str:
    return (_COLOURS[place] if of == len(_COLOURS) else _LINES[place % len(_LINES)]) if of > 1 else _COLOURS[1]


def _chart(title: str, height: int, shapes: Sequence[str], named: Sequence[tuple[str, str]] = ()) -> str:
    """The picture below what its colours stand for (names and colours; a single series needs no name)."""
    key = "".join(
        f'<span><i style="background:{colour}"></i>{escape(name)}</span>' for name, colour in named if len(named) > 1
    )
    return (
        f'<div class="chart">{f"<p>{key}</p>" if key else ""}<svg xmlns="http://www.w3.org/2000/svg" width="100%" '
        f'height="{height}" role="img" aria-label="{escape(title)}" font-family="sans-serif" font-size="12">'
        f"{''.join(shapes)}</svg></div>"
    )

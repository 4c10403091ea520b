"""Bar charts as SVG inside a page: no script, no outside resource, the figures written beside the bars."""

from collections.abc import Sequence
from html import escape

_WIDTH, _LABEL, _BAR = 720, 190, 15
_COLOURS = ("#9db7cc", "#0f4c81")
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

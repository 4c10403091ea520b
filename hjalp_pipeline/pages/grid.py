"""A picture of a table: a square for each cell, marked by shape where there is something to see. SVG, self-contained.

Shapes differ without colour. A screen reader hears title and description; what the marks stand for belongs in words on the
same page. The picture keeps its size on a phone, where its frame scrolls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

Mark = Literal["full", "hollow", "crossed", "dot"]

_SIDE, _GAP, _LETTER = 12, 9, 5.4
_INK, _SOFT, _LINE, _PAPER = "#1d2733", "#566270", "#d9dfe5", "#ffffff"
#: Letters of a label; what is longer is cut.
_ROW_LETTERS, _COLUMN_LETTERS = 24, 26
_SHAPES: Mapping[Mark, str] = {
    "full": f'<path d="M1 1h10v10h-10z" fill="{_INK}"/>',
    "hollow": f'<path d="M2 2h8v8h-8z" fill="{_PAPER}" stroke="{_INK}" stroke-width="1.6"/>',
    "crossed": f'<path d="M1 1h10v10h-10z" fill="{_INK}"/><path d="M3 3l6 6m0-6l-6 6" stroke="{_PAPER}" stroke-width="1.8"/>',
    "dot": f'<circle cx="6" cy="6" r="2.2" fill="{_INK}"/>',
}


@dataclass(frozen=True)
class Grid:
    """A table to be drawn. ``groups``: columns side by side, with a label above them; ``marks``: by row and column, counted
    over all groups. ``legend``: what a mark means.
    """

    title: str
    description: str
    rows: Sequence[str]
    groups: Sequence[tuple[str, Sequence[str]]]
    marks: Mapping[tuple[int, int], Mark]
    legend: Mapping[Mark, str]


def swatch(mark: Mark) -> str:
    """A mark by itself, for a legend."""
    return f'<svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" focusable="false">{_SHAPES[mark]}</svg>'


def grid(of: Grid, name: str) -> str:
    """The picture. ``name``: what its ids begin with, another for each picture of a page."""
    left = round(_LETTER * min(max(map(len, of.rows), default=0), _ROW_LETTERS)) + 8
    longest = max((len(label) for _, labels in of.groups for label in labels), default=0)
    slant = round(_LETTER * 0.72 * min(longest, _COLUMN_LETTERS)) + 8
    top = slant + 20
    places, shapes, x = list[int](), list[str](), left
    bottom = top + _SIDE * len(of.rows)
    for label, columns in of.groups:
        wide = _SIDE * len(columns)
        shapes.append(f'<text x="{x}" y="11" font-weight="600">{escape(label)}</text>')
        shapes.append(f'<rect x="{x}" y="{top}" width="{wide}" height="{bottom - top}" fill="url(#{name}-none)"/>')
        for column in columns:
            at = f"translate({x + 9} {top - 5}) rotate(-45)"
            shapes.append(f'<text transform="{at}" fill="{_SOFT}">{escape(_cut(column, _COLUMN_LETTERS))}</text>')
            places.append(x)
            x += _SIDE
        # A label that is wider than its columns takes the room it needs.
        x += max(_GAP, round(6.2 * len(label)) - wide + _GAP)
    for number, row in enumerate(of.rows):
        y = top + _SIDE * number + 10
        shapes.append(f'<text x="{left - 5}" y="{y}" text-anchor="end">{escape(_cut(row, _ROW_LETTERS))}</text>')
    used = sorted(set(of.marks.values()))
    marks = [
        f'<use href="#{name}-{mark}" x="{places[column]}" y="{top + _SIDE * row}"/>'
        for (row, column), mark in sorted(of.marks.items())
    ]
    wide = x + slant
    return (
        f'<svg role="img" aria-labelledby="{name}-t {name}-d" width="{wide}" height="{bottom + 4}" '
        f'viewBox="0 0 {wide} {bottom + 4}" font-size="10" fill="{_INK}">'
        f'<title id="{name}-t">{escape(of.title)}</title><desc id="{name}-d">{escape(of.description)}</desc><defs>'
        + "".join(f'<g id="{name}-{mark}">{_SHAPES[mark]}</g>' for mark in used)
        + f'<pattern id="{name}-none" width="{_SIDE}" height="{_SIDE}" patternUnits="userSpaceOnUse" x="{left}" y="{top}">'
        f'<path d="M0 12h12V0" fill="none" stroke="{_LINE}" stroke-width=".7"/></pattern></defs>'
        f"{''.join(shapes)}{''.join(marks)}</svg>"
    )


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"

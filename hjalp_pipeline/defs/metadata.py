"""What materialisations show: counts, tables and a plot. Only ever counts of rows: no value of any record comes here."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

import dagster as dg

from hjalp_pipeline.codelists.few import FEWEST, told
from hjalp_pipeline.rules.rule import Code
from hjalp_pipeline.storage.root import DataRoot

#: Where the web server shows the office's pages, beside Dagster.
OFFICE = "/kontor"
_KEPT = "#2f6f4f"
_OTHER = "#555555"


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> dg.MarkdownMetadataValue:
    """A table as markdown; whole numbers with a thin space every three digits."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return dg.MetadataValue.md("\n".join(lines))


def office_page(root: DataRoot, name: str) -> str:
    """The address of a file the program has written for people (its path below the statistic's folder), as links have it."""
    return f"{OFFICE}/{root.statistic}/{quote(name)}"


def office_link(root: DataRoot, name: str) -> dg.UrlMetadataValue:
    """A link to it."""
    return dg.MetadataValue.url(office_page(root, name))


def row_count(rows: int) -> dict[str, int | str]:
    """How many rows of persons an asset holds, where Dagster shows it; it takes no words there, so few rows stand beside."""
    number = told(rows)
    return {"dagster/row_count" if isinstance(number, int) else "rows": number}


def _cell(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace(",", "\u202f")
    return "" if value is None else str(value)


def bar_plot(title: str, bars: Mapping[str, Mapping[str, int]], codes: Mapping[str, Code]) -> dg.MarkdownMetadataValue:
    """Stacked horizontal bars (bar -> part -> rows) as an inline picture, with a legend of the parts that occur.

    One or two rows are drawn as three. ``codes``: of the parts, with their colours; ``kept`` is green.
    """
    colours = {"kept": _KEPT} | {name: code.colour for name, code in codes.items()}
    widest = max((sum(parts.values()) for parts in bars.values()), default=0) or 1
    names = list(dict.fromkeys(part for parts in bars.values() for part in parts if parts[part]))
    shapes = [f'<text x="10" y="18" font-weight="bold">{title}</text>']
    for row, (bar, parts) in enumerate(bars.items()):
        top, left = 32 + 26 * row, 170.0
        shapes.append(f'<text x="160" y="{top + 14}" text-anchor="end">{bar}</text>')
        for part in names:
            rows = parts.get(part, 0)
            width = 520 * (max(rows, FEWEST) if rows else 0) / widest
            shapes.append(
                f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="19" fill="{colours.get(part, _OTHER)}"/>'
            )
            left += width
        shapes.append(f'<text x="{left + 6:.0f}" y="{top + 14}">{_cell(told(sum(parts.values())))}</text>')
    legend = 44 + 26 * len(bars)
    for place, part in enumerate(names):
        x, y = 150 + 225 * (place % 3), legend + 18 * (place // 3)
        shapes.append(f'<rect x="{x}" y="{y}" width="11" height="11" fill="{colours.get(part, _OTHER)}"/>')
        shapes.append(f'<text x="{x + 16}" y="{y + 10}">{part}</text>')
    return picture(title, shapes, 850, legend + 18 * (len(names) // 3 + 1) + 8)


def picture(title: str, shapes: Iterable[str], width: int, height: int) -> dg.MarkdownMetadataValue:
    """SVG elements as an inline picture on white."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(shapes)}</svg>'
    )
    return dg.MetadataValue.md(f"![{title}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})")

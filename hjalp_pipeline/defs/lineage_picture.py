"""The assets of a statistic as a picture: what is made from what, from the deliveries at the top to the releases at the bottom."""

from collections.abc import Mapping
from html import escape

import dagster as dg

#: Ground of an asset by the last word of its group.
_GROUND = {
    "registers": "#eef1f4",
    "deliveries": "#d3e5f6",
    "rules": "#cfe8d8",
    "tables": "#fff4dc",
    "releases": "#f7d9d9",
    "dialogue": "#ece3f7",
}
#: As wide as a page of text, so that its words are read without enlarging it.
_BOX_WIDE, _BOX_HIGH, _ACROSS, _DOWN = 186, 28, 208, 62


def lineage_svg(definitions: dg.Definitions, statistic: str) -> str:
    """An SVG of the statistic's assets and the registers: a row by the longest way from what has no source."""
    graph = definitions.resolve_asset_graph()
    names = {
        key: "/".join(key.path[1:] if key.path[0] == statistic else key.path)
        for key in graph.get_all_asset_keys()
        if key.path[0] in (statistic, "registers")
    }
    parents = {key: sorted(parent for parent in graph.get(key).parent_keys if parent in names) for key in names}
    row = _rows(parents)
    rows = [[key for key in names if row[key] == down] for down in range(max(row.values()) + 1)]
    widest = max(map(len, rows))
    place: dict[dg.AssetKey, tuple[float, int]] = {}
    for down, here in enumerate(rows):
        # Below what it is made from, so that few edges cross.
        here.sort(
            key=lambda key: (sum(place[one][0] for one in parents[key]) / max(len(parents[key]), 1), names[key]),
        )
        place |= {key: ((widest - len(here)) / 2 + across, down) for across, key in enumerate(here)}
    edges = [_edge(place[parent], place[key]) for key, of in parents.items() for parent in of]
    boxes = [_box(place[key], name, graph.get(key).group_name or "") for key, name in names.items()]
    width, height = widest * _ACROSS - (_ACROSS - _BOX_WIDE) + 8, len(rows) * _DOWN - (_DOWN - _BOX_HIGH) + 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" '
        f'role="img"><title>What is made from what</title><rect width="100%" height="100%" fill="#ffffff"/>'
        f"{''.join(sorted(edges))}{''.join(sorted(boxes))}</svg>\n"
    )


def _rows(parents: Mapping[dg.AssetKey, list[dg.AssetKey]]) -> dict[dg.AssetKey, int]:
    found: dict[dg.AssetKey, int] = {}

    def of(key: dg.AssetKey) -> int:
        if key not in found:
            found[key] = max((of(parent) + 1 for parent in parents[key]), default=0)
        return found[key]

    return {key: of(key) for key in parents}


def _corner(place: tuple[float, int]) -> tuple[int, int]:
    return round(place[0] * _ACROSS) + 4, place[1] * _DOWN + 6


def _edge(start: tuple[float, int], end: tuple[float, int]) -> str:
    (x, y), (to_x, to_y) = _corner(start), _corner(end)
    x, y, to_x = x + _BOX_WIDE // 2, y + _BOX_HIGH, to_x + _BOX_WIDE // 2
    bend = (to_y - y) // 2
    return f'<path d="M{x} {y} C{x} {y + bend} {to_x} {to_y - bend} {to_x} {to_y}" fill="none" stroke="#8fa1b3"/>'


def _box(place: tuple[float, int], name: str, group: str) -> str:
    x, y = _corner(place)
    ground = _GROUND[group.rpartition("_")[2]]
    return (
        f'<g><rect x="{x}" y="{y}" width="{_BOX_WIDE}" height="{_BOX_HIGH}" rx="5" fill="{ground}" stroke="#8fa1b3"/>'
        f'<text x="{x + _BOX_WIDE // 2}" y="{y + 18}" text-anchor="middle" fill="#1d2733">{escape(name)}</text></g>'
    )

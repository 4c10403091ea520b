"""Who has delivered in a period, as a picture: the kommuner as tiles laid out like the country."""

from html import escape

from hjalp_pipeline.pages.tiles import tiles
from hjalp_pipeline.production.inbox.gate_state import Status
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.lake_files import ChangedError
from hjalp_pipeline.storage.root import DataRoot

#: By status a sign with what it means, and colours of ground and letters; the colour is never the only sign.
LOOK: dict[Status, tuple[str, str, str, str]] = {
    "delivered": ("✓", "inde", "#cfe8d8", "#0c4527"),
    "covered": ("○", "af anden", "#ffffff", "#4a5663"),
    "not_yet_in": ("·", "ikke med endnu", "#ffffff", "#4a5663"),
    "partial": ("½", "delvis", "#ffe08a", "#523900"),
    "newest_rejected": ("!", "ældre i brug", "#f6a95f", "#3f1f00"),
    "stale": ("…", "ikke kørt", "#d3e5f6", "#0b3a63"),
    "missing": ("–", "mangler", "#c2410c", "#ffffff"),
    "rejected": ("✗", "afvist", "#6d1414", "#ffffff"),
}
#: Small enough to stand beside the names of Dagster's metadata: three letters of a name, and the sign.
_WIDE, _HIGH, _LETTERS, _IN_A_ROW, _LINE = 26, 26, 3, 4, 18


def map_svg(root: DataRoot, period: str) -> str | None:
    """The picture, from the gate as it was made last; None when it was not made for the period, or changed on the disk."""
    try:
        status = dict(Lake(root).frame("status", period).select("komnr", "status").iter_rows())
    except (FileNotFoundError, ChangedError):
        return None
    shapes = []
    for tile in tiles():
        sign, _, ground, ink = LOOK[status[tile.komnr]]
        left, top = 2 + (tile.col - 1) * _WIDE, 2 + (tile.row - 1) * _HIGH
        shapes.append(
            f'<rect x="{left}" y="{top}" width="{_WIDE - 2}" height="{_HIGH - 2}" rx="3" fill="{ground}" stroke="#aab4bf"/>'
            f'<text x="{left + 12}" y="{top + 10}" fill="{ink}">{escape(tile.short[:_LETTERS])}</text>'
            f'<text x="{left + 12}" y="{top + 21}" font-weight="bold" fill="{ink}">{sign}</text>'
        )
    width = max(tile.col for tile in tiles()) * _WIDE + 4
    below = max(tile.row for tile in tiles()) * _HIGH + _LINE
    found = [look for name, look in LOOK.items() if name in status.values()]
    for place, (sign, word, _, _) in enumerate(found):
        x, y = 4 + place % _IN_A_ROW * width // _IN_A_ROW, below + place // _IN_A_ROW * _LINE
        shapes.append(f'<text x="{x}" y="{y}" text-anchor="start" fill="#1d2733">{sign} {word}</text>')
    height = below + (len(found) - 1) // _IN_A_ROW * _LINE + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="9.5" text-anchor="middle">'
        f'<title>{period}: hvem har leveret</title><rect width="100%" height="100%" fill="#ffffff"/>{"".join(shapes)}</svg>'
    )

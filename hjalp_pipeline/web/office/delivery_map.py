"""Who has delivered in a period, as a picture: the kommuner as tiles laid out like the country."""

from html import escape

from hjalp_pipeline.pages.tiles import tiles
from hjalp_pipeline.production.inbox.gate_state import Status
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.lake_files import ChangedError
from hjalp_pipeline.storage.root import DataRoot

#: By status a short word and colours of ground and letters; the colour is never the only sign.
LOOK: dict[Status, tuple[str, str, str]] = {
    "delivered": ("inde", "#cfe8d8", "#0c4527"),
    "covered": ("af anden", "#ffffff", "#4a5663"),
    "not_yet_in": ("ikke med", "#ffffff", "#4a5663"),
    "partial": ("delvis", "#ffe08a", "#523900"),
    "newest_rejected": ("ældre", "#f6a95f", "#3f1f00"),
    "stale": ("ikke kørt", "#d3e5f6", "#0b3a63"),
    "missing": ("mangler", "#c2410c", "#ffffff"),
    "rejected": ("afvist", "#6d1414", "#ffffff"),
}
_WIDE, _HIGH = 76, 36
#: Pixels the picture is wide where nothing else is said: so that it has room beside the names of Dagster's metadata.
_SHOWN = 560


def map_svg(root: DataRoot, period: str) -> str | None:
    """The picture, from the gate as it was made last; None when it was not made for the period, or changed on the disk."""
    try:
        status = dict(Lake(root).frame("status", period).select("komnr", "status").iter_rows())
    except (FileNotFoundError, ChangedError):
        return None
    shapes = []
    for tile in tiles():
        word, ground, ink = LOOK[status[tile.komnr]]
        left, top = 4 + (tile.col - 1) * _WIDE, 4 + (tile.row - 1) * _HIGH
        shapes.append(
            f'<rect x="{left}" y="{top}" width="{_WIDE - 3}" height="{_HIGH - 3}" rx="4" fill="{ground}" stroke="#aab4bf"/>'
            f'<text x="{left + 37}" y="{top + 14}" font-weight="bold" fill="{ink}">{escape(tile.short)}</text>'
            f'<text x="{left + 37}" y="{top + 28}" fill="{ink}">{word}</text>'
        )
    width = max(tile.col for tile in tiles()) * _WIDE + 8
    height = max(tile.row for tile in tiles()) * _HIGH + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_SHOWN}" height="{_SHOWN * height // width}" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="11" text-anchor="middle">'
        f'<title>{period}: hvem har leveret</title><rect width="100%" height="100%" fill="#ffffff"/>{"".join(shapes)}</svg>'
    )

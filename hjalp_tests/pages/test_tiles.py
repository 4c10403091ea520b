"""The map of tiles: every kommune once, in a place of its own."""

from hjalp_pipeline.codelists.kommuner import KOMNR, NAVN
from hjalp_pipeline.pages.tiles import Shown, legend, tiles


def test_every_kommune_has_a_tile_of_its_own() -> None:
    assert sorted(tile.komnr for tile in tiles()) == list(KOMNR)
    assert len({(tile.col, tile.row) for tile in tiles()}) == 98
    assert max(tile.col for tile in tiles()) == 17, "base.html.j2 says so too"
    assert all(0 < len(tile.short) <= 11 for tile in tiles())
    assert all(tile.short[:2] == NAVN[tile.komnr][:2] for tile in tiles())


def test_the_legend_has_what_occurs_in_the_order_of_its_words() -> None:
    shown = [Shown("b", "x"), Shown("a", "y"), Shown("b", "z")]
    assert legend(shown, {"a": "første", "b": "anden", "c": "tredje"}) == [("a", "første", 1), ("b", "anden", 2)]

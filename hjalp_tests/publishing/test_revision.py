"""The words and plots of a revision: which moves are named, in what order, and how they are rounded."""

import re
from html import unescape

import pytest

from hjalp_pipeline.publishing.revision import Page, Pair, Total, largest, revision_html


def move(place: str, before: int, after: int, *, aar: int = 2024, what: str = "udlån") -> Total:
    return Total(what, place, aar, before, after, "registerudtræk")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (8, 9, "steg fra 8 til 9 (+12,5 pct.)"),
        (3, 4, "steg fra 3 til 4 (+33,3 pct.)"),
        (3, 1, "faldt fra 3 til 1 (−66,7 pct.)"),
        (2000, 2001, "steg fra 2.000 til 2.001 (+0,1 pct.)"),  # half a tenth is rounded up
        (2001, 2002, "steg fra 2.001 til 2.002 (+0,0 pct.)"),
        (1, 12, "steg fra 1 til 12 (+1.100,0 pct.)"),
        (1, 0, "faldt fra 1 til 0 (−100,0 pct.)"),
    ],
)
def test_a_move_in_per_cent(before: int, after: int, said: str) -> None:
    assert largest([move("Vejle", before, after)]) == [f"Vejle: udlån ultimo 2024 {said}. Årsag: registerudtræk."]


def test_equal_moves_stand_by_what_place_and_year() -> None:
    ordered = [
        move("Vejle", 9, 3, what="modtagere"),
        move("Odder", 1, 7),
        move("Vejle", 1, 7, aar=2023),
        move("Vejle", 7, 1),
        move("Aalborg", 1, 2),
    ]
    said = largest(ordered[::-1])
    assert [text.split(" steg")[0].split(" faldt")[0] for text in said] == [
        "Vejle: modtagere ultimo 2024",
        "Odder: udlån ultimo 2024",
        "Vejle: udlån ultimo 2023",
        "Vejle: udlån ultimo 2024",
        "Aalborg: udlån ultimo 2024",
    ]


def page(*totals: Total, national: tuple[Pair, ...] = ()) -> str:
    return revision_html(
        Page(
            "Udlån af hjælpemidler",
            "udlån (HJALP1)",
            "2024v2",
            "2024v1",
            ["Alt."],
            [("HJALP1", 1, 0, 0)],
            national,
            totals,
            [],
        )
    )


def plots(html: str) -> dict[str, list[str]]:
    """The texts of each plot by its title, in order."""
    found = re.findall(r'<svg[^>]*aria-label="([^"]*)"[^>]*>(.*?)</svg>', html, flags=re.S)
    return {
        unescape(title): [unescape(text) for text in re.findall("<text[^>]*>([^<]*)<", svg)] for title, svg in found
    }


def test_the_plot_shows_the_ten_kommuner_that_moved_most_in_the_newest_year() -> None:
    places = [f"Kommune {letter}" for letter in "ABCDEFGHIJKL"]
    moves = [move(place, 100, 100 + n if n % 2 else 100 - n) for n, place in enumerate(places, start=1)]
    moves += [move("Hele landet", 1000, 2000), move("Kommune A", 100, 900, aar=2023)]
    title = "Udlån ultimo 2024: de kommuner der ændrer sig mest"
    shown = plots(page(*moves))
    assert shown.pop("Hele landet før og nu", []) == []
    assert list(shown) == [title]
    expected = [(place, f"+{n}" if n % 2 else f"−{n}") for n, place in enumerate(places, start=1)][:1:-1]
    assert shown[title] == [text for pair in expected for text in pair]


def test_a_plot_only_where_a_kommune_moved() -> None:
    assert plots(page(move("Hele landet", 1, 2))) == {}
    assert list(plots(page(national=(Pair("Udlån", 1, 2),)))) == ["Hele landet før og nu"]


@pytest.mark.parametrize(("rows", "more"), [(150, None), (151, 1), (152, 2)])
def test_a_long_list_says_how_much_it_leaves_out(rows: int, more: int | None) -> None:
    html = page(*(move("Hele landet", n, n + 1) for n in range(rows)))
    assert html.count("<td>Hele landet</td>") == 150
    assert re.findall(r"Og (\S+) mere i", html) == ([str(more)] if more else [])


def test_the_largest_moves_in_words() -> None:
    moves = [
        Total("udlånte hjælpemidler", "Sønderborg", 2024, 12345, 15678, "genleverance Sønderborg"),
        Total("udlånte hjælpemidler", "Samsø", 2024, 0, 4000, "registerudtræk"),
        *(Total("personer med hjælpemidler", "Vejle", 2000 + n, 100, 99, "registerudtræk") for n in range(9)),
    ]
    said = largest(moves)
    assert len(said) == 5
    assert said[0] == "Samsø: udlånte hjælpemidler ultimo 2024 steg fra 0 til 4.000. Årsag: registerudtræk."
    assert said[1] == (
        "Sønderborg: udlånte hjælpemidler ultimo 2024 steg fra 12.345 til 15.678 (+27,0 pct.). "
        "Årsag: genleverance Sønderborg."
    )
    assert "faldt fra 100 til 99 (−1,0 pct.)" in said[2]

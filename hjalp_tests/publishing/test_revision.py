"""What the page of a revision shows: plots of changes, lists that are folded, the map, figures with their decimals."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from hjalp_pipeline.codelists.kommuner import KOMMUNER
from hjalp_pipeline.publishing.revision import LISTED, Behind, Page, per_cent, revision_html
from hjalp_pipeline.publishing.revision_sentences import sentences
from hjalp_tests.publishing.made_up_revision import country, hidden, measure, move, page, texts
from hjalp_tests.publishing.readers import absent


def html(of: Page) -> str:
    return revision_html(of, sentences(of))


def plots(made: str) -> dict[str, list[str]]:
    """The texts of each plot by its title, in order."""
    found = re.findall(r'<svg[^>]*aria-label="([^"]*)"[^>]*>(.*?)</svg>', made, flags=re.S)
    return {
        unescape(title): [unescape(text) for text in re.findall("<text[^>]*>([^<]*)<", svg)] for title, svg in found
    }


@pytest.mark.parametrize(
    ("change", "before", "said"),
    [
        (1, 8, "+12,5 pct."),
        (1, 3, "+33,3 pct."),
        (-2, 3, "−66,7 pct."),
        (1, 2000, "+0,1 pct."),  # half a tenth is rounded up
        (1, 2001, "under 0,1 pct."),
        (11, 1, "+1.100,0 pct."),
        (-1, 1, "−100,0 pct."),
        (0, 7, "0,0 pct."),
    ],
)
def test_a_change_in_per_cent(change: int, before: int, said: str) -> None:
    assert per_cent(change, before) == said


def test_changes_are_plotted_as_changes() -> None:
    places = [f"Kommune {letter}" for letter in "ABCDEFGHIJKL"]
    moves = [move(place, 100, 100 + n if n % 2 else 100 - n) for n, place in enumerate(places, start=1)]
    moves += [country(1000, 1013), country(2000, 1000, 2023), move("Kommune A", 100, 900, aar=2023)]
    shown = plots(html(page(measure(*moves))))
    assert shown.pop("Hele landet: ændring i pct.") == ["ultimo 2023", "−50,0 pct.", "ultimo 2024", "+1,3 pct."]
    expected = [(place, f"+{n}" if n % 2 else f"−{n}") for n, place in enumerate(places, start=1)][:1:-1]
    assert shown == {"Ændring ultimo 2024, hvor den er størst": [text for pair in expected for text in pair]}


def test_without_a_change_no_plot() -> None:
    made = html(page(measure()))
    assert plots(made) == {}
    assert "Intet tal i alt, der er vist i begge udgivelser, er ændret." in made


def test_small_changes_of_the_register_alone_are_folded_and_others_are_not() -> None:
    small = move("Vejle", 100, 104, register=True)
    large, other = move("Odder", 100, 105, register=True), move("Fanø", 100, 101)
    made = html(page(measure(small, large, other, country(1000, 1001))))
    listed, folded = made.split("<details>")
    assert "1 ændring på under 5 pct., alene fordi registerudtrækket er et andet" in folded
    rows = r'<th scope="row">([^<]*)</th><td class="n">2024'
    assert re.findall(rows, listed) == ["Hele landet", "Odder", "Fanø"]
    assert re.findall(rows, folded) == ["Vejle"]


@pytest.mark.parametrize(
    ("number", "more"), [(LISTED, None), (LISTED + 1, "1 ændring mere"), (200, "185 ændringer mere")]
)
def test_a_long_list_is_folded_and_says_what_it_leaves_out(number: int, more: str | None) -> None:
    made = html(page(measure(*(move(f"K{n}", 10, 11 + n) for n in range(number)))))
    assert re.findall(r"<summary>([^<]*)</summary>", made) == ([more] if more else [])
    assert re.findall(r"Og (\S+) mere i", made) == (["35"] if number == 200 else [])


def test_the_map_has_each_kommune_with_its_change_and_never_by_colour_alone() -> None:
    shown = texts(
        k101=("100", "107"),
        k147=("100", "99"),
        k151=("..", "7"),
        k153=("7", ".."),
        k155=("...", "..."),
        k157=("0", "4"),
    )
    made = html(page(measure(move("København", 100, 107), of_kommuner=shown)))
    tiles = dict(re.findall(r"<b>(\w+)<span>.*?<small>([^<]*)</small>", made))
    assert len(re.findall(r"<li style=", made)) == 98
    assert [tiles[name] for name in ("Køb", "Bal", "Brø", "Dra")] == ["+7,0", "ny", "skjult", "intet tal"]
    assert "steget mindre" not in made
    legend = dict(re.findall(r'<li class="([a-z-]+)">[^<]*<b>(\d+)</b>', made))
    assert legend == {"much-more": "2", "same": "92", "less": "1", "new": "1", "none": "2"}


def test_a_table_without_kommuner_has_no_map() -> None:
    assert '<ul class="tiles"' not in html(page(measure(move("Mænd", 1, 2))))


def test_figures_have_the_decimals_of_their_table() -> None:
    made = html(page(measure(move("Vejle", 1234567, 1234507), decimals=1)))
    assert '<td class="n">123.456,7</td><td class="n">123.450,7</td><td class="n">−6,0</td>' in made


def test_the_kommune_that_is_the_reason_is_shown_and_many_are_folded() -> None:
    one = Behind("Vejle", "kommet med for 2024", [("...", "7")])
    made = html(page(measure(), behind=[one]))
    assert "Kommunen bag udgivelsen" in made
    assert (
        '<th scope="row">Vejle</th><td class="why">kommet med for 2024</td><td class="n">...</td><td class="n">7</td>'
        in made
    )
    assert "<code>...</code> at kommunen ikke deltager" in made
    assert "1 kommune mere" in html(page(measure(), behind=[one] * (LISTED + 1)))


def test_cells_without_a_figure_are_folded() -> None:
    assert "1 celle uden tal før eller nu" in html(page(hidden=hidden(1)))
    made = html(page(hidden=hidden(151)))
    assert "151 celler uden tal før eller nu" in made
    assert re.findall(r"Og (\S+) mere i", made) == ["1"]


@pytest.mark.slow
def test_however_much_has_changed_four_pages_are_printed(tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        absent("chromium")
    moves = [move(one.name, 1000, 2000 + n, aar=aar) for n, one in enumerate(KOMMUNER) for aar in (2023, 2024)]
    many = dict.fromkeys([one.code for one in KOMMUNER], ("1000", "2000"))
    totals = (country(98000, 196000), country(98000, 196000, 2023), *moves)
    measures = [
        measure(*totals, national=totals[0], of_kommuner=many, sentence=f"meget lange ord om {n}") for n in "ab"
    ]
    behind = [Behind(one.name, "kommet med for 2023 og 2024 og nye data", [("...", "7")] * 2) for one in KOMMUNER]
    reasons = ["98 kommuner er kommet med for 2023 og 2024", "98 kommuner har leveret nye data", "alt er nyt"]
    path = tmp_path / "revision.html"
    path.write_text(html(page(*measures, behind=behind, reasons=reasons, hidden=hidden(999))), encoding="utf-8")
    printed = tmp_path / "revision.pdf"
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={printed}", path.as_uri()]
    subprocess.run(command, capture_output=True, timeout=600, check=True)
    assert max(map(int, re.findall(rb"/Count (\d+)", printed.read_bytes()))) <= 4

"""The page for whoever signs a release: its verdict, the decision it asks for, its readers, reasons and picture."""

from __future__ import annotations

from typing import Any

import pytest

from hjalp_pipeline.confidentiality.evidence import OF_FIGURES
from hjalp_pipeline.confidentiality.signing import Decision, Reader, Signing, Why, signing_page
from hjalp_pipeline.pages.grid import Grid

COUNTS = {"HJALP2": {"hidden": 4, "exact": 1, "told_small": 2, "fails": 3}}
PICTURE = Grid(
    "De skjulte celler",
    "2 celler",
    ["Kommune & co.", "By"],
    [("Mænd", ["ung", "gammel"]), ("Kvinder", ["ung"])],
    {(0, 0): "full", (1, 2): "hollow", (1, 1): "crossed"},
    {"full": "lille", "hollow": "andet", "crossed": "kan ikke beskyttes"},
)
ASKED = Decision("releases/2024v2.toml", "hjalp release 2024v2", {"2023": 1, "2024": 3})


def made(**changes: Any) -> Signing:
    values: dict[str, Any] = {"tables": COUNTS, "rule": "up3", "assumptions": OF_FIGURES, **changes}
    return Signing(**values)


def test_the_page_tells_verdict_counts_and_assumptions_in_danish() -> None:
    page = signing_page(made(), title="Udgivelse 2024v1")
    assert "Kan offentliggøres: alle skjulte celler er beskyttet" in page
    assert "Udgivelse 2024v1" in page
    assert "<td>HJALP2</td>" in page
    assert all(line in page for line in OF_FIGURES)
    assert "Det skal besluttes" not in page
    assert "http" not in page
    assert "<script" not in page


def test_the_page_of_a_refusal_lists_names_and_asks_for_no_decision() -> None:
    page = signing_page(made(fails=["k1 & m", "k2", "k3"], unprotectable=["k4"]), title="<b>v2</b>", decision=ASKED)
    assert "Må ikke offentliggøres: 3 skjulte celler er ikke beskyttet" in page
    assert "<li>k1 &amp; m</li>" in page
    assert "&lt;b&gt;v2&lt;/b&gt;" in page
    assert "accept_unprotectable" not in page


@pytest.mark.parametrize("which", ["unprotectable", "guessed"])
def test_cells_that_nothing_protects_ask_for_a_decision_with_the_line_to_write(which: str) -> None:
    page = signing_page(made(**{which: ["k1 m"]}), title="v2", decision=ASKED)
    assert "Kræver en beslutning: 1 skjult celle kan ikke beskyttes, hvad der end skjules" in page
    assert "Kan offentliggøres" not in page
    assert "<li>k1 m</li>" in page
    # The number is that of the whole release, not of the page.
    assert "<pre>accept_unprotectable = 4</pre>" in page
    assert "2023: 1, 2024: 3" in page
    assert "<code>hjalp release 2024v2</code>" in page


def test_a_page_without_such_cells_tells_of_those_of_the_other_pages() -> None:
    page = signing_page(made(), title="v2", decision=ASKED)
    assert "Kan offentliggøres" in page
    assert "accept_unprotectable = 4" in page


def test_each_cell_says_why_it_is_hidden() -> None:
    why = {"A": [Why("A, m"), Why("A, w", ["A, m", "B, m", "C", "D", "E"])], "B": [Why("B, m", [])]}
    page = " ".join(signing_page(made(why=why), title="v1").split())
    assert '<td>A, m</td><td><span class="mark no">lille i sig selv</span></td>' in page
    assert "<td>A, w</td><td>beskytter A, m; B, m; C og 2 andre</td>" in page
    assert "<td>B, m</td><td>skjult, fordi" in page
    assert "<details>" not in page
    many = {"A": [Why(f"A, {number}") for number in range(200)]}
    assert "<summary>A: 200</summary>" in signing_page(made(why=many), title="v1")


def test_the_page_says_what_each_reader_could_find_out() -> None:
    readers = [
        Reader("Én", "a", "Noget & mere", open=True),
        Reader("To", "b", "Ingenting", open=False),
        Reader("Tre", "c", "?", open=None),
    ]
    page = signing_page(made(readers=readers), title="v1")
    assert [page.count(word) for word in (">se efter<", ">intet<", ">ikke undersøgt<")] == [1, 1, 1]
    assert "Noget &amp; mere" in page


def test_the_picture_has_a_name_and_a_shape_for_each_mark() -> None:
    page = signing_page(made(pictures=[PICTURE]), title="v1")
    assert page.count("<use ") == len(PICTURE.marks)
    assert '<title id="billede0-t">De skjulte celler</title><desc id="billede0-d">2 celler</desc>' in page
    assert "Kommune &amp; co." in page
    assert all(text in page for text in PICTURE.legend.values())

"""The three sentences of a revision: grammar for none, one and many."""

from __future__ import annotations

from typing import Any

import pytest

from hjalp_pipeline.publishing.revision import Measure, Page, Total
from hjalp_pipeline.publishing.revision_sentences import sentences
from hjalp_tests.publishing.made_up_revision import country, measure, move, page

BOTH, MOST = "der står i både 2024v1 og 2024v2, er", "størst er ændringen for"
CHANGE, USE = "For hele landet er ændringen", "brug 2024v2 i stedet for 2024v1"
FREDERIKSHAVN = move("Frederikshavn", 267, 286)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ((7009, 133, 84, 64), f"133 af de 7.009 tal, {BOTH} ændret, 84 tal er kommet til, og 64 tal vises ikke længere."),
        ((7009, 1, 1, 0), f"1 af de 7.009 tal, {BOTH} ændret, og 1 tal er kommet til."),
        ((7009, 0, 0, 1), f"Ingen af de 7.009 tal, {BOTH} ændret, og 1 tal vises ikke længere."),
        ((1, 1, 0, 0), f"Det ene tal, {BOTH} ændret."),
        ((1, 0, 0, 0), f"Det ene tal, {BOTH} uændret."),
        ((0, 0, 5, 0), "Intet tal står i både 2024v1 og 2024v2, og 5 tal er kommet til."),
    ],
)  # fmt: skip
def test_how_many_figures_changed(figures: tuple[int, ...], said: str) -> None:
    assert sentences(page(figures=figures))[0] == said


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        ([country(1000, 9000), FREDERIKSHAVN], f"{MOST} Frederikshavn, hvor udlån ultimo 2024 steg fra 267 til 286 (+7,1 pct.)."),
        ([move("Odder", 0, 1200)], f"{MOST} Odder, hvor udlån ultimo 2024 steg fra 0 til 1.200."),
        ([move("Odder", 100, 81), FREDERIKSHAVN], f"{MOST} Frederikshavn, hvor"),
        ([move("Odder", 100, 80), FREDERIKSHAVN], f"{MOST} Odder, hvor udlån ultimo 2024 faldt fra 100 til 80 (−20,0 pct.)."),
        ([country(1000, 9000)], f"{MOST} hele landet, hvor udlån ultimo 2024 steg fra 1.000 til 9.000 (+800,0 pct.)."),
    ],
)  # fmt: skip
def test_the_greatest_change_is_named(totals: list[Any], said: str) -> None:
    assert f"; {said}" in sentences(page(measure(*totals)))[0]


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        (None, "Hvad 2024v1 er lavet af, er ikke gemt, så årsagerne kan ikke skilles ad."),
        ([], "De to udgivelser er lavet af det samme."),
        (["Vejle er kommet med for 2024"], "Grunden er, at Vejle er kommet med for 2024."),
        (["a er ny", "b er ny", "c er ny"], "Grundene er, at a er ny, at b er ny og at c er ny."),
    ],
)
def test_why(reasons: list[str] | None, said: str) -> None:
    assert sentences(page(reasons=reasons))[1] == said


def two(national: Total, sentence: str) -> Measure:
    return measure(national=national, sentence=sentence)


UP, SAME, DOWN, OLD = country(1000, 1013), country(1000, 1000), country(1000, 900), country(1, 1, 2023)


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (page(measure(national=UP)), f"{CHANGE} ultimo 2024 +1,3 pct. for udlån, så {USE}."),
        (page(measure(national=UP), two(DOWN, "køn")), f"{CHANGE} ultimo 2024 +1,3 pct. for udlån og −10,0 pct. for køn, så {USE}."),
        (page(measure(national=UP), two(SAME, "personer")), f"{CHANGE} ultimo 2024 +1,3 pct. for udlån og 0 pct. for personer, så {USE}."),
        (page(measure(national=UP), two(OLD, "x")), f"{CHANGE} +1,3 pct. for udlån ultimo 2024 og 0 pct. for x ultimo 2023, så {USE}."),
        (page(measure(national=country(0, 5))), f"{CHANGE} ultimo 2024 +5 (fra 0) for udlån, så {USE}."),
        (page(measure(national=SAME)), f"Tallene for hele landet ultimo 2024 er uændrede; {USE} for de tal, der er ændret."),
        (page(measure()), "Brug 2024v2 i stedet for 2024v1; der er intet tal for hele landet at sammenligne."),
        (page(measure(national=SAME), figures=(100, 0, 0, 0)), "Det er uden betydning, om man bruger 2024v2 eller 2024v1."),
    ],
)  # fmt: skip
def test_what_it_means_for_use(of: Page, said: str) -> None:
    assert sentences(of)[2] == said

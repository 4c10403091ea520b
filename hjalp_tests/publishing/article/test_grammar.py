"""Numbers, shares and times in both languages: ties, ends, and what is far from every fraction."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.publishing.article import grammar
from hjalp_pipeline.publishing.table import Language

KOMMUNER = ("kommuner", "municipalities")


@pytest.mark.parametrize(
    ("value", "decimals", "da", "en"),
    [
        (0, 0, "0", "0"),
        (999, 0, "999", "999"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (12345, 1, "1.234,5", "1,234.5"),
        (5, 1, "0,5", "0.5"),
        (-1234, 0, "−1.234", "−1,234"),
        (-5, 1, "−0,5", "−0.5"),
    ],
)
def test_numbers(value: int, decimals: int, da: str, en: str) -> None:
    assert (grammar.written(value, "da", decimals), grammar.written(value, "en", decimals)) == (da, en)


@pytest.mark.parametrize(
    ("count", "told", "down"),
    [
        (0, 0, 0),
        (7, 7, 7),
        (99, 99, 99),
        (104, 100, 100),
        (105, 110, 100),
        (999, 1000, 990),
        (1049, 1000, 1000),
        (1050, 1100, 1000),
        (37668, 37700, 37600),
    ],
)
def test_persons_are_told_in_hundreds(count: int, told: int, down: int) -> None:
    assert (grammar.persons(count), grammar.persons(count, down=True)) == (told, down)


@given(st.integers(0, 10**7))
def test_persons_told_are_near_and_at_least_means_it(count: int) -> None:
    assert abs(grammar.persons(count) - count) <= count // 20
    assert grammar.persons(count, down=True) <= count


@pytest.mark.parametrize(
    ("change", "before", "da"),
    [
        (0, 100, "0 pct."),
        (1, 1000, "under 1 pct."),
        (-4, 1000, "under 1 pct."),
        (5, 1000, "1 pct."),
        (-5, 1000, "1 pct."),
        (25, 1000, "3 pct."),
        (24, 1000, "2 pct."),
        (5000, 1, "500.000 pct."),
    ],
)
def test_per_cent_is_whole_and_halves_go_away_from_zero(change: int, before: int, da: str) -> None:
    assert grammar.per_cent(change, before, "da") == da
    assert grammar.per_cent(change, before, "en") == da.replace("pct.", "per cent").replace(".", ",")


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int) -> None:
    exact, found = Fraction(numerator, denominator), grammar.half_away(numerator, denominator)
    assert abs(found - exact) <= Fraction(1, 2)
    assert abs(found - exact) < Fraction(1, 2) or abs(found) > abs(exact)


@pytest.mark.parametrize(
    ("permille", "da", "en"),
    [
        (0, "ingen", "none"),
        (1000, "alle", "all"),
        (500, "hver anden", "one in two"),
        (503, "hver anden", "one in two"),
        (510, "godt hver anden", "just over one in two"),
        (490, "knap hver anden", "just under one in two"),
        (333, "hver tredje", "one in three"),
        (345, "godt hver tredje", "just over one in three"),
        (320, "knap hver tredje", "just under one in three"),
        (250, "hver fjerde", "one in four"),
        (667, "to ud af tre", "two in three"),
        (680, "godt to ud af tre", "just over two in three"),
        (695, "70 pct. af dem", "70 per cent of those"),
        (460, "46 pct. af dem", "46 per cent of those"),
        (970, "97 pct. af dem", "97 per cent of those"),
        (900, "ni ud af ti", "nine in ten"),
        (100, "hver tiende", "one in ten"),
        (450, "45 pct. af dem", "45 per cent of those"),
        (61, "6 pct. af dem", "6 per cent of those"),
        (3, "under 1 pct. af dem", "under 1 per cent of those"),
        (985, "99 pct. af dem", "99 per cent of those"),
    ],
)
def test_shares_in_words(permille: int, da: str, en: str) -> None:
    assert (grammar.share_in_words(permille, 1000, "da"), grammar.share_in_words(permille, 1000, "en")) == (da, en)


@given(st.integers(1, 999))
def test_a_share_in_words_is_never_far_from_what_it_says(permille: int) -> None:
    """godt is never said of less, nor knap of more, and no fraction of what is more than a twelfth or 2 points away from it."""
    words = grammar.share_in_words(permille, 1000, "da")
    said = [one for one in grammar._FRACTIONS if words.endswith(one.da)]
    if said:
        share = Fraction(permille, 1000) / Fraction(said[0].parts, said[0].whole)
        assert abs(share - 1) <= Fraction(1, 12)
        assert abs(Fraction(permille, 1000) - Fraction(said[0].parts, said[0].whole)) <= Fraction(2, 100)
        assert words.startswith("godt ") == (share > Fraction(101, 100))
        assert words.startswith("knap ") == (share < Fraction(99, 100))
    else:
        assert words.endswith("pct. af dem")


@pytest.mark.parametrize(
    ("code", "stock", "da", "en"),
    [
        ("2024", True, "ved udgangen af 2024", "at the end of 2024"),
        ("2024", False, "i 2024", "in 2024"),
        ("2024K4", False, "i 4. kvartal 2024", "in the fourth quarter of 2024"),
        ("2024K1", True, "ved udgangen af 1. kvartal 2024", "at the end of the first quarter of 2024"),
    ],
)
def test_times(code: str, stock: bool, da: str, en: str) -> None:
    told = [grammar.time_phrase(code, language, stock=stock) for language in ("da", "en")]
    assert told == [da, en]
    assert grammar.year_before(code) == code.replace("2024", "2023")


def test_days_are_danish_ones() -> None:
    moment = datetime(2025, 6, 24, 22, 30, tzinfo=UTC)  # after midnight in Denmark, in summer
    assert grammar.moment_in_words(moment, "da") == "25. juni 2025 kl. 0.30"
    assert grammar.moment_in_words(moment, "en") == "25 June 2025 at 0:30"
    assert grammar.day_in_words(date(2025, 12, 18), "da") == "18. december 2025"


@pytest.mark.parametrize(
    ("names", "language", "told"),
    [
        (["Odder"], "da", "Odder"),
        (["Odder", "Samsø"], "da", "Odder og Samsø"),
        (["Odder", "Samsø", "Fanø"], "en", "Odder, Samsø and Fanø"),
        (["Odder", "Samsø", "Fanø", "Ærø"], "da", "4 kommuner"),
        (["Odder", "Samsø", "Fanø", "Ærø"], "en", "4 municipalities"),
    ],
)
def test_lists(names: list[str], language: Language, told: str) -> None:
    assert grammar.listed(names, KOMMUNER, language) == told


def test_words_are_counted_without_tags() -> None:
    assert grammar.words("<mark>3 pct.</mark> flere låner") == 4
    assert grammar.sentence("ved udgangen") == "Ved udgangen"

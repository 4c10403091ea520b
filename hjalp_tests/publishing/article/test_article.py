"""What an article says of figures that rose, fell, are hidden, missing, of other kommuner or of one year alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hjalp_pipeline.publishing.article.article import Article, article, article_html
from hjalp_pipeline.publishing.article.finding_rules import HEADLINE_WORDS, WORDS
from hjalp_pipeline.publishing.article.grammar import words
from hjalp_tests.publishing.article.made_up import (
    BESIDE,
    CHANGED,
    PLACES,
    REPLACES,
    RULES,
    Figures,
    both,
    out,
    persons_csv,
    total,
)

YEARS = ("2023", "2024")


def told(figures: Figures, times: tuple[str, ...] = YEARS) -> Article:
    found = article(RULES, {"PERSONS.csv": persons_csv(figures, times)}, BESIDE, "da")
    assert found is not None
    return found


SAME = "og tallene kan sammenlignes, fordi de samme 3 af 3 kommuner indgår begge gange."


@pytest.mark.parametrize(
    ("before", "now", "headline", "change"),
    [
        ("1000", "1050", "5 pct. flere", "Det er 5 pct. flere end ved udgangen af 2023, hvor tallet var 1.000"),
        ("1000", "900", "10 pct. færre", "Det er 10 pct. færre end ved udgangen af 2023, hvor tallet var 1.000"),
        ("1000", "1005", "1 pct. flere", "Det er 1 pct. flere end"),
        ("1000", "995", "1 pct. færre", "Det er 1 pct. færre end"),
        ("1000", "1004", "Tallet er næsten uændret", "Det er næsten lige så mange som"),
        ("1000", "1000", "Tallet er uændret", "Det er lige så mange som"),
        ("0", "7", "7 i alt", "Det er flere end ved udgangen af 2023, hvor tallet var 0"),
        ("0", "0", "0 i alt", "Det er lige så mange som"),
    ],
)
def test_a_change(before: str, now: str, headline: str, change: str) -> None:
    found = told(total(before, now))
    assert found.headline == headline
    assert change in found.lead
    assert SAME in found.lead


def test_one_year_alone() -> None:
    found = told({("2024", "000", "TOT"): "1049", ("2024", "540", "TOT"): "30"}, ("2024",))
    assert found.headline == "1.000 i alt"
    assert found.lead.startswith(
        "Ved udgangen af 2024 var der 1.000. Der er ingen tal for året før at sammenligne med; 3 af 3 kommuner indgår."
    )
    assert found.sections[0].exhibit.rows[0].before == ""


def test_a_number_that_was_hidden_has_no_change() -> None:
    found = told(total("..", "1000"))
    assert found.headline == "1.000 i alt"
    assert "Tallet ved udgangen af 2023 er ikke vist, så udviklingen kan ikke opgøres" in found.lead


def test_nothing_that_is_hidden_is_told() -> None:
    everything = {(time, area, age): ".." for time in YEARS for area in PLACES for age in ("TOT", "0", "1", "2")}
    found = told(everything)
    assert found.headline == "Intet tal"
    assert "er ikke vist" in found.lead
    assert (found.exhibit, found.sections) == (None, ())


def test_a_table_without_times_gives_no_article() -> None:
    assert article(RULES, {"PERSONS.csv": persons_csv({}, ())}, BESIDE, "da") is None


@pytest.mark.parametrize(
    ("absent", "told_of_it"),
    [
        (out("2023", "540"), "fordi Sønderborg kun indgår i 2024."),
        (out("2024", "540", "741"), "fordi Sønderborg og Samsø kun indgår i 2023."),
        (out("2023", "540") | out("2024", "741"), "fordi Samsø kun indgår i 2023, og Sønderborg kun indgår i 2024."),
    ],
)
def test_other_kommuner_make_no_comparison(absent: Figures, told_of_it: str) -> None:
    """The change is told with the caveat in its sentence, and is no headline."""
    found = told({**total("1000", "1500"), **absent})
    assert found.headline == "1.500 i alt"
    change = "Det er 50 pct. flere end ved udgangen af 2023, hvor tallet var 1.000"
    assert f"{change}, men tallene kan ikke umiddelbart sammenlignes, {told_of_it}" in found.lead


def test_a_kommune_that_is_out_both_times_is_no_caveat() -> None:
    found = told({**total("1000", "1500"), **out("2023", "741"), **out("2024", "741")})
    assert "de samme 2 af 3 kommuner indgår begge gange" in found.lead


def test_before_the_first_whole_year_nothing_is_compared() -> None:
    later = replace(RULES, since=2024)
    found = article(later, {"PERSONS.csv": persons_csv(total("1000", "1500"))}, BESIDE, "en")
    assert found is not None
    assert "cannot readily be compared, because 2024 is the first year with data for a whole year." in found.lead


def test_findings_are_of_shown_figures_alone() -> None:
    """A hidden kommune is neither first nor last nor risen, though its sign stands there."""
    figures = {("2024", "101", "TOT"): "..", ("2024", "540", "TOT"): "30", ("2024", "741", "TOT"): "8"}
    (section,) = told(figures).sections
    assert section.heading == "Flest i Sønderborg"
    assert section.text.startswith("Mest steg Sønderborg, 200 pct. Mest faldt Samsø, 20 pct.")
    assert [row.name for row in section.exhibit.rows] == ["Sønderborg", "Samsø"]


def test_groups_that_are_not_shown_are_said_to_be_left_out() -> None:
    found = told({("2024", "000", "1"): "..", ("2024", "000", "2"): "70"})
    assert "Flest er gruppe 2. Kun 2 af 3 grupper er vist hele; de andre er ikke med i sammenligningen." in found.lead
    assert found.exhibit is not None
    assert [row.name for row in found.exhibit.rows] == ["Gruppe 0", "Gruppe 2"]


def test_of_equal_ones_nobody_is_first() -> None:
    found = told({})
    assert "Flest" not in found.lead
    assert found.sections == ()  # its heading is that somebody is


def test_equal_ones_are_named_together() -> None:
    tied = {("2024", "540", "TOT"): "30", ("2024", "741", "TOT"): "30"}
    assert told(tied).sections[0].heading == "Flest i Sønderborg og Samsø"
    assert told({**tied, ("2024", "540", "TOT"): "31"}).sections[0].heading == "Flest i Sønderborg"


def section(**before_and_now: str) -> str:
    """The section of the kommuner, with their figures: ``p540="10 12"``."""
    cells = {
        (time, place[1:], "TOT"): figure
        for place, pair in before_and_now.items()
        for time, figure in zip(YEARS, pair.split(), strict=True)
    }
    return told(cells).sections[0].text


def test_who_moved_most_is_everybody_that_did() -> None:
    assert section(p101="10 12", p540="10 15", p741="20 25").startswith(
        "Mest steg Sønderborg og Samsø, 50 pct. og 25 pct."
    )
    assert section(p101="10 12", p540="10 15", p741="10 15").startswith("Mest steg Sønderborg og Samsø, 50 pct.")


def test_who_was_none_before_may_have_moved_most() -> None:
    """Then it has no per cent, and nobody else moved most."""
    assert "Mest steg" not in section(p101="0 50", p540="10 15", p741="9 8")
    assert section(p101="0 2", p540="10 15", p741="9 8").startswith(
        "Mest steg Sønderborg, 50 pct. Mest faldt Samsø, 11 pct."
    )


@pytest.mark.parametrize(("absent", "is_told"), [({}, True), (out("2023", "540"), False)])
def test_groups_of_the_country_did_not_move_when_other_kommuner_take_part(absent: Figures, *, is_told: bool) -> None:
    rules = replace(RULES, figure=replace(RULES.figure, told=(both("Mest steg {riser}, {riser_pct}."),)))
    grown = {("2024", "000", "1"): "15", ("2024", "000", "2"): "11"}
    found = article(rules, {"PERSONS.csv": persons_csv({**grown, **absent})}, BESIDE, "da")
    assert found is not None
    assert ("Mest steg gruppe 1, 50 pct." in found.lead) == is_told
    assert ("Mest steg" in found.lead) == is_told


@pytest.mark.parametrize("more", [0, 1, 5, 39])
def test_length(more: int) -> None:
    """Sentences on what the figures are of fill the article up, and never over its length."""
    fillers = RULES.about[more:] if more < 9 else RULES.about
    found = article(replace(RULES, about=(*fillers, *RULES.about)), {"PERSONS.csv": persons_csv({})}, BESIDE, "da")
    assert found is not None
    assert WORDS[0] <= found.words <= WORDS[1]
    assert words(found.headline) <= HEADLINE_WORDS


def test_a_headline_that_is_too_long_gives_way_to_the_number() -> None:
    of = RULES.total.headline
    long = replace(of, more=of.more._replace(da="{pct} flere, og det er meget mere end der var"))
    rules = replace(RULES, total=replace(RULES.total, headline=long))
    found = article(rules, {"PERSONS.csv": persons_csv(total("1000", "1500"))}, BESIDE, "da")
    assert found is not None
    assert found.headline == "1.500 i alt"


def test_a_correction_has_a_box_and_marks_what_has_changed() -> None:
    files = {
        "PERSONS.csv": persons_csv({**total("1000", "1500"), ("2024", "540", "TOT"): "30"}),
        "revision.csv": CHANGED,
    }
    found = article(RULES, files, REPLACES, "da")
    assert found is not None
    assert found.lead.startswith("Ved udgangen af 2024 var der <mark>1.500</mark>. Det er <mark>50 pct.</mark> flere")
    assert "tallet var 1.000" in found.lead
    assert found.reason == "registerudtræk, genleverance Sønderborg"
    page = (article_html(RULES, files, REPLACES, "da") or b"").decode()
    assert "Rettelse" in page
    assert "24. juni 2025 kl. 8.00" in page
    assert '<td class="n"><mark>30</mark></td>' in page
    english = article(RULES, files, REPLACES, "en")
    assert english is not None
    assert english.reason == "a newer register extract, new delivery from Sønderborg"


def test_what_corrects_nothing_has_no_box() -> None:
    """A release of a later year has a revision.csv too; its article is new."""
    files = {"PERSONS.csv": persons_csv(total("1000", "1500")), "revision.csv": CHANGED}
    page = (article_html(RULES, files, BESIDE, "da") or b"").decode()
    assert "Rettelse" not in page
    assert "<mark>" not in page


def test_texts_of_lists_are_escaped() -> None:
    beside = replace(BESIDE, contact=BESIDE.contact._replace(da="<b>&"))
    page = article_html(RULES, {"PERSONS.csv": persons_csv({})}, beside, "da") or b""
    assert b"&lt;b&gt;&amp;" in page
    assert b"<b>&" not in page


def test_the_page_needs_nothing_else_and_says_who_where_and_when() -> None:
    page = (article_html(RULES, {"PERSONS.csv": persons_csv({})}, BESIDE, "en") or b"").decode()
    for text in (
        '<html lang="en">',
        "24 June 2025",
        "24 June 2026",
        "Kontoret",
        "https://example.dk/PERSONS",
        "@media print",
    ):
        assert text in page
    assert "<script" not in page
    assert "src=" not in page

"""What an outsider holds of releases, alone and together, and the command that attacks them."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.confidentiality.signing import Signing, signing_page
from hjalp_pipeline.production.quarter.hiding import hide as hide_cells
from hjalp_pipeline.production.release.disclosure import Published, audit_published, protect_tables
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.protection import year_system
from hjalp_pipeline.production.release.signed import signing
from hjalp_pipeline.production.release.verdict import YearAudit
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.storage.root import ENVIRONMENT_VARIABLE
from hjalp_tests.production.disclosed import (
    LARGE,
    Codes,
    Made,
    as_published,
    as_tables,
    figures,
    hidden_in,
    hide,
    hjalp2,
    intervals,
    published,
)
from hjalp_tests.production.world import run, write_world


def test_a_figure_hidden_alone_is_computed_from_its_sums() -> None:
    made = figures("2024v1", {"101": LARGE, "741": {**LARGE, ("1", "90-"): 2}})
    assert set(intervals(hide(made, ("741", "1", "90-"))).values()) == {(2, 2)}


def test_a_person_in_two_kommuner_does_not_break_the_sums() -> None:
    made = figures("2024v1", {"101": LARGE, "741": {**LARGE, ("1", "90-"): 2}}, twice=1)
    assert set(intervals(hide(made, ("741", "1", "90-"))).values()) == {(2, 2)}


def square(komnr: str) -> tuple[Codes, ...]:
    """Two ages and both sexes of a kommune."""
    return tuple((komnr, sex, age) for sex in ("1", "2") for age in ("8589", "90-"))


def test_a_kommune_that_enters_later_is_given_away_by_the_difference() -> None:
    """Samsø is missing in v1 and stands in v2: 000 of v2 less 000 of v1 is Samsø, cell by cell."""
    others = {"101": LARGE, "155": LARGE}
    first = figures("2024v1", others)
    second = figures("2024v2", {**others, "741": {**LARGE, ("1", "90-"): 2}})
    second = hide(second, *square("741"), *square("101"))
    alone = intervals(second)
    assert all(high > low for low, high in alone.values())
    together = intervals(first, second)
    assert together["HJALP2", "741", "1", "90-", "2024", "2024v2"] == (2, 2)
    national = [("000", sex, age) for sex in ("1", "2") for age in ("8589", "90-")]
    safe = intervals(first, replace(second, hidden_persons=second.hidden_persons | set(national)))
    low, high = safe["HJALP2", "741", "1", "90-", "2024", "2024v2"]
    assert low < high
    assert high >= 3


def test_what_is_unchanged_is_one_figure_in_both_releases() -> None:
    leaves = {"101": LARGE, "155": {**LARGE, ("1", "90-"): 1}}
    first = hide(figures("2024v1", leaves), *square("101"), *square("155"))
    second = hide(figures("2024v2", leaves), *square("155"), *square("101")[:3])
    shown = intervals(first, second)
    assert ("HJALP2", "101", "2", "90-", "2024", "2024v1") not in shown  # v2 shows it, so v1 hides it no longer
    assert shown["HJALP2", "155", "1", "90-", "2024", "2024v1"] == (1, 1)


@pytest.mark.slow
def test_the_command_attacks_what_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_world(tmp_path)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(root.path))
    assert main(["audit", "2024v1"]) == 2
    run(root)
    make_release(root, "2024v1")
    assert main(["audit", "2024v1"]) == 0
    said = capsys.readouterr().out
    assert "HJALP2" in said
    assert "every hidden cell is protected" in said


@pytest.mark.slow
def test_samsoe_played() -> None:
    """Samsø is missing in v1 and re-delivered in v2: v2 hides what the national difference would give away."""
    others = {"101": LARGE, "155": {**LARGE, ("2", "5059"): 1}, "360": LARGE}
    first = figures("2024v1", others)
    second = figures("2024v2", {**others, "741": {**LARGE, ("1", "90-"): 2, ("2", "0024"): 1}})
    v1 = protect_tables(STATISTIC, "2024v1", as_tables(first), [2024], [], units=20_000)
    out = published(first, v1.tables)
    alone = protect_tables(STATISTIC, "2024v2", as_tables(second), [2024], [], units=20_000)
    assert any(audit.fails for audit in audit_published(STATISTIC, [out, published(second, alone.tables)]))
    v2 = protect_tables(STATISTIC, "2024v2", as_tables(second), [2024], [out], units=20_000)
    assert not v2.fails
    assert not v2.inherent
    assert {cell[0] for cell in hidden_in(v2.tables)} >= {"000", "741"}
    assert not any(
        audit.fails or audit.inherent for audit in audit_published(STATISTIC, [out, published(second, v2.tables)])
    )


def test_what_an_earlier_release_gave_away_is_said() -> None:
    leaves = {"101": LARGE, "155": LARGE, "741": {**LARGE, ("1", "90-"): 2}}
    first = figures("2024v1", leaves)
    careless = replace(first, hidden_persons=frozenset([("741", "1", "90-")]))
    masked = hide_cells(STATISTIC.tables, as_tables(first), {"hjalp2": [("741", "1", "90-", 2024)]})
    out = published(careless, masked)
    second = protect_tables(STATISTIC, "2024v2", as_tables(figures("2024v2", leaves)), [2024], [out], units=20_000)
    assert not second.fails
    assert second.inherent == ["HJALP2 741 1 90- 2024 (2024v1)"]
    assert [audit.guessed for audit in second.audits] == [()], "who knows it need not guess"
    # Another pattern would have protected it in v1, so whoever audits what is out is told.
    assert [audit.fails for audit in audit_published(STATISTIC, [out])] == [
        (("HJALP2", "741", "1", "90-", "2024", "2024v1"),)
    ]


def test_an_island_with_as_many_borrowers_as_inhabitants_is_said() -> None:
    made = figures("2024v1", {"101": LARGE, "155": LARGE, "741": {**LARGE, ("1", "90-"): 2}})
    made = replace(made, population={**made.population, ("741", "1", "90-"): 2})
    found = protect_tables(STATISTIC, "2024v1", as_tables(made), [2024], [], units=20_000)
    assert not found.fails
    assert found.inherent == ["HJALP2 741 1 90- 2024 (2024v1)"]
    assert ("741", "1", "90-") in hidden_in(found.tables)
    assert len(hidden_in(found.tables)) > 1  # at least its figure cannot be computed


def test_a_kommune_whose_loans_alone_change_keeps_its_persons() -> None:
    """Whoever sees that no shown person moved takes the hidden ones to stand still, and subtracts."""
    leaves = {komnr: {**LARGE, ("1", "90-"): 2, ("2", "90-"): 5} for komnr in ("155", "741")}
    first = figures("2024v1", {"101": LARGE, **leaves})
    second = figures("2024v2", {"101": LARGE, **leaves})
    second = replace(second, loans={**second.loans, **{k: second.loans[k] + 1 for k in ("741", "000")}})
    pair = [(komnr, sex, age) for komnr in ("155", "741") for sex in ("1", "2") for age in ("90-", "0024")]
    other = [(komnr, sex, age) for komnr in ("155", "741") for sex in ("1", "2") for age in ("90-", "5059")]
    out = [as_published(hide(made, *cells)) for made, cells in ((first, pair), (second, other))]
    assert not any(audit.fails for release in out for audit in audit_published(STATISTIC, [release]))
    assert any(audit.fails for audit in audit_published(STATISTIC, out))
    again = protect_tables(STATISTIC, "2024v2", as_tables(second), [2024], out[:1], units=20_000)
    assert not again.fails
    assert hidden_in(again.tables) == set(pair)


def test_what_is_published_beside_the_tables_depends_on_no_hidden_figure() -> None:
    """Neither on one, nor on where a person borrows who does not live there, nor on what no pattern protects."""
    leaves = {komnr: {**LARGE, ("1", "90-"): 2, ("2", "90-"): 5} for komnr in ("155", "741")}
    made = figures("2024v1", {"101": LARGE, **leaves})
    mask = {(komnr, sex, age) for komnr in ("155", "741") for sex in ("1", "2") for age in ("90-", "0024")}

    def audit(inhabitants: int) -> YearAudit:
        population = {cell: inhabitants if cell in mask else 10_000 for cell in made.population}
        (found,) = audit_published(STATISTIC, [as_published(hide(replace(made, population=population), *mask))])
        return found

    assert audit(2).inherent
    assert not audit(9).inherent
    assert audit(2).public == audit(9).public


def moved(**sources: str) -> tuple[Made, Made]:
    """550 has delivered again: of three men and women of 50-59 there are others, their number stands still."""
    others = {"101": LARGE, "155": LARGE}
    token = dict.fromkeys(("101", "155", "550"), "as before")
    before = {**LARGE, ("1", "5059"): 0, ("2", "5059"): 3}
    after = {**LARGE, ("1", "5059"): 1, ("2", "5059"): 2}
    first = replace(figures("2024v1", {**others, "550": before}), sources=token)
    return first, replace(figures("2024v2", {**others, "550": after}), sources=token | sources)


@pytest.mark.slow
def test_an_equal_figure_of_a_kommune_that_delivered_again_may_be_hidden() -> None:
    first, second = moved(**{"550": "delivered again"})
    v1 = protect_tables(STATISTIC, "2024v1", as_tables(first), [2024], [], sources=first.sources, units=20_000)
    out = published(first, v1.tables)
    assert ("550", "0", "5059") not in hidden_in(v1.tables)
    v2 = protect_tables(STATISTIC, "2024v2", as_tables(second), [2024], [out], sources=second.sources, units=20_000)
    assert {("550", sex, "5059") for sex in ("0", "1", "2")} <= hidden_in(v2.tables)
    assert (v2.fails, v2.inherent, v2.differ) == ([], [], [])
    # Whoever takes the three to be the same three knows more, whatever is hidden now: that is said to whoever signs.
    assert {name.split(" (")[0] for name in v2.guessed} >= {f"HJALP2 550 {sex} 5059 2024" for sex in ("1", "2")}
    (audit,) = audit_published(STATISTIC, [out, published(second, v2.tables)])
    assert (audit.fails, audit.inherent, audit.guessed) == ((), (), v2.audits[0].guessed)
    assert v2.verdict == "to be decided"
    # The pattern that was published before leaves the total open, and is broken by what everybody knows.
    loans = frozenset(cell for cell, _ in out.hidden if cell[0] == "hjalp1")
    persons = hjalp2(*hidden_in(v2.tables)) - hjalp2(("550", "0", "5059"))
    open_total = replace(as_published(second), hidden=frozenset((cell, 2024) for cell in loans | persons))
    (audit,) = audit_published(STATISTIC, [out, open_total])
    assert ("HJALP2", "550", "1", "5059", "2024", "2024v2") in audit.fails


def test_a_figure_of_an_unchanged_kommune_stays_known() -> None:
    """Nothing that its figures come from has changed, so everybody knows what v1 showed."""
    first, _ = moved()
    first = replace(first, hidden_persons=frozenset(square("155")))
    second = replace(first, release="2024v2")
    for reading in ("unchanged", "equal"):
        year = year_system(STATISTIC, 2024, [first.figures, second.figures], reading=reading)
        assert year.system.open[year.cells["2024v2", ("hjalp2", "550", "0", "5059")]]
        cell = ("hjalp2", "155", "1", "90-")
        assert year.cells["2024v1", cell] == year.cells["2024v2", cell]


@pytest.mark.parametrize("sources", [{}, {"550": "delivered again"}])
def test_what_may_have_changed_has_unknowns_of_its_own(sources: dict[str, str]) -> None:
    """A release that does not tell what it was made of may have changed everywhere."""
    first, second = moved(**sources)
    second = second if sources else replace(second, sources={})
    known = year_system(STATISTIC, 2024, [first.figures, second.figures], reading="unchanged")
    guessed = year_system(STATISTIC, 2024, [first.figures, second.figures], reading="equal")
    for komnr, unchanged in (("550", False), ("155", bool(sources))):
        for cell in (("hjalp2", komnr, "0", "5059"), ("hjalp1", komnr)):
            same = [year.cells["2024v1", cell] == year.cells["2024v2", cell] for year in (known, guessed)]
            assert same == [unchanged, True]


def test_loans_of_fewer_persons_than_before_are_hidden_though_their_number_stands_still() -> None:
    small = {("1", "90-"): 3, ("2", "8589"): 4}
    fewer = {("1", "90-"): 1, ("2", "8589"): 1}
    first = figures("2024v1", {"101": LARGE, "155": LARGE, "741": small})
    second = figures("2024v2", {"101": LARGE, "155": LARGE, "741": fewer})
    loans = {**second.loans, "741": first.loans["741"]}
    second = replace(second, loans={**loans, "000": sum(loans[komnr] for komnr in ("101", "155", "741"))})
    v1 = protect_tables(STATISTIC, "2024v1", as_tables(first), [2024], [], units=20_000)
    out = published(first, v1.tables)
    assert (("hjalp1", "741"), 2024) not in out.hidden
    v2 = protect_tables(STATISTIC, "2024v2", as_tables(second), [2024], [out], units=20_000)
    assert (("hjalp1", "741"), 2024) in published(second, v2.tables).hidden
    assert not v2.fails


def test_ranges_that_are_not_proved_or_not_public_are_no_evidence() -> None:
    made = figures("2024v1", {"101": LARGE, "155": LARGE, "741": {**LARGE, ("1", "90-"): 2}})
    (audit,) = protect_tables(STATISTIC, "2024v1", as_tables(made), [2024], [], units=20_000).audits
    assert audit.evidence is not None
    first, *rest = audit.intervals
    for missing in ({"exact": False}, {"public": False}):
        assert replace(audit, intervals=[replace(first, **missing), *rest]).evidence is None


def test_nobody_takes_part() -> None:
    tables = {name: table.clear() for name, table in as_tables(figures("2024v1", {"101": LARGE})).items()}
    assert protect_tables(STATISTIC, "2024v1", tables, [2024], []).audits == ()
    assert audit_published(STATISTIC, [Published("2024v1", (2024,), tables, frozenset())]) == []


@pytest.mark.slow
def test_persons_alone_and_couples_tell_no_hidden_cell_on_request() -> None:
    """Neither a small cell nor one that is hidden for it: held against an attack as each of them."""
    dice = random.Random(0)
    leaves = {
        komnr: {cell: dice.choice((1, 2, 3, 4, 0, 40)) if cell[1] in ("8589", "90-") else 50 for cell in LARGE}
        for komnr in ("155", "360", "741")
    }
    made = figures("2024v1", {"101": LARGE, **leaves})

    def told(*, against_insiders: bool) -> tuple[list[str], Signing]:
        found = protect_tables(
            STATISTIC, "2024v1", as_tables(made), [2024], [], against_insiders=against_insiders, units=20_000
        )
        assert not found.fails
        assert not found.differ
        (audit,) = audit_published(STATISTIC, [published(made, found.tables)], ("person",))
        return [name[-1] for name in audit.fails], signing(found.audits[0], STATISTIC, "2024v1")

    who, page = told(against_insiders=False)
    assert {"2024v1, person", "2024v1, couple"} <= set(who)
    assert page.readers[2].open is True
    who, page = told(against_insiders=True)
    assert who == []
    assert page.readers[1].open is None
    assert page.readers[2].open is False
    assert any("alene eller kun to" in note and "kommune" not in note for note in page.notes)


def test_the_page_to_sign_names_kommuner_and_the_verdict_does_not() -> None:
    """Others read the verdict by its codes; a person reads the page."""
    made = figures("2024v1", {"101": LARGE, "155": LARGE, "741": {**LARGE, ("1", "90-"): 2}})
    made = replace(made, population={**made.population, ("741", "1", "90-"): 2})
    found = protect_tables(STATISTIC, "2024v1", as_tables(made), [2024], [], units=20_000)
    (audit,) = found.audits
    page = signing_page(signing(audit, STATISTIC, "2024v1"), title="2024v1, 2024")
    assert "<li>HJALP2: Samsø, mænd, 90 år og derover, 2024</li>" in page
    assert "verdict waiting" in page

"""Figures kept from kommuner, each of which knows its own in all releases: patterns, verdict, names, and who else knows (R11)."""

from dataclasses import replace

import pytest

from hjalp_pipeline.production.quarter.hiding import hide
from hjalp_pipeline.production.release.disclosure import audit_published, by_table, protect_tables
from hjalp_pipeline.production.release.pattern import readings
from hjalp_pipeline.production.release.person_readers import without_persons
from hjalp_pipeline.production.release.verdict import YearAudit
from hjalp_tests.production.disclosed import LARGE, STATISTIC, Made, as_tables, figures, hidden_in, published

LEAVES = {
    "101": LARGE,
    "155": {**LARGE, ("2", "5059"): 1},
    "360": LARGE,
    "550": {**LARGE, ("1", "90-"): 2},
    "741": LARGE,
}
SMALL = {("hjalp2", "155", "2", "5059"), ("hjalp2", "550", "1", "90-")}


@pytest.fixture(scope="module")
def first() -> Made:
    return figures("2024v1", LEAVES)


@pytest.mark.slow
def test_without_it_a_kommune_tells_what_another_hides_and_with_it_none_does(first: Made) -> None:
    outside = protect_tables(STATISTIC, "2024v1", as_tables(first), [2024], [], units=20_000)
    (open_,) = audit_published(STATISTIC, [replace(published(first, outside.tables), owned=True)])
    assert any(", " in name[-1] for name in open_.fails)
    kept = protect_tables(STATISTIC, "2024v1", as_tables(first), [2024], [], units=20_000, owned=True)
    assert kept.verdict == "safe"
    assert len(hidden_in(kept.tables)) > len(hidden_in(outside.tables))
    (of,) = kept.audits
    assert isinstance(of, YearAudit)
    assert of.price is not None
    assert of.price.cells == len([cell for cell in of.out[-1].hidden if cell not in SMALL])
    assert 0 < of.price.cells_for_kommuner <= of.price.cells
    assert of.price.total_for_kommuner == sum(first.figures.tables[cell[0]].values[cell[1:]] for cell in of.for_readers)
    # With those shown nothing can be told by an outsider.
    fewer = by_table((cell, 2024) for cell in of.out[-1].hidden - of.for_readers)
    (without,) = audit_published(STATISTIC, [published(first, hide(STATISTIC.tables, as_tables(first), fewer))])
    assert (without.fails, without.inherent) == ((), ())
    (audit,) = audit_published(STATISTIC, [replace(published(first, kept.tables), owned=True)])
    assert (audit.fails, audit.inherent, audit.guessed) == ((), (), ())


@pytest.mark.slow
def test_what_an_earlier_release_gave_away_is_named_with_the_kommuner_that_can_tell(first: Made) -> None:
    same = replace(first, sources=dict.fromkeys(LEAVES, "unchanged"))
    outside = protect_tables(STATISTIC, "2024v1", as_tables(same), [2024], [], units=20_000)
    second = replace(same, release="2024v2")
    found = protect_tables(
        STATISTIC,
        "2024v2",
        as_tables(second),
        [2024],
        [published(same, outside.tables)],
        sources=second.sources,
        units=20_000,
        owned=True,
    )
    assert not found.fails
    told = {name for audit in found.audits for name in audit.told if name[:4] == ("HJALP2", "155", "2", "5059")}
    assert all(", " in name[-1] for name in told)
    assert told
    assert (found.inherent, found.guessed, found.unprotectable) == ([], [], 0), "an outsider can tell nothing"
    assert found.verdict == "safe", "what is out is out: nobody is asked"


def test_who_reports_for_others_knows_their_figures(first: Made) -> None:
    of = replace(first.figures, owned=True, members={"101": frozenset({"155", "999"})})
    year = readings(STATISTIC, 2024, [of])["unchanged"]
    assert year.readers is not None
    names = {
        name
        for name, knows in zip(year.readers.names, year.readers.knows.T, strict=True)
        if knows[year.cells["2024v1", ("hjalp1", "155")]]
    }
    assert names == {"101", "155"}
    assert "000" not in year.readers.names


@pytest.mark.slow
def test_persons_alone_and_couples_are_readers_when_they_are_asked_for(first: Made) -> None:
    kept = protect_tables(STATISTIC, "2024v1", as_tables(first), [2024], [], units=20_000)
    (audit,) = audit_published(STATISTIC, [published(first, kept.tables)], ["person"])
    readers = audit.year.readers  # type: ignore[attr-defined] # the audit of tables with sums has a year
    assert readers is not None
    assert without_persons(readers) is None
    assert {"person", "couple"} <= set(readers.names)

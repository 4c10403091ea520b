"""Tables that add up to each other in releases one after the other: nothing is told that could be kept (H11)."""

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.confidentiality.signing import signing_page
from hjalp_pipeline.production.quarter.hiding import suppress
from hjalp_pipeline.production.release.audit_kept import read_audit, save_audit
from hjalp_pipeline.production.release.disclosure import Published, audit_published
from hjalp_pipeline.production.release.linked_audit import protect_links
from hjalp_pipeline.production.release.linked_tables import LinkedRelease, links_of, of_counted
from hjalp_pipeline.production.release.signed import signing
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.table_spec import MASK, TIME
from hjalp_tests.examples import THOROUGH
from hjalp_tests.production.linked_world import (
    FIRST,
    SECOND,
    STATISTIC,
    Codes,
    Figures,
    Small,
    protect,
    published,
    some_releases,
    told,
    unknowns,
)

T = "2024K4"
Hidden = frozenset[tuple[tuple[str, ...], str]]


def release(name: str, first: Mapping[str, int | None], second: Mapping[str, int]) -> Small:
    """A release of one code and quarter."""
    return Small(name, {(k, "x", T): n for k, n in first.items()}, {("x", c, T): n for c, n in second.items()})


def hidden(protected: object, table: str) -> set[str]:
    frame: pl.DataFrame = protected.tables[table]  # type: ignore[attr-defined] # either kind of result has them
    return set(frame.filter(MASK).get_column("komnr" if table == "first" else "cell"))


def of_one(figures: Figures) -> object:
    def told_of(_table: str, _owner: str, _tid: object) -> Mapping[tuple[str, ...], int]:
        return {codes[:2]: n for codes, n in figures.items() if n}

    return told_of


def nothing(_table: str, _owner: str, _tid: object) -> Mapping[tuple[str, ...], int]:
    return {}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_enumeration_finds_nothing_that_could_be_kept(seed: int) -> None:
    dice, tried, given = random.Random(seed), 0, 0
    for _ in range(12):
        out: list[Published] = []
        for new in some_releases(dice):
            found = protect(new, *out, of_one=nothing)
            assert not [audit for audit in found.audits if audit.fails or audit.differ]
            out.append(published(new, found))
            by_hand = told(out)
            if by_hand is None:
                continue
            tried += 1
            given += bool(by_hand)
            names = {(name[0].lower(), name[1:-1]) for audit in found.audits for name in audit.inherent}
            assert {(table, codes) for (table, codes, _), _ in by_hand} == names
            anyway = told(out, everything=True)
            assert anyway is None or by_hand <= anyway, "another pattern would have kept it"
    assert tried > 8
    assert given


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_is_out_is_told_as_it_is(seed: int) -> None:
    """Earlier releases may have hidden anything: what they give away is named, and nothing else is."""
    dice, broken = random.Random(100 + seed), 0
    for _ in range(25):
        out = []
        for made in some_releases(dice):
            cells = [
                ((table, *codes), tid)
                for table, figures in (("first", made.first), ("second", made.second))
                for (*codes, tid), n in figures.items()
                if n and (n < 3 or dice.random() < 0.3)
            ]
            out.append(made.out(frozenset(cells)))
        by_hand = told(out)
        if by_hand is None:
            continue
        audits = audit_published(STATISTIC, out)
        names = {(name[0].lower(), name[1:-1]) for audit in audits for name in (*audit.fails, *audit.inherent)}
        shown = {(name[0].lower(), name[1:-1]) for name in _known(out)}
        assert {(table, codes) for (table, codes, _), _ in by_hand} == names - shown | {
            (table, codes) for (table, codes, _), _ in by_hand if (table, codes) in shown
        }
        assert shown <= names
        broken += bool(by_hand)
    assert broken > 5


def _known(out: list[Published]) -> set[tuple[str, ...]]:
    """Cells that the newest hides and an earlier release showed unchanged; small ones never are shown here."""
    newest = len(out) - 1
    found = set()
    for table, (*codes, tid), stands in unknowns(out):
        hides = [((table, *codes), tid) in out[at].hidden for at in stands]
        if newest in stands and hides[-1] and not all(hides):
            found.add((table.upper(), *codes, tid, ""))
    return found


def test_a_new_release_does_not_give_away_what_another_hid() -> None:
    before = release("v1", {"101": 2, "147": 5, "151": 9}, {"m": 7, "k": 9})
    first = published(before, protect(before))
    # 101 delivers again: everything else stands still, and the mask of 147 or of the second table must be thought of.
    after = release("v2", {"101": 4, "147": 5, "151": 9}, {"m": 9, "k": 9})
    second = protect(after, first)
    assert second.verdict == "safe"
    assert told([first, published(after, second)]) == set()


def test_a_code_whose_figures_stand_keeps_its_mask() -> None:
    made = release("v1", {"101": 5, "147": 5, "151": 9}, {"m": 7, "k": 12})
    mask: Hidden = frozenset({(("first", "101", "x"), T), (("first", "147", "x"), T), (("second", "x", "m"), T)})
    again = protect(
        release("v2", dict(zip(("101", "147", "151"), (5, 5, 9), strict=True)), {"m": 7, "k": 12}), made.out(mask)
    )
    assert hidden(again, "first") == {"101", "147"}
    assert hidden(again, "second") == {"m"}
    changed = protect(release("v2", {"101": 6, "147": 6, "151": 9}, {"m": 8, "k": 13}), made.out(mask))
    assert hidden(changed, "first") | hidden(changed, "second") == set()


def test_one_kommune_that_has_come_in_is_hidden_cell_by_cell() -> None:
    before = release("v1", {"101": 8, "147": 9, "151": None}, {"m": 6, "k": 11})
    out = before.out(frozenset())
    after = release("v2", {"101": 8, "147": 9, "151": 5}, {"m": 7, "k": 15})
    own = of_one({("x", "m", T): 1, ("x", "k", T): 4})
    found = protect(after, out, of_one=own)
    assert "m" in hidden(found, "second")
    assert found.verdict == "safe"
    with pytest.raises(ValueError, match="come in"):
        protect(after, out)
    two = release("v2", {"101": 8, "147": 7, "151": 5}, {"m": 7, "k": 13})
    assert hidden(protect(two, out), "second") == set(), "the difference is of two kommuner"
    hides = before.out(frozenset({(("second", "x", "k"), T), (("first", "101", "x"), T), (("first", "147", "x"), T)}))
    few = of_one({("x", "m", T): 4, ("x", "k", T): 1})
    assert "k" not in hidden(protect(after, hides, of_one=few), "second"), "no difference can be taken"
    assert "k" in hidden(protect(after, out, of_one=few), "second")


def test_a_kommune_tells_what_only_it_stands_beside() -> None:
    alone = release("v1", {"101": 2, "147": 0, "151": 0}, {"m": 1, "k": 1})
    found = protect(alone)
    assert found.verdict == "to be decided"
    assert found.inherent == ["SECOND x k 2024K4 (v1, 101)", "SECOND x m 2024K4 (v1, 101)"]
    beside = release("v1", {"101": 2, "147": 6, "151": 0}, {"m": 1, "k": 7})
    found = protect(beside)
    assert found.verdict == "safe"
    assert hidden(found, "first") == {"101", "147"}


def test_without_kommuner_as_readers_the_outsider_alone_is_asked() -> None:
    beside = release("v1", {"101": 2, "147": 6, "151": 0}, {"m": 1, "k": 7})
    found = protect(beside, owned=False)
    assert found.verdict == "safe"
    assert hidden(found, "first") == {"101"}
    out = published(beside, found)
    (strict,) = audit_published(STATISTIC, [out])
    (asked,) = audit_published(STATISTIC, [replace(out, owned=False)])
    assert strict.fails
    assert not asked.fails


def test_persons_are_readers_when_they_are_asked_for() -> None:
    made = release("v1", {"101": 1, "147": 30, "151": 30}, {"m": 1, "k": 2, "b": 58})
    out = replace(published(made, protect(made, owned=False)), owned=False)
    (outsider,) = audit_published(STATISTIC, [out])
    (person,) = audit_published(STATISTIC, [out], ["person"])
    assert not outsider.fails
    assert person.fails == (("SECOND", "x", "k", T, "v1, person"), ("SECOND", "x", "m", T, "v1, person"))


def test_a_table_that_does_not_show_a_time_leaves_no_equation() -> None:
    made = Small(
        "v1",
        {("101", "x", "2017K4"): 2, ("147", "x", "2017K4"): 7, ("101", "x", T): 2, ("147", "x", T): 7},
        {("x", "m", T): 9},
    )
    found = protect(made)
    rows = found.tables["first"].filter(MASK).select("komnr", TIME).rows()
    assert ("147", "2017K4") not in rows
    assert len(rows) + found.tables["second"].filter(MASK).height == 4
    assert found.verdict == "safe"


def test_evidence_page_and_promise_tell_of_all_times() -> None:
    made = Small(
        "v1",
        {(k, "x", tid): n for tid in ("2024K3", T) for k, n in (("101", 1), ("147", 2), ("151", 30))},
        {("x", c, tid): n for tid in ("2024K3", T) for c, n in (("m", 2), ("k", 31))},
    )
    found = protect(made)
    (audit,) = found.audits
    assert audit.aar == "2024K3-2024K4"
    assert audit.public["tid"] == "2024K3-2024K4"
    assert audit.public["tables"] == [
        {"table": "FIRST", "cells": [["FIRST", k, "x", tid] for tid in ("2024K3", T) for k in ("101", "147")]},
        {"table": "SECOND", "cells": [["SECOND", "x", "m", tid] for tid in ("2024K3", T)]},
    ]
    assert audit.hidden_cells() == {"FIRST": 4, "SECOND": 2}
    assert audit.counts()["FIRST"] == {"hidden": 4, "exact": 0, "told_small": 0, "fails": 0}
    assert audit.evidence is not None
    told_of = json.loads(json.dumps(audit.evidence))
    assert [of_time["tid"] for of_time in told_of["times"]] == ["2024K3", T]
    assert all(of_time["safe"] and len(of_time["cells"]) == 3 for of_time in told_of["times"])
    page = signing_page(signing(audit, STATISTIC, "v1"), title="v1")
    assert page.count("<use ") == 2 + 1
    assert "Kan offentliggøres" in page
    assert "Hver kommune" in page


def test_what_an_audit_found_is_kept_with_its_times_as_text(tmp_path: Path) -> None:
    made = release("v1", {"101": 2, "147": 0, "151": 0}, {"m": 1, "k": 1})
    audits = audit_published(STATISTIC, [published(made, protect(made))])
    root = DataRoot(tmp_path)
    save_audit(root, ["v1"], audits)
    kept = read_audit(root, ["v1"])
    assert kept is not None
    (of_times,) = kept.years
    assert of_times.tid == "2024K4"
    assert of_times.inherent == ("SECOND x k 2024K4 (v1, 101)", "SECOND x m 2024K4 (v1, 101)")
    assert of_times.tables["SECOND"]["hidden"] == 2
    save_audit(root, ["v1"], audits[:0], ["outsider"])
    assert read_audit(root, ["v1"]) == kept, "an attack as somebody else is kept beside it"
    other = read_audit(root, ["v1"], ["outsider"])
    assert other is not None
    assert (other.years, other.readers) == ((), ("outsider",))


def test_a_kommune_alone_is_counted_once_by_time() -> None:
    asked = []

    def count(owner: str) -> Mapping[str, pl.DataFrame]:
        asked.append(owner)
        return release("v1", {owner: 3}, {"m": 1, "k": 2}).tables

    alone = of_counted(STATISTIC.linked, count)
    assert alone("second", "101", T) == {("x", "m"): 1, ("x", "k"): 2}
    assert alone("second", "101", "2024K3") == {}
    assert asked == ["101"]


def test_masks_follow_other_tables_and_earlier_releases() -> None:
    made = release("v1", {"101": 1, "147": 2, "151": 30}, {"m": 2, "k": 31})
    found = protect(made)
    assert found.tables["third"].filter(MASK).height == 1
    assert found.tables["sharing"].get_column(MASK).to_list() == found.tables["first"].get_column(MASK).to_list()
    assert suppress(STATISTIC.tables, made.tables)["third"].filter(MASK).height == 1
    out, later = published(made, found), release("v2", {"101": 11, "147": 12, "151": 30}, {"m": 12, "k": 41})
    assert out.masked(STATISTIC)["third"].filter(MASK).height == 1
    assert protect(later, out).tables["third"].filter(MASK).height == 1


@pytest.mark.slow
def test_years_of_a_whole_statistic() -> None:
    """21 codes, 98 kommuner, 27 cells, by quarter, with three releases before; of three years, or ten: each time is a system of its own."""
    dice, out = random.Random(5), list[LinkedRelease]()
    times = [f"{aar}K{n}" for aar in range(2015 if THOROUGH else 2022, 2025) for n in range(1, 5)]
    codes, kommuner, cells = ([str(first + n) for n in range(of)] for first, of in ((30000, 21), (100, 98), (0, 27)))
    size = {code: dice.choice((1, 2, 5, 40, 200)) for code in codes}

    def few(code: str) -> int:
        return dice.choice((0, 0, 1, 2, 3, 8)) * size[code] // 4

    first: dict[Codes, int | None] = {(k, code, tid): few(code) for k in kommuner for code in codes for tid in times}
    second: dict[Codes, int | None] = {(code, c, tid): 3 * few(code) for code in codes for c in cells for tid in times}
    releases = []
    for number in range(4):
        for komnr in dice.sample(kommuner, 3 * number):
            first |= {(komnr, code, tid): few(code) for code in codes for tid in times if dice.random() < 0.3}
        second |= {of: 3 * few(of[0]) for of in second if dice.random() < 0.005}
        releases.append(Small(f"v{number}", dict(first), dict(second)))
    for made in releases:
        links = links_of((FIRST, SECOND), [*out, LinkedRelease(made.name, made.tables)], is_new=True, of_one=nothing)
        audit = protect_links(STATISTIC, links)
        assert (audit.fails, audit.differ) == ((), ())
        out.append(LinkedRelease(made.name, made.tables, audit.mask))

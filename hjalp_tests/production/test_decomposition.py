"""The difference between two releases taken apart: each cause is what one input changed alone makes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.quarter.computation import chain_results, figures
from hjalp_pipeline.production.release import decomposition as production_decomposition
from hjalp_pipeline.production.release.decomposition import decompose
from hjalp_pipeline.production.release.differences import Decomposition, Shared, Side, long
from hjalp_pipeline.production.release.manifest import read_pins
from hjalp_pipeline.production.release.pins import Pins
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

pytestmark = pytest.mark.slow

SPAN = Span.of_years([2023, 2024])
SHARED = Shared(SPAN, SPAN)


def pins(root: DataRoot, release: str) -> Pins:
    found = read_pins(root, release)
    assert found is not None
    return found


def true(root: DataRoot, release: str) -> dict[str, pl.DataFrame]:
    return {name: Lake(root).frame(f"udgivelser/{name}", release) for name in ("hjalp1", "hjalp2", "hjalp3")}


def apart(root: DataRoot) -> Decomposition:
    sides = [Side(true(root, release), pins(root, release), SPAN) for release in ("2024v1", "2024v2")]
    return decompose(STATISTIC, root, "2024v2", *sides)


def test_each_cause_is_what_one_input_changed_alone_makes(world: DataRoot) -> None:
    """The steps of the kommuner are worked out in one pass: here the whole country is counted anew after each."""
    found = apart(world)
    assert found.kinds == ("registerudtræk", "kodelister", "godkendelse", "genleverance")
    assert found.reporters == ("101", "540")
    assert found.approvals == {2023: (), 2024: ("155",)}
    old, new = pins(world, "2024v1"), pins(world, "2024v2")
    states: list[tuple[str, str, Pins]] = [("", "", old)]

    def change(kind: str, komnr: str, **changes: Any) -> None:
        states.append((kind, komnr, replace(states[-1][2], **changes)))

    change("registerudtræk", "", registers=new.registers, register_files=new.register_files)
    change("kodelister", "", collaborations=new.collaborations)
    change("godkendelse", "155", decisions=new.decisions)
    for komnr in found.reporters:
        change("genleverance", komnr, deliveries=states[-1][2].deliveries | {komnr: new.deliveries[komnr]})
    before = long(STATISTIC, true(world, "2024v1"), SHARED)
    total = 0
    for kind, komnr, state in states:
        after = long(STATISTIC, figures(world, "2024v2", state, chain_results(world, "2024v2", state), SPAN), SHARED)
        moved = before.join(after, on=list(STATISTIC.cell)).with_columns(
            amount=pl.col("value_right").fill_null(0) - pl.col("value").fill_null(0)
        )
        wanted = {row[:5]: row[5] for row in moved.select(*STATISTIC.cell, "amount").iter_rows() if row[5]}
        told = (
            found.causes.filter((pl.col("kind") == kind) & (pl.col("komnr") == komnr)) if kind else found.causes.head(0)
        )
        assert {row[:5]: row[5] for row in told.select(*STATISTIC.cell, "amount").iter_rows()} == wanted, (kind, komnr)
        total += len(wanted)
        before = after
    assert total == found.causes.height > 100


def test_causes_add_up_to_the_change(world: DataRoot) -> None:
    stored = Lake(world).frame("udgivelser/revision", "2024v2")
    assert stored.equals(apart(world).causes)
    change = long(STATISTIC, true(world, "2024v1"), SHARED).join(
        long(STATISTIC, true(world, "2024v2"), SHARED), on=list(STATISTIC.cell)
    )
    told = change.join(stored.group_by(STATISTIC.cell).agg(pl.col("amount").sum()), on=list(STATISTIC.cell), how="left")
    difference = pl.col("value_right").fill_null(0) - pl.col("value").fill_null(0)
    assert told.filter(difference != pl.col("amount").fill_null(0)).is_empty()


def test_another_program_is_the_first_cause(world: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the earlier release would be today, against the figures kept of it."""
    monkeypatch.setattr(production_decomposition, "counting_code", lambda _: "another")
    before = true(world, "2024v1")
    more = pl.when(pl.col("kommunedk") == "540").then(pl.col("antal") + 7).otherwise("antal")
    before["hjalp1"] = before["hjalp1"].with_columns(antal=more)
    sides = Side(before, pins(world, "2024v1"), SPAN), Side(true(world, "2024v2"), pins(world, "2024v2"), SPAN)
    found = decompose(STATISTIC, world, "2024v2", *sides)
    rules = found.causes.filter(pl.col("kind") == "regler")
    assert rules.select("table", "kommunedk", "amount").unique().rows() == [("hjalp1", "540", -7)]
    assert found.kinds[0] == "regler"


def test_another_program_that_moves_no_figure_is_no_cause(world: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(production_decomposition, "counting_code", lambda _: "another")
    found = apart(world)
    assert "regler" not in found.kinds
    assert found.causes.filter(pl.col("kind") == "regler").is_empty()


def test_a_release_without_pins_has_one_cause(world: DataRoot) -> None:
    sides = Side(true(world, "2024v1"), None, SPAN), Side(true(world, "2024v2"), pins(world, "2024v2"), SPAN)
    found = decompose(STATISTIC, world, "2024v2", *sides)
    assert set(found.causes["kind"]) == {"andet grundlag"}

"""Kommuner that report for others, or did: whose loans they are, and that each counts once (R2, R8)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.storage.lake import Lake
from hjalp_tests.countries.model import Country
from hjalp_tests.production.collaborating import LIVES_IN_540, hjalp1, land, loans, made_afresh, removed, row
from hjalp_tests.production.world import (
    KVARTAL,
    deliver,
    delivery,
    results,
    run,
    system,
    write_world,
)

pytestmark = pytest.mark.slow


def test_a_collaboration_that_has_ended_keeps_its_loans_with_the_member(tmp_path: Path) -> None:
    """540 reported for 185 until 2024-06-30: 2 loans each; 185 has delivered one more itself. It was 4 and 1."""
    own = [*loans("540", 2, LIVES_IN_540), *loans("540", 2)]
    made = land(
        collaborations=[("540", "185", "2020-01-01", "2024-06-30")],
        deliveries=[delivery("540", own), delivery("185", loans("185", 1, issued="2024-08-01"))],
    )
    root = write_world(tmp_path, made)
    run(root)
    assert hjalp1(root) == {"540": 2, "185": 3}


def test_the_last_day_of_a_collaboration_and_the_day_after(tmp_path: Path) -> None:
    rows = [*loans("540", 1, issued="2024-06-30"), *loans("540", 1, issued="2024-07-01")]
    made = land(collaborations=[("540", "185", "2020-01-01", "2024-06-30")], deliveries=[delivery("540", rows)])
    root = write_world(tmp_path, made)
    run(root)
    assert hjalp1(root) == {"540": 1, "185": 1}


def becomes_covered(carry: str = "yes", **changes: Any) -> Country:
    """185 left its system after 2024K3, 7 loans; 540 reports for it since, and has one more loan of it."""
    values: dict[str, Any] = {
        "systems": [system("540"), system("185", "gammel", to_quarter="2024K3", carry_forward=carry)],
        "collaborations": [("540", "185", "2024-10-01", "")],
        "deliveries": [
            delivery("185", loans("185", 7), system="gammel", kvartal="2024K3", received="20241005T081500"),
            delivery("540", loans("540", 1, issued="2024-11-01")),
        ],
    }
    return land(**{**values, **changes})


@pytest.mark.parametrize(("carry", "stock"), [("yes", 8), ("no", 1)])
def test_a_covered_member_keeps_its_carried_data(tmp_path: Path, carry: str, stock: int) -> None:
    root = write_world(tmp_path, becomes_covered(carry))
    run(root)
    assert hjalp1(root) == {"540": 0, "185": stock}
    assert (row(root, "185").status, row(root, "185").needs) == ("covered", None)
    release = make_release(root, "2024v1")
    assert pl.read_parquet(release.path / "microdata" / "GENHJALP.parquet").height == stock


def test_a_member_that_is_covered_no_more_and_has_no_system_is_missing(tmp_path: Path) -> None:
    made = becomes_covered(collaborations=[("540", "185", "2024-10-01", "2024-12-30")])
    root = write_world(tmp_path, made)
    run(root)
    assert row(root, "185").status == "missing"
    assert hjalp1(root) == {"540": 0, "185": 1}


@pytest.mark.parametrize("ends", ["", "2024-10-31"])
def test_the_same_loan_with_member_and_reporter_counts_once(tmp_path: Path, ends: str) -> None:
    """It leaves the member's data, whether the collaboration has ended or not, and fills the reporter's."""
    both = [*loans("540", 3), *loans("540", 1, issued="2024-11-01")]
    made = becomes_covered(collaborations=[("540", "185", "2024-09-01", ends)])
    if ends:
        made.systems = [system("540"), system("185")]
    known = [{**record, "hminr": f"00{record['hminr']}", "lov_navn": "SEL_112"} for record in loans("185", 7)]
    made.deliveries = [
        delivery("540", both),
        delivery("185", known)
        if ends
        else delivery("185", known, system="gammel", kvartal="2024K3", received="20241005T081500"),
    ]
    root = write_world(tmp_path, made)
    raw, quarter = run(root)
    assert sum(hjalp1(root).values()) == 8
    assert removed(root, "185") == {"GENGANGER": 3}
    assert removed(root, "540") == {}
    assert raw.partitions["540"].remarks["raw"]["UDFYLDT_LOV"] == 3
    assert "UDFYLDT_LOV" not in raw.partitions["185"].remarks["raw"]
    remarks = Lake(root).frame("remarks", KVARTAL).filter(pl.col("code") == "UDFYLDT_LOV")
    assert remarks.select("komnr_indberetter", "step", "rows").rows() == [("540", "raw", 3)]
    assert not quarter.chain.broken


def test_two_that_reported_for_each_other_keep_the_loan_once(tmp_path: Path) -> None:
    made = land(
        collaborations=[("540", "185", "2020-01-01", "2022-12-31"), ("185", "540", "2023-01-01", "")],
        deliveries=[delivery("540", loans("540", 4)), delivery("185", loans("185", 4))],
    )
    root = write_world(tmp_path, made)
    run(root)
    assert (removed(root, "540"), removed(root, "185")) == ({"GENGANGER": 4}, {})
    assert sum(hjalp1(root).values()) == 4


def test_a_redelivery_of_the_reporter_makes_the_member_stale(tmp_path: Path) -> None:
    made = becomes_covered()
    root = write_world(tmp_path / "a", made)
    run(root)
    again = delivery("540", [*loans("540", 2), *loans("540", 1, issued="2024-11-01")], day=9)
    deliver(root, again)
    assert (row(root, "540").needs, row(root, "185").needs) == ("raw", None), "nobody has read it yet"
    raw = refresh_raw(root, KVARTAL, ["540"])
    assert raw.changed == ["185", "540"], "those it is held against are brought up to date with it"
    assert {row(root, komnr).needs for komnr in ("185", "540")} == {"chain"}
    run(root)
    assert (hjalp1(root), removed(root, "185")) == ({"540": 0, "185": 8}, {"GENGANGER": 2})
    assert results(root) == made_afresh(tmp_path / "b", made, again)


def test_only_what_comes_of_it_is_computed_again(tmp_path: Path) -> None:
    made = becomes_covered()
    root = write_world(tmp_path, made)
    run(root)
    deliver(root, delivery("540", loans("540", 2, issued="2024-11-01"), day=9))
    raw, quarter = run(root)
    assert (raw.changed, quarter.chain.computed) == (["540"], ["540"])
    assert not [found for found in gate(root, KVARTAL) if found.needs]


def test_a_withdrawn_delivery_gives_the_member_its_loans_back(tmp_path: Path) -> None:
    made = becomes_covered()
    root = write_world(tmp_path / "a", made)
    (path,) = deliver(root, delivery("540", [*loans("540", 2), *loans("540", 1, issued="2024-11-01")], day=9))
    run(root)
    assert removed(root, "185") == {"GENGANGER": 2}
    path.unlink()
    refresh_raw(root, KVARTAL, ["185"])
    run(root)
    assert removed(root, "185") == {}
    assert results(root) == made_afresh(tmp_path / "b", made)


def test_a_new_line_of_the_code_list_makes_both_stale(tmp_path: Path) -> None:
    made = land(deliveries=[delivery("540", loans("540", 2)), delivery("185", loans("185", 3))])
    root = write_world(tmp_path / "a", made)
    run(root)
    assert hjalp1(root) == {"540": 2, "185": 3}
    path = root.codelists / "collaborations.csv"
    path.write_text(path.read_text(encoding="utf-8") + "540;185;2024-01-01;\n", encoding="utf-8")
    assert {row(root, komnr).needs for komnr in ("185", "540")} == {"raw"}
    run(root)
    assert hjalp1(root) == {"540": 0, "185": 3}
    made.collaborations = [("540", "185", "2024-01-01", "")]
    assert results(root) == made_afresh(tmp_path / "b", made)

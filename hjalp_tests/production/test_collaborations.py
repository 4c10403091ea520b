"""Kommuner that report for others, or did: whose loans they are, and that each counts once (R2, R8)."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.production.inbox.gate import GateRow, gate
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.countries.model import Country, Extract, Record
from hjalp_tests.production.world import (
    KVARTAL,
    approvals,
    country,
    deliver,
    delivery,
    first_release,
    results,
    run,
    system,
    write_world,
)

LIVES_IN_185, LIVES_IN_540 = pools.KNOWN[0][0], pools.KNOWN[1][0]
LATER = "2025K1"


def extract() -> Extract:
    """One person lives in 185, all others in 540."""
    places = [("A", "185", dt.date(1990, 1, 1), None), ("B", "540", dt.date(1990, 1, 1), None)]
    homes = [(pnr, "A" if pnr == LIVES_IN_185 else "B", dt.date(1990, 1, 1), None) for pnr, _, _ in pools.KNOWN]
    folketal = [
        (aar, kom, koen, alder, 500) for aar in (2023, 2024) for kom in ("185", "540", "101") for koen in (1, 2)
        for alder in range(101)
    ]  # fmt: skip
    return Extract(list(pools.KNOWN), [], homes, places, folketal)


def loans(
    komnr: str, count: int, pnr: str = LIVES_IN_185, issued: str = "2024-03-01", **fields: str | None
) -> list[Record]:
    """Loans of one person; the number is device and id. The same numbers in another kommune's data are the same loans."""
    return [
        {
            "udlaan_id": f"{komnr}-{issued}-{pnr[:4]}-{n}",
            "komnr_indberetter": komnr,
            "komnr_betaling": None,
            "pnr": pnr,
            "hminr": f"{1000 + n}",
            "hmiiso": None,
            "hminavn": None,
            "udleveringsdato": issued,
            "indleveringsdato": None,
            "lov_navn": None,
            "lov_tekst": None,
            **fields,
        }
        for n in range(count)
    ]


def land(**changes: Any) -> Country:
    """540 and 185 with a system each, 540's has no other members; 2024v1 of 2024."""
    values: dict[str, Any] = {
        "kvartaler": ["2024K3", KVARTAL, LATER],
        "kommuner": ["185", "540"],
        "systems": [system("540"), system("185")],
        "extracts": {"2025-04-04": extract()},
        "approvals": {"2025.csv": approvals("185", "540")},
        "deliveries": [],
    }
    made = country(**{**values, **changes})
    made.releases["2024v1"]["reference_years"] = [2024]
    return made


def hjalp1(root: DataRoot, kvartal: str = KVARTAL, aar: int = 2024) -> dict[str, int]:
    table = Lake(root).frame("tables/hjalp1", kvartal).filter(pl.col("tid") == aar, pl.col("kommunedk") != "000")
    return dict(table.drop_nulls("antal").select("kommunedk", "antal").iter_rows())


def removed(root: DataRoot, komnr: str, kvartal: str = KVARTAL) -> dict[str, int]:
    ledger = Lake(root).frame("ledger", kvartal).filter(pl.col("komnr_indberetter") == komnr, pl.col("step") == "raw")
    return dict(ledger.drop_nulls("reason").select("reason", "rows").iter_rows())


def row(root: DataRoot, komnr: str, kvartal: str = KVARTAL) -> GateRow:
    return next(row for row in gate(root, kvartal) if row.komnr == komnr)


def made_afresh(folder: Path, made: Country, *files: Any, kvartal: str = KVARTAL) -> dict[str, str]:
    root = write_world(folder, made)
    deliver(root, *files)
    run(root, kvartal)
    return results(root, kvartal)


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


def begun_later() -> Country:
    """540 reports for 185 from 2025 on; both have the same 4 loans, 540 one more."""
    made = land(
        collaborations=[("540", "185", "2025-01-01", "")],
        deliveries=[
            delivery("540", loans("540", 5)),
            delivery("540", loans("540", 5), kvartal=LATER, received="20250402T081500"),
            delivery("185", loans("185", 4)),
            delivery("185", loans("185", 4), kvartal=LATER, received="20250403T081500"),
        ],
    )
    made.releases["2024v2"] = made.releases["2024v1"] | {
        "quarter_overrides": {"540": LATER},
        "publish_at": dt.datetime.fromisoformat("2025-11-14T08:00:00+01:00"),
    }
    return made


@pytest.mark.slow
def test_in_a_release_the_reporters_own_quarter_decides(tmp_path: Path) -> None:
    """In 2024K4 nobody reports for another; a release that takes 540 from 2025K1 holds 185's 2024K4 against it."""
    root = write_world(tmp_path, begun_later())
    run(root)
    assert hjalp1(root) == {"540": 5, "185": 4}
    for release, genganger, told in (("2024v1", 0, {"540": "5", "185": "4"}), ("2024v2", 4, {"540": "0", "185": "5"})):
        made = make_release(root, release)
        assert made.manifest.rows["raw"].get("GENGANGER", 0) == genganger
        cells = list(csv.reader((made.path / "HJALP1.csv").read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
        found = {komnr: value for komnr, _, value in cells[1:]}
        shown = {komnr: value for komnr, value in told.items() if found[komnr] != ".."}
        assert {komnr: found[komnr] for komnr in shown} == shown
        assert pl.read_parquet(made.path / "microdata" / "GENHJALP.parquet").height == 9 - genganger
    run(root, LATER)
    assert (removed(root, "185", LATER), removed(root, "185")) == ({"GENGANGER": 4}, {})
    assert not [found for found in gate(root, KVARTAL) if found.needs], "the release disturbs no quarter"


def test_what_a_reporter_takes_from_its_member_is_explained(tmp_path: Path) -> None:
    """The causes of a revision add up also where a re-delivery of 540 takes loans out of 185's data."""
    root = write_world(tmp_path, begun_later())
    first_release(root)
    make_release(root, "2024v2")
    causes = Lake(root).frame("udgivelser/revision", "2024v2").filter(pl.col("table") == "hjalp1")
    told = {(kommune, kind, komnr): n for _, kommune, *_, kind, komnr, n in causes.iter_rows()}
    assert told == {
        ("000", "genleverance", "540"): -4,
        ("185", "genleverance", "540"): 1,
        ("540", "genleverance", "540"): -5,
    }


@pytest.mark.slow
def test_the_order_of_files_and_lines_means_nothing(tmp_path: Path) -> None:
    members = [
        ("540", "185", "2020-01-01", "2023-01-01"),
        ("540", "101", "2021-01-01", ""),
        ("185", "101", "2022-01-01", ""),
    ]
    files = [delivery(komnr, loans(komnr, n)) for komnr, n in (("540", 2), ("185", 4), ("101", 6))]
    every = [system(komnr) for komnr in ("101", "185", "540")]
    found = []
    for place, step in enumerate((1, -1)):
        made = land(collaborations=members[::step], systems=every[::step])
        root = write_world(tmp_path / str(place), made)
        for file in files[::step]:
            deliver(root, file)
            run(root)
        found.append(results(root))
        assert (removed(root, "185"), removed(root, "101")) == ({"GENGANGER": 2}, {"GENGANGER": 4})
    assert found[0] == found[1] == made_afresh(tmp_path / "once", land(collaborations=members, systems=every), *files)

"""The gate: what each of the 98 rows says, before and after runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.production.inbox.gate import SCHEMA, GateRow, gate, gate_frame
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries.model import Country
from hjalp_tests.production.world import (
    KVARTAL,
    approvals,
    country,
    deliver,
    delivery,
    run,
    system,
    write_world,
)


def row(root: DataRoot, komnr: str, kvartal: str = KVARTAL) -> GateRow:
    return next(row for row in gate(root, kvartal) if row.komnr == komnr)


def said(root: DataRoot, komnr: str) -> tuple[str, str | None]:
    found = row(root, komnr)
    return found.status, found.needs


def test_98_rows_in_order_also_before_anything_was_run(tmp_path: Path) -> None:
    root = write_world(tmp_path, country(deliveries=[]))
    rows = gate(root, KVARTAL)
    assert len(rows) == 98
    assert [row.komnr for row in rows] == sorted(row.komnr for row in rows)
    assert {row.komnr for row in rows if row.status == "missing"} == {"101", "155", "540"}
    assert {row.status for row in rows if row.komnr not in ("101", "155", "540")} == {"not_yet_in"}
    assert {row.deadline for row in rows} == {"2025-01-14"}
    frame = gate_frame(rows)
    assert frame.schema == SCHEMA
    assert frame.height == 98
    assert not root.lake.exists()


def test_a_delivery_is_stale_before_the_run_and_delivered_after_it(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    assert said(root, "540") == ("stale", "raw")
    before = row(root, "540")
    assert before.newest_delivery == "540_nexus_20250102T081500.csv"
    assert before.newest_received == "2025-01-02T08:15:00"
    assert before.stored_delivery is None
    run(root)
    after = row(root, "540")
    assert (after.status, after.needs, after.newest_code, after.detail) == ("delivered", None, None, "")
    assert after.stored_delivery == after.newest_delivery
    assert after.stored_records == 30


def test_stale_after_a_newer_file_arrives(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    deliver(root, delivery("540", 31, day=9))
    found = row(root, "540")
    assert (found.status, found.needs) == ("stale", "raw")
    assert found.newest_delivery == "540_nexus_20250109T081500.csv"
    assert found.stored_delivery == "540_nexus_20250102T081500.csv"
    assert stale_partitions(root, [KVARTAL]) == [(KVARTAL, "540")]


@pytest.mark.slow
def test_stale_when_the_file_was_replaced_under_its_own_name(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    deliver(root, delivery("540", 31))
    assert said(root, "540") == ("stale", "raw")
    run(root)
    assert said(root, "540") == ("delivered", None)
    assert row(root, "540").stored_records == 31


@pytest.mark.slow
def test_stale_after_only_raw_was_loaded(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    deliver(root, delivery("540", 31, day=9))
    refresh_raw(root, KVARTAL, ["540"])
    assert said(root, "540") == ("stale", "chain")
    run(root)
    assert said(root, "540") == ("delivered", None)


def test_rejected_only(tmp_path: Path) -> None:
    root = write_world(tmp_path, country(deliveries=[delivery("540", 5, flaw="no_slut")]))
    assert said(root, "540") == ("stale", "raw")
    run(root)
    found = row(root, "540")
    assert (found.status, found.needs, found.newest_code) == ("rejected", None, "ANTAL")
    assert found.stored_delivery is None


@pytest.mark.slow
def test_a_rejected_redelivery_is_a_state_of_its_own(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    run(root)
    found = row(root, "540")
    assert (found.status, found.needs, found.newest_code) == ("newest_rejected", None, "ANTAL")
    assert found.detail == "nyeste leverance er afvist (ANTAL)"
    assert found.newest_delivery == "540_nexus_20250109T081500.csv"
    assert found.stored_delivery == "540_nexus_20250102T081500.csv"
    assert make_release(root, "2024v1").made, "R1: a rejected delivery changes nothing"


def covered_land(**changes: Any) -> Country:
    return country(
        systems=[system("101"), system("155"), system("540")],
        collaborations=[("540", "760", "2020-01-01", "2024-12-31"), ("540", "751", "2020-01-01", "2024-12-30")],
        **changes,
    )


@pytest.mark.slow
def test_covered_by_a_collaboration_on_the_last_day_of_the_quarter(tmp_path: Path) -> None:
    root = write_world(tmp_path, covered_land())
    run(root)
    found = row(root, "760")
    assert (found.status, found.needs) == ("covered", None)
    assert "540" in found.detail
    assert row(root, "751").status == "missing"


@pytest.mark.slow
def test_a_covered_kommune_that_sends_a_file_of_its_own_is_still_covered(tmp_path: Path) -> None:
    root = write_world(tmp_path, covered_land(approvals={"2025.csv": approvals("540", "760")}))
    deliver(root, delivery("760", 3))
    run(root)
    found = row(root, "760")
    assert (found.status, found.newest_code) == ("covered", "UKENDT_AFSENDER")
    assert make_release(root, "2024v1").made


def test_a_member_with_a_system_of_its_own_is_not_covered(tmp_path: Path) -> None:
    root = write_world(tmp_path, country(collaborations=[("540", "101", "2020-01-01", "")], deliveries=[]))
    assert row(root, "101").status == "missing"


def test_an_extension_moves_the_deadline_of_its_kommune_and_quarter(tmp_path: Path) -> None:
    extensions = [("540", KVARTAL, "2025-02-01", "Systemskifte"), ("101", "2025K1", "2025-06-01", "Systemskifte")]
    root = write_world(tmp_path, country(extensions=extensions))
    deadlines = {found.komnr: found.deadline for found in gate(root, KVARTAL)}
    assert deadlines.pop("540") == "2025-02-01"
    assert set(deadlines.values()) == {"2025-01-14"}
    assert row(root, "101", "2025K1").deadline == "2025-06-01"


@pytest.mark.parametrize(
    ("kvartal", "deadline"),
    [("2024K1", "2024-04-14"), ("2024K2", "2024-07-14"), ("2024K3", "2024-10-14"), ("2024K4", "2025-01-14")],
)
def test_the_ordinary_deadline_is_the_14th_of_the_month_after(tmp_path: Path, kvartal: str, deadline: str) -> None:
    root = write_world(tmp_path, country(deliveries=[]))
    assert {found.deadline for found in gate(root, kvartal)} == {deadline}


def two_systems() -> Country:
    return country(systems=[system("101"), system("155"), system("540"), system("540", "dialog")])


@pytest.mark.slow
def test_two_systems_of_which_one_is_silent(tmp_path: Path) -> None:
    root = write_world(tmp_path, two_systems())
    assert said(root, "540") == ("stale", "raw")
    raw, _ = run(root)
    found = row(root, "540")
    assert (found.status, found.needs, found.silent) == ("partial", None, ("dialog",))
    assert found.detail == "leverance mangler fra dialog"
    assert raw.partitions["540"].rows == 30  # what there is, is used
    deliver(
        root, delivery("540", [{**record, "hminr": "77"} for record in delivery("540", 3).records], system="dialog")
    )
    run(root)
    assert said(root, "540") == ("delivered", None)
    assert make_release(root, "2024v1").made


@pytest.mark.slow
def test_a_redelivery_of_the_system_that_is_not_silent_still_has_to_be_run(tmp_path: Path) -> None:
    root = write_world(tmp_path, two_systems())
    run(root)
    deliver(root, delivery("540", 31, day=9))
    assert said(root, "540") == ("stale", "raw")
    refresh_raw(root, KVARTAL)
    assert said(root, "540") == ("stale", "chain")
    run(root)
    assert said(root, "540") == ("partial", None)


@pytest.mark.slow
def test_a_silent_system_whose_file_was_rejected(tmp_path: Path) -> None:
    root = write_world(tmp_path, two_systems())
    deliver(root, delivery("540", 3, day=3, system="dialog", flaw="no_slut"))
    run(root)
    found = row(root, "540")
    assert (found.status, found.newest_code) == ("partial", "ANTAL")
    assert "dialog" in found.detail


@pytest.mark.slow
def test_what_is_stored_of_a_removed_delivery_has_to_be_taken_out(tmp_path: Path) -> None:
    root = write_world(tmp_path, country(approvals={"2025.csv": approvals("101", "540")}))
    run(root)
    (root.inbox / KVARTAL / "155_nexus_20250102T081500.xml").unlink()
    assert said(root, "155") == ("missing", "raw")
    with pytest.raises(ReleaseRefused, match=r"2024K4 has to be run first, ingen leverance: 155 Dragør"):
        make_release(root, "2024v1")
    refresh_raw(root, KVARTAL, ["155"])
    assert said(root, "155") == ("missing", "chain")
    run(root)
    assert said(root, "155") == ("missing", None)
    release = make_release(root, "2024v1")
    micro = pl.read_parquet(release.path / "microdata" / "GENHJALP.parquet")
    assert set(micro["KOMNR_INDBERETTER"]) == {"101", "540"}


@pytest.mark.slow
def test_files_that_say_no_kommune_trouble_nobody(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    (root.inbox / KVARTAL / "540 nexus.csv").write_bytes(b"x")
    (root.inbox / KVARTAL / "999_nexus_20250102T081500.csv").write_bytes(b"x")
    (root.inbox / KVARTAL / ".540_nexus_20250103T081500.csv").write_bytes(b"an upload under way")
    raw, _ = run(root)
    assert sorted(d.verdict.code for d in raw.deliveries if not d.accepted) == ["FILNAVN", "UKENDT_AFSENDER"]
    assert [found.komnr for found in gate(root, KVARTAL) if found.status != "not_yet_in"] == ["101", "155", "540"]


def stale_partitions(root: DataRoot, kvartaler: list[str]) -> list[tuple[str, str]]:
    """(kvartal, komnr) of every partition that is not what the inbox says."""
    return [(row.kvartal, row.komnr) for kvartal in kvartaler for row in gate(root, kvartal) if row.needs]


def test_stale_partitions_of_several_quarters(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    deliver(root, delivery("101", 4, kvartal="2023K1", received="20230410T081500"))
    assert stale_partitions(root, ["2023K1", KVARTAL]) == [
        ("2023K1", "101"),
        *((KVARTAL, komnr) for komnr in ("101", "155", "540")),
    ]

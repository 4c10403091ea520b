"""A kommune for which nothing has begun: it owes nothing, in the gate and in a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_tests.production.test_gate import row
from hjalp_tests.production.world import (
    approvals,
    country,
    deliver,
    delivery,
    run,
    system,
    write_world,
)


def reported(member: str, *days: str) -> tuple[str, ...]:
    return ("540", member, *days)


def test_who_is_not_yet_in_and_who_is_missing(tmp_path: Path) -> None:
    """A kommune is in from its first system, or from the first kommune that reports for it, and then stays in."""
    made = country(
        systems=[
            system("540"),
            system("101", from_quarter="2025K1"),
            system("155", to_quarter="2024K3"),
            system("147", to_quarter="2024K2"),
            system("147", "cura", from_quarter="2025K2"),
        ],
        collaborations=[
            reported("185", "2024-10-01", ""),
            reported("201", "2023-01-01", "2024-06-30"),
            reported("250", "2025-01-01", ""),
            ("269", "269", "2023-01-01", ""),
        ],
        deliveries=[],
    )
    root = write_world(tmp_path, made)
    said = {komnr: (row(root, komnr).status, row(root, komnr).detail) for komnr in ("101", "147", "151", "155")}
    assert said == {
        "101": ("not_yet_in", "ikke med endnu: første system er fra 2025K1"),
        "147": ("missing", "intet system er i kraft"),
        "151": ("not_yet_in", "ikke med endnu: intet system i systems.csv"),
        "155": ("missing", "intet system er i kraft"),
    }
    statuses = [row(root, komnr).status for komnr in ("540", "185", "201", "250", "269")]
    assert statuses == ["missing", "covered", "missing", "not_yet_in", "not_yet_in"]
    assert row(root, "101", "2025K1").status == "missing"


@pytest.mark.slow
def test_a_file_of_a_kommune_that_is_not_in_is_seen(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    deliver(root, delivery("147", 3))
    run(root)
    found = row(root, "147")
    assert (found.status, found.newest_code, found.not_yet_in) == ("rejected", "UKENDT_AFSENDER", True)
    assert found.detail == "ingen leverance er accepteret; ikke med endnu: intet system i systems.csv"


@pytest.mark.slow
def test_a_release_of_a_pilot(tmp_path: Path) -> None:
    """The others take no part; one that has approved all the same holds the release back, as what it approved is not there."""
    root = write_world(tmp_path / "pilot")
    run(root)
    assert make_release(root, "2024v1").made
    wrong = write_world(tmp_path / "wrong", country(approvals={"2025.csv": approvals("101", "147")}))
    run(wrong)
    with pytest.raises(ReleaseRefused, match=r"takes part, but ikke med endnu: intet system i systems\.csv: 147 "):
        make_release(wrong, "2024v1")

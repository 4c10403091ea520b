"""Declarations of countries of their own: a kommune that comes late, a system nobody left, nothing at all."""

from pathlib import Path

import pytest

from hjalp_tests.dialogue.quality.declared import concept, found, release
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import (
    approvals,
    country,
    deliver,
    delivery,
    loan,
    run,
    system,
    write_world,
)

pytestmark = pytest.mark.slow


def test_a_kommune_that_comes_in_late_adds_nothing_that_can_be_read(tmp_path: Path) -> None:
    """155 comes in with two loans: the counts of the whole country must not say how few they are."""
    root = write_world(tmp_path, country(deliveries=[delivery("101", 230), delivery("540", 225)]))
    approvals = root.approvals / "2025.csv"
    before = approvals.read_text(encoding="utf-8")
    approvals.write_text(
        "".join(line for line in before.splitlines(keepends=True) if ";155;" not in line), encoding="utf-8"
    )
    run(root)
    release(root, "2024v1")
    deliver(root, delivery("155", 2, day=9))
    with approvals.open("a", encoding="utf-8") as file:
        file.write(
            "".join(
                line.replace("2025-03-01", "2025-09-01") for line in before.splitlines(keepends=True) if ";155;" in line
            )
        )
    run(root)
    add_v2(root, approvals_until="2025-11-10T12:00:00+01:00")
    release(root, "2024v2")
    taking_part = [concept(root, name, "S.13.3.3.1") for name in ("2024v1", "2024v2")]
    assert taking_part[0] != taking_part[1], "155 takes part in the second"
    for code in ("S.13.3.1.1", "S.13.3.3.2", "S.18.4", "S.18.5", "S.18.5.1"):
        assert concept(root, "2024v1", code) == concept(root, "2024v2", code), code
    assert (root.releases / "2024v2" / "manifest.json").stat().st_mode & 0o077 == 0, "the manifest counts exactly"


def test_a_system_that_was_not_left_is_not_named(tmp_path: Path) -> None:
    """Its format or encoding changed, it ends in a quarter to come, or what it held is not carried forward."""
    made = country(
        systems=[
            system("101", to_quarter="2023K4", encoding="windows-1252", carry_forward="yes"),
            system("101", from_quarter="2024K1"),
            system("155", to_quarter="2026K4", carry_forward="yes"),
            system("540", "gammel", to_quarter="2023K4"),
            system("540"),
        ]
    )
    root = write_world(tmp_path, made)
    run(root)
    release(root, "2024v1")
    assert found(root, "2024v1").systems == ()


def test_a_release_of_nothing(tmp_path: Path) -> None:
    """The only loan delivered is removed: every figure is none, and none is divided by it."""
    nothing = delivery("101", [loan("101", 1, pnr="0101609002")])
    root = write_world(tmp_path, country(deliveries=[nothing], approvals={"2025.csv": approvals("101")}))
    run(root)
    release(root, "2024v1")
    empty = found(root, "2024v1")
    assert (empty.delivered, empty.kept, empty.over_coverage, empty.told.page["without_paragraph"]) == (0, 0, 0, 1)
    assert concept(root, "2024v1", "S.18.5.1") == {"indleveringsdato": 0}
    assert "ingen tal" in (root.releases / "2024v1" / "kvalitet.html").read_text(encoding="utf-8")

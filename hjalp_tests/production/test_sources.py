"""Who may have changed between two releases: everyone whose figures come from something else (R11)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.production.release.pins import KommunePin, Pins, PinsError
from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.rules.systems import SystemRow

SYSTEM = SystemRow("101", "nexus", "a vendor", "csv", "utf-8", Kvartal.parse("2022K3"), None, False)
PINS = Pins(
    definition="d1",
    registers="2025-04-04",
    register_files={"person": "p1", "dod": "d1"},
    deliveries={
        komnr: KommunePin("2025K1", ((f"2025K1/{komnr}_nexus_x.csv", "f1"),)) for komnr in ("101", "185", "550")
    },
    systems=(SYSTEM,),
    # 185 reports for 155, and did so for 165; 540 reports for itself only.
    collaborations=(
        Collaboration("185", "155", date(2020, 1, 1), None),
        Collaboration("185", "165", date(2020, 1, 1), date(2021, 1, 1)),
        Collaboration("540", "540", date(2020, 1, 1), None),
    ),
    decisions={(2024, "101", "K1"): True},
    decided_at={},
    files={"codelists/systems.csv": "s1"},
    approval_files={"approvals/2025.csv": "a1"},
    code="c1",
)
EVERYONE = set(KOMNR)


def delivered(komnr: str, kvartal: str = "2025K1", digest: str = "f2") -> dict[str, Any]:
    return {"deliveries": {**PINS.deliveries, komnr: KommunePin(kvartal, ((f"{kvartal}/x.csv", digest),))}}


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({}, set()),
        ({"code": "c2"}, EVERYONE),
        ({"register_files": {"person": "p2", "dod": "d1"}}, EVERYONE),
        ({"registers": "2025-10-03"}, set()),  # the same files under another date
        ({"collaborations": PINS.collaborations[:2]}, EVERYONE),
        (delivered("550"), {"550"}),
        (delivered("550", "2025K2", "f1"), {"550"}),
        (delivered("360"), {"360"}),
        (delivered("185"), EVERYONE),  # reports for others: may hold loans of anybody's residents
        (delivered("540"), {"540"}),
        (delivered("165"), {"155", "165", "185"}),  # held against each other, also after the end
        ({"deliveries": {k: v for k, v in PINS.deliveries.items() if k != "550"}}, {"550"}),
        ({"systems": (replace(SYSTEM, carry_forward=True),)}, {"101"}),
        ({"systems": (replace(SYSTEM, leverandoer="another vendor"),)}, set()),
        ({"decisions": {}, "definition": "d2", "files": {}, "approval_files": {}}, set()),
    ],
)
def test_who_may_have_changed(changes: dict[str, Any], changed: set[str]) -> None:
    before, after = PINS.sources, replace(PINS, **changes).sources
    assert {komnr for komnr in KOMNR if before[komnr] != after[komnr]} == changed


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in PINS.as_json().items() if name != key}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (without("code"), "code: "),
        (without("registers"), "registers: must be date and files"),
        (PINS.as_json() | {"registers": "2025-04-04"}, "registers: must be date and files"),
        (PINS.as_json() | {"systems": ["101;nexus"]}, "systems.0: "),
        (PINS.as_json() | {"collaborations": ["185;155;once;"], "decisions": []}, "collaborations.0: .*; decisions: "),
        (PINS.as_json() | {"deliveries": {"101": {"kvartal": "2025K1"}}}, "deliveries.101.files: "),
        ([], "registers: "),
        (None, "registers: "),
    ],
)
def test_pins_of_another_form_are_told_by_their_keys(content: Any, told: str) -> None:
    with pytest.raises(PinsError, match=f"the pins of a manifest cannot be read: {told}"):
        Pins.from_json(content)


def test_an_older_manifest_has_fewer_keys() -> None:
    kept = (
        "definition",
        "registers",
        "deliveries",
        "systems",
        "collaborations",
        "decisions",
        "files",
        "approval_files",
        "code",
    )
    assert Pins.from_json({key: PINS.as_json()[key] for key in kept}) == replace(
        PINS, systems=(replace(SYSTEM, leverandoer=""),)
    )
    assert list(PINS.as_json())[:3] == ["definition", "registers", "deliveries"], "as they always stood"


def test_a_manifest_tells_the_same_sources() -> None:
    assert Pins.from_json(PINS.as_json()).sources == PINS.sources

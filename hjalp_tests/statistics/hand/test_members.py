"""H7 and H10 from the inbox to the published cells: members, who takes part, what `...` covers."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from hjalp_pipeline.production.analysts import make_catalog
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_tests.statistics.hand.scenes import (
    CODE,
    EXEMPT_CODE,
    KOMMUNER,
    MANY,
    MEMBER,
    MONTH,
    REPORTER,
    Scene,
    approved,
    country,
    definition,
    delivery,
    services,
    with_delivery,
)

if TYPE_CHECKING:
    from pathlib import Path

    from hjalp_tests.countries.model import Delivery
    from hjalp_tests.naive_hand.service_country import ServiceCountry

pytestmark = pytest.mark.slow

COVERED = [(REPORTER, MEMBER, "2020-01-01", "")]
QUARTERS = tuple(f"2024K{nr}" for nr in (1, 2, 3, 4))
#: Not those of its reporter, which would be gengangere.
OTHER = services(MEMBER, ydelse_start="2023-12-01")
OWN = services(MEMBER, modt_ydelse_kode=EXEMPT_CODE)
BOTH = [*OWN, *OTHER]
ALL = str(MANY)


def own(files: list[Delivery], **changes: Any) -> ServiceCountry:
    """The country with a member that delivers some files."""
    return with_delivery(country(collaborations=COVERED, **changes), MEMBER, *files)


def cells(scene: Scene, name: str = "2024v1", table: str = "HAND07") -> tuple[set[str], set[str]]:
    """What stands in the member's cells of codes that its reporter reports and of those it reports itself."""
    shown = scene.shown(scene.release(name), table)
    found = {code: {shown[MEMBER, code, quarter] for quarter in QUARTERS} for code in (CODE, EXEMPT_CODE)}
    return found[CODE], found[EXEMPT_CODE]


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ([], ({"..."}, {"..."})),
        ([delivery(MEMBER, OWN)], ({"..."}, {ALL})),
        ([delivery(MEMBER, OTHER)], ({"..."}, {"0"})),
        ([delivery(MEMBER, BOTH)], ({"..."}, {ALL})),
        ([delivery(MEMBER, BOTH, flaw="empty")], ({"..."}, {"..."})),
        (
            [delivery(MEMBER, BOTH), delivery(MEMBER, OTHER, received="20250301T081500", flaw="wrong_count")],
            ({"..."}, {ALL}),
        ),
    ],
    ids=["nothing", "exempt codes", "other codes", "both", "rejected", "the newest rejected"],
)
def test_what_a_member_delivers(tmp_path: Path, files: list[Delivery], wanted: tuple[set[str], set[str]]) -> None:
    scene = Scene(tmp_path, own(files))
    assert cells(scene) == wanted


@pytest.mark.parametrize(
    ("since", "until", "covered"),
    [
        ("2025-01-31", "", True),
        ("2025-02-01", "", False),
        ("2020-01-01", "2025-01-31", True),
        ("2020-01-01", "2025-01-30", False),
        ("2024-01-01", "2024-12-31", False),
    ],
)
def test_the_last_day_of_the_month_decides(tmp_path: Path, since: str, until: str, covered: bool) -> None:
    made = country(collaborations=[(REPORTER, MEMBER, since, until)])
    scene = Scene(tmp_path, with_delivery(made, MEMBER, delivery(MEMBER, OTHER)))
    assert cells(scene) == (({"..."}, {"0"}) if covered else ({ALL}, {"0"}))


@pytest.mark.parametrize(("month", "covered"), [("2025M01", True), ("2025M02", False)])
def test_an_override_of_the_member(tmp_path: Path, month: str, covered: bool) -> None:
    """The collaboration has ended between the release's month and the one the member is taken from."""
    files = [delivery(MEMBER, OTHER, of) for of in ("2025M01", "2025M02")]
    made = country(
        months=[MONTH, "2025M02"],
        collaborations=[(REPORTER, MEMBER, "2020-01-01", "2025-02-15")],
        releases={"2024v1": definition(period_overrides={MEMBER: month})},
    )
    scene = Scene(tmp_path, with_delivery(made, MEMBER, *files))
    assert cells(scene) == (({"..."}, {"0"}) if covered else ({ALL}, {"0"}))


def test_a_member_that_has_not_approved(tmp_path: Path) -> None:
    made = own([delivery(MEMBER, BOTH)], approvals={"2025.csv": approved(*(k for k in KOMMUNER if k != MEMBER))})
    assert cells(Scene(tmp_path, made)) == ({"..."}, {"..."})


def test_a_reporter_without_a_delivery_is_refused(tmp_path: Path) -> None:
    made = own([delivery(MEMBER, BOTH)])
    scene = Scene(tmp_path, replace(made, deliveries=[one for one in made.deliveries if one.komnr != REPORTER]))
    with pytest.raises(ReleaseRefused, match=rf"takes part, but .*{REPORTER}"):
        scene.release()
    assert not (scene.root.releases / "2024v1").exists()


def test_no_kommune_has_approved_one_quarter(tmp_path: Path) -> None:
    made = country(approvals={"2025.csv": [row for row in approved(*KOMMUNER) if row[3] != "K3"]})
    scene = Scene(tmp_path, made)
    with pytest.raises(ReleaseRefused, match="nobody takes part"):
        scene.release()
    assert [path.name for path in scene.root.releases.iterdir()] == ["2024v1.toml"]


def test_a_quarter_outside_the_release_need_not_be_approved(tmp_path: Path) -> None:
    made = country(
        approvals={"2025.csv": [row for row in approved(*KOMMUNER) if row[3] in ("K2", "K3")]},
        releases={"2024v1": definition(first_quarter="2024K2", last_quarter="2024K3")},
    )
    scene = Scene(tmp_path, made)
    release = scene.release()
    shown = scene.shown(release, "HAND07")
    assert {key[2] for key in shown} == {"2024K2", "2024K3"}
    assert shown["101", CODE, "2024K2"] == ALL
    assert scene.shown(release, "HAND05") == {}, "no year lies in it"
    forms = {path.name for path in release.path.iterdir() if path.name.startswith("HAND")}
    assert forms >= {"HAND05.csv", "HAND01.px", "HAND01.json"}
    assert not forms & {"HAND05.px", "HAND05.json"}
    make_catalog(scene.root)


def test_one_of_98_takes_part(tmp_path: Path) -> None:
    scene = Scene(tmp_path, country(approvals={"2025.csv": approved("540")}))
    shown = scene.shown(scene.release(), "HAND01")
    standing = {key[0] for key, text in shown.items() if text not in (".", "...")}
    assert standing == {"540"}
    assert len({key[0] for key in shown}) == 98


def test_covered_between_two_releases(tmp_path: Path) -> None:
    """What is inside another's figures by then is taken away once, by the collaboration, not by the new delivery too (H12)."""
    first, second = [*OWN, *OTHER], [*OWN, *services(MEMBER, ydelse_start="2023-11-01")]
    made = country(
        months=[MONTH, "2025M02"],
        collaborations=[(REPORTER, MEMBER, "2025-02-01", "")],
        releases={"2024v1": definition(), "2024v2": definition(2, period="2025M02")},
    )
    again = [replace(one, kvartal="2025M02", received="20250301T081500") for one in made.deliveries]
    made = replace(made, deliveries=[*made.deliveries, *again])
    files = [delivery(MEMBER, first), delivery(MEMBER, second, "2025M02")]
    scene = Scene(tmp_path, with_delivery(made, MEMBER, *files))
    assert cells(scene) == ({ALL}, {ALL})
    release = scene.release("2024v2")
    assert scene.shown(release, "HAND07")[MEMBER, CODE, "2024K1"] == "..."
    revised = csv.DictReader(
        (release.path / "revision.csv").read_text(encoding="utf-8-sig").splitlines(), delimiter=";"
    )
    causes = {row["cause"] for row in revised if row["table"] == "HAND07" and row["OMRADE"] == MEMBER}
    assert causes == {"samarbejde"}

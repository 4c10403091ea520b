"""Change of system, and systems that are silent, from the delivery to the release (R1, R2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.inbox.gate import GateRow, gate
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_pipeline.publishing.definition import DefinitionError
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries.model import Country
from hjalp_tests.production.collaborating import LIVES_IN_185, hjalp1, land, loans, removed
from hjalp_tests.production.world import KVARTAL, approvals, deliver, delivery, run, system, write_world


def row(root: DataRoot, komnr: str, kvartal: str = KVARTAL) -> GateRow:
    return next(row for row in gate(root, kvartal) if row.komnr == komnr)


def change_of_system(**changes: Any) -> Country:
    """540 left `gammel` after 2024K3."""
    old = system("540", "gammel", to_quarter="2024K3", carry_forward="yes")
    approved = {"2025.csv": approvals("540")}
    return land(**{"systems": [system("540", from_quarter=KVARTAL), old], "approvals": approved, **changes})


def gammel(kvartal: str, received: str, rows: list[dict[str, str | None]]) -> Any:
    return delivery("540", rows, system="gammel", kvartal=kvartal, received=received)


@pytest.mark.slow
def test_a_change_of_system_does_not_close_the_stock(tmp_path: Path) -> None:
    """8 loans, which the old system closed on 2024-06-30, and one more since: 9 ultimo 2024. It was 1."""
    closed = loans("540", 8, indleveringsdato="2024-06-30", lov_navn="SEL_112")
    new = [*loans("540", 8), *loans("540", 1, issued="2024-09-01")]
    made = change_of_system(deliveries=[gammel("2024K3", "20241005T081500", closed), delivery("540", new)])
    root = write_world(tmp_path, made)
    raw, _ = run(root)
    assert hjalp1(root)["540"] == 9
    assert removed(root, "540") == {"GENGANGER": 8}
    assert raw.partitions["540"].remarks["raw"]["UDFYLDT_LOV"] == 8
    release = make_release(root, "2024v1")
    micro = pl.read_parquet(release.path / "microdata" / "GENHJALP.parquet")
    assert micro["INDLEVERINGSDATO"].null_count() == 9
    assert micro["LOV_NAVN"].null_count() == 1


@pytest.mark.slow
def test_a_late_correction_of_an_earlier_quarter_does_not_replace_the_newest(tmp_path: Path) -> None:
    files = [
        gammel("2024K2", "20240705T081500", loans("540", 7)),
        gammel("2023K4", "20241201T081500", loans("540", 2)),
        delivery("540", loans("540", 1, issued="2024-11-01")),
    ]
    root = write_world(tmp_path, change_of_system(deliveries=files))
    run(root)
    assert hjalp1(root)["540"] == 8
    deliver(root, gammel("2024K2", "20241202T081500", loans("540", 6)))
    assert row(root, "540").needs == "raw"
    run(root)
    assert hjalp1(root)["540"] == 7


@pytest.mark.slow
def test_leading_zeros_of_hminr_make_no_second_loan(tmp_path: Path) -> None:
    old = [{**record, "hminr": f"0{record['hminr']}"} for record in loans("540", 5)]
    made = change_of_system(deliveries=[gammel("2024K3", "20241005T081500", old), delivery("540", loans("540", 5))])
    root = write_world(tmp_path, made)
    run(root)
    assert hjalp1(root)["540"] == 5


@pytest.mark.slow
def test_a_left_system_that_never_delivered_is_named(tmp_path: Path) -> None:
    root = write_world(tmp_path, change_of_system(deliveries=[delivery("540", loans("540", 5))]))
    run(root)
    found = row(root, "540")
    assert (found.status, found.needs) == ("delivered", None)
    assert found.detail == "forladt uden en accepteret leverance at føre videre: gammel"
    deliver(root, gammel("2024K3", "20241005T081500", loans("540", 5)))
    run(root)
    assert row(root, "540").detail == ""


def test_so_is_that_of_a_kommune_that_is_covered_or_missing(tmp_path: Path) -> None:
    old = system("185", "gammel", to_quarter="2024K3", carry_forward="yes")
    made = land(systems=[system("540"), old], collaborations=[("540", "185", "2024-10-01", "")])
    root = write_world(tmp_path, made)
    assert row(root, "185").detail == "indberettes af 540; forladt uden en accepteret leverance at føre videre: gammel"
    made.collaborations = []
    root = write_world(tmp_path / "again", made)
    assert row(root, "185").detail.endswith("gammel")


# ---- a system that is silent


def silent(taking_part: tuple[str, ...] = ("540",), **changes: Any) -> Country:
    """540 has two systems, of which `dialog` is silent; 185 and 101 have delivered."""
    values: dict[str, Any] = {
        "systems": [system("540"), system("540", "dialog"), system("185"), system("101")],
        "approvals": {"2025.csv": approvals(*taking_part)},
        "deliveries": [delivery(komnr, loans(komnr, 6, LIVES_IN_185)) for komnr in ("540", "185", "101")],
    }
    return land(**{**values, **changes})


REFUSED = {
    "it takes part": {"taking_part": ("540", "185")},
    "it reports for one that takes part": {
        "taking_part": ("101",),
        "collaborations": [("540", "101", "2024-12-31", "")],
    },
    "it has reported for one that takes part": {
        "taking_part": ("101",),
        "collaborations": [("540", "101", "2020-01-01", "2021-01-01")],
    },
    "its loans count where people live": {
        "taking_part": ("185",),
        "collaborations": [("540", "101", "2020-01-01", "")],
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_a_release_says_why_a_partial_kommune_takes_part(tmp_path: Path, name: str) -> None:
    made = silent(**REFUSED[name])
    root = write_world(tmp_path / "a", made)
    run(root)
    assert row(root, "540").status == "partial"
    with pytest.raises(ReleaseRefused, match=r"2024K4: partial, no delivery from dialog.*: 540 Sønderborg"):
        make_release(root, "2024v1")
    assert not (root.releases / "2024v1").exists()
    made.releases["2024v1"]["partial"] = {"540": "depotet er lukket"}
    root = write_world(tmp_path / "b", made)
    assert make_release(root, "2024v1").made, "the reason is given, also where the quarter has not been run"


NOT_REFUSED = {
    "it takes no part": {"taking_part": ("185",)},
    "nor does whom it reports for, nor anybody its people lived with": {
        "taking_part": ("101",),
        "collaborations": [("540", "151", "2020-01-01", "")],
    },
    "whom it reports for from later on takes part": {
        "taking_part": ("101",),
        "collaborations": [("540", "101", "2025-01-01", "")],
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NOT_REFUSED)
def test_nobody_asks_of_a_partial_kommune_that_does_not_count(tmp_path: Path, name: str) -> None:
    root = write_world(tmp_path, silent(**NOT_REFUSED[name]))
    assert make_release(root, "2024v1").made


@pytest.mark.slow
def test_a_kommune_is_asked_for_its_reason_also_where_only_the_chain_is_stale(tmp_path: Path) -> None:
    root = write_world(tmp_path, silent())
    run(root)
    deliver(root, delivery("540", loans("540", 7), day=9))
    refresh_raw(root, KVARTAL)
    assert (row(root, "540").status, row(root, "540").needs) == ("stale", "chain")
    with pytest.raises(ReleaseRefused, match="partial"):
        make_release(root, "2024v1")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"540": ""}, "partial.540: must be a sentence"),
        ({"540": "  "}, "partial.540: must be a sentence"),
        ({"999": "fordi"}, "partial.999: is not one of the 98 kommuner"),
    ],
)
def test_a_reason_is_a_sentence(tmp_path: Path, table: dict[str, str], said: str) -> None:
    made = silent()
    made.releases["2024v1"]["partial"] = table
    root = write_world(tmp_path, made)
    with pytest.raises(DefinitionError, match=said):
        make_release(root, "2024v1")


@pytest.mark.slow
def test_the_reason_stands_in_the_declaration(tmp_path: Path) -> None:
    made = silent()
    made.releases["2024v1"]["partial"] = {"540": "Depotet er lukket."}
    root = write_world(tmp_path, made)
    page = (make_release(root, "2024v1", documents=DOCUMENTS).path / "kvalitet.html").read_text(encoding="utf-8")
    assert "<dt>Sønderborg</dt><dd>Depotet er lukket.</dd>" in page


# ---- a newest delivery that was rejected

LATEST = {
    "an older one is in use": ([("nexus", 2, None), ("nexus", 9, "no_slut")], "newest_rejected"),
    "followed by one that was accepted": ([("nexus", 2, "no_slut"), ("nexus", 9, None)], "delivered"),
    "of one of two systems, whatever came after it from the other": (
        [("nexus", 2, None), ("nexus", 5, "no_slut"), ("dialog", 9, None)],
        "newest_rejected",
    ),
    "of a system that is silent": ([("nexus", 2, None), ("dialog", 9, "no_slut")], "partial"),
    "nothing else": ([("nexus", 2, "no_slut")], "rejected"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LATEST)
def test_a_newest_delivery_that_was_rejected(tmp_path: Path, name: str) -> None:
    files, status = LATEST[name]
    systems = [system("540")] + ([system("540", "dialog")] if any(of == "dialog" for of, _, _ in files) else [])
    root = write_world(tmp_path, land(systems=systems))
    for of, day, flaw in files:
        deliver(root, delivery("540", loans("540", 3, issued=f"2024-0{day}-01"), day=day, system=of, flaw=flaw))
    run(root)
    assert row(root, "540").status == status

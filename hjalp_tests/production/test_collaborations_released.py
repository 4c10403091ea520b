"""A collaboration in a release: whose quarter decides, what a reporter takes, the order of files."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.storage.lake import Lake
from hjalp_tests.countries.model import Country
from hjalp_tests.production.collaborating import LATER, hjalp1, land, loans, made_afresh, removed
from hjalp_tests.production.world import (
    KVARTAL,
    deliver,
    delivery,
    first_release,
    results,
    run,
    system,
    write_world,
)

pytestmark = pytest.mark.slow


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

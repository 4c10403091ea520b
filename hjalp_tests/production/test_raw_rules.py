"""The rules of the step `raw` are a procedure over files that intake calls by name: what is listed is what it calls."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import CodeType, FrameType

import pytest

from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.naive_hand.service_country import write_services
from hjalp_tests.naive_hand.service_generate import service_country
from hjalp_tests.production.world import changing_system, deliver, delivery, write_world

pytestmark = pytest.mark.slow

SEED = 12


def loans(path: Path) -> DataRoot:
    """540 has changed system, and 155 reported for it."""
    made = replace(changing_system("yes"), collaborations=[("155", "540", "2022-07-01", "2024-10-31")])
    root = write_world(path, made)
    deliver(root, delivery("155", 12))
    return root


def services(path: Path) -> DataRoot:
    """The first kommune has left a system, which is carried forward, and one of them reports for another."""
    write_services(path, service_country(SEED, max_rows=8))
    return DataRoot(path, "hand")


@pytest.mark.parametrize("world", [loans, services])
def test_every_rule_that_is_listed_is_called(tmp_path: Path, world: Callable[[Path], DataRoot]) -> None:
    root = world(tmp_path)
    called: set[CodeType] = set()

    def note(frame: FrameType, event: str, _value: object) -> None:
        if event == "call":
            called.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        for period in sorted(path.name for path in root.inbox.iterdir()):
            refresh_raw(root, period)
    finally:
        sys.setprofile(before)
    assert [rule.id for rule in root.declared.rulebook.raw if rule.function.__code__ not in called] == []

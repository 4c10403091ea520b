"""H11: what is hidden of releases of made-up countries, looked at from outside by `hiding_checked`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.examples import some
from hjalp_tests.naive_hand.compare_services import make_possible_release
from hjalp_tests.naive_hand.service_country import deliver_services, write_services
from hjalp_tests.naive_hand.service_generate import service_country
from hjalp_tests.statistics.hand.hiding_checked import HIDDEN, SMALL, Seen, faults
from hjalp_tests.statistics.hand.scenes import Scene, country, delivery, service, with_delivery

if TYPE_CHECKING:
    from pathlib import Path


def kept(before: Seen, after: Seen) -> list[str]:
    """A code and quarter whose figures, and persons behind them, stand in both tables keeps at least its mask."""
    found = []
    sides = ("HAND07", "HAND02A")
    blocks = {table: (before.blocks(table), after.blocks(table)) for table in (*sides, "HAND01", "HAND03A")}
    for tables in (sides, ("HAND01", "HAND03A")):
        for block in blocks[tables[1]][1]:
            old, new = (
                [
                    {key: (one.figures[table][key], one.persons[table][key]) for key in blocks[table][place][block]}
                    for table in tables
                ]
                for place, one in enumerate((before, after))
            )
            if old != new:
                continue
            for table in tables:
                lost = (before.hidden[table] - after.hidden[table]) & blocks[table][1][block]
                found += [f"{table} {key}: was hidden, and stands" for key in lost]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", some(range(200, 210)))
def test_two_releases_of_a_country(tmp_path: Path, seed: int) -> None:
    made = service_country(seed)
    write_services(tmp_path, made)
    root = DataRoot(tmp_path, "hand")
    seen: list[Seen] = []
    for place, name in enumerate(list(made.releases)[:2]):
        if place:
            deliver_services(tmp_path, made.late)
            for month in made.months:
                refresh_raw(root, month)
        release = make_possible_release(root, name)
        if release is not None:
            seen.append(Seen(release.path, root.lake))
            assert faults(seen[-1], first=len(seen) == 1) == []
    if len(seen) == 2:
        assert kept(*seen) == []


@pytest.mark.slow
def test_it_sees_what_is_wrong(tmp_path: Path) -> None:
    """Each kind of fault, put into the files of a release that has none."""
    made = country()
    few = delivery("101", [service("101", number, modt_ydelse_kode="30011") for number in range(2)])
    scene = Scene(tmp_path, with_delivery(made, "101", few))
    seen = Seen(scene.release().path, scene.root.lake)
    assert faults(seen, first=True) == []
    assert kept(seen, seen) == []
    for table in seen.shown:
        small = next(key for key, persons in seen.persons[table].items() if persons in SMALL)
        seen.shown[table][small] = str(seen.figures[table][small])
        seen.hidden[table].discard(small)
        assert any(f"{table} {small}: shown" in fault for fault in faults(seen, first=True)), table
        nobody = next(key for key, persons in seen.persons[table].items() if not persons)
        seen.shown[table][nobody] = HIDDEN
        seen.hidden[table].add(nobody)
        told = faults(seen, first=True)
        assert f"{table} {nobody}: hidden, and nobody is behind it" in told
        assert {f"{table}: json says otherwise", f"{table}: px says otherwise"} & set(told), table

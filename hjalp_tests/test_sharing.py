"""What tests share (`sharing.py`) is shared: a step that has moved would be made anew by each of them, and nobody would see."""

from __future__ import annotations

import shutil
import sys
from functools import reduce
from importlib import import_module
from pathlib import Path
from types import ModuleType

import dagster as dg
import duckdb
import pytest

from hjalp_pipeline.defs.local import run_job
from hjalp_tests.production.world import KVARTAL, deliver, delivery, results, run, write_world
from hjalp_tests.sharing import INSTANCE, REGISTERS, SHARING, STEPS

CALLED = [
    *((import_module(module), name) for module, name, _ in STEPS),
    (import_module(INSTANCE), "open_instance"),
    (import_module(INSTANCE), "run_job"),
    (sys.modules[__name__], "run_job"),
    (import_module(REGISTERS), "_build"),
]


@pytest.mark.parametrize(("module", "name"), CALLED)
def test_every_step_stands_where_it_is_called_from(module: ModuleType, name: str) -> None:
    step = reduce(getattr, name.split("."), module)
    assert hasattr(step, "__wrapped__"), f"{module.__name__}.{name} is not the function that shares"


@pytest.mark.slow
def test_a_shared_run_is_what_a_run_of_its_own_comes_to(tmp_path: Path) -> None:
    """The same results, told the same; another file gives others; a copy can be gone on with."""
    first, copy, alone = (write_world(tmp_path / name) for name in ("first", "copy", "alone"))
    told = run(first)
    again = run(copy)
    SHARING.on = False
    own = run(alone)
    assert results(first) == results(copy) == results(alone)
    for raw, quarter in (told, again):
        assert (raw.changed, raw.gone) == (own[0].changed, own[0].gone)
        assert quarter.chain.computed == own[1].chain.computed
        assert quarter.ledger.equals(own[1].ledger)
    deliver(copy, delivery("540", 3, day=9))
    assert run(copy)[0].changed == ["540"]
    assert results(copy) != results(alone)


@pytest.mark.slow
def test_a_shared_job_is_what_a_job_of_its_own_comes_to(tmp_path: Path) -> None:
    """The same results and the same events, in an instance that can be gone on with; the database reads its own files."""
    roots = {name: write_world(tmp_path / name) for name in ("first", "copy", "alone")}
    events = {}
    for name, root in roots.items():
        SHARING.on = name != "alone"
        assert run_job(root, "kvartal", KVARTAL).success
        with dg.DagsterInstance.get() as instance:
            assert instance.root_directory == str(root.dagster_home)
            (run,) = instance.get_runs()
            events[name] = [record.dagster_event_type for record in instance.all_logs(run.run_id)]
    SHARING.on = False
    assert events["first"] == events["copy"] == events["alone"]
    assert results(roots["first"]) == results(roots["copy"]) == results(roots["alone"])
    shutil.rmtree(roots["first"].path)
    with duckdb.connect(str(roots["copy"].catalog), read_only=True) as connection:
        assert connection.sql("select count(*) > 0 from working.udlaan").fetchall() == [(True,)]
    deliver(roots["copy"], delivery("540", 3, day=9))
    assert run_job(roots["copy"], "kvartal", KVARTAL).success
    assert results(roots["copy"]) != results(roots["alone"])


def test_a_change_of_the_program_is_part_of_what_is_shared() -> None:
    """A fixture of a module may have made it: its tests share with none that have the program as it is."""
    before = SHARING._key("what")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hjalp_tests.sharing.INSTANCE", "another")
        changed = SHARING._key("what")
        patch.setattr("hjalp_tests.sharing.INSTANCE", "a third")
        assert len({before, changed, SHARING._key("what")}) == 3
    assert SHARING._key("what") == before


def test_what_changes_the_program_is_made_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SHARING.on
    monkeypatch.setenv("HJALP_DATA", "/nowhere")
    assert SHARING.on, "the environment is no part of the program"
    monkeypatch.setattr("hjalp_tests.sharing.INSTANCE", "another")
    assert not SHARING.on


@pytest.mark.slow
def test_what_is_marked_slow_is_made_alone() -> None:
    assert not SHARING.on

"""What tests share (`sharing.py`) is shared: a step that has moved would be made anew by each of them, and nobody would see."""

from __future__ import annotations

from functools import reduce
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from hjalp_tests.production.world import deliver, delivery, results, run, write_world
from hjalp_tests.sharing import INSTANCE, SHARING, STEPS

CALLED = [*((import_module(module), name) for module, name, _ in STEPS), (import_module(INSTANCE), "open_instance")]


@pytest.mark.parametrize(("module", "name"), CALLED)
def test_every_step_stands_where_it_is_called_from(module: ModuleType, name: str) -> None:
    step = reduce(getattr, name.split("."), module)
    assert hasattr(step, "__wrapped__"), f"{module.__name__}.{name} is not the function that shares"


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


def test_what_changes_the_program_is_made_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SHARING.on
    monkeypatch.setenv("HJALP_DATA", "/nowhere")
    assert SHARING.on, "the environment is no part of the program"
    monkeypatch.setattr("hjalp_tests.sharing.INSTANCE", "another")
    assert not SHARING.on


@pytest.mark.slow
def test_what_is_marked_slow_is_made_alone() -> None:
    assert not SHARING.on

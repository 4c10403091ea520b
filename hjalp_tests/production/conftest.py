"""Worlds that more than one module looks at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.inbox import read_together
from hjalp_pipeline.production.quarter import chain_refresh
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers import how_many, pool
from hjalp_tests.production.test_pins import add_v2, redelivered
from hjalp_tests.production.world import changing_system, deliver, delivery, run, write_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """2024v1 and 2024v2 after everything has changed that may; two kommuner have re-delivered. Nothing is changed in it."""
    root, _ = redelivered(tmp_path_factory.mktemp("revision"), delivery("101", 33, day=9))
    return root


@pytest.fixture(scope="module")
def whole(three_reports: None, tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """A quarter with two systems, 2024v1 of it, and 2024v2 defined."""
    root = write_world(tmp_path_factory.mktemp("whole"), changing_system("yes"))
    deliver(root, delivery("101", 20), delivery("155", 12))
    run(root)
    make_release(root, "2024v1", documents=DOCUMENTS)
    add_v2(root)
    assert verify(root).faults == []
    return root


@pytest.fixture
def shared_out(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Everything is shared out, however little it is, among two workers unless a test says more, and nothing is together."""
    monkeypatch.setattr(how_many, "WORTH_IT", 0)
    for module in (read_together, chain_refresh):
        monkeypatch.setattr(module, "TOGETHER", 0)
    monkeypatch.setenv(how_many.ENVIRONMENT_VARIABLE, "2")
    monkeypatch.setattr(pool, "_POOL", pool._Pool())
    yield monkeypatch
    pool._POOL.close()

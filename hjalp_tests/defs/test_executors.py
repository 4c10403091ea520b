"""Steps by workers, when that is set: the settings, and what the code location then holds."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from hjalp_pipeline.definitions import definitions
from hjalp_pipeline.defs import share_assets
from hjalp_pipeline.defs.executors import EXECUTOR, SHARES, ExecutorError, spread
from hjalp_pipeline.defs.resources import data_here
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.statistic import declared
from hjalp_tests.production.world import KVARTAL

#: What a fault of a library may quote.
SECRET = "0101011234"
HELD = [dg.AssetKey(["hjalp", first, f"andel_{number}"]) for first in ("kaede", "raw") for number in (1, 2, 3)]


def test_without_a_setting_there_are_no_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(EXECUTOR, raising=False)
    assert (spread().executor.name, spread().shares) == ("in_process", 0)


@pytest.mark.parametrize(("name", "value"), [(EXECUTOR, "dask"), (SHARES, "1"), (SHARES, "99"), (SHARES, "four")])
def test_a_setting_that_is_nothing_known_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EXECUTOR, "celery")
    monkeypatch.setenv(name, value)
    with pytest.raises(ExecutorError, match=name):
        spread()


def test_a_period_is_parted_and_nothing_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EXECUTOR, "celery")
    monkeypatch.setenv(SHARES, "3")
    defs = definitions([declared("hjalp")])
    graph = defs.resolve_asset_graph()
    held = [key for key in graph.get_all_asset_keys() if key.path[-1].startswith("andel_")]
    assert sorted(held) == HELD
    # Read before the delivery list is made, computed before the states are; nothing of them lies between two states.
    after = {child.to_user_string() for key in held for child in graph.get(key).child_keys}
    first = declared("hjalp").rulebook.states[0]
    assert after == {"hjalp/raw/leverancer", f"hjalp/{first}/udlaan"}
    jobs = {job.name: job for job in defs.resolve_all_job_defs()}
    assert set(HELD) <= set(jobs["kvartal"].asset_layer.selected_asset_keys)
    executors = {name: job.executor_def.name for name, job in jobs.items() if not name.startswith("__")}
    assert [name for name, executor in executors.items() if executor != "in_process"] == ["kvartal"]
    assert executors["kvartal"] == "celery"


@pytest.mark.slow
def test_what_goes_wrong_in_a_share_is_left_to_the_step_that_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(*_arguments: object) -> int:
        raise KeyError(SECRET)

    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    monkeypatch.setattr(share_assets, "read_share", fails)
    shares = share_assets.assets(Wing(declared("hjalp")), 2, [])
    result = dg.materialize(
        shares, selection=[HELD[3]], partition_key=KVARTAL, resources={"data": data_here}, raise_on_error=False
    )
    assert result.success
    (event,) = result.get_asset_materialization_events()
    left = str(event.materialization.metadata["left"].value)
    assert left.startswith("KeyError at ")
    assert "test_executors.py" in left
    logged = "".join(capfd.readouterr())
    assert "left to the step that follows: KeyError" in logged
    assert SECRET not in logged

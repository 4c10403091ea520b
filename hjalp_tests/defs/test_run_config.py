"""Whoever may launch a run chooses what is computed, never where it is read or written: no run config, no tag, no partition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs.approval_reports import AAR_TAG, FRIST_TAG
from hjalp_pipeline.defs.local import prepare_home, run_job
from hjalp_pipeline.defs.raw_assets import KOMMUNER_TAG
from hjalp_pipeline.defs.release_assets import RELEASES_TAG
from hjalp_pipeline.defs.reminder_assets import DATE_TAG
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, write_world

#: What a run may set: how much its process says.
SET = {"loggers.console.config.log_level", "loggers.console.config.name"}
#: Names of releases, which are looked at before a path is made of them.
NAMES = {
    f"ops.{op}.config.{name}" for op in ("write_proposal", "hand_write_proposal") for name in ("release", "earlier")
}
JOBS = sorted(job.name for job in defs.resolve_all_job_defs())


def leaves(kind: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every place of a config schema that takes a value."""
    if hasattr(kind, "fields"):
        for name, field in (kind.fields or {}).items():
            yield from leaves(field.config_type, (*path, name))
    elif hasattr(kind, "inner_type"):
        yield from leaves(kind.inner_type, path)
    else:
        yield ".".join(path)


@pytest.mark.parametrize("job", JOBS)
def test_no_config_of_a_job_names_a_place(job: str) -> None:
    assert set(leaves(defs.resolve_job_def(job).run_config_schema.config_type)) <= SET | NAMES


@pytest.mark.parametrize(
    "config",
    [
        {"resources": {"data": {"config": {"path": "ELSEWHERE"}}}},
        {"resources": {"data": {"config": {"path": {"env": "HOME"}}}}},
        {"resources": {"io_manager": {"config": {"base_dir": "ELSEWHERE"}}}},
        {"execution": {"config": {"marker_to_close": "ELSEWHERE"}}},
        {"ops": {"status_gate": {"config": {"path": "ELSEWHERE"}}}},
    ],
    ids=str,
)
def test_a_run_with_such_a_config_is_refused(config: dict[str, Any], tmp_path: Path) -> None:
    def named(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: named(each) for key, each in value.items()}
        return str(tmp_path / "elsewhere") if value == "ELSEWHERE" else value

    with dg.DagsterInstance.ephemeral() as instance, pytest.raises(dg.DagsterInvalidConfigError, match="unexpected"):
        instance.create_run_for_job(defs.resolve_job_def("status"), run_config=named(config))
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("job", "tag", "says"),
    [
        ("kvartal", {KOMMUNER_TAG: "540,../../../outside"}, "not one of the 98 kommuner"),
        ("kvartal", {KOMMUNER_TAG: ","}, "not one of the 98 kommuner"),
        ("audit", {RELEASES_TAG: "../outside"}, "does not stand"),
        ("audit", {RELEASES_TAG: "2024v1,../../outside"}, "does not stand"),
        ("godkendelsesrapporter", {AAR_TAG: "../../outside"}, "must be a year"),
        ("godkendelsesrapporter", {AAR_TAG: "9" * 5000}, "must be a year"),
        ("godkendelsesrapporter", {FRIST_TAG: "../outside"}, "must be a day"),
        ("rykkere", {DATE_TAG: "../outside"}, "not a day"),
        ("specification", {DATE_TAG: "../outside"}, "not a day"),
        ("udgivelse", {"dagster/partition": "../outside"}, "not the name of a release"),
    ],
)
def test_a_tag_is_no_path(job: str, tag: dict[str, str], says: str, tmp_path: Path) -> None:
    root = write_world(tmp_path / "root")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "manifest.json").write_text("{}")
    (tmp_path / "root" / "outside.toml").write_text("")
    partitioned = job in ("kvartal", "godkendelsesrapporter")
    outcome = run_job(root, job, KVARTAL if partitioned else None, tag)
    assert not outcome.success
    assert says in "\n".join(outcome.errors)
    assert [path.name for path in outside.iterdir()] == ["manifest.json"]


@pytest.mark.slow
@pytest.mark.parametrize("job", ["kvartal", "status", "raw"])
def test_a_partition_that_is_none_is_refused(job: str, tmp_path: Path) -> None:
    root = DataRoot(tmp_path / "root")
    prepare_home(root)
    with dg.DagsterInstance.get() as instance:
        key = "../../outside" if job != "raw" else "540|../../outside"
        result = defs.resolve_job_def(job).execute_in_process(
            instance=instance, tags={"dagster/partition": key}, raise_on_error=False
        )
    assert not result.success
    assert [path.name for path in tmp_path.iterdir()] == ["root"]

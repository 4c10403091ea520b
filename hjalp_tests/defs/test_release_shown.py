"""What a release shows of itself: its gates as checks, what is public, links; and that later runs leave it as it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus

from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.defs.release_shown import GATES
from hjalp_pipeline.production.release.pins import Gate
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.defs.keys import asset_key
from hjalp_tests.defs.test_jobs import check_results, materialisations
from hjalp_tests.production.world import KVARTAL, country, deliver, delivery, first_release, write_world

pytestmark = [pytest.mark.slow, pytest.mark.first_pattern]  # each makes a release or a country of its own

RELEASE = ["published", "udgivelse"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """A quarter, a release of it, and the quarter again with a re-delivery."""
    root = write_world(tmp_path_factory.mktemp("shown"))
    assert run_job(root, "kvartal", KVARTAL).success
    assert run_job(root, "udgivelse", "2024v1").success
    deliver(root, delivery("540", 5, day=9))
    assert run_job(root, "kvartal", KVARTAL).success
    return root


@pytest.fixture
def here(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> dg.DagsterInstance:
    monkeypatch.setenv("DAGSTER_HOME", str(root.dagster_home))
    return dg.DagsterInstance.get()


def checked(instance: dg.DagsterInstance, name: str) -> set[str]:
    """What the newest result of a check carries."""
    (record,) = instance.event_log_storage.get_asset_check_execution_history(
        dg.AssetCheckKey(asset_key(*RELEASE), name), limit=1
    )
    assert record.event is not None
    assert record.event.dagster_event is not None
    return set(record.event.dagster_event.asset_check_evaluation_data.metadata)


def test_every_gate_is_a_check_that_passed(here: dg.DagsterInstance) -> None:
    assert set(GATES) == set(Gate)
    for gate in Gate:
        assert check_results(here, RELEASE, gate.value) == [("2024v1", True)]
    assert "attack" in checked(here, "confidentiality"), "it is public"


def test_figures_are_those_published_once_they_are_public(root: DataRoot, here: dg.DagsterInstance) -> None:
    told = materialisations(here, *RELEASE)["2024v1"]
    csv = (root.releases / "2024v1" / "HJALP1.csv").read_text(encoding="utf-8-sig").splitlines()
    national = [row.split(";")[-1] for row in csv if row.startswith("000;")]
    assert national
    assert all(f"| {figure} |" in told["figures"] for figure in national)


def test_it_links_to_what_is_signed(root: DataRoot, here: dg.DagsterInstance) -> None:
    told = materialisations(here, *RELEASE)["2024v1"]
    links = [str(value) for name, value in told.items() if name.startswith(("to_sign_", "quality"))]
    assert len(links) == 3
    for link in links:
        assert root.file(link.removeprefix("/kontor/hjalp/")).is_file()


def test_a_later_run_of_its_quarter_leaves_it_as_it_is(here: dg.DagsterInstance) -> None:
    """Immutable by design: not out of date because the quarter it was made from has been run again."""
    from dagster._core.loader import LoadingContextForTest

    resolver = CachingStaleStatusResolver(here, defs.resolve_asset_graph(), LoadingContextForTest(here))
    assert resolver.get_status(asset_key(*RELEASE), "2024v1") is StaleStatus.FRESH


def test_edges_lead_from_tables_gate_and_ledger() -> None:
    parents = defs.resolve_asset_graph().get(asset_key(*RELEASE)).parent_keys
    for key in (
        ("tables", "hjalp1"),
        ("tables", "hjalp2"),
        ("tables", "hjalp3"),
        ("status", "gate"),
        ("ledger", "udlaan"),
    ):
        assert asset_key(*key) in parents


@pytest.mark.parametrize(
    ("line", "gate"),
    [
        ('quarter = "2024K4"|quarter = "2024K1"', Gate.DEFINITION),
        ("publish_at|publish_att", Gate.DEFINITION),
        ('quarter = "2024K4"|quarter = "2024K4"\nmax_move_pct = "x"', Gate.DEFINITION),
        ('registers = "2025-04-04"|registers = "2025-04-03"', Gate.POPULATION),
    ],
)
def test_a_refusal_is_a_red_check_that_names_the_gate(tmp_path: Path, line: str, gate: Gate) -> None:
    root = write_world(tmp_path)
    definition = root.releases / "2024v1.toml"
    before, after = line.split("|")
    text = definition.read_text(encoding="utf-8")
    assert before in text
    definition.write_text(text.replace(before, after), encoding="utf-8")
    outcome = run_job(root, "udgivelse", "2024v1")
    assert not outcome.success
    with dg.DagsterInstance.get() as instance:
        found = {each: check_results(instance, RELEASE, each.value) for each in Gate}
    assert {each for each, results in found.items() if ("2024v1", False) in results} == {gate}
    assert not any(passed for results in found.values() for _partition, passed in results)


def test_before_its_time_no_figure_comes_into_an_event(tmp_path: Path) -> None:
    made = country()
    made.releases["2024v1"]["publish_at"] = datetime.fromisoformat("2099-06-24T08:00:00+02:00")
    root = write_world(tmp_path, made)
    assert run_job(root, "udgivelse", "2024v1").success
    with dg.DagsterInstance.get() as instance:
        told = materialisations(instance, *RELEASE)["2024v1"]
        said = [checked(instance, gate.value) for gate in Gate]
    assert "not public before 2099" in told["figures"]
    assert "revised" not in told
    assert not any("attack" in metadata for metadata in said), "how many cells are hidden is published too"


def test_a_proposal_is_listed_and_written(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    first_release(root)
    assert run_job(root, "status", KVARTAL).success
    config = {"ops": {"write_proposal": {"config": {"release": "2024v2", "earlier": "2024v1"}}}}
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def("forslag").execute_in_process(run_config=config, instance=instance)
        assert result.success
        assert "2024v2" in instance.get_dynamic_partitions("udgivelse")
        again = defs.resolve_job_def("forslag").execute_in_process(
            run_config=config, instance=instance, raise_on_error=False
        )
        assert not again.success, "nothing is overwritten"
    assert 'protect_against = ["2024v1"]' in (root.releases / "2024v2.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["../outside", "2024v2/../x", ""])
def test_a_proposal_makes_no_path_of_what_somebody_typed(tmp_path: Path, name: str) -> None:
    root = write_world(tmp_path / "root")
    config = {"ops": {"write_proposal": {"config": {"release": name, "earlier": "2024v1"}}}}
    run_job(root, "status", KVARTAL)
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def("forslag").execute_in_process(
            run_config=config, instance=instance, raise_on_error=False
        )
        assert not result.success
        assert name not in instance.get_dynamic_partitions("udgivelse")
    assert [path.name for path in tmp_path.iterdir()] == ["root"]
    assert sorted(path.name for path in root.releases.glob("*.toml")) == ["2024v1.toml"]

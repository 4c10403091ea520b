"""A release is made again from its pins: the same bytes, whatever was delivered since, or a refusal that says what changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.confidentiality.evidence import KOMMUNER
from hjalp_pipeline.production.release import making, release_gates
from hjalp_pipeline.production.release.disclosure import Protected, protect_tables
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.pins import Pins
from hjalp_pipeline.production.release.published import load_published, signing_page, verdict_path
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.table_spec import MASK
from hjalp_tests.countries.model import Delivery
from hjalp_tests.production.world import (
    KVARTAL,
    approvals,
    changing_system,
    country,
    deliver,
    delivery,
    first_release,
    hashes,
    run,
    write_world,
)

pytestmark = pytest.mark.first_pattern  # the slow ones


def add_v2(root: DataRoot, **changes: str) -> None:
    """2024v2 as 2024v1 but for the lines given."""
    text = (root.releases / "2024v1.toml").read_text(encoding="utf-8")
    lines = {line.partition(" = ")[0]: line for line in text.splitlines() if " = " in line}
    lines |= {"publish_at": "publish_at = 2025-11-14T08:00:00+01:00", "protect_against": 'protect_against = ["2024v1"]'}
    lines |= {name: f"{name} = {value}" for name, value in changes.items()}
    (root.releases / "2024v2.toml").write_text("\n".join(lines.values()) + "\n", encoding="utf-8")


def redelivered(tmp_path: Path, *more: Delivery) -> tuple[DataRoot, dict[str, str]]:
    """2024v1 made, then everything changed that may: a re-delivery, a newer register, code lists, approvals; 2024v2 made."""
    root = write_world(tmp_path, country(kvartaler=[KVARTAL, "2025K1"]))
    first_release(root)
    before = hashes(root.releases / "2024v1")
    later = delivery("101", 4, kvartal="2025K1", received="20250405T081500")
    deliver(root, delivery("540", 55, day=9), later, *more)
    newer = root.registers / "2025-10-03"
    shutil.copytree(root.registers / "2025-04-04", newer)
    person = pl.read_parquet(newer / "person.parquet")
    person.filter(pl.col("pnr") != "0101609001").write_parquet(newer / "person.parquet")
    with (root.codelists / "systems.csv").open("a", encoding="utf-8") as file:
        file.write("760;nexus;Leverandør A/S;csv;utf-8;2025K1;;no\n")
    with (root.codelists / "collaborations.csv").open("a", encoding="utf-8") as file:
        file.write("540;760;2020-01-01;\n")
    with (root.approvals / "2025.csv").open("a", encoding="utf-8") as file:
        file.write("2025-09-01T09:00:00+02:00;2024;155;K2;afvist;afdelingen;\n")
    run(root)
    add_v2(root, registers='"2025-10-03"', approvals_until="2025-11-10T12:00:00+01:00")
    make_release(root, "2024v2")
    return root, before


@pytest.mark.slow
def test_the_first_release_can_be_made_again_after_the_second(tmp_path: Path) -> None:
    root, before = redelivered(tmp_path)
    assert hashes(root.releases / "2024v2")["HJALP1.csv"] != before["HJALP1.csv"]
    assert not make_release(root, "2024v1").made
    shutil.rmtree(root.releases / "2024v1")
    assert make_release(root, "2024v1").made  # the folder is gone: the lake's copy of the manifest has the pins
    assert hashes(root.releases / "2024v1") == before
    shutil.rmtree(root.lake)
    assert not make_release(root, "2024v1").made  # the lake is gone: every delivery is read again
    assert root.lake.stat().st_mode & 0o077 == 0
    shutil.rmtree(root.releases / "2024v1")
    assert make_release(root, "2024v1").made
    assert hashes(root.releases / "2024v1") == before


@pytest.mark.slow
def test_pins_are_told_in_the_manifest(tmp_path: Path) -> None:
    root, _ = redelivered(tmp_path)
    manifest = json.loads((root.releases / "2024v1" / "manifest.json").read_bytes())
    pins = Pins.from_json(manifest["pins"])
    assert pins.as_json() == manifest["pins"]
    assert [name for name, _ in pins.deliveries["540"].files] == [f"{KVARTAL}/540_nexus_20250102T081500.csv"]
    assert pins.registers == "2025-04-04"
    assert pins.decisions[2024, "155", "K2"]
    assert pins.collaborations == ()
    second = json.loads((root.releases / "2024v2" / "manifest.json").read_bytes())
    assert not Pins.from_json(second["pins"]).decisions[2024, "155", "K2"]
    assert second["inputs"]["releases/2024v1/manifest.json"] == hashes(root.releases / "2024v1")["manifest.json"]


@pytest.mark.slow
def test_several_systems_are_pinned_in_their_order(tmp_path: Path) -> None:
    root = write_world(tmp_path, replace(changing_system("yes"), approvals={"2025.csv": approvals("540")}))
    made = first_release(root)
    before = hashes(made.path)
    deliver(root, delivery("540", 3, system="gammel", kvartal="2024K3", received="20241107T081500"))
    shutil.rmtree(root.lake)
    assert not make_release(root, "2024v1").made
    assert hashes(made.path) == before
    assert made.manifest.pins is not None
    names = [name for name, _ in made.manifest.pins.deliveries["540"].files]
    assert names == [f"{KVARTAL}/540_nexus_20250102T081500.csv", "2024K3/540_gammel_20241005T081500.csv"]


def other_definition(root: DataRoot) -> None:
    with (root.releases / "2024v1.toml").open("a", encoding="utf-8") as file:
        file.write("# rettet\n")


def other_register(root: DataRoot) -> None:
    path = root.registers / "2025-04-04" / "dod.parquet"
    pl.read_parquet(path).head(0).write_parquet(path)


def no_register(root: DataRoot) -> None:
    (root.registers / "2025-04-04" / "befadr.parquet").unlink()


def other_delivery(root: DataRoot) -> None:
    deliver(root, delivery("540", 29))


def no_delivery(root: DataRoot) -> None:
    (root.inbox / KVARTAL / "155_nexus_20250102T081500.xml").unlink()


def backdated_decision(root: DataRoot) -> None:
    with (root.approvals / "2025.csv").open("a", encoding="utf-8") as file:
        file.write("2025-06-01T09:00:00+02:00;2024;540;K2;afvist;afdelingen;\n")


CHANGES: list[tuple[Callable[[DataRoot], None], str]] = [
    (other_definition, r"releases/2024v1\.toml has changed"),
    (other_register, r"registers/2025-04-04/dod\.parquet is another"),
    (no_register, r"befadr\.parquet is missing"),
    (other_delivery, r"inbox/2024K4/540_nexus_20250102T081500\.csv \(540 Sønderborg\).*its content has changed"),
    (no_delivery, r"inbox/2024K4/155_nexus_20250102T081500\.xml \(155 Dragør\).*it is gone"),
    (backdated_decision, r"approvals: 540 Sønderborg 2024 K2 is decided otherwise"),
]


@pytest.mark.parametrize(("change", "said"), CHANGES)
def test_changed_inputs_are_refused_and_named(tmp_path: Path, change: Callable[[DataRoot], None], said: str) -> None:
    root = write_world(tmp_path)
    first_release(root)
    before = hashes(root.releases / "2024v1")
    change(root)
    with pytest.raises(ReleaseRefused, match=said):
        make_release(root, "2024v1")
    assert hashes(root.releases / "2024v1") == before
    assert sorted(path.name for path in root.releases.iterdir()) == ["2024v1", "2024v1.toml"]


@pytest.mark.slow
def test_another_definition_is_another_release_while_none_stands(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    first = first_release(root)
    deliver(root, delivery("540", 55, day=9))
    run(root)
    shutil.rmtree(first.path)
    other_definition(root)
    again = make_release(root, "2024v1")
    assert f"inbox/{KVARTAL}/540_nexus_20250109T081500.csv" in again.manifest.inputs


@pytest.mark.slow
def test_other_bytes_are_refused_also_when_the_folder_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lake's copy of the manifest knows what the bytes were."""
    root = write_world(tmp_path)
    shutil.rmtree(make_release(root, "2024v1").path)
    monkeypatch.setattr("hjalp_pipeline.production.release.unchanged.__version__", "9.9.9")
    with pytest.raises(ReleaseRefused, match="it was made by hjalp"):
        make_release(root, "2024v1")
    assert not (root.releases / "2024v1").exists()


@pytest.mark.slow
def test_pins_of_a_manifest_that_tells_no_time_of_decision(tmp_path: Path) -> None:
    """As version 0.2.0 wrote them: they still say what counted."""
    root = write_world(tmp_path)
    run(root)
    pins = make_release(root, "2024v1").manifest.pins
    assert pins is not None
    content = pins.as_json()
    assert (
        Pins.from_json({key: value for key, value in content.items() if key != "decided_at"}).decisions
        == pins.decisions
    )
    assert {decision.decided_at.isoformat() for decision in pins.latest.values()} == {"2025-03-01T09:00:00+01:00"}


def _silent(root: DataRoot) -> None:
    """The definition says nothing of kommuner as readers."""
    path = root.releases / "2024v1.toml"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "protect_kommuner" not in line]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.slow
def test_a_release_that_does_not_tell_of_kommuner_is_made_again_as_it_was(tmp_path: Path) -> None:
    """It was made when figures were kept from kommuner only where a definition said so."""
    root = write_world(tmp_path)
    _silent(root)
    run(root)
    pins = release_gates.ReleaseGates.pins
    with pytest.MonkeyPatch.context() as then:
        then.setattr(release_gates.ReleaseGates, "pins", lambda gates: replace(pins(gates), protect_kommuner=None))
        made = make_release(root, "2024v1")
    before = hashes(made.path)
    manifest = json.loads((made.path / "manifest.json").read_text(encoding="utf-8"))
    assert "protect_kommuner" not in manifest["pins"]
    assert "kommuner" not in json.loads((made.path / "disclosure_audit.json").read_text(encoding="utf-8"))
    assert load_published(root, "2024v1").owned is False
    shutil.rmtree(made.path)
    assert hashes(make_release(root, "2024v1").path) == before


@pytest.mark.slow
def test_a_release_that_hid_otherwise_for_kommuner_is_refused_by_name(tmp_path: Path) -> None:
    """A definition asked for it before releases told it, and the program of then hid one more cell."""

    def then_hidden(*of: Any, **more: Any) -> Protected:
        found = protect_tables(*of, **more)
        hidden = pl.col(MASK) | ((~pl.col(MASK)).cum_sum() == 1)
        table = found.tables["hjalp2"].with_columns(hidden)
        table = table.with_columns(pl.when(~pl.col(MASK)).then("antal").alias("antal"))
        return replace(found, tables={**found.tables, "hjalp2": table})

    root = write_world(tmp_path)
    path = root.releases / "2024v1.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("protect_kommuner = false", "protect_kommuner = true"), encoding="utf-8")
    run(root)
    pins = release_gates.ReleaseGates.pins
    with pytest.MonkeyPatch.context() as then:
        then.setattr(release_gates.ReleaseGates, "pins", lambda gates: replace(pins(gates), protect_kommuner=None))
        then.setattr(making, "protect_tables", then_hidden)
        made = make_release(root, "2024v1")
    assert load_published(root, "2024v1").owned is True
    before = hashes(made.path)
    with pytest.raises(ReleaseRefused, match=r"outputs HJALP2\.csv differs from what was published"):
        make_release(root, "2024v1")
    assert hashes(made.path) == before


@pytest.mark.slow
def test_a_new_release_tells_that_figures_are_kept_from_kommuner(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    _silent(root)
    run(root)
    made = make_release(root, "2024v1")
    manifest = json.loads((made.path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["pins"]["protect_kommuner"] is True
    assert json.loads((made.path / "disclosure_audit.json").read_text(encoding="utf-8"))["kommuner"] == KOMMUNER[True]
    assert load_published(root, "2024v1").owned is True
    verdict = json.loads(verdict_path(root, "2024v1").read_text(encoding="utf-8"))
    assert set(verdict["price_of_kommuner"]) == {"2023", "2024"}
    assert "Tallene er beskyttet også mod hver kommune" in signing_page(root, "2024v1", 2024).read_text(
        encoding="utf-8"
    )

"""A release is made only when its pattern holds against the attacker; what it promises and what the office keeps of that."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from hjalp_pipeline.confidentiality.model import System
from hjalp_pipeline.confidentiality.suppress import Protection, protect
from hjalp_pipeline.production.release import pattern
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.published import load_published, signing_page, verdict_path
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_pipeline.statistics.hjalp.codelists.age_groups import AGE_GROUPS
from hjalp_tests.production.world import first_release, run, write_world


def test_a_cell_forced_open_refuses_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path)
    run(root)

    def careless(system: System, *args: Any, **options: Any) -> Protection:
        found = protect(system, *args, **options)
        hidden = found.hidden.copy()
        hidden[np.flatnonzero(hidden & ~system.primary)[:1]] = False
        return replace(found, hidden=hidden)

    monkeypatch.setattr(pattern, "protect", careless)
    with pytest.raises(
        ReleaseRefused, match=r"hidden cells can be computed .*fortrolighed/2024v1.json names them"
    ) as told:
        make_release(root, "2024v1")
    assert any("the suppressor holds" in reason for reason in told.value.reasons)
    verdict = json.loads(verdict_path(root, "2024v1").read_text(encoding="utf-8"))
    assert verdict["verdict"] == "refused"
    assert verdict["fails"]
    assert verdict["suppressor_and_attacker_differ"]
    assert not (root.releases / "2024v1").exists()


def test_a_cell_nothing_can_protect_holds_the_release_back_on_request(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    definition = root.releases / "2024v1.toml"
    population = root.registers / "2025-04-04" / "folketal.parquet"
    text = definition.read_text(encoding="utf-8")
    # With one inhabitant in each cell every small figure is given away.
    youngest = pl.col("alder").is_in([group.lower for group in AGE_GROUPS])
    pl.read_parquet(population).with_columns(antal=youngest.cast(pl.Int64)).write_parquet(population)
    definition.write_text(f"refuse_unprotectable = true\n{text}", encoding="utf-8")
    with pytest.raises(ReleaseRefused, match="cannot be protected by anything that is hidden"):
        make_release(root, "2024v1")
    found = json.loads(verdict_path(root, "2024v1").read_text(encoding="utf-8"))
    cells = len(found["no_pattern_protects"]) + len(found["no_pattern_protects_if_equal_is_unchanged"])
    definition.write_text(f"accept_unprotectable = {cells + 1}\n{text}", encoding="utf-8")
    with pytest.raises(ReleaseRefused, match="cannot be protected by anything that is hidden"):
        make_release(root, "2024v1")
    looked_at = f"refuse_unprotectable = true\naccept_unprotectable = {cells}\n"
    definition.write_text(looked_at + text, encoding="utf-8")
    make_release(root, "2024v1")
    assert json.loads(verdict_path(root, "2024v1").read_text(encoding="utf-8"))["no_pattern_protects"]


def test_a_release_carries_its_promise_and_the_office_its_evidence(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    release = first_release(root, ran=True)
    told = json.loads((release.path / "disclosure_audit.json").read_text(encoding="utf-8"))
    assert [year["tid"] for year in told["years"]] == [2023, 2024]
    shown = pl.read_csv(release.path / "HJALP2.csv", separator=";", infer_schema=False).filter(
        pl.col("INDHOLD") == ".."
    )
    tables = {table["table"]: table["cells"] for year in told["years"] for table in year["tables"]}
    assert tables["HJALP2"]
    assert {(*cell[1:5],) for cell in tables["HJALP2"]} <= set(shown.drop("INDHOLD").iter_rows())
    page = signing_page(root, "2024v1", 2024)
    assert page.is_file()
    proof = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert {tuple(cell["name"][1:5]) for cell in proof["cells"] if cell["name"][0] == "HJALP2"} == {
        (*cell[1:5],) for cell in tables["HJALP2"]
    }
    assert proof["witnesses"]


def test_figures_behind_a_release_are_made_again_when_the_lake_is_gone(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    first_release(root, ran=True)
    before = load_published(root, "2024v1")
    for path in (root.lake / "udgivelser").rglob("*.parquet"):
        path.unlink()
    again = load_published(root, "2024v1")
    assert again.hidden == before.hidden
    assert all(again.tables[name].equals(before.tables[name]) for name in before.tables)
    csv = root.releases / "2024v1" / "HJALP1.csv"
    csv.write_bytes(csv.read_bytes().replace(b"101;2024;", b"101;2024;9"))
    with pytest.raises(ReleaseRefused, match="is not as it was published"):
        load_published(root, "2024v1")

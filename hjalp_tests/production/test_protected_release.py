"""A release is made only when its pattern holds against the attacker; what it promises and what the office keeps of that."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from hjalp_pipeline.confidentiality.model import System
from hjalp_pipeline.confidentiality.suppress import Protection, protect
from hjalp_pipeline.production.release import making, pattern
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.published import load_published, signing_page, verdict_path
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_pipeline.statistics.hjalp.codelists.age_groups import AGE_GROUPS
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import first_release, run, write_world


@pytest.mark.slow
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


@pytest.fixture
def undecided(tmp_path: Path) -> DataRoot:
    """A country in which the population gives every small figure away."""
    root = write_world(tmp_path)
    run(root)
    _say(root, "")
    population = root.registers / "2025-04-04" / "folketal.parquet"
    # With one inhabitant in each cell every small figure is given away.
    youngest = pl.col("alder").is_in([group.lower for group in AGE_GROUPS])
    pl.read_parquet(population).with_columns(antal=youngest.cast(pl.Int64)).write_parquet(population)
    return root


def _say(root: DataRoot, line: str) -> None:
    """One more line in the definition of 2024v1, in place of what was said before."""
    definition = root.releases / "2024v1.toml"
    before = [old for old in definition.read_text(encoding="utf-8").splitlines() if "unprotectable" not in old]
    definition.write_text("\n".join([line, *before]) + "\n", encoding="utf-8")


def _undecided(root: DataRoot) -> int:
    """How many cells a person has to decide on, as the office's file says."""
    found = json.loads(verdict_path(root, "2024v1").read_text(encoding="utf-8"))
    cells = len(found["no_pattern_protects"]) + len(found["no_pattern_protects_if_equal_is_unchanged"])
    assert (found["verdict"], found["accept_unprotectable"]) == ("to be decided", cells)
    return cells


def test_cells_that_nothing_protects_wait_for_a_person(undecided: DataRoot) -> None:
    """Without a word in the definition; the page for whoever signs is there, and the refusal says where, not how many."""
    with pytest.raises(ReleaseRefused, match=r"nothing can protect, and a person has not decided") as told:
        make_release(undecided, "2024v1")
    cells = _undecided(undecided)
    assert cells > 0
    assert not re.search(r"\d", re.sub(r"2024v1", "", str(told.value)))
    assert "Kræver en beslutning" in signing_page(undecided, "2024v1", 2024).read_text(encoding="utf-8")
    assert not (undecided.releases / "2024v1").exists()


@pytest.mark.slow
def test_the_exact_number_lets_them_go_and_no_other_does(undecided: DataRoot) -> None:
    _say(undecided, "accept_unprotectable = 1000000")
    with pytest.raises(ReleaseRefused, match="is not the number of cells that nothing can protect") as told:
        make_release(undecided, "2024v1")
    cells = _undecided(undecided)
    assert not re.search(rf"\b{cells}\b", str(told.value))
    for wrong in (cells - 1, cells + 1):
        _say(undecided, f"accept_unprotectable = {wrong}\nrefuse_unprotectable = false")
        with pytest.raises(ReleaseRefused, match="is not the number of cells"):
            make_release(undecided, "2024v1")
    _say(undecided, f"accept_unprotectable = {cells}")
    assert make_release(undecided, "2024v1").made
    assert _undecided(undecided) == cells


@pytest.mark.slow
def test_what_was_made_before_is_made_again_whatever_the_default(undecided: DataRoot) -> None:
    """A release of a time when such cells held nothing back stands: nobody is asked again."""
    with pytest.MonkeyPatch.context() as then:
        then.setattr(making, "refusals", lambda *_of, **_options: [])
        made = make_release(undecided, "2024v1")
    again = make_release(undecided, "2024v1")
    assert (made.made, again.made) == (True, False)
    assert again.manifest.outputs == made.manifest.outputs


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


@pytest.mark.slow
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

"""The gates on figures: a kommune that moved much needs an explanation; a table is whole. Nothing else is told."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import deliver, delivery, first_release, run, write_world

pytestmark = [pytest.mark.slow, pytest.mark.first_pattern]


def moved(tmp_path: Path, rows: int, **changes: str) -> DataRoot:
    """2024v1 with 30 loans in 540, a re-delivery of it, and 2024v2."""
    root = write_world(tmp_path)
    first_release(root)
    deliver(root, delivery("540", rows, day=9))
    run(root)
    add_v2(root, **{"max_move_pct": "10", **changes})
    return root


def explain(root: DataRoot, *lines: str) -> None:
    text = "\n".join(["release;komnr;reason", *lines]) + "\n"
    (root.codelists / "explanations.csv").write_text(text, encoding="utf-8")


def test_a_large_move_needs_an_explanation(tmp_path: Path) -> None:
    root = moved(tmp_path, 60)
    with pytest.raises(ReleaseRefused) as fault:
        make_release(root, "2024v2")
    assert fault.value.reasons == [
        "HJALP1 moved more than 10 % against 2024v1 and nothing in codelists/explanations.csv says why: "
        "540 Sønderborg (2023, 2024)",
        "the figures are in lake/udgivelser/bevaegelser/2024v2.csv",
    ]
    kept = (root.lake / "udgivelser" / "bevaegelser" / "2024v2.csv").read_text(encoding="utf-8")
    assert kept.startswith("komnr;tid;foer;nu\n540;2023;")
    assert sorted(path.name for path in root.releases.iterdir()) == ["2024v1", "2024v1.toml", "2024v2.toml"]
    explain(root, "2024v1;540;en anden udgivelse", "2024v2;101;en anden kommune")
    with pytest.raises(ReleaseRefused, match="540 Sønderborg"):
        make_release(root, "2024v2")
    explain(root, "2024v2;540;Genleverance med de udlån, der manglede")
    assert make_release(root, "2024v2").made
    (root.codelists / "explanations.csv").unlink()
    assert not make_release(root, "2024v2").made  # judged when it was first made


def test_a_small_move_needs_none(tmp_path: Path) -> None:
    assert make_release(moved(tmp_path, 60, max_move_pct="250.5"), "2024v2").made


def test_the_first_release_is_compared_with_nothing(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    with (root.releases / "2024v1.toml").open("r+", encoding="utf-8") as file:
        text = file.read()
        file.seek(0)
        file.write("max_move_pct = 0.1\n" + text)
    assert make_release(root, "2024v1").made


def test_a_table_that_is_not_whole_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hjalp_pipeline.production.quarter import counting

    right = counting.select

    def holed(name: str, relations: dict[str, pl.DataFrame], connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        table = right(name, relations, connection)
        return table.filter(pl.col("kommunedk") != "540") if name.endswith("/hjalp2") else table

    root = write_world(tmp_path)
    monkeypatch.setattr(counting, "select", holed)
    with pytest.raises(ReleaseRefused, match="hjalp2 is not the full cross product of its codes: 540"):
        make_release(root, "2024v1")
    assert not (root.releases / "2024v1").exists()

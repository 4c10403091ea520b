"""What kommuner as readers cost is told for a table and for releases: never fewer cells than without, nor a cost below the bound."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bench import price
from bench.confidentiality import main
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.disclosed import LARGE, as_published, figures

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Row:
    """A row of the results."""

    table: str
    kommuner: str
    primary: int
    cells: int
    cost: float
    least: float


def rows(lines: Iterable[str]) -> list[Row]:
    told = [[value.strip() for value in one.split("|")] for one in lines]
    return [Row(one[0], one[1], int(one[2]), int(one[3]), float(one[5]), float(one[6])) for one in told]


def compared(off: Row, owned: Row) -> None:
    assert (off.kommuner, owned.kommuner) == ("off", "with")
    assert (off.table, off.primary) == (owned.table, owned.primary)
    assert off.cells < owned.cells
    assert off.least <= off.cost < owned.cost
    assert 0 < owned.least <= owned.cost


def test_a_table_costs_more_with_kommuner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, rng = tmp_path / "small.csv", np.random.default_rng(3)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("kom", "sex", "age", "agec", "pop", "count"))
        for area in range(5):
            for sex in "MK":
                for age in "abc":
                    count = 1 if (area, sex, age) == (0, "M", "a") else int(rng.integers(4, 30))
                    writer.writerow((f"k{area}", sex, age, age, 1_000, count))
    assert main(["--price", "--table", str(file), "--units", "20000"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert "gap" in head
    compared(*rows(lines))
    assert main(["--price", "--kommuner", "--table", str(file), "--units", "20000"]) == 0
    _, *again = capsys.readouterr().out.splitlines()
    assert rows(again) == rows(lines)[1:]


def test_a_release_costs_more_with_kommuner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leaves = {komnr: dict(LARGE) for komnr in ("101", "147", "151", "153")}
    leaves["101"]["1", "0024"] = 1
    monkeypatch.setattr(price, "_release", lambda *_: (as_published(figures("2024v1", leaves)), False))
    monkeypatch.setattr(price, "UNITS", 20_000)
    off, owned = rows(price.of_releases(DataRoot(tmp_path), ["2024v1"], ((False, False), (True, False))))
    assert off.table == "2024v1 2024"
    assert off.primary > 0
    compared(off, owned)
    (persons,) = rows(price.of_releases(DataRoot(tmp_path), ["2024v1"], ((False, True),)))
    assert persons.kommuner == "persons"
    assert off.cells <= persons.cells

"""A small country of services worked by hand: `build_service_facit` makes its data root, `expected_rows` reads what it comes to."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import polars as pl

from hjalp_tests.countries.write import whole_population
from hjalp_tests.facit.build import REGISTERS

FOLDER = Path(__file__).parent


def build_service_facit(root: Path) -> Path:
    """Copy the country to `root`, registers as Parquet; gives `root` back."""
    shutil.copytree(FOLDER / "land" / "hand", root / "hand")
    for extract in sorted((FOLDER / "land" / "registers").iterdir()):
        folder = root / "registers" / extract.name
        folder.mkdir(parents=True)
        for name, schema in REGISTERS.items():
            frame = pl.read_csv(extract / f"{name}.csv", separator=";", schema=schema)
            if name == "folketal":  # only cells with inhabitants are written down
                frame = whole_population(frame.rows())
            frame.write_parquet(folder / f"{name}.parquet")
    return root


def expected_rows(name: str) -> list[dict[str, str]]:
    """Rows of `expected_{name}.csv`: ledger, handic, kommuner, aar, hand02a, hand03a."""
    with (FOLDER / f"expected_{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))

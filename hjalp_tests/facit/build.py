"""Turns the text form of the facit (`land/`) into a data root, and reads the expected outputs."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import polars as pl

from hjalp_tests.countries.write import BEFADR, BEFBOP, DOD, FOLKETAL, PERSON, whole_population

FACIT = Path(__file__).parent
REGISTERS = {"person": PERSON, "dod": DOD, "befbop": BEFBOP, "befadr": BEFADR, "folketal": FOLKETAL}


def build_facit(root: Path) -> Path:
    """Copy the country of the facit to `root`, registers as Parquet; gives `root` back."""
    shutil.copytree(FACIT / "land", root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("registers"))
    for extract in sorted((FACIT / "land" / "registers").iterdir()):
        folder = root / "registers" / extract.name
        folder.mkdir(parents=True, exist_ok=True)
        for name, schema in REGISTERS.items():
            frame = pl.read_csv(extract / f"{name}.csv", separator=";", schema=schema)
            if name == "folketal":  # only cells with inhabitants are written down
                frame = whole_population(frame.rows())
            frame.write_parquet(folder / f"{name}.parquet")
    return root


def expected(name: str) -> list[dict[str, str]]:
    """Rows of `expected_{name}.csv`: deliveries, ledger, loans, hjalp1, hjalp2, hjalp3. Empty = null."""
    with (FACIT / f"expected_{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))

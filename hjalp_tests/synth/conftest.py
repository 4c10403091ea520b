"""One small made-up country for all tests of the package."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.statistics.hjalp.synth.made_up import MadeUpLoans
from hjalp_pipeline.synth import Summary, generate
from hjalp_tests.sharing import SHARING
from hjalp_tests.synth.reading import read_delivery

SCALE = 0.006


@dataclass(frozen=True)
class Country:
    """A data root and what the generator said about it."""

    root: Path
    summary: Summary
    told: list[float]

    def register(self, name: str, extract: str = "2025-10-03") -> pl.DataFrame:
        return pl.read_parquet(self.root / "registers" / extract / f"{name}.parquet")

    def table(self, path: str) -> pl.DataFrame:
        return pl.read_csv(self.root / path, separator=";", infer_schema=False)

    def in_force(self, kvartal: str, komnr: str) -> pl.DataFrame:
        """Records of the last accepted delivery of a kommune."""
        found = [
            row
            for row in self.summary.deliveries
            if (str(row.period), row.sender.komnr, row.code) == (kvartal, komnr, None)
        ]
        return read_delivery(self.root / "inbox" / kvartal / found[-1].name)


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    root = tmp_path_factory.mktemp("country")

    def made() -> tuple[Summary, list[float]]:
        told: list[float] = []
        summary = generate(
            root,
            MadeUpLoans,
            registers=root / "registers",
            scale=SCALE,
            seed=3,
            progress=lambda _what, share: told.append(share),
        )
        return summary, told

    (summary, told), _ = SHARING.run(root, f"loans {SCALE}", made)
    return Country(root, summary, told)


@pytest.fixture(scope="session")
def newest(country: Country) -> pl.DataFrame:
    """All records of the accepted deliveries of the newest quarter, as text, with the file they came from."""
    return pl.concat(
        read_delivery(country.root / "inbox" / "2025K3" / row.name).with_columns(file=pl.lit(row.name))
        for row in country.summary.deliveries
        if str(row.period) == "2025K3" and row.story == "full"
    )

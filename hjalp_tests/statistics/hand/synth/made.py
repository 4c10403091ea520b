"""A made-up country of this statistic, read with a plain reader and set right by hand: no rule of the program is used."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.statistics.hand.synth.made_up_services import MadeUpServices
from hjalp_pipeline.statistics.hand.synth.received import CODES
from hjalp_pipeline.statistics.hand.synth.service_records import FIELDS
from hjalp_pipeline.synth import Summary, generate
from hjalp_tests.synth.reading import read_delivery

NEW_CODES = tuple(code for code in CODES if code.startswith(("3118", "3121", "3200")))
FOREVER = pl.date(9999, 12, 31)


@dataclass(frozen=True)
class Made:
    """A data root and what the generator said about it."""

    root: Path
    summary: Summary

    def register(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.root / "registers" / "2025-10-03" / f"{name}.parquet")

    def read(self, name: str) -> pl.DataFrame:
        return read_delivery(self.root / "inbox" / name, FIELDS, "periode")

    def files(self, month: str) -> list[str]:
        """Files of the accepted full deliveries of a month, and of the months that are carried to it."""
        found = [row for row in self.summary.deliveries if row.code is None and row.story in ("full", "half")]
        return [
            f"{row.period}/{row.name}"
            for row in found
            if str(row.period) == month or (row.sender.carry_forward and str(row.sender.last) < month)
        ]

    def delivered(self, month: str) -> pl.DataFrame:
        """All records in force in a month as text, with the file's name."""
        return pl.concat(self.read(name).with_columns(file=pl.lit(name)) for name in self.files(month))

    def right(self, month: str) -> pl.DataFrame:
        """The records of known persons and codes as spells of days, none twice; a person's death ends them."""
        known = self.register("person").select("pnr", "foed_dag")
        rows = self.delivered(month).unique(["file", "ydelse_id"], keep="last", maintain_order=True)
        rows = rows.with_columns(pnr=pl.col("pnr").str.replace("-", "").str.zfill(10))
        return (
            rows.filter(pl.col("modt_ydelse_kode").is_in(CODES), pl.col("ydelse_id").is_not_null())
            .join(known, on="pnr")
            .join(self.register("dod"), on="pnr", how="left")
            .with_columns(
                first=pl.col("ydelse_start").str.to_date(strict=False),
                last=pl.min_horizontal(pl.col("ydelse_slut").str.to_date(strict=False).fill_null(FOREVER), "doddato"),
            )
            .filter(pl.col("first") <= pl.col("last"))
            .unique(["pnr", "handlekommune", "modt_ydelse_kode", "first"])
        )


def within(rows: pl.DataFrame, quarter: str) -> pl.DataFrame:
    """Spells with a day in a quarter."""
    kvartal = Kvartal.parse(quarter)
    return rows.filter((pl.col("first") <= kvartal.last_day) & (pl.col("last") >= kvartal.first_day))


def make(root: Path, scale: float, seed: int) -> Made:
    """Write a country below a folder."""
    return Made(root, generate(root, MadeUpServices, registers=root / "registers", scale=scale, seed=seed))

"""Figures of the approval reports a kommune was sent, kept in the lake so that the next can say what changed.

One frame a reference year: each run that gives a kommune something new adds a version of its figures; a report made again
from the same adds nothing, and so never compares with itself.
"""

import polars as pl

from hjalp_pipeline.storage.lake import Lake

DATASET = "godkendelsesrapporter"
#: ``maal``, ``periode``, ``kode`` name a figure (``dialogue.report_figures``); ``version``: 1 is the first run that gave
#: something new; ``made_from``: hash of the kommune's figures and deliveries.
SCHEMA = pl.Schema(
    {
        "komnr": pl.String,
        "version": pl.UInt32,
        "kvartal": pl.String,
        "made_from": pl.String,
        "maal": pl.String,
        "periode": pl.String,
        "kode": pl.String,
        "antal": pl.Int64,
    }
)
_FIGURE = ("maal", "periode", "kode", "antal")


def history(lake: Lake, aar: int) -> pl.DataFrame:
    """All versions of a year's figures (``SCHEMA``); without rows when no report was made."""
    if not lake.frame_path(DATASET, str(aar)).is_file():
        return pl.DataFrame(schema=SCHEMA)
    return lake.frame(DATASET, str(aar))


def newest_quarter(lake: Lake, aar: int) -> str | None:
    """The quarter of the newest reports of a year, None when there are none."""
    newest = history(lake, aar).sort("version").tail(1).get_column("kvartal").to_list()
    return newest[0] if newest else None


def before(versions: pl.DataFrame, made_from: pl.DataFrame) -> pl.DataFrame:
    """Each kommune's figures in the last report that was made from something else: komnr, maal, periode, kode, antal.

    ``made_from``: komnr and made_from of the reports being made now.
    """
    other = versions.join(made_from, on=["komnr", "made_from"], how="anti")
    newest = other.group_by("komnr").agg(pl.col("version").max())
    return other.join(newest, on=["komnr", "version"], how="semi").select("komnr", *_FIGURE)


def keep(lake: Lake, aar: int, versions: pl.DataFrame, kvartal: str, figures: pl.DataFrame) -> int:
    """Add what is new to the history; returns how many kommuner got a new version.

    ``figures``: komnr, made_from, maal, periode, kode, antal of every report.
    """
    newest = versions.group_by("komnr").agg(pl.col("version").max())
    standing = versions.join(newest, on=["komnr", "version"], how="semi").select("komnr", "made_from").unique()
    new = figures.join(standing, on=["komnr", "made_from"], how="anti")
    if new.is_empty():
        return 0
    version = (versions.get_column("version").max() or 0) + 1  # type: ignore[operator]
    added = new.with_columns(version=pl.lit(version, dtype=pl.UInt32), kvartal=pl.lit(kvartal)).select(SCHEMA.names())
    lake.save_frame(DATASET, str(aar), pl.concat([versions, added]).sort("komnr", "version", *_FIGURE))
    return new.get_column("komnr").n_unique()

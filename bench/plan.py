"""What the scripts we compare with are told: the deliveries in force, the code lists, who takes part. Nothing counted."""

from pathlib import Path
from typing import Any

import polars as pl

from bench.country import QUARTER
from hjalp_pipeline.codelists.kommuner import HELE_LANDET, KOMNR
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.production.quarter.counting import participants
from hjalp_pipeline.rules.approval import standing_decisions
from hjalp_pipeline.rules.collaborations import reported_until
from hjalp_pipeline.statistics.hjalp.codelists.age_groups import AGE_GROUPS
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_YEAR
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import usable_codes
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.storage.codelists import read_collaborations, read_systems
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.registers import newest_extract
from hjalp_pipeline.storage.root import DataRoot


def make_plan(root: DataRoot) -> dict[str, Any]:
    """The plan of the quarter, from a root where it has been run once."""
    lake = Lake(root)
    inbox = Inbox(lake, read_systems(root))
    collaborations = read_collaborations(root)
    encodings = {(row.komnr, row.system): row.encoding for row in inbox.systems}
    deliveries = []
    for komnr, raw in lake.raw_of(QUARTER).items():
        for nr, used in enumerate(raw.deliveries):
            path = root.inbox / used.kvartal / used.filename
            system = used.filename.split("_")[1]
            until = reported_until(collaborations, komnr, Kvartal.parse(used.kvartal))
            deliveries.append(
                {
                    "path": str(path),
                    "komnr": komnr,
                    "system": system,
                    "encoding": encodings[komnr, system],
                    "columns": header(path),
                    "several": len(raw.deliveries) > 1,
                    "older": nr > 0,
                    "for_others_until": until.isoformat() if until else None,
                }
            )
    years = list(range(FIRST_YEAR, int(QUARTER[:4]) + (QUARTER[4:] == "K4")))
    quarter = Kvartal.parse(QUARTER)
    return {
        "deliveries": deliveries,
        "register": str(root.registers / newest_extract(root)),
        "years": years,
        "kommuner": [HELE_LANDET, *KOMNR],
        "age_groups": [[group.code, group.lower, group.upper] for group in AGE_GROUPS],
        "codes": sorted(code.code for code in usable_codes(quarter.first_day, quarter.last_day)),
        "deltagere": [
            list(row)
            for row in participants(
                STATISTIC, standing_decisions(read_approvals(root)), Span.of_years(years)
            ).iter_rows()
        ],
    }


def header(path: Path) -> list[str]:
    """Column names of a csv delivery, in its own order."""
    with path.open("rb") as file:
        return file.readline().decode("utf-8-sig").strip().split(";")


def differences(root: DataRoot, result: Path) -> list[str]:
    """Tables of a compared script that are not cell for cell those of the lake, which are the reference."""
    found = pl.read_parquet(result)
    names = [spec.name for spec in STATISTIC.tables]
    return [name for name in names if not _same(Lake(root).frame(f"tables/{name}", QUARTER), found, name)]


def _same(reference: pl.DataFrame, found: pl.DataFrame, name: str) -> bool:
    keys = [column for column in ("kommunedk", "konams", "alerams", "tid") if column in reference.columns]
    figures = {"hjalp1": ["antal", "personer"], "hjalp2": ["antal"], "hjalp3": ["promille", "folketal"]}[name]
    renamed = dict(zip(("tal", "andet"), figures, strict=False))
    theirs = found.filter(pl.col("tabel") == name).rename(renamed)
    kinds = [pl.col("tid").cast(pl.Int32), *(pl.col(figure).cast(pl.Int64) for figure in figures)]
    codes = [pl.col(key).cast(pl.String) for key in keys if key != "tid"]
    return all(
        frame.select(*codes, *kinds).sort(keys).equals(other.select(*codes, *kinds).sort(keys))
        for frame, other in [(reference, theirs)]
    )

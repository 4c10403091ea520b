"""H1, H2: a kommune that has changed its system twice; what each of the three has of a service is put together once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hjalp_pipeline.storage.files import read_parquet
from hjalp_pipeline.storage.lake import Lake
from hjalp_tests.countries import pools
from hjalp_tests.statistics.hand.world import MONTH, deliver, gone, line, run, write_services

pytestmark = pytest.mark.slow

SYSTEMS = (
    "540;gammelt;Leverandør A;csv;utf-8;2013M10;2020M06;yes",
    "540;mellem;Leverandør B;csv;utf-8;2020M07;2024M06;yes",
    "540;nyt;Leverandør C;csv;utf-8;2024M07;;no",
)
FIRST, SECOND, THIRD = (pools.KNOWN[number][0] for number in range(3))


def test_three_systems_of_one_kommune_are_one_stock(tmp_path: Path) -> None:
    root = write_services(tmp_path, systems=SYSTEMS)
    long = {"ydelse_start": "2019-03-01"}
    oldest = [
        line("540", 1, FIRST, ydelse_id="G1", maalgruppe="1.1", funk_vurd="1", **long),
        line("540", 2, SECOND, ydelse_id="G2", funk_vurd="4", **long),
        line("540", 3, THIRD, ydelse_id="G3", ydelse_slut="2019-12-31", **long),
    ]
    middle = [
        line("540", 1, FIRST, ydelse_id="M1", funk_vurd="2", **long),
        line("540", 2, SECOND, ydelse_id="M2", ydelse_slut="2023-01-31", **long),
    ]
    deliver(root, "540", oldest, system="gammelt", month="2020M06")
    deliver(root, "540", middle, system="mellem", month="2024M06")
    deliver(root, "540", [line("540", 1, FIRST, ydelse_id="N1", **long)], system="nyt")
    done = run(root)
    assert gone(done) == {("540", "raw", "GENGANGER"): 3}
    raw = Lake(root).raw_of(MONTH)["540"]
    rows = read_parquet(
        Lake(root).file(raw.file), columns=["ydelse_id", "maalgruppe", "funk_vurd", "ydelse_slut"]
    ).rows()
    assert {name: tuple(values) for name, *values in rows} == {
        "N1": ("1.1", "2", None),  # what the system between has stands before what the oldest has
        "M2": (None, "4", date(2023, 1, 31)),  # a date is never filled
        "G3": (None, None, date(2019, 12, 31)),
    }
    assert [(part.kvartal, part.records) for part in raw.deliveries] == [("2025M01", 1), ("2024M06", 2), ("2020M06", 3)]

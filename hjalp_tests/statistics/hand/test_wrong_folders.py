"""Folders of another statistic or of no month: nothing of them is read, and it is said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from hjalp_pipeline.data_root.checked_inbox import wrong_inbox
from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.statistics.hand.world import MONTH, deliver, line, write_services

if TYPE_CHECKING:
    from pathlib import Path

TODAY = datetime(2025, 11, 3, tzinfo=UTC).date()
SYSTEMS = ("101;eget;E;csv;utf-8;2013M10;;no",)


@pytest.mark.parametrize("folder", ["2025M13", "2025M00", "2025M1", "2025K1", "2025m01", "2025M01x"])
def test_a_folder_that_is_no_month(tmp_path: Path, folder: str) -> None:
    root = write_services(tmp_path, systems=SYSTEMS, registers=False)
    deliver(root, "101", [line("101", 1, pools.KNOWN[0][0])], month=folder)
    (told,) = [f"{one}" for one in wrong_inbox(root, TODAY)]
    assert f"inbox/{folder} is never read: it is no folder of a month" in told
    assert refresh_raw(root, MONTH).partitions == {}
    (row,) = [row for row in gate(root, MONTH) if row.komnr == "101"]
    assert row.status == "missing"


def test_a_month_in_the_other_statistics_inbox(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    folder = root.inbox / MONTH
    folder.mkdir(parents=True)
    (folder / "101_nexus_20250210T081500.csv").write_text("x", encoding="utf-8")
    (told,) = [f"{one}" for one in wrong_inbox(root, TODAY)]
    assert f"inbox/{MONTH} is never read: it is no folder of a quarter" in told


def test_a_month_long_before_and_one_to_come(tmp_path: Path) -> None:
    root = write_services(tmp_path, systems=SYSTEMS, registers=False)
    for month in ("2013M09", "2031M01"):
        deliver(root, "101", [line("101", 1, pools.KNOWN[0][0])], month=month)
    told = " ".join(f"{one}" for one in wrong_inbox(root, TODAY))
    assert "inbox/2013M09 is never run" in told
    assert "inbox/2031M01 is never run" in told
    assert "2013M09 will be rejected (UKENDT_AFSENDER)" in told.replace("/101_eget_20250210T081500.csv", "")

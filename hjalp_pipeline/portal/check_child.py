"""Checking one file in a process of its own: what it costs in memory and time, and what it breaks, it costs nobody else.

Reads a task (JSON) from its input and writes what it found: the receipt the inbox would give, and counts by period and code.
"""

import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from hashlib import file_digest
from io import BufferedReader
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.codes import Remark
from hjalp_pipeline.delivery.intake import Intake, read_delivery
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.names import DeliveryName, parse_name
from hjalp_pipeline.delivery.receipt import Situation, receipt
from hjalp_pipeline.delivery.remarks import is_far_fewer
from hjalp_pipeline.statistic import Statistic, declared
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.inbox import InboxFile, open_file

_NICE = 5


def summary(statistic: Statistic, period: str, frame: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Records of a delivery by the period they begin in, and by their code, as text and count."""
    layout = statistic.layouts.of(period)
    begins = next(name for name in layout.of_form(Form.DATO) if layout.by_name[name].required)
    days = frame[begins].drop_nulls().value_counts()
    by_period: dict[str, int] = {}
    for day, count in days.iter_rows():
        name = str(statistic.period.of(day))
        by_period[name] = by_period.get(name, 0) + count
    coded = statistic.coded.name if statistic.coded and statistic.coded.name in layout.by_name else None
    known = {code.code for values in statistic.coded.versions for code in values.codes} if statistic.coded else set()
    by_code: dict[str, int] = {}
    for code, count in frame[coded].value_counts().iter_rows() if coded else ():
        name = code if code in known else ("ingen kode" if code is None else "anden tekst")  # never a text of theirs
        by_code[name] = by_code.get(name, 0) + count
    return {"perioder": dict(sorted(by_period.items())), "koder": dict(sorted(by_code.items()))}


def check(task: dict[str, Any]) -> dict[str, Any]:
    """What becomes of a file. ``task``: path, statistic, period, komnr, system, format, encoding, deadline and contact; the
    delivery before it (``before``) as ``checks.task_of`` names it, or null.
    """
    statistic, now = declared(task["statistic"]), datetime.now(DANISH_TIME)
    name = DeliveryName(
        task["period"], task["komnr"], task["system"], now.replace(tzinfo=None, microsecond=0), task["format"]
    )
    with Path(task["path"]).open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        file.seek(0)
        intake = read_delivery(file, name, task["encoding"], statistic.layouts)
    before = _before(task.get("before"), statistic)
    if before is not None and intake.status == "accepted" and is_far_fewer(intake.records, before[0].records):
        intake.remarks[Remark.FEWER] = before[0].records - intake.records
    told = receipt(
        intake,
        name_or_filename=name,
        kvartal=name.kvartal,
        sha256=digest,
        read_at=now,
        kommune_name=NAVN[name.komnr],
        situation=Situation(
            None, task["deadline"] and datetime.fromisoformat(task["deadline"]).date(), task["contact"]
        ),
    )
    found: dict[str, Any] = {"receipt": told, "now": None, "before": None, "before_name": ""}
    if intake.frame is not None:
        found["now"] = summary(statistic, name.kvartal, intake.frame)
    if before is not None and before[0].frame is not None:
        found["before"] = summary(statistic, before[1].kvartal, before[0].frame)
        found["before_name"] = before[1].filename
    return found


def _before(task: dict[str, Any] | None, statistic: Statistic) -> tuple[Intake, DeliveryName] | None:
    if task is None:
        return None
    name = parse_name(task["period"], task["filename"], period=statistic.period)
    if name is None:
        return None
    try:
        with opened(task) as file:
            return read_delivery(file, name, task["encoding"], statistic.layouts), name
    except OSError:  # it was withdrawn meanwhile, say: there is nothing to compare with
        return None


def opened(task: dict[str, str]) -> BufferedReader:
    """A delivery in the inbox as ``checks.task_of`` names it; OSError when it is gone, or something else by now."""
    return open_file(InboxFile(task["period"], task["filename"], Path(task["folder"]) / task["filename"], ""))


def shares(now: dict[str, int], before: dict[str, int]) -> Iterator[tuple[str, int, int, float | None]]:
    """Key, count before, count now, and the change as a share, None where there was nothing before."""
    for key in sorted(now.keys() | before.keys()):
        old, new = before.get(key, 0), now.get(key, 0)
        yield key, old, new, (new - old) / old if old else None


def in_period_order(statistic: Statistic, periods: dict[str, int]) -> list[Period]:
    """The periods of a summary, oldest first."""
    return sorted(statistic.period.parse(name) for name in periods)


if __name__ == "__main__":
    os.nice(_NICE)
    json.dump(check(json.load(sys.stdin)), sys.stdout, default=str)

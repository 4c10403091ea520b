"""What each release of the same years changed, for the quality declaration (seed 5.8, 8.6)."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.storage.danish_time import DANISH_TIME


class Revision(NamedTuple):
    """What a release changed against the one before: changed cells by table, mean absolute change of the watched table as a share."""

    release: str
    published: date
    changed: Mapping[str, int]
    size: float | None


def danish_day(moment: datetime) -> date:
    """The day it is in Denmark."""
    return moment.astimezone(DANISH_TIME).date()


def revisions(inputs: ReleaseInputs, earlier: Sequence[str], building: Path) -> tuple[Revision, ...]:
    """Every release of these years so far with what it changed, this one last; the first changed nothing."""
    own = set(inputs.definition.span.times)
    names = [name for name in earlier if own & set(read_definition(inputs.root, name).span.times)]
    watched = inputs.statistic.table(inputs.statistic.watched).id
    folders = [(name, inputs.root.releases / name) for name in names] + [(inputs.definition.release, building)]
    return tuple(
        _revision(watched, name, danish_day(read_definition(inputs.root, name).publish_at), folder / "revision.csv")
        for name, folder in folders
    )


def _revision(watched: str, release: str, published: date, path: Path) -> Revision:
    if not path.is_file():
        return Revision(release, published, {}, None)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    changed: dict[str, int] = {}
    sizes = []
    for row in rows:
        changed[row["table"]] = changed.get(row["table"], 0) + 1
        before, after = row["before"], row["after"]
        if row["table"] == watched and before.isdigit() and after.isdigit() and int(before):
            sizes.append(abs(int(after) - int(before)) / int(before))
    return Revision(release, published, changed, fmean(sizes) if sizes else 0.0)

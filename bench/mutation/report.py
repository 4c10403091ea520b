"""The score of a session, and the mutants that nobody has explained yet."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Final

from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import TestOutcome, WorkItem, WorkResult

from bench.mutation.mutants import FOLDERS, modules, mutants

#: module, was, now, reason: changes that no test can tell from the program, by their text, so that lines may move.
EQUIVALENT: Final = Path(__file__).with_name("equivalent.csv")


@dataclass(frozen=True)
class Score:
    """How many of a folder's mutants were tried, and what became of them."""

    folder: str
    mutants: int
    killed: int
    equivalent: int
    survived: int
    errors: int

    @property
    def tried(self) -> int:
        """Mutants with an answer; errors are none."""
        return self.killed + self.equivalent + self.survived

    def interval(self) -> tuple[float, float]:
        """95 % interval of the share that dies or is named (Wilson), for a sample of the folder."""
        n, good, z = self.tried, self.killed + self.equivalent, 1.96
        middle = (good + z * z / 2) / (n + z * z)
        half = z * sqrt(good * (n - good) / n + z * z / 4) / (n + z * z)
        return middle - half, middle + half


def named() -> dict[tuple[str, str, str], str]:
    """The reason by module, line before and line after."""
    with EQUIVALENT.open(encoding="utf-8", newline="") as file:
        return {(row["module"], row["was"], row["now"]): row["reason"] for row in csv.DictReader(file)}


def key(item: WorkItem, result: WorkResult) -> tuple[str, str, str]:
    """Module, line before, line after."""
    was, now = (result.diff or "\n").split("\n")
    return str(item.mutations[0].module_path), was, now


def unexplained(session: WorkDB) -> list[tuple[WorkItem, WorkResult]]:
    """Mutants that live and are not named as equivalent."""
    reasons = named()
    lived = [
        (item, result) for item, result in session.completed_work_items if result.test_outcome == TestOutcome.SURVIVED
    ]
    return [(item, result) for item, result in lived if key(item, result) not in reasons]


def scores(session: WorkDB) -> Iterable[Score]:
    """One per folder with a result."""
    done = list(session.completed_work_items)
    open_ids = {item.job_id for item, _ in unexplained(session)}
    for folder in FOLDERS:
        known = {item.job_id for module in modules(folder) for item in mutants(module)}
        of_folder = [(item, result) for item, result in done if item.job_id in known]
        found = Counter(result.test_outcome for _, result in of_folder)
        if of_folder:
            survived = sum(item.job_id in open_ids for item, _ in of_folder)
            lived, errors = found[TestOutcome.SURVIVED], found[TestOutcome.INCOMPETENT]
            yield Score(folder, len(known), found[TestOutcome.KILLED], lived - survived, survived, errors)


def lines(session: WorkDB) -> Iterable[str]:
    """A Markdown table of the scores and the list of what is unexplained."""
    yield "| folder | mutants | tried | killed | named equivalent | survived | could not be tried | died or named | 95 % interval |"
    yield "| :-- | --: | --: | --: | --: | --: | --: | --: | --: |"
    for score in scores(session):
        low, high = score.interval() if score.tried else (0.0, 1.0)
        share = (score.killed + score.equivalent) / max(score.tried, 1)
        counts = (score.mutants, score.tried, score.killed, score.equivalent, score.survived, score.errors)
        yield f"| `{score.folder}` | {' | '.join(map(str, counts))} | {share:.1%} | {low:.1%} to {high:.1%} |"
    yield ""
    for item, result in sorted(unexplained(session), key=lambda pair: pair[0].job_id):
        module, was, now = key(item, result)
        yield f"{module}:{item.mutations[0].start_pos[0]}: {was}  ->  {now}"

"""``python -m bench.mutation rules production --sample 100``: tries mutants, goes on where it stopped, prints the score."""

import argparse
import os
import tempfile
from collections.abc import Iterable
from math import inf
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult

from bench.mutation.child import Outcome, load_libraries, meet
from bench.mutation.mutants import FOLDERS, Mutant, digest, drawn, mutant
from bench.mutation.reach import Reach
from bench.mutation.report import lines, unexplained
from bench.mutation.tests import selection

_RESULT = {
    Outcome.KILLED: TestOutcome.KILLED,
    Outcome.TIMEOUT: TestOutcome.KILLED,
    Outcome.SURVIVED: TestOutcome.SURVIVED,
    Outcome.ERROR: TestOutcome.INCOMPETENT,
}


class _Trials:
    """Mutants against their tests, in a folder for logs and for what the tests do when nothing is changed."""

    def __init__(self, data: Path, budget: float) -> None:
        self._log, self._budget = data / "last.log", budget
        self._reach = Reach(data, self._log)

    def result(self, item: WorkItem) -> WorkResult:
        """What became of a mutant, also told in a line."""
        change = mutant(item)
        outcome, spent = self._outcome(change)
        place = f"{change.module}:{change.line}"
        print(f"{outcome.value:9}{spent:6.1f} s  {place}: {change.was}  ->  {change.now}", flush=True)  # noqa: T201
        return WorkResult(WorkerOutcome.NORMAL, outcome.value, _RESULT[outcome], f"{change.was}\n{change.now}")

    def _outcome(self, change: Mutant) -> tuple[Outcome, float]:
        """What became of a mutant, and the CPU seconds that took."""
        outcome, spent = Outcome.SURVIVED, 0.0
        chosen = selection(change.module)
        for candidates in (chosen.own, chosen.wider):
            if outcome is Outcome.SURVIVED:
                tests, followed = self._reach.past(change.module, change.line, candidates, self._budget)
                if tests:
                    limit = 15 + int(2 * followed)
                    outcome, seconds = meet(change.module, change.text, tests, limit, self._log)
                    spent += seconds
        return outcome, spent


def _try(items: Iterable[WorkItem], session: WorkDB, trials: _Trials) -> None:
    """The mutants that have no result yet."""
    done = {item.job_id for item, _ in session.completed_work_items}
    new = [item for item in items if item.job_id not in done]
    for item in new:
        result = trials.result(item)
        session.add_work_item(item)
        session.set_result(item.job_id, result)


def _try_again(session: WorkDB, trials: _Trials) -> None:
    """Those that live and are not named, and those whose tests could not be run."""
    errors = [pair for pair in session.completed_work_items if pair[1].test_outcome == TestOutcome.INCOMPETENT]
    for item, _ in [*unexplained(session), *errors]:
        session.set_result(item.job_id, trials.result(item))


def main() -> None:
    """Try what the options ask for, then print the score of everything tried so far."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutation", description=__doc__)
    parser.add_argument("folders", nargs="*", metavar="folder", help=f"of {', '.join(FOLDERS)}; none: only the score")
    parser.add_argument("--sample", type=int, help="so many mutants of each folder, drawn at random; all without this")
    parser.add_argument("--again", action="store_true", help="first try again those that live and are not named")
    parser.add_argument(
        "--budget",
        type=float,
        default=inf,
        help="CPU seconds of tests for a mutant, own and wider each; all without this",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument(
        "--data", type=Path, default=Path(tempfile.gettempdir()) / "hjalp-mutation", help="where sessions are kept"
    )
    options = parser.parse_args()
    os.environ["POLARS_MAX_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    load_libraries()
    data = options.data / digest()
    data.mkdir(parents=True, exist_ok=True)
    with use_db(data / "session.sqlite") as session:
        trials = _Trials(data, options.budget)
        if options.again:
            _try_again(session, trials)
        for folder in options.folders:
            _try(drawn(folder, options.sample, options.seed), session, trials)
        for line in lines(session):
            print(line)  # noqa: T201


if __name__ == "__main__":
    main()

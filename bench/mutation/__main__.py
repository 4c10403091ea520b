"""``python -m bench.mutation rules production --sample 100``: tries mutants, goes on where it stopped, prints the score."""

import argparse
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult

from bench.mutation.child import Outcome, load_libraries, meet
from bench.mutation.mutants import FOLDERS, Mutant, digest, drawn, mutant, source
from bench.mutation.report import lines
from bench.mutation.tests import selection

_RESULT = {
    Outcome.KILLED: TestOutcome.KILLED,
    Outcome.TIMEOUT: TestOutcome.KILLED,
    Outcome.SURVIVED: TestOutcome.SURVIVED,
    Outcome.ERROR: TestOutcome.INCOMPETENT,
}


class _Trials:
    """Mutants against their tests, in a folder for logs and for what the tests cost when nothing is changed."""

    def __init__(self, data: Path) -> None:
        self._data, self._log, self._kept = data, data / "last.log", data / "unchanged.json"
        self._seconds: dict[str, float] = json.loads(self._kept.read_text()) if self._kept.is_file() else {}

    def outcome(self, change: Mutant) -> tuple[Outcome, float]:
        """What became of a mutant, and the CPU seconds that took."""
        outcome, spent = Outcome.SURVIVED, 0.0
        chosen = selection(change.module)
        for tests in (chosen.own, chosen.wider):
            if tests and outcome is Outcome.SURVIVED:
                limit = 30 + int(5 * self._unchanged(change.module, tests))
                outcome, seconds = meet(change.module, change.text, tests, limit, self._log)
                spent += seconds
        return outcome, spent

    def _unchanged(self, module: str, tests: Sequence[str]) -> float:
        """CPU seconds of these tests without a mutant.

        Raises:
            RuntimeError: a test fails; then no mutant's death would mean anything.
        """
        key = " ".join(tests)
        if key not in self._seconds:
            outcome, spent = meet(module, source(module), tests, 3600, self._log)
            if outcome is not Outcome.SURVIVED:
                raise RuntimeError(f"the tests of {module} do not pass without a mutant; see {self._log}")
            self._seconds[key] = spent
            self._kept.write_text(json.dumps(self._seconds, indent=1), encoding="utf-8")
        return self._seconds[key]


def _try(items: Iterable[WorkItem], session: WorkDB, data: Path) -> None:
    done = {item.job_id for item, _ in session.completed_work_items}
    trials = _Trials(data)
    for item in items:
        if item.job_id not in done:
            change = mutant(item)
            outcome, spent = trials.outcome(change)
            result = WorkResult(WorkerOutcome.NORMAL, outcome.value, _RESULT[outcome], f"{change.was}\n{change.now}")
            session.add_work_item(item)
            session.set_result(item.job_id, result)
            place = f"{change.module}:{item.mutations[0].start_pos[0]}"
            print(f"{outcome.value:9}{spent:6.1f} s  {place}: {change.was}  ->  {change.now}", flush=True)  # noqa: T201


def main() -> None:
    """Try what the options ask for, then print the score of everything tried so far."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutation", description=__doc__)
    parser.add_argument("folders", nargs="*", metavar="folder", help=f"of {', '.join(FOLDERS)}; none: only the score")
    parser.add_argument("--sample", type=int, help="so many mutants of each folder, drawn at random; all without this")
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
        for folder in options.folders:
            _try(drawn(folder, options.sample, options.seed), session, data)
        for line in lines(session):
            print(line)  # noqa: T201


if __name__ == "__main__":
    main()

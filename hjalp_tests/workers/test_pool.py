"""Tasks side by side: every result in its place, and a worker that dies costs its own task alone."""

from __future__ import annotations

import os
import pickle
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hjalp_pipeline.contracts.validation import ContractError, Report
from hjalp_pipeline.workers import how_many, pool
from hjalp_pipeline.workers.fault import ErrorInWorkerError, Failed, handed_on, places
from hjalp_pipeline.workers.how_many import ENVIRONMENT_VARIABLE, WORTH_IT, WorkersError, memory_budget, wanted
from hjalp_pipeline.workers.pool import Lost, Task, outcomes, side_by_side
from hjalp_tests.workers.at_work import OddError, work

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2]
#: Seconds until a test gives up what never comes.
_PATIENCE = 300
TASKS = [Task(number, reads=number) for number in range(7)]


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three workers, however little there is to do; gone afterwards."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "3")
    monkeypatch.setattr(how_many, "WORTH_IT", 0)
    monkeypatch.setattr(pool, "_POOL", pool._Pool())
    yield
    pool._POOL.close()


@pytest.mark.usefixtures("three")
def test_results_come_in_the_order_of_the_tasks_and_a_dead_worker_costs_its_task() -> None:
    done = side_by_side(work, "well", TASKS)
    assert [result[:2] for result in done if not isinstance(result, Lost)] == [("well", n) for n in range(7)]
    assert os.getpid() not in {result[2] for result in done if not isinstance(result, Lost)}

    done = side_by_side(work, "dies", TASKS)
    assert [number for number, result in enumerate(done) if isinstance(result, Lost)] == [3]
    assert [result[1] for result in done if not isinstance(result, Lost)] == [0, 1, 2, 4, 5, 6]

    with pytest.raises(KeyError, match="number 3") as caught:  # of several the first in order
        side_by_side(work, "raises", TASKS)
    assert re.search(r"> at_work\.py:\d+ work$", places(caught.value))  # where it arose, not where it was raised again
    with pytest.raises(ErrorInWorkerError, match=r"^OddError at .*> at_work\.py:\d+ work \(message withheld"):
        side_by_side(work, "odd", TASKS)
    every = outcomes(work, "raises", TASKS)
    assert [number for number, one in enumerate(every) if isinstance(one, Failed)] == [3, 4]
    assert [one[1] for one in every if isinstance(one, tuple)] == [0, 1, 2, 5, 6]
    done = side_by_side(work, "again", TASKS)  # and the workers still answer
    assert [result[1] for result in done if not isinstance(result, Lost)] == list(range(7))


@pytest.mark.parametrize(("setting", "tasks", "worth"), [("1", TASKS, 0), ("3", TASKS[:1], 0), ("3", TASKS, 10**9)])
def test_one_worker_one_task_or_little_work_stays_in_this_process(
    monkeypatch: pytest.MonkeyPatch, setting: str, tasks: list[Task[int]], worth: int
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, setting)
    monkeypatch.setattr(how_many, "WORTH_IT", worth)
    done = side_by_side(work, "here", tasks)
    assert done == [("here", task.work, os.getpid()) for task in tasks]


@pytest.mark.usefixtures("three")
def test_apart_is_another_process_for_one_small_task_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(how_many, "WORTH_IT", WORTH_IT)
    (one,) = outcomes(work, "well", TASKS[1:2], apart=True)
    assert isinstance(one, tuple)
    assert one[:2] == ("well", 1)
    assert one[2] != os.getpid()
    assert side_by_side(work, "dies", TASKS[3:4], apart=True) == [Lost()]
    assert side_by_side(work, "dies", [], apart=True) == []
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "1")
    assert side_by_side(work, "here", TASKS[1:2], apart=True) == [("here", 1, os.getpid())]


def test_a_fault_in_this_process_costs_the_others_nothing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "1")
    every = outcomes(work, "raises", TASKS)
    assert [type(one) for one in every] == [tuple, tuple, tuple, Failed, Failed, tuple, tuple]
    with pytest.raises(KeyError, match="number 3") as caught:
        side_by_side(work, "raises", TASKS)
    assert "at_work.py" in places(caught.value)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_their_run_wherever_they_are(tmp_path: Path, ending: signal.Signals) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    environment = {**os.environ, ENVIRONMENT_VARIABLE: "2"}
    code = "import sys; from hjalp_tests.workers.at_work import for_ever; for_ever(sys.argv[1])"
    said = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)  # nobody is waited for to open it
    with subprocess.Popen([sys.executable, "-c", code, str(fifo)], cwd=PROJECT, env=environment) as process:
        begun = _read(said) + _read(said)
        process.send_signal(ending)
        assert (begun, _read(said)) == (b"..", b"")  # the end is read when no worker has it open any more
        assert process.wait() != 0
    os.close(said)


def _read(said: int) -> bytes:
    """A byte, or the end, when it comes."""
    assert select.select([said], [], [], _PATIENCE)[0], "a worker neither begins nor ends"
    return os.read(said, 1)


def test_the_largest_is_begun_first_and_only_what_fits_runs_together() -> None:
    going = pool._Batch((work, "well"), [Task(n, reads=n, memory=10 * n) for n in (1, 5, 3, 2)], budget=60)
    line: list[object] = [object() for _ in range(4)]
    first = going._next()
    assert first == 1
    going.at[line[0]] = first  # type: ignore[index]  # no worker is needed to see what would be sent
    assert going._next() == 0  # neither 3 nor 2 fit beside 5, 1 does
    going.at[line[1]] = 0  # type: ignore[index]  # as above
    assert going._next() is None
    going.at.clear()
    assert going._next() == 2


@pytest.mark.usefixtures("three")
def test_nobody_is_waited_for_when_nobody_is_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the last task's worker and the idle one that should try it again are both dead, and a third lives."""

    def send(batch: pool._Batch, lines: list[object]) -> list[object]:
        batch.found = {number: Lost() for number in range(len(batch.tasks))}
        return lines

    def receive(_batch: pool._Batch) -> list[object]:
        pytest.fail("it would wait for ever")

    monkeypatch.setattr(pool._Batch, "send", send)
    monkeypatch.setattr(pool._Batch, "receive", receive)
    assert side_by_side(work, "well", TASKS[:3]) == [Lost(), Lost(), Lost()]


def test_what_needs_more_than_there_is_runs_alone() -> None:
    going = pool._Batch((work, "well"), [Task(1, reads=1, memory=10**18)], budget=1)
    assert going._next() == 0


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", "٣", "9999"])
def test_a_setting_that_is_no_number_of_processes_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, text)
    with pytest.raises(WorkersError, match="HJALP_WORKERS must be a whole number from 1 to 1024"):
        wanted()


def test_without_a_setting_there_are_as_many_as_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    assert wanted() == how_many.cores() >= 1
    assert memory_budget() > 0


def test_faults_keep_what_they_say_or_say_nothing_of_a_record() -> None:
    fault = ContractError(Report("raw", 5, {"pnr:isin": 2}), "2024K4 101")
    back = pickle.loads(pickle.dumps(fault))
    assert (str(back), back.report) == (str(fault), fault.report)
    assert handed_on(fault) is fault
    told = str(handed_on(OddError(4, "0101011234")))
    assert "OddError" in told
    assert "0101011234" not in told

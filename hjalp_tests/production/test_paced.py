"""What a long protection says of how far it is: seldom, and never a figure or a cell (R11)."""

import pytest

from hjalp_pipeline.defs.heard import heard_by, saying
from hjalp_pipeline.production.release.disclosure import protect_tables
from hjalp_pipeline.production.release.paced import SECONDS, Paced
from hjalp_tests.production.disclosed import LARGE, STATISTIC, as_tables, figures


def test_a_line_comes_when_it_is_time_and_tells_the_share() -> None:
    said, now = list[str](), [0.0]
    progress = Paced(said.append, lambda: now[0])
    for now[0], done in ((0.0, 1), (SECONDS - 0.1, 2), (SECONDS, 30), (SECONDS + 1, 40), (2.5 * SECONDS, 99)):
        progress("2024, better patterns", done, 200)
    now[0] = 4 * SECONDS
    progress("2023, attack", 0, 1)
    assert said == ["2024, better patterns: 15 %", "2024, better patterns: 49 %", "2023, attack"]


@pytest.mark.slow
def test_the_steps_of_a_year_are_told_in_order_and_name_no_cell() -> None:
    told = list[tuple[str, int, int]]()
    made = figures("2024v1", {"101": LARGE, "155": {**LARGE, ("2", "5059"): 1}, "741": {**LARGE, ("1", "90-"): 2}})
    protect_tables(
        STATISTIC, "2024v1", as_tables(made), [2024], [], units=20_000, progress=lambda *one: told.append(one)
    )
    steps = list(dict.fromkeys(step for step, _, _ in told))
    assert steps == ["2024, first pattern", "2024, better patterns", "2024, attack"]
    assert all(0 <= done <= of for _, done, of in told)


def test_what_a_job_says_is_heard_by_who_runs_it_and_by_its_log() -> None:
    log, heard = list[str](), list[str]()
    with heard_by(heard.append):
        say = saying(log.append)
        say("one")
    saying(log.append)("two")
    say("three")
    assert log == ["one", "two", "three"]
    assert heard == ["one", "three"]

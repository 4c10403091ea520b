"""What a kommune owes an answer on: agreement with the approval machine, and deadlines after a re-delivery."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.dialogue.reminders.answers import ANSWER_DAYS, Answer, answer
from hjalp_pipeline.rules.approval import Decision, Received, State, latest_decisions, state_of
from hjalp_pipeline.storage.danish_time import DANISH_TIME

DEADLINE = date(2025, 5, 30)
QUARTER = Kvartal(2024, 4)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2025, 5, 1, hour, tzinfo=DANISH_TIME) + timedelta(day - 1)


def decision(day: int, *, approved: bool) -> Decision:
    return Decision(at(day), 2024, "540", "K1", approved)


def delivered(*days: int) -> list[Received]:
    return [Received("540", QUARTER, at(day)) for day in days]


def test_unanswered_until_the_first_decision_whatever_it_is() -> None:
    assert answer([], delivered(3), DEADLINE) == Answer(DEADLINE)
    for approved in (True, False):
        decisions = [decision(5, approved=approved), decision(9, approved=True)]
        assert answer(decisions, delivered(3), DEADLINE) == Answer(DEADLINE, date(2025, 5, 5))


def test_a_redelivery_after_an_approval_asks_nothing() -> None:
    assert answer([decision(5, approved=True)], delivered(6), DEADLINE).answered_on == date(2025, 5, 5)


def test_the_first_redelivery_asks_again_and_no_sooner_than_the_year() -> None:
    rejected = [decision(5, approved=False)]
    assert answer(rejected, delivered(6), DEADLINE) == Answer(DEADLINE, None, date(2025, 5, 6))
    late = answer(rejected, delivered(31, 40), DEADLINE)
    assert late == Answer(date(2025, 5, 31) + timedelta(ANSWER_DAYS), None, date(2025, 5, 31))


def test_rejected_again_and_redelivered_again() -> None:
    decisions = [decision(5, approved=False), decision(32, approved=False)]
    assert answer(decisions, delivered(31), DEADLINE).answered_on == date(2025, 6, 1)
    assert answer(decisions, delivered(31, 40), DEADLINE) == Answer(date(2025, 6, 23), None, date(2025, 6, 9))


@given(
    decided=st.lists(st.tuples(st.integers(1, 30), st.booleans()), max_size=5),
    days=st.lists(st.integers(1, 30), max_size=5),
)
def test_unanswered_is_what_the_approval_machine_says(decided: list[tuple[int, bool]], days: list[int]) -> None:
    decisions = [decision(day, approved=approved) for day, approved in decided]
    state = state_of(latest_decisions(decisions).get((2024, "540", "K1")), delivered(*days), {"540": QUARTER})
    found = answer(decisions, delivered(*days), DEADLINE)
    assert (found.answered_on is None) == (state in (State.UBESVARET, State.GENLEVERET))
    assert (found.answered_on is None and found.redelivered_on is not None) == (state == State.GENLEVERET)

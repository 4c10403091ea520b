"""The reminder machine: a test per state and change of state, then what no history may lead to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.dialogue.reminders.reminder_states import (
    CHANNELS,
    LABELS,
    Case,
    Sent,
    Standing,
    State,
    Step,
    check_steps,
    standing,
    standings,
)

STEPS = [
    Step("brev1", "brev", 3, 1),
    Step("brev2", "brev", 14, 7),
    Step("telefon", "telefon", 21, 5),
    Step("ministerium", "ministerium", 45, 14),
]
DEADLINE = date(2025, 4, 14)
CASE = Case("leverance 2025K1", "540", DEADLINE)


def day(after: int) -> date:
    return DEADLINE + timedelta(after)


def log(*entries: tuple[str, int]) -> list[Sent]:
    return [Sent(day(after), CASE.matter, CASE.komnr, step) for step, after in entries]


def at(after: int, sent: list[Sent] | None = None, case: Case = CASE, steps: list[Step] = STEPS) -> Standing:
    [found] = standings([case], steps, sent or [], day(after))
    return found


def said(found: Standing) -> tuple[State, str | None]:
    return found.state, found.step.name if found.step else None


def test_every_state_has_words() -> None:
    assert set(LABELS) == set(State)


def test_not_due_yet_until_the_end_of_the_deadline() -> None:
    assert said(at(-30)) == said(at(0)) == (State.IKKE_FORFALDEN, None)
    assert at(0).following == (STEPS[0], day(3))


def test_lacking_from_the_day_after() -> None:
    assert said(at(1)) == said(at(2)) == (State.MANGLER, None)


def test_the_first_letter_is_due_three_days_after_the_deadline_and_stays_due() -> None:
    assert said(at(3)) == said(at(60)) == (State.MANGLER, "brev1")
    assert at(60).due_since == day(3)


@pytest.mark.parametrize("delivered", [-40, -1, 0])
def test_in_time_on_the_deadline_or_before(delivered: int) -> None:
    assert said(at(50, case=replace(CASE, answered_on=day(delivered)))) == (State.I_TIDE, None)


def test_late_from_the_day_after_the_deadline_reminded_or_not() -> None:
    late = replace(CASE, answered_on=day(1))
    assert said(at(50, case=late)) == (State.FOR_SENT, None)
    assert said(at(50, log(("brev1", 3), ("brev2", 14)), case=late)) == (State.FOR_SENT, None)
    assert at(50, case=late).following is None


def test_of_which_the_newest_is_rejected_it_is_said_and_nobody_is_reminded() -> None:
    for answered in (-1, 1):
        case = replace(CASE, answered_on=day(answered), newest_rejected=True)
        assert said(at(50, log(("brev1", 3)), case=case)) == (State.NYESTE_AFVIST, None)
    assert said(at(50, case=replace(CASE, newest_rejected=True))) == (State.MANGLER, "brev1"), "none was accepted"


def test_received_and_not_read_owes_nothing_for_now() -> None:
    assert said(at(50, log(("brev1", 3)), case=replace(CASE, received=True))) == (State.MODTAGET, None)


def test_covered_owes_nothing() -> None:
    assert said(at(50, case=replace(CASE, covered=True))) == (State.DAEKKET, None)


def test_a_closed_case_owes_nothing_and_what_was_answered_stays_so() -> None:
    closed = replace(CASE, closed=True)
    assert said(at(50, log(("brev1", 3)), case=closed)) == (State.LUKKET, None)
    assert said(at(50, case=replace(closed, answered_on=day(1)))) == (State.FOR_SENT, None)
    assert said(at(50, case=replace(closed, covered=True))) == (State.DAEKKET, None)


def test_the_ladder() -> None:
    assert said(at(4, log(("brev1", 3)))) == (State.RYKKET_SKRIFTLIGT, None)
    assert said(at(13, log(("brev1", 3)))) == (State.RYKKET_SKRIFTLIGT, None)
    assert said(at(14, log(("brev1", 3)))) == (State.RYKKET_SKRIFTLIGT, "brev2")
    assert said(at(20, log(("brev1", 3), ("brev2", 14)))) == (State.RYKKET_SKRIFTLIGT, None)
    assert said(at(21, log(("brev1", 3), ("brev2", 14)))) == (State.RYKKET_SKRIFTLIGT, "telefon")
    called = log(("brev1", 3), ("brev2", 14), ("telefon", 21))
    assert said(at(44, called)) == (State.RYKKET_TELEFONISK, None)
    assert said(at(45, called)) == (State.RYKKET_TELEFONISK, "ministerium")
    assert said(at(46, [*called, *log(("ministerium", 45))])) == (State.MINISTERIET, None)
    assert at(46, [*called, *log(("ministerium", 45))]).following is None


def test_a_step_waits_for_the_one_before_and_keeps_its_distance() -> None:
    assert said(at(30)) == (State.MANGLER, "brev1")
    late = log(("brev1", 30))
    assert said(at(36, late)) == (State.RYKKET_SKRIFTLIGT, None)
    assert said(at(37, late)) == (State.RYKKET_SKRIFTLIGT, "brev2")
    assert at(37, late).due_since == day(37)


def test_recording_a_step_leaves_the_day_as_it_was() -> None:
    before = at(21, log(("brev1", 3), ("brev2", 14)))
    after = at(21, log(("brev1", 3), ("brev2", 14), ("telefon", 21)))
    assert (after.step, after.due_since, after.following) == (before.step, before.due_since, before.following)
    assert (before.done, after.done) == (False, True)
    assert after.state == State.RYKKET_TELEFONISK


def test_what_was_sent_today_stays_on_the_list_though_the_delivery_came_later_the_same_day() -> None:
    found = at(3, log(("brev1", 3)), case=replace(CASE, answered_on=day(3)))
    assert said(found) == (State.FOR_SENT, "brev1")
    assert found.done
    assert found.following is None


def test_what_was_sent_later_is_not_known_yet() -> None:
    assert said(at(3, log(("brev1", 5)))) == (State.MANGLER, "brev1")


def test_an_extension_withdraws_what_was_not_sent_and_moves_what_follows() -> None:
    assert said(at(14, log(("brev1", 3)))) == (State.RYKKET_SKRIFTLIGT, "brev2")
    extended = replace(CASE, deadline=day(30), extended=True)
    assert said(at(14, log(("brev1", 3)), extended)) == (State.IKKE_FORFALDEN, None)
    assert said(at(43, log(("brev1", 3)), extended)) == (State.RYKKET_SKRIFTLIGT, None)
    assert said(at(44, log(("brev1", 3)), extended)) == (State.RYKKET_SKRIFTLIGT, "brev2")


def test_what_was_sent_the_day_an_extension_came_stays_due_since_no_later_than_that_day() -> None:
    found = at(3, log(("brev1", 3)), replace(CASE, deadline=day(30), extended=True))
    assert said(found) == (State.IKKE_FORFALDEN, "brev1")
    assert (found.done, found.due_since) == (True, day(3))


def test_the_log_may_be_written_out_of_order() -> None:
    assert said(at(30, log(("brev2", 28), ("brev1", 3)))) == (State.RYKKET_SKRIFTLIGT, None)
    assert at(30, log(("brev2", 28), ("brev1", 3))).following == (STEPS[2], day(33))


def test_two_matters_recorded_the_same_day_are_both_shown() -> None:
    other = Case("godkendelse 2024", "540", DEADLINE)
    sent = [Sent(day(3), matter, "540", "brev1") for matter in (CASE.matter, other.matter)]
    found = standings([CASE, other], STEPS, sent, day(3))
    assert [(one.done, one.step) for one in found] == [(True, STEPS[0]), (True, STEPS[0])]


def test_one_reminder_a_day_though_two_matters_are_due() -> None:
    other = Case("godkendelse 2024", "540", DEADLINE - timedelta(5))
    third = replace(CASE, komnr="101")
    found = standings([CASE, other, third], STEPS, [], day(3))
    assert [said(one)[1] for one in found] == [None, "brev1", "brev1"]
    assert found[0].following == (STEPS[0], day(4))
    sent = [Sent(day(3), CASE.matter, "540", "brev1")]  # the office chose the other one
    assert [said(one)[1] for one in standings([CASE, other], STEPS, sent, day(3))] == ["brev1", None]
    assert [said(one)[1] for one in standings([CASE, other], STEPS, sent, day(4))] == [None, "brev1"]


def test_the_log_of_another_matter_or_kommune_does_not_count() -> None:
    others = [Sent(day(3), "leverance 2024K4", "540", "brev1"), Sent(day(3), CASE.matter, "101", "brev1")]
    assert said(at(4, others)) == (State.MANGLER, "brev1")


def test_without_steps_nobody_is_reminded() -> None:
    assert said(at(99, steps=[])) == (State.MANGLER, None)


def test_a_step_that_is_put_in_later_before_one_that_was_sent_is_not_sent() -> None:
    steps = [Step("mail", "brev", 1, 1), *STEPS]
    assert said(at(13, log(("brev1", 3)), steps=steps)) == (State.RYKKET_SKRIFTLIGT, None)


def test_a_step_that_was_sent_must_stay() -> None:
    with pytest.raises(ValueError, match="'fax' was sent to 540 in leverance 2025K1"):
        at(9, log(("fax", 3)))


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([STEPS[0], STEPS[0]], "twice"),
        ([Step("brev1", "fax", 3, 1)], "'fax' is none of brev, telefon, ministerium"),
        ([Step("brev1", "brev", 0, 1)], "1 or more"),
        ([Step("brev1", "brev", 3, 0)], "1 or more"),
        ([STEPS[1], STEPS[0]], "brev1 must come more days"),
        ([STEPS[0], Step("brev2", "brev", 3, 7)], "brev2 must come more days"),
        ([STEPS[2], Step("brev3", "brev", 30, 1)], "cannot come after telefon"),
    ],
)
def test_steps_that_are_no_ladder(steps: list[Step], said: str) -> None:
    check_steps(STEPS)
    with pytest.raises(ValueError, match=said):
        check_steps(steps)


@st.composite
def ladders(draw: st.DrawFn) -> list[Step]:
    channels = sorted(draw(st.lists(st.sampled_from(CHANNELS), max_size=5)), key=CHANNELS.index)
    after, steps = 0, []
    for number, channel in enumerate(channels):
        after += draw(st.integers(1, 9))
        steps.append(Step(f"skridt{number}", channel, after, draw(st.integers(1, 6))))
    check_steps(steps)
    return steps


@pytest.mark.slow
@given(steps=ladders(), data=st.data())
def test_no_history_reminds_twice_or_after_an_answer_or_out_of_order(steps: list[Step], data: st.DataObject) -> None:
    cases = [CASE, Case("godkendelse 2024", "540", DEADLINE + timedelta(data.draw(st.integers(-9, 9))))]
    answers = [data.draw(st.none() | st.integers(-5, 50), label="answered") for _ in cases]
    granted = data.draw(st.none() | st.integers(0, 40), label="extension granted")
    sent: list[Sent] = []
    for after in range(-6, 70):
        today = day(after)
        if after == granted:
            cases[0] = replace(cases[0], deadline=cases[0].deadline + timedelta(20), extended=True)
        for place, answer in enumerate(answers):
            if answer is not None and answer <= after:
                cases[place] = replace(cases[place], answered_on=day(answer))
        found = standings(cases, steps, sent, today)
        due = [one for one in found if one.step]
        assert len(due) <= 1
        for one in due:
            assert one.case.answered_on is None
            assert one.step is not None
            assert one.due_since is not None
            assert one.due_since <= today
            assert today >= one.case.deadline + timedelta(one.step.days_after_deadline)
            assert all(today >= entry.sent_on + timedelta(one.step.days_after_previous) for entry in one.sent)
            assert not one.done
            if data.draw(st.booleans(), label="sent"):
                sent.append(Sent(today, one.case.matter, one.case.komnr, one.step.name))
        again = standings(cases, steps, sent, today)
        assert [(one.step, one.due_since) for one in again] == [(one.step, one.due_since) for one in found]
    names = [step.name for step in steps]
    assert len({(entry.matter, entry.step) for entry in sent}) == len(sent)
    assert len({entry.sent_on for entry in sent}) == len(sent)
    for case in cases:
        taken = [names.index(entry.step) for entry in sent if entry.matter == case.matter]
        assert taken == list(range(len(taken)))


@given(steps=ladders())
def test_who_never_answers_goes_the_whole_ladder_on_its_days(steps: list[Step]) -> None:
    sent: list[Sent] = []
    for after in range(120):
        found = standing(CASE, steps, sent, day(after))
        if found.step:
            sent.append(Sent(day(after), CASE.matter, CASE.komnr, found.step.name))
    assert [entry.step for entry in sent] == [step.name for step in steps]

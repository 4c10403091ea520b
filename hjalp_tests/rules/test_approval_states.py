"""R12: where each (aar, komnr, kind) is between kommune and office; one test per change of state."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.rules.approval import (
    Decision,
    Received,
    State,
    deliveries_by_kommune,
    latest_decisions,
    standing_decisions,
    state_of,
)
from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.statistics.hjalp.approval.kinds import APPROVAL

MAY = datetime(2025, 5, 10, 9, tzinfo=UTC)
K1, K2, K4 = Kvartal(2025, 1), Kvartal(2025, 2), Kvartal(2024, 4)
QUARTERS = {"540": K1}


def decided(verdict: str, at: datetime = MAY, kind: str = "K1") -> Decision:
    return Decision(at, 2024, "540", kind, verdict == "godkendt")


def delivered(days: float, kvartal: Kvartal = K1, komnr: str = "540") -> Received:
    """A delivery so many days after the decision."""
    return Received(komnr, kvartal, MAY + timedelta(days=days))


def state(*decisions: Decision, deliveries: tuple[Received, ...] = ()) -> State:
    return state_of(latest_decisions(decisions).get((2024, "540", "K1")), deliveries, QUARTERS)


def test_nothing_decided() -> None:
    assert state() is State.UBESVARET
    assert state(deliveries=(delivered(1),)) is State.UBESVARET


def test_unanswered_to_approved() -> None:
    assert state(decided("godkendt"), deliveries=(delivered(-30),)) is State.GODKENDT


def test_unanswered_to_rejected() -> None:
    assert state(decided("afvist"), deliveries=(delivered(-30),)) is State.AFVIST


def test_rejected_and_re_delivered_asks_for_a_new_decision() -> None:
    assert state(decided("afvist"), deliveries=(delivered(3),)) is State.GENLEVERET


def test_a_rejection_is_answered_by_a_delivery_of_any_quarter() -> None:
    for kvartal in (K4, K1, K2):
        assert state(decided("afvist"), deliveries=(delivered(3, kvartal),)) is State.GENLEVERET


def test_re_delivered_to_approved() -> None:
    later = decided("godkendt", MAY + timedelta(days=5))
    assert state(decided("afvist"), later, deliveries=(delivered(3),)) is State.GODKENDT


def test_re_delivered_to_rejected_again() -> None:
    later = decided("afvist", MAY + timedelta(days=5))
    assert state(decided("afvist"), later, deliveries=(delivered(3),)) is State.AFVIST


def test_approved_to_outdated_by_a_re_delivery_of_the_figures_quarter() -> None:
    assert state(decided("godkendt"), deliveries=(delivered(3),)) is State.FORAELDET


def test_the_next_ordinary_delivery_outdates_nothing() -> None:
    assert state(decided("godkendt"), deliveries=(delivered(60, K2),)) is State.GODKENDT


def test_outdated_to_approved() -> None:
    later = decided("godkendt", MAY + timedelta(days=5))
    assert state(decided("godkendt"), later, deliveries=(delivered(3),)) is State.GODKENDT


def test_approved_to_rejected() -> None:
    later = decided("afvist", MAY + timedelta(days=5))
    assert state(decided("godkendt"), later, deliveries=(delivered(3),)) is State.AFVIST


def test_a_delivery_at_the_very_moment_was_there() -> None:
    assert state(decided("godkendt"), deliveries=(delivered(0),)) is State.GODKENDT
    assert state(decided("afvist"), deliveries=(delivered(0),)) is State.AFVIST


def test_an_outdated_approval_counts() -> None:
    decisions = [decided("godkendt", kind=kind) for kind in ("K1", "K2", "K3", "K4")]
    assert state(*decisions, deliveries=(delivered(3),)) is State.FORAELDET
    assert APPROVAL.taking_part(standing_decisions(decisions), 2024) == ("540",)


def test_whose_loans_a_delivery_holds() -> None:
    """219 reports for 201 and 250; 480 was reported by 410 until it began itself, and 410 still holds its older loans."""
    together = [
        Collaboration("219", "201", K4.first_day, None),
        Collaboration("219", "250", K4.first_day, None),
        Collaboration("410", "480", K4.first_day, K1.last_day),
    ]
    one, own, late = delivered(1, K1, "219"), delivered(2, K1, "410"), delivered(3, K2, "410")
    found = deliveries_by_kommune([one, own, late], together)
    assert found["201"] == found["250"] == found["219"] == [one]
    assert found["480"] == [own, late]
    assert found["410"] == [own, late]
    assert found["540"] == []


def test_a_covered_kommune_looks_at_its_reporter() -> None:
    decision = Decision(MAY, 2024, "201", "K1", approved=True)
    together = [Collaboration("219", "201", K4.first_day, None)]
    deliveries = deliveries_by_kommune([delivered(3, K1, "219")], together)["201"]
    assert state_of(decision, deliveries, {"219": K1, "201": K1}) is State.FORAELDET
    assert state_of(decision, deliveries, {"219": K2, "201": K1}) is State.GODKENDT, (
        "the figures are of another quarter"
    )


MOMENTS = st.integers(-100, 100).map(lambda days: MAY + timedelta(days=days))
DECISIONS = st.lists(
    st.builds(
        Decision, MOMENTS, st.sampled_from((2023, 2024)), st.just("540"), st.sampled_from(APPROVAL.kinds), st.booleans()
    ),
    max_size=12,
)
DELIVERIES = st.lists(st.builds(Received, st.just("540"), st.sampled_from((K4, K1, K2)), MOMENTS), max_size=6)


@given(DECISIONS, DELIVERIES)
def test_who_takes_part_is_seen_from_the_states(decisions: list[Decision], deliveries: list[Received]) -> None:
    """Whatever is delivered: a kommune takes part if and only if its four quarters are approved, outdated or not."""
    latest = latest_decisions(decisions)
    states = {kind: state_of(latest.get((2024, "540", kind)), deliveries, QUARTERS) for kind in APPROVAL.kinds}
    approved = all(states[kind] in (State.GODKENDT, State.FORAELDET) for kind in APPROVAL.kinds[:4])
    assert approved == ("540" in APPROVAL.taking_part(standing_decisions(decisions), 2024))


@given(DECISIONS, DELIVERIES, DELIVERIES)
def test_more_deliveries_never_answer_for_the_kommune(
    decisions: list[Decision], deliveries: list[Received], more: list[Received]
) -> None:
    """A delivery turns a rejection into a question and an approval into an outdated one; nothing else, and never back."""
    follows = {State.GODKENDT: State.FORAELDET, State.AFVIST: State.GENLEVERET}
    latest = latest_decisions(decisions)
    for kind in APPROVAL.kinds:
        decision = latest.get((2024, "540", kind))
        before = state_of(decision, deliveries, QUARTERS)
        after = state_of(decision, [*deliveries, *more], QUARTERS)
        assert after in (before, follows.get(before))

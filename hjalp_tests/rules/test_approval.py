"""R12: which kommuner take part."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.rules.approval import Decision, standing_decisions
from hjalp_pipeline.statistics.hjalp.approval.kinds import APPROVAL


def decision(at: str, kind: str, verdict: str = "godkendt", aar: int = 2024, komnr: str = "540") -> Decision:
    return Decision(datetime.fromisoformat(at).replace(tzinfo=UTC), aar, komnr, kind, verdict == "godkendt")


def year(*kinds: str, **changes: object) -> list[Decision]:
    return [decision("2025-05-01", kind, **changes) for kind in kinds]  # type: ignore[arg-type]


FOUR = ("K1", "K2", "K3", "K4")
CASES = {
    "nothing decided": ([], False),
    "four quarters": (year(*FOUR), True),
    "three quarters": (year("K1", "K2", "K4"), False),
    "the paragraph alone": (year("PARAGRAF"), False),
    "the paragraph rejected does not matter": (
        [*year(*FOUR), decision("2025-05-01", "PARAGRAF", "afvist")],
        True,
    ),
    "the paragraph is no fourth quarter": (year("K1", "K2", "K3", "PARAGRAF"), False),
    "one rejected later": ([*year(*FOUR), decision("2025-05-02", "K2", "afvist")], False),
    "one rejected earlier": ([decision("2025-04-30", "K2", "afvist"), *year(*FOUR)], True),
    "later in the file but decided earlier": ([*year(*FOUR), decision("2025-04-30", "K2", "afvist")], True),
    "of equal times the last given": ([*year(*FOUR), decision("2025-05-01", "K2", "afvist")], False),
    "another year's": (year(*FOUR, aar=2023), False),
    "another kommune's": (year(*FOUR, komnr="461"), False),
}


@pytest.mark.parametrize("name", CASES)
def test_who_takes_part(name: str) -> None:
    decisions, expected = CASES[name]
    assert ("540" in APPROVAL.taking_part(standing_decisions(decisions), 2024)) == expected


def test_until() -> None:
    decisions = [*year(*FOUR), decision("2025-06-20T10:00:00", "K2", "afvist")]
    exactly = datetime(2025, 6, 20, 12, tzinfo=timezone(timedelta(hours=2)))
    assert APPROVAL.taking_part(standing_decisions(decisions, exactly), 2024) == (), (
        "a decision at the very moment counts"
    )
    assert APPROVAL.taking_part(standing_decisions(decisions, exactly - timedelta(seconds=1)), 2024) == ("540",)


def test_kommuner_in_their_order() -> None:
    decisions = [decision("2025-05-01", kind, komnr=komnr) for komnr in reversed(KOMNR) for kind in FOUR]
    assert APPROVAL.taking_part(standing_decisions(decisions), 2024) == KOMNR
    assert APPROVAL.taking_part(standing_decisions(decisions), 2023) == ()

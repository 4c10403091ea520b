"""Who is late or rejected, and why, as a person reads the gate on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hjalp_pipeline.production.inbox.gate import gate, gate_frame
from hjalp_pipeline.production.inbox.whose_turn import Standing, standing_now, turns_of
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, deliver, delivery, run, write_world


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """540 has re-delivered a cut-off file, 155 only ever such a one, 101 is in."""
    root = write_world(tmp_path_factory.mktemp("turns"))
    for path in root.inbox.glob("*/155_*"):
        path.unlink()
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"), delivery("155", 5, day=9, flaw="no_slut", format="csv"))
    run(root)
    return root


def standing(root: DataRoot, today: date) -> Standing:
    found = standing_now(root, today)
    assert found is not None
    return found


def test_a_rejected_redelivery_is_told_with_its_receipt_and_is_not_late(root: DataRoot) -> None:
    turn = next(turn for turn in standing(root, date(2025, 2, 1)).turns if turn.komnr == "540")
    assert (turn.kommune, turn.status, turn.days_late, turn.settled) == ("Sønderborg", "newest_rejected", 0, False)
    assert turn.why.startswith("nyeste leverance er afvist (ANTAL); Antallet af poster mangler")
    assert turn.receipt == f"receipts/{KVARTAL}/540_nexus_20250109T081500.html"
    assert root.file(turn.receipt).is_file()


@pytest.mark.parametrize(("today", "late"), [("2025-01-14", 0), ("2025-01-15", 1), ("2025-02-01", 18)])
def test_days_late_count_from_the_deadline(root: DataRoot, today: str, late: int) -> None:
    turns = {turn.komnr: turn for turn in standing(root, date.fromisoformat(today)).turns}
    assert turns["155"].days_late == late
    assert turns["101"].days_late == turns["540"].days_late == 0
    assert turns["101"].settled
    assert turns["155"].why.startswith("ingen leverance er accepteret; UKENDT_AFSENDER: Kommune, system eller format")
    assert turns["155"].receipt is not None, "a rejected delivery has a receipt, also in another format than agreed"


def test_whoever_is_waited_for_longest_comes_first(root: DataRoot) -> None:
    turns = standing(root, date(2025, 2, 1)).turns
    assert len(turns) == 98
    assert [turn.settled for turn in turns] == sorted(turn.settled for turn in turns)
    assert [turn.days_late for turn in turns if not turn.settled] == sorted(
        (turn.days_late for turn in turns if not turn.settled), reverse=True
    )


def test_an_extended_deadline_is_the_kommunes_own(root: DataRoot) -> None:
    (root.codelists / "extensions.csv").write_text(
        f"komnr;quarter;new_deadline;reason\n155;{KVARTAL};2025-01-31;nyt system\n", encoding="utf-8"
    )
    try:
        (turn,) = [
            turn for turn in turns_of(root, gate_frame(gate(root, KVARTAL)), date(2025, 2, 1)) if turn.komnr == "155"
        ]
    finally:
        (root.codelists / "extensions.csv").unlink()
    assert (turn.deadline, turn.days_late) == (date(2025, 1, 31), 1)


@pytest.mark.parametrize(
    ("today", "awaited"),
    [("2025-03-31", []), ("2025-04-01", ["2025K1"]), ("2025-07-20", ["2025K1", "2025K2"])],
)
def test_a_period_nobody_has_delivered_for_is_awaited_when_it_has_ended(
    root: DataRoot, today: str, awaited: list[str]
) -> None:
    found = standing(root, date.fromisoformat(today))
    assert str(found.period) == KVARTAL
    assert [str(period) for period, _deadline in found.awaited] == awaited


def test_an_empty_inbox_has_no_period(tmp_path: Path) -> None:
    assert standing_now(DataRoot(tmp_path), date(2025, 2, 1)) is None

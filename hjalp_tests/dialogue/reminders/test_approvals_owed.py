"""Whose approval of a year is asked for, and asked for again after a re-delivery."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hjalp_pipeline.dialogue.reminders.day import make_day
from hjalp_pipeline.dialogue.reminders.day_lists import add_sent
from hjalp_pipeline.dialogue.reminders.reminder_states import Sent, State
from hjalp_pipeline.statistics.hjalp.approval.kinds import APPROVAL
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.dialogue.reminders.owing import (
    case,
    listed,
    read,
    states,
    write,
)
from hjalp_tests.production.world import deliver, delivery


@pytest.mark.slow
def test_approvals_are_asked_for_by_the_same_machine(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root.codelists / "approval_deadlines.csv").write_text("aar;deadline\n2024;2025-05-30\n")
    for path in root.approvals.glob("*.csv"):
        path.unlink()
    decided = [
        f"2025-05-{day}T23:30:00+00:00;2024;101;{kind};godkendt;x;"
        for day, kind in zip((12, 12, 12, 12, 30), ("K1", "K2", "K3", "K4", "PARAGRAF"), strict=True)
    ]
    decided += [
        f"2025-05-20T09:00:00+02:00;2024;540;K{nr};{'afvist' if nr == 2 else 'godkendt'};x;" for nr in (1, 2, 3, 4)
    ]
    decided += [
        f"2025-05-20T09:00:00+02:00;2023;155;{kind};godkendt;x;" for kind in ("K1", "K2", "K3", "K4", "PARAGRAF")
    ]
    (root.approvals / "a.csv").write_text(
        "decided_at;aar;komnr;kind;decision;decided_by;note\n" + "\n".join(decided) + "\n"
    )
    today = date(2025, 6, 2)
    found = states(make_day(root, today), "godkendelse 2024")
    assert (found["101"], found["540"], found["155"]) == (State.FOR_SENT, State.MANGLER, State.MANGLER)
    assert case(root, "101", today, "godkendelse 2024").answered_on == date(2025, 5, 31)  # Danish time
    assert case(root, "540", today, "godkendelse 2024").detail == "mangler svar på paragrafvariablen"
    assert {one.step.name for one in make_day(root, today).proposed if one.step} == {"brev1"}
    assert "godkendelsesrapporten" in (root.reminders / "2025-06-02" / "147.html").read_text(encoding="utf-8")
    # 540 hears of the delivery that is the older debt today, and of its approval another day.
    assert "alle data tilbage i tid" in (root.reminders / "2025-06-02" / "540.html").read_text(encoding="utf-8")
    assert [row["step"] for row in listed(root, today) if row["komnr"] == "540"] == ["brev1", ""]


YEAR = "godkendelse 2024"


def decide(root: DataRoot, *rows: str) -> None:
    (root.codelists / "approval_deadlines.csv").write_text("aar;deadline\n2024;2025-05-30\n")
    for path in root.approvals.glob("*.csv"):
        path.unlink()
    header = "decided_at;aar;komnr;kind;decision;decided_by;note"
    (root.approvals / "a.csv").write_text("\n".join([header, *rows]) + "\n")


def decided(day: str, komnr: str, decision: str, *kinds: str) -> list[str]:
    return [f"{day}T09:00:00+02:00;2024;{komnr};{kind};{decision};x;" for kind in kinds or APPROVAL.kinds]


@pytest.mark.slow
def test_a_rejection_is_an_answer_until_a_redelivery_asks_again(tmp_path: Path) -> None:
    root = write(tmp_path, delivery("540", 3))
    decide(root, *decided("2025-05-20", "540", "godkendt"), *decided("2025-05-21", "540", "afvist", "K2", "K3"))
    rejected = case(root, "540", date(2025, 6, 2), YEAR)
    assert (rejected.answered_on, rejected.deadline) == (date(2025, 5, 20), date(2025, 5, 30))
    deliver(root, delivery("540", 4, received="20250610T081500"))
    read(root)
    assert case(root, "540", date(2025, 6, 9), YEAR) == rejected
    asked = case(root, "540", date(2025, 6, 10), YEAR)
    assert (asked.answered_on, asked.deadline, asked.extended) == (None, date(2025, 6, 24), True)
    assert asked.detail == "mangler nyt svar på 2. kvartal, 3. kvartal efter genleveringen den 10.06.2025"
    seen = [states(make_day(root, date(2025, 6, day)), YEAR)["540"] for day in (9, 10, 24, 25)]
    assert seen == [State.I_TIDE, State.IKKE_FORFALDEN, State.IKKE_FORFALDEN, State.MANGLER]
    add_sent(root, [Sent(date(2025, 6, 26), "leverance 2025K1", "540", "brev1")], "abc")
    assert "540" not in {
        one.case.komnr for one in make_day(root, date(2025, 6, 26)).proposed if one.case.matter == YEAR
    }
    assert "540" in {one.case.komnr for one in make_day(root, date(2025, 6, 27)).proposed if one.case.matter == YEAR}
    letter = (root.reminders / "2025-06-27" / "540.html").read_text(encoding="utf-8")
    assert "Mangler nyt svar på 2. kvartal, 3. kvartal efter genleveringen den 10.06.2025" in letter
    assert "24.06.2025 (udsat)" in letter


def test_the_new_answer_is_held_against_the_new_deadline(tmp_path: Path) -> None:
    root = write(tmp_path, *(delivery(komnr, 3) for komnr in ("101", "540")))
    rejected = [row for komnr in ("101", "540") for row in decided("2025-05-20", komnr, "afvist")]
    again = [*decided("2025-06-24", "101", "godkendt"), *decided("2025-06-25", "540", "godkendt")]
    decide(root, *rejected, *again)
    deliver(root, *(delivery(komnr, 4, received="20250610T081500") for komnr in ("101", "540")))
    read(root)
    found = states(make_day(root, date(2025, 6, 30)), YEAR)
    assert (found["101"], found["540"]) == (State.I_TIDE, State.FOR_SENT)
    assert case(root, "540", date(2025, 6, 30), YEAR).answered_on == date(2025, 6, 25)


def test_a_quarter_never_answered_keeps_the_years_deadline_beside_a_redelivered_one(tmp_path: Path) -> None:
    root = write(tmp_path, delivery("540", 3))
    decide(root, *decided("2025-05-20", "540", "afvist", "K1"))
    deliver(root, delivery("540", 4, received="20250610T081500"))
    read(root)
    found = case(root, "540", date(2025, 6, 12), YEAR)
    assert (found.answered_on, found.deadline, found.extended) == (None, date(2025, 5, 30), False)
    assert found.detail == (
        "mangler svar på 2. kvartal, 3. kvartal, 4. kvartal, paragrafvariablen; "
        "mangler nyt svar på 1. kvartal efter genleveringen den 10.06.2025"
    )


def test_a_redelivery_by_who_reports_asks_the_kommuner_it_reports_for_again(tmp_path: Path) -> None:
    root = write(tmp_path, delivery("540", 3))
    decide(root, *decided("2025-05-20", "147", "afvist"))
    deliver(root, delivery("540", 4, received="20250520T090001"))
    read(root)
    assert case(root, "147", date(2025, 5, 20), YEAR).answered_on is None

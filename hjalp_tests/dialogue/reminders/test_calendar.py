"""Which matters are open on a day of the small country, and who stands how in them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.dialogue.reminders.calendar import in_words, open_quarters, open_years
from hjalp_pipeline.dialogue.reminders.day import make_day
from hjalp_pipeline.dialogue.reminders.day_lists import add_sent, read_proposed
from hjalp_pipeline.dialogue.reminders.reminder_states import Sent, State
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.statistics.hjalp.approval.kinds import APPROVAL
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.sealed import read_sealed, write_sealed
from hjalp_tests.dialogue.reminders.owing import (
    JAN_14,
    JAN_15,
    JAN_17,
    JAN_20,
    MATTER,
    case,
    letters,
    listed,
    read,
    states,
    write,
)
from hjalp_tests.production.world import KOMMUNER, KVARTAL, deliver, delivery, system


def test_open_quarters(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    assert open_quarters(root, JAN_17) == []
    (root.inbox / "2024K3").mkdir(parents=True)
    assert open_quarters(root, date(2024, 9, 30)) == []
    assert open_quarters(root, date(2024, 10, 1)) == [Kvartal(2024, 3)]
    assert open_quarters(root, date(2024, 12, 31)) == [Kvartal(2024, 3)]
    assert open_quarters(root, date(2025, 1, 1)) == [Kvartal(2024, 4), Kvartal(2024, 3)]
    assert open_quarters(root, JAN_14) == [Kvartal(2024, 4), Kvartal(2024, 3)]
    assert open_quarters(root, JAN_15) == [Kvartal(2024, 4)]


def test_open_years(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    root.codelists.mkdir(parents=True)
    (root.codelists / "approval_deadlines.csv").write_text("aar;deadline\n2023;2024-05-31\n2024;2025-05-30\n")
    years = [[aar for aar, _ in open_years(root, date.fromisoformat(day))] for day in ("2023-12-31", "2024-01-01")]
    assert years == [[], [2023]]
    assert [aar for aar, _ in open_years(root, date(2025, 5, 30))] == [2023, 2024]
    assert [aar for aar, _ in open_years(root, date(2025, 5, 31))] == [2024]


def test_words() -> None:
    assert in_words("leverance 2025K1") == "leverance for 1. kvartal 2025"
    assert in_words("godkendelse 2024") == "godkendelse af 2024"


def test_who_owes_and_who_does_not(tmp_path: Path) -> None:
    root = write(
        tmp_path, delivery("101", 3, day=14), delivery("155", 3, day=15), delivery("540", 3, day=9, flaw="no_slut")
    )
    today = date(2025, 1, 16)
    found = states(make_day(root, today))
    assert len(found) == 98
    assert (found["101"], found["155"], found["540"]) == (State.I_TIDE, State.FOR_SENT, State.MANGLER)
    assert {found[komnr] for komnr in KOMNR if komnr not in KOMMUNER} == {State.DAEKKET}
    assert case(root, "540", today).detail == "nyeste leverance er afvist (ANTAL)"
    assert case(root, "147", today).detail == "indberettes af 540"


def test_what_came_later_does_not_count(tmp_path: Path) -> None:
    root = write(tmp_path, delivery("101", 3, day=20))
    assert states(make_day(root, date(2025, 1, 19)))["101"] == State.MANGLER
    assert states(make_day(root, JAN_20))["101"] == State.FOR_SENT


def test_the_first_accepted_delivery_decides(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        delivery("101", 3, day=9, flaw="no_slut"),
        delivery("101", 3, day=13),
        delivery("101", 3, day=18, flaw="no_slut"),
        delivery("540", 3, day=13, flaw="no_slut"),
        delivery("540", 3, day=16),
    )
    assert case(root, "101", JAN_20).answered_on == date(2025, 1, 13)
    assert case(root, "101", JAN_20).detail == "nyeste leverance er afvist (ANTAL), en tidligere er i brug"
    assert case(root, "540", JAN_20).answered_on == date(2025, 1, 16)
    found = states(make_day(root, JAN_20))
    assert (found["101"], found["540"]) == (State.NYESTE_AFVIST, State.FOR_SENT)
    assert states(make_day(root, JAN_17))["101"] == State.I_TIDE, "the rejected one came on the eighteenth"


def test_a_delivery_nobody_has_read_withholds_the_reminder(tmp_path: Path) -> None:
    root = write(tmp_path)
    assert states(make_day(root, JAN_17))["540"] == State.MANGLER
    deliver(root, delivery("540", 3, day=16))
    assert states(make_day(root, JAN_17))["540"] == State.MODTAGET
    assert letters(root, JAN_17) == ["101.html", "155.html"]
    read(root)
    assert states(make_day(root, JAN_17))["540"] == State.FOR_SENT


def test_an_extension(tmp_path: Path) -> None:
    root = write(tmp_path, extensions=[("540", KVARTAL, "2025-01-20", "Sygdom")])
    found = make_day(root, JAN_17)
    assert states(found)["540"] == State.IKKE_FORFALDEN
    assert [one.case.komnr for one in found.proposed] == ["101", "155"]
    assert case(root, "540", JAN_17).extended
    assert [one.case.komnr for one in make_day(root, date(2025, 1, 23)).proposed] == ["101", "155", "540"]


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


def test_a_name_that_lies_ahead_in_time_is_received_from_the_day_it_was_read(tmp_path: Path) -> None:
    root = write(tmp_path, delivery("540", 3, received="20260102T081500"))
    receipt = root.receipts / KVARTAL / "540_nexus_20260102T081500.json"
    assert states(make_day(root, JAN_17))["540"] == State.MANGLER  # read when the test runs: that day is played again
    content = read_sealed(receipt) or {}
    write_sealed(receipt, content | {"read_at": "2025-01-14T23:30:00+00:00"})
    assert states(make_day(root, JAN_14))["540"] == State.IKKE_FORFALDEN
    made = make_day(root, JAN_17)
    assert states(made)["540"] == State.FOR_SENT
    assert case(root, "540", JAN_17).answered_on == JAN_15
    assert case(root, "540", JAN_17).detail == "tidspunktet i navnet ligger frem i tiden"
    assert "540.html" not in letters(root, JAN_17)


def test_a_rejected_delivery_whose_name_lies_ahead_is_none(tmp_path: Path) -> None:
    root = write(tmp_path, delivery("540", 3, received="20260102T081500", flaw="no_slut"))
    receipt = root.receipts / KVARTAL / "540_nexus_20260102T081500.json"
    write_sealed(receipt, (read_sealed(receipt) or {}) | {"read_at": "2025-01-14T09:00:00+01:00"})
    assert states(make_day(root, JAN_17))["540"] == State.MANGLER


def test_an_extension_past_the_next_deadline_keeps_the_quarter_open_for_that_kommune(tmp_path: Path) -> None:
    root = write(tmp_path, delivery("155", 3), extensions=[("540", KVARTAL, "2025-05-20", "Aftalt")])
    today = date(2025, 5, 23)
    made = make_day(root, today)
    found = states(made)
    assert len(found) == 98
    assert (found["540"], found["101"], found["155"]) == (State.MANGLER, State.LUKKET, State.I_TIDE)
    assert {one.case.matter for one in made.proposed} == {"leverance 2025K1"}  # the older debt goes first
    assert next(one for one in made.standings if one.case.komnr == "540" and one.case.matter == MATTER).following
    assert states(make_day(root, date(2025, 7, 18)))["540"] == State.MANGLER  # the last step, and its distance
    assert states(make_day(root, date(2025, 7, 19))) == {}


def test_a_delivery_of_a_later_quarter_closes_the_extended_one(tmp_path: Path) -> None:
    root = write(tmp_path, extensions=[("540", KVARTAL, "2025-05-20", "Aftalt")])
    deliver(root, delivery("540", 3, kvartal="2025K1", received="20250414T081500"))
    refresh_raw(root, "2025K1")
    assert states(make_day(root, JAN_20))["540"] == State.IKKE_FORFALDEN
    assert states(make_day(root, date(2025, 4, 15))) == {}


def test_an_extension_whose_steps_end_before_the_next_deadline_changes_nothing(tmp_path: Path) -> None:
    root = write(tmp_path, extensions=[("540", KVARTAL, "2025-01-20", "Sygdom")])
    assert MATTER in make_day(root, date(2025, 4, 14)).counts()
    assert MATTER not in make_day(root, date(2025, 4, 15)).counts()


def test_a_quarters_life(tmp_path: Path) -> None:
    root = write(tmp_path, delivery("101", 3), delivery("155", 3))
    seen: list[tuple[str, State, str]] = []
    for day in (10, 14, 15, 17, 18, 20, 28, 29):
        today = date(2025, 1, day)
        made = make_day(root, today)
        proposed = read_proposed(root, today)
        assert len(proposed) <= 1
        if day != 17:  # that day the office sends nothing
            add_sent(root, proposed, "abc")
        seen.append((today.isoformat()[5:], states(made)["540"], proposed[0].step if proposed else ""))
    assert seen == [
        ("01-10", State.IKKE_FORFALDEN, ""),
        ("01-14", State.IKKE_FORFALDEN, ""),
        ("01-15", State.MANGLER, ""),
        ("01-17", State.MANGLER, "brev1"),
        ("01-18", State.MANGLER, "brev1"),
        ("01-20", State.RYKKET_SKRIFTLIGT, ""),
        ("01-28", State.RYKKET_SKRIFTLIGT, "brev2"),
        ("01-29", State.RYKKET_SKRIFTLIGT, ""),
    ]
    deliver(root, delivery("540", 3, day=30))
    read(root)
    assert states(make_day(root, date(2025, 2, 4)))["540"] == State.FOR_SENT
    assert letters(root, date(2025, 2, 4)) == []


def test_a_kommune_with_a_silent_system_owes_a_delivery(tmp_path: Path) -> None:
    """R1: it has answered on the day the last of its systems in force had."""
    systems = [*(system(komnr) for komnr in KOMMUNER), system("540", "dialog")]
    root = write(tmp_path, delivery("540", 3, day=9), delivery("101", 3, day=9), systems=systems)
    assert states(make_day(root, JAN_17))["540"] == State.MANGLER
    assert case(root, "540", JAN_17).detail == "leverance mangler fra dialog"
    assert "540.html" in letters(root, JAN_17)
    deliver(root, delivery("540", 3, day=17, system="dialog"), delivery("540", 3, day=19))
    read(root)
    assert states(make_day(root, date(2025, 1, 16)))["540"] == State.MANGLER
    assert (case(root, "540", JAN_20).answered_on, case(root, "540", JAN_20).detail) == (date(2025, 1, 17), "")

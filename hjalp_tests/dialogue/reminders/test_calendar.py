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
from hjalp_pipeline.dialogue.reminders.reminder_states import State
from hjalp_pipeline.production.inbox.partitions import refresh_raw
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


@pytest.mark.slow
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


@pytest.mark.slow
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

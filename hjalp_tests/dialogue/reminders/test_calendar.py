"""Which matters are open on a day of the small country, and who stands how in them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.dialogue.reminders.calendar import in_words, open_quarters, open_years
from hjalp_pipeline.dialogue.reminders.day import make_day
from hjalp_pipeline.dialogue.reminders.lists import add_sent, read_proposed
from hjalp_pipeline.dialogue.reminders.states import State
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.dialogue.reminders.owing import (
    JAN_14,
    JAN_15,
    JAN_17,
    JAN_20,
    case,
    letters,
    listed,
    read,
    states,
    write,
)
from hjalp_tests.production.world import KOMMUNER, KVARTAL, deliver, delivery


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
    root.codelists.mkdir()
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

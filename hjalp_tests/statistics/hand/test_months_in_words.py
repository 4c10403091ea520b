"""The specification, receipts and reminders of a statistic by month: its words, its deadlines, the day of the whole span."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hjalp_pipeline.dialogue.reminders.calendar import in_words, open_cases
from hjalp_pipeline.dialogue.reminders.day import make_day
from hjalp_pipeline.dialogue.reminders.reminder_states import State
from hjalp_pipeline.dialogue.specification.store import write_specification
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.pages.axe import assert_accessible
from hjalp_tests.statistics.hand.approval.test_services_report import plain
from hjalp_tests.statistics.hand.world import deliver, line, write, write_services

FIRST = pools.KNOWN[0][0]
SYSTEMS = tuple(f"{komnr};eget;Egen;csv;utf-8;2013M10;;no" for komnr in ("101", "155", "183", "540"))


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """On 10 February 2025: 101 has delivered December's, 540 a file that is rejected, 155 nothing; 183 reports for 187."""
    found = write_services(tmp_path, systems=SYSTEMS, collaborations=("183;187;2020-01-01;",))
    write(found.inbox / "2024M12" / "540_eget_20250102T081500.csv", "ydelse_id", "SLUT;0")
    deliver(found, "101", [line("101", 1, FIRST)], month="2024M12")
    refresh_raw(found, "2024M12")
    return found


def spans(root: DataRoot, day: date) -> dict[str, State]:
    return {one.case.komnr: one.state for one in make_day(root, day).standings if one.case.matter.startswith("periode")}


@pytest.mark.slow
def test_the_whole_span_is_due_once_a_year(root: DataRoot) -> None:
    assert spans(root, date(2025, 2, 9))["101"] is State.IKKE_FORFALDEN, "it came on the tenth"
    due = spans(root, date(2025, 2, 11))
    assert (due["101"], due["155"], due["187"], due["540"]) == (
        State.I_TIDE,
        State.IKKE_FORFALDEN,
        State.DAEKKET,
        State.IKKE_FORFALDEN,
    )
    assert due["147"] is State.IKKE_MED
    assert spans(root, date(2025, 2, 12))["155"] is State.MANGLER
    assert spans(root, date(2026, 1, 1))["155"] is State.IKKE_FORFALDEN
    assert spans(root, date(2025, 4, 11)) != {}
    assert spans(root, date(2025, 4, 12)) == {}, "45 days until the last step, which may wait for 14"
    assert spans(root, date(2024, 2, 1)) == {}, "nobody owes what came before the first folder"
    assert in_words("periode 2024") == "data for hele perioden til og med 2024"


@pytest.mark.slow
def test_more_time_for_december_is_more_time_for_the_whole_span(root: DataRoot) -> None:
    (root.codelists / "extensions.csv").write_text(
        "komnr;period;new_deadline;reason\n155;2024M12;2025-03-03;skift af system\n540;2024M12;2025-01-20;sygdom\n"
    )
    due = spans(root, date(2025, 2, 12))
    assert (due["155"], due["540"]) == (State.IKKE_FORFALDEN, State.MANGLER), "the eleventh is later than 540's own day"
    assert spans(root, date(2025, 3, 4))["155"] is State.MANGLER
    after = spans(root, date(2025, 4, 12))
    assert (after["155"], after["540"]) == (State.MANGLER, State.LUKKET), "open for 155 alone"
    assert spans(root, date(2025, 5, 1)) != {}
    assert spans(root, date(2025, 5, 2)) == {}
    assert "hjalp remind --statistic hand --sent" in (root.reminders / "overblik.html").read_text("utf-8")


def test_months_are_due_on_the_14th(root: DataRoot) -> None:
    found = {one.matter: one.deadline for one in open_cases(root, date(2025, 2, 3))}
    assert found == {
        "leverance 2025M01": date(2025, 2, 14),
        "leverance 2024M12": date(2025, 1, 14),
        "periode 2024": date(2025, 2, 11),
    }


def test_letters_and_the_overview_say_month(root: DataRoot) -> None:
    write(root.codelists / "approval_deadlines.csv", "aar;deadline", "2024;2025-02-01")
    make_day(root, date(2025, 1, 17))
    letter = plain(root.reminders / "2025-01-17" / "155.html")
    assert "for december 2024" in letter
    assert "ikke kun måneden" in letter
    assert "i mappen 2024M12" in letter
    overview = plain(root.reminders / "overblik.html")
    assert "En måned er åben, til fristen for den næste er nået" in overview
    make_day(root, date(2025, 2, 17))
    letter = plain(root.reminders / "2025-02-17" / "155.html")
    words = letter if "godkendelse af 2024" in letter else plain(root.reminders / "2025-02-17" / "101.html")
    assert "Svar på hvert af årets fire kvartaler: kan de godkendes eller ej?" in words
    assert "når alle kvartaler i hele perioden er godkendt" in words


def test_a_letter_about_the_whole_span(root: DataRoot) -> None:
    deliver(root, "155", [line("155", 1, FIRST)], month="2024M11")
    refresh_raw(root, "2024M11")
    for day in ("2025-01-17", "2025-01-28", "2025-02-04", "2025-03-01", "2025-03-17"):
        made = make_day(root, date.fromisoformat(day))
    about = {one.case.matter for one in made.standings if one.case.komnr == "155" and one.state is State.MANGLER}
    assert "periode 2024" in about


def test_receipts_say_month(root: DataRoot) -> None:
    (rejected,) = (root.receipts / "2024M12").glob("540_*.html")
    told = plain(rejected)
    assert "Måned 2024M12" in told
    assert "månedens mappe" in told
    (accepted,) = (root.receipts / "2024M12").glob("101_*.html")
    assert "fuldstændig fil for måneden" in plain(accepted)
    assert "vartal" not in told + plain(accepted)


def test_the_specification_by_month(root: DataRoot) -> None:
    write_specification(root, date(2025, 3, 1))
    newest = root.specification / "kravspecifikation-2024M07.html"
    told = plain(newest)
    for words in (
        "gælder fra juli 2024",
        "Fristen er den 14. i måneden efter.",
        "December 14. januar året efter",
        "senest den 11. februar året efter",
        "32001 SEL § 117 a (83)",
        "personnummer, kommunenummer og prodnr , sættes på igen",
    ):
        assert words in told, words
    assert "for dens måned" in plain(root.specification / "overblik.html")


def test_the_examples_are_valid_deliveries(root: DataRoot) -> None:
    write_specification(root, date(2025, 3, 1))
    for path in (root.specification / "eksempler" / "2024M07").iterdir():
        copy = (
            root.inbox
            / "2024M07"
            / path.name.replace("540_nexus", "540_eget").replace("T0815", f"T08{15 + len(path.suffix)}")
        )
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8").replace('system="nexus"', 'system="eget"'), encoding="utf-8")
    write(
        root.codelists / "systems.csv",
        "komnr;system;leverandoer;format;encoding;from_period;to_period;carry_forward",
        "540;eget;Egen;csv;utf-8;2013M10;;no",
        "540;eget;Egen;xml;utf-8;2013M10;;no",
    )
    refresh_raw(root, "2024M07")
    told = [plain(path) for path in sorted((root.receipts / "2024M07").glob("*.html"))]
    assert ["Leverancen er accepteret" in one for one in told] == [True] * len(told)
    assert ["poster kunne læses uden fejl" in one for one in told] == [True] * len(told)
    assert told


@pytest.mark.slow
def test_the_pages_are_accessible(root: DataRoot) -> None:
    make_day(root, date(2025, 1, 17))
    write_specification(root, date(2025, 3, 1))
    assert_accessible(
        root.reminders / "overblik.html",
        root.reminders / "2025-01-17" / "155.html",
        root.specification / "kravspecifikation-2024M07.html",
        *(root.receipts / "2024M12").glob("*.html"),
    )

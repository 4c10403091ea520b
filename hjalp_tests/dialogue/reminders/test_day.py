"""A day's reminders on the small country: the list, the letters, the office's page."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.dialogue.reminders.day import make_day
from hjalp_pipeline.dialogue.reminders.day_lists import add_sent, read_proposed
from hjalp_pipeline.dialogue.reminders.reminder_states import State
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.dialogue.reminders.owing import (
    JAN_17,
    JAN_20,
    MATTER,
    letters,
    listed,
    read,
    states,
    write,
)
from hjalp_tests.pages.axe import assert_accessible
from hjalp_tests.production.world import KVARTAL, country, delivery, hashes, system, write_world


def test_an_extension_granted_later_withdraws_the_letter_that_was_not_sent(tmp_path: Path) -> None:
    root = write(tmp_path)
    make_day(root, JAN_17)
    add_sent(root, [entry for entry in read_proposed(root, JAN_17) if entry.komnr == "101"], "abc")
    as_sent = (root.reminders / JAN_17.isoformat() / "101.html").read_bytes()
    (root.codelists / "extensions.csv").write_text(
        f"komnr;quarter;new_deadline;reason\n101;{KVARTAL};2025-02-01;x\n540;{KVARTAL};2025-02-01;x\n"
    )
    assert states(make_day(root, JAN_17))["540"] == State.IKKE_FORFALDEN
    assert letters(root, JAN_17) == ["101.html", "155.html"]
    assert (root.reminders / JAN_17.isoformat() / "101.html").read_bytes() == as_sent  # with the deadline it named


def test_a_day_made_again_is_the_same_bytes_also_after_it_was_sent(tmp_path: Path) -> None:
    root = write(tmp_path)
    make_day(root, JAN_17)
    first = hashes(root.reminders)
    make_day(root, JAN_17)
    assert hashes(root.reminders) == first
    add_sent(root, read_proposed(root, JAN_17), "abc")
    make_day(root, JAN_17)
    after = hashes(root.reminders)
    assert {name for name in after if first.get(name) != after[name]} == {"2025-01-17.csv", "overblik.html", "sent.csv"}
    assert {row["sent"] for row in listed(root, JAN_17) if row["step"]} == {"yes"}


def test_the_page_is_of_the_newest_day_and_knows_what_was_recorded_for_an_earlier_one(tmp_path: Path) -> None:
    root = write(tmp_path)
    make_day(root, JAN_17)
    make_day(root, JAN_20)
    assert letters(root, JAN_20) == ["101.html", "155.html", "540.html"]
    add_sent(root, read_proposed(root, JAN_17), "abc")
    assert make_day(root, JAN_17).day == JAN_17
    page = (root.reminders / "overblik.html").read_text(encoding="utf-8")
    assert "den 20.01.2025" in page
    assert "Ingen skal høre fra os i dag" in page
    assert letters(root, JAN_20) == []
    assert letters(root, JAN_17) == ["101.html", "155.html", "540.html"]


def test_the_list(tmp_path: Path) -> None:
    root = write(tmp_path, delivery("101", 3, day=3))
    make_day(root, JAN_17)
    rows = listed(root, JAN_17)
    assert [row["komnr"] for row in rows] == list(KOMNR)
    by_komnr = {row["komnr"]: row for row in rows}
    assert by_komnr["540"] == {
        "matter": MATTER,
        "komnr": "540",
        "kommune": "Sønderborg",
        "state": "mangler",
        "deadline": "2025-01-14",
        "extended": "no",
        "answered_on": "",
        "step": "brev1",
        "channel": "brev",
        "due_since": "2025-01-17",
        "sent": "",
        "reminded": "",
        "detail": "ingen leverance",
    }
    assert by_komnr["101"]["answered_on"] == "2025-01-03"


def test_nothing_to_ask_for_yet(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    made = make_day(root, JAN_17)
    assert made.standings == []
    assert "Ingen sag er åben" in (root.reminders / "overblik.html").read_text(encoding="utf-8")


def test_a_sent_step_that_is_no_longer_among_the_steps_is_named(tmp_path: Path) -> None:
    root = write(tmp_path)
    make_day(root, JAN_17)
    add_sent(root, read_proposed(root, JAN_17), "abc")
    (root.codelists / "reminder_steps.csv").write_text(
        "step;channel;days_after_deadline;days_after_previous\nmail;brev;3;1\n"
    )
    with pytest.raises(InputError, match=r"reminder_steps.csv: step 'brev1' was sent to 101 in leverance 2024K4"):
        make_day(root, JAN_20)


def text_of(path: Path) -> str:
    html = re.sub(r"<style>.*?</style>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.slow
def test_the_documents_say_what_is_owed_and_what_has_been_done(tmp_path: Path) -> None:
    root = write(tmp_path, delivery("540", 3, day=9, flaw="no_slut"))
    for today in (JAN_17, date(2025, 1, 28), date(2025, 2, 4), date(2025, 2, 28)):
        make_day(root, today)
        add_sent(root, read_proposed(root, today), "abc")
    letter = text_of(root.reminders / "2025-01-17" / "540.html")
    assert "Påmindelse: leverance for 4. kvartal 2024" in letter
    assert "Fristen var den 14.01.2025" in letter
    assert "540_nexus_ÅÅÅÅMMDDTttmmss.csv i mappen 2024K4" in " ".join(letter.replace(" ,", ",").split())
    assert "Nyeste leverance er afvist (ANTAL)" in letter
    assert "følger vi op med et nyt brev fra den 28.01.2025" in letter
    assert "Tidligere henvendelser ingen" in letter
    second = text_of(root.reminders / "2025-01-28" / "540.html")
    assert "Ny påmindelse" in second
    assert "følger vi op med et opkald fra den 04.02.2025" in second
    assert "Tidligere henvendelser 17.01.2025 brev" in second
    call = text_of(root.reminders / "2025-02-04" / "540.html")
    assert "Ring til Sønderborg" in call
    assert "en henvendelse til Social- og Boligministeriet fra den 28.02.2025" in call
    ministry = text_of(root.reminders / "2025-02-28" / "540.html")
    assert "Til Social- og Boligministeriet" in ministry
    assert "17.01.2025 brev ; 28.01.2025 brev ; 04.02.2025 opkald" in ministry.replace("; ", " ; ").replace("  ", " ")
    assert "har ikke indberettet data, der kan bruges, om udlån af hjælpemidler for 4. kvartal 2024" in ministry
    assert "trods flere henvendelser" in ministry
    assert "ikke leveret" not in ministry
    assert "abc" not in ministry.split()


@pytest.mark.parametrize("before", [[], ["brev1;brev;3;1"]])
def test_several_approaches_are_claimed_only_when_there_were_several(tmp_path: Path, before: list[str]) -> None:
    root = write(tmp_path)
    (root.codelists / "approval_deadlines.csv").write_text("aar;deadline\n2024;2025-01-15\n")
    rows = ["step;channel;days_after_deadline;days_after_previous", *before, "ministerium;ministerium;6;1"]
    (root.codelists / "reminder_steps.csv").write_text("\n".join(rows) + "\n")
    for today in (date(2025, 1, 18), date(2025, 1, 21)):
        make_day(root, today)
        add_sent(root, read_proposed(root, today), "abc")
    for komnr in ("540", "147"):  # a delivery, an approval
        ministry = text_of(root.reminders / "2025-01-21" / f"{komnr}.html")
        assert "Til Social- og Boligministeriet" in ministry
        assert "flere henvendelser" not in ministry


def test_a_letter_names_no_file_of_ours_to_a_kommune_without_a_system(tmp_path: Path) -> None:
    root = write(tmp_path, systems=[system("101", to_quarter="2024K3"), system("155"), system("540")])
    for today in (JAN_17, date(2025, 1, 28), date(2025, 2, 4), date(2025, 2, 28)):
        make_day(root, today)
        add_sent(root, read_proposed(root, today), "abc")
        assert "systems.csv" not in text_of(root.reminders / today.isoformat() / "101.html")
    assert "Vi kender ikke det system, I leverer fra: kontakt os." in text_of(
        root.reminders / "2025-01-17" / "101.html"
    )
    assert "Vi kender ikke det system" not in text_of(root.reminders / "2025-01-17" / "540.html")
    assert "Hvilket system leverer kommunen fra?" in text_of(root.reminders / "2025-02-04" / "101.html")
    assert "intet system er i kraft" in text_of(root.reminders / "overblik.html")


def test_the_page_has_all_98_in_table_and_tiles(tmp_path: Path) -> None:
    root = write(tmp_path, delivery("101", 3))
    make_day(root, JAN_17)
    page = (root.reminders / "overblik.html").read_text(encoding="utf-8")
    assert re.findall(r'<tr id="k(\d{3})"', page) == list(KOMNR)
    assert sorted(re.findall(r'href="#k(\d{3})"', page)) == list(KOMNR)
    assert "i tide: <b>1</b>" in page
    assert "http" not in page
    assert 'href="2025-01-17/540.html"' in page


@pytest.mark.slow
def test_the_pages_are_accessible(tmp_path: Path) -> None:
    root = write(tmp_path, delivery("101", 3))
    for today in (JAN_17, date(2025, 1, 28), date(2025, 2, 4), date(2025, 2, 28)):
        make_day(root, today)
        add_sent(root, read_proposed(root, today), "abc")
    assert_accessible(
        root.reminders / "overblik.html",
        *(root.reminders / day / "540.html" for day in ("2025-01-17", "2025-02-04", "2025-02-28")),
    )
    empty = DataRoot(tmp_path / "empty")
    make_day(empty, JAN_17)
    assert_accessible(empty.reminders / "overblik.html")


def test_a_pilot_reminds_nobody_else(tmp_path: Path) -> None:
    """Neither of deliveries nor of approvals, nor a kommune outside it that has sent something nobody agreed on."""
    root = write_world(tmp_path, country(deliveries=[delivery("101", 3), delivery("147", 3)]))
    read(root)
    (root.codelists / "approval_deadlines.csv").write_text("aar;deadline\n2024;2025-02-20\n", encoding="utf-8")
    with (root.codelists / "systems.csv").open("a", encoding="utf-8") as systems:
        systems.write("151;nexus;;csv;utf-8;2025K1;;\n161;nexus;;csv;utf-8;2022K3;2024K3;\n")
    for today in (JAN_17, date(2025, 2, 28)):
        day = make_day(root, today)
        matters = {one.case.matter.split(" ")[0] for one in day.standings}
        asked = {one.case.komnr for one in day.standings if one.state is not State.IKKE_MED}
        assert matters == {"leverance", "godkendelse"}
        assert asked == {"101", "155", "540", "161"}
        assert {one.case.komnr for one in day.proposed} <= asked
    assert "ikke med endnu: <b>94</b>" in (root.reminders / "overblik.html").read_text(encoding="utf-8")
    spring = {one.case.komnr for one in make_day(root, date(2025, 4, 20)).standings if one.state is not State.IKKE_MED}
    assert spring == {"101", "155", "540", "161", "151"}, "once it has begun it is asked for all there is"

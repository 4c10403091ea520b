"""What a kommune answers on the pages: approvals, more time, questions, mandates; and who may not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hjalp_pipeline.portal.approval_standing import KindStand, YearStand
from hjalp_pipeline.rules.approval import State
from hjalp_pipeline.storage.codelists import read_extensions
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.portal_lists import APPROVES, READS, SENDS, read_access
from hjalp_tests.portal.portal_world import PNR, World, delivery
from hjalp_tests.portal.test_portal_pages import BASE, FORM, uploaded

NOW = datetime(2025, 6, 20, 10, tzinfo=UTC)


def test_approve_reject_and_undo(world: World) -> None:
    one, path = world.visitor("540", APPROVES), f"{BASE}/godkend/2024/svar"
    page = one.get(f"{BASE}/godkend/2024").body
    assert page.index("EN_DAG") < page.index("Udlån 74")
    assert "gammelt" not in page
    assert one.post(path, hvad="K1", svar="godkendt").status == 303
    assert one.post(path, hvad="K2", svar="afvist").status == 400
    assert one.post(path, hvad="K2", svar="afvist", grund=f"pnr {PNR} er forkert").status == 400
    assert (
        one.post(path, hvad="K2", svar="afvist", grund="depotet er talt\r\nto gange").status == 303
    )  # as a textarea sends it
    assert one.post(path, hvad="K9", svar="godkendt").status == 400
    world.clock.pass_(minutes=1)
    marks = re.findall(r'name="version" value="([^"]*)"', one.get(f"{BASE}/godkend/2024").body)
    assert len(marks) == 1  # a rejection without an approval before it has nothing to go back to
    one.post(path, hvad="K1", svar="fortryd", version=marks[0])
    one.post(path, hvad="K2", svar="fortryd", version=marks[0].replace("True", "False"))
    expected = [("K1", True), ("K2", False), ("K1", False)]
    assert decided(world) == expected
    for mark in (marks[0], ""):  # a second click, a colleague's old page
        told = one.post(path, hvad="K1", svar="fortryd", version=mark).headers["location"]
        assert "ikke fortrudt noget" in one.get(told).body
    assert decided(world) == expected


def test_a_year_says_in_a_word_what_comes_first(world: World) -> None:
    one, years, path = world.visitor("540", APPROVES), f"{BASE}/godkend", f"{BASE}/godkend/2024/svar"
    assert "2024</a>: svar mangler" in one.get(years).body
    assert "Tallene for 2024: svar mangler" in one.get(f"{BASE}/oversigt").body
    for kind in ("K1", "K2", "K3", "K4", "PARAGRAF"):
        one.post(path, hvad=kind, svar="godkendt")
    assert "2024</a>: alt er besvaret<" in one.get(years).body.replace("\n", "")
    assert "Tallene for 2024" not in one.get(f"{BASE}/oversigt").body
    world.clock.pass_(minutes=1)
    one.post(path, hvad="K2", svar="afvist", grund="depotet er talt to gange")
    assert "2024</a>: noget er afvist: ret, og send igen" in one.get(years).body
    outdated = KindStand("K1", "1. kvartal", State.FORAELDET, None)
    assert YearStand(2024, (outdated,), None, None).word(NOW).endswith("se de nye tal efter")


def test_a_year_that_no_answer_changes_any_more_is_nobodys_turn() -> None:
    """After the limit of the release that is coming nothing is answered: the kommune can mend nothing."""
    for state in (State.UBESVARET, State.AFVIST, State.GENLEVERET):
        year = YearStand(2024, (KindStand("K1", "1. kvartal", state, None),), None, NOW)
        later = NOW + timedelta(seconds=1)
        assert (year.turn(NOW), year.turn(later)) == ("jer", "ingen")
        assert year.word(later) == "fristen for svar er udløbet"
    done = YearStand(2024, (KindStand("K1", "1. kvartal", State.GODKENDT, None),), None, NOW)
    assert (done.turn(NOW), done.word(NOW + timedelta(days=9))) == ("ingen", "alt er besvaret")


def decided(world: World) -> list[tuple[str, bool]]:
    return [(found.kind, found.approved) for found in read_approvals(world.root)]


def test_two_who_undo_at_once_undo_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from hjalp_pipeline.portal.screens import approving

    one, path = world.visitor("540", APPROVES), f"{BASE}/godkend/2024/svar"
    one.post(path, hvad="K1", svar="godkendt")
    form = {"hvad": "K1", "svar": "fortryd", "version": approving.mark_of(read_approvals(world.root)[0])}
    record = approving.record

    def meanwhile(*given: Any, **named: Any) -> Any:
        monkeypatch.setattr(approving, "record", record)
        assert one.post(path, **form).status == 303
        return record(*given, **named)

    monkeypatch.setattr(approving, "record", meanwhile)
    told = one.post(path, **form).headers["location"]
    assert "ikke fortrudt noget" in one.get(told).body
    assert decided(world) == [("K1", True), ("K1", False)]


def test_an_answer_is_one_row_of_the_log(world: World) -> None:
    one, path = world.visitor("540", APPROVES), f"{BASE}/godkend/2024/svar"
    one.post(path, hvad="K1", svar="godkendt")
    one.post(path, hvad="K1", svar="afvist", grund=f"pnr {PNR} er forkert")
    rows = [(row["act"], row["result"]) for row in world.portal.log.of_kommune("540", "hjalp")]
    assert rows == [("tekst", "afvist: ligner et personnummer"), ("godkendt", "ok")]


def test_after_the_limit_of_a_release_nothing_is_answered(world: World) -> None:
    one, path = world.visitor("540", APPROVES), f"{BASE}/godkend/2024/svar"
    (world.root.releases / "2024v1.toml").write_text(
        'reference_years = [2024]\nquarter = "2025K1"\nregisters = "2025-04-04"\npublish_at = 2025-06-24T08:00:00+02:00\n'
        "approvals_until = 2025-04-10T10:00:00+02:00\n"
    )
    assert "Til da kan de fortrydes" not in one.get(f"{BASE}/godkend/2024").body
    one.post(path, hvad="K1", svar="godkendt")
    assert read_approvals(world.root) == []


def test_where_it_takes_two_whoever_has_sent_may_not_approve(world: World) -> None:
    (world.root.codelists / "portal_two_persons.csv").write_text("komnr;from_date\n540;2025-01-01\n")
    both = world.visitor("540", SENDS, APPROVES)
    upload = uploaded(both.upload(f"{BASE}/send", delivery(records=40), **FORM).headers["location"])
    both.post(f"{BASE}/send/{upload}", goer="send")
    both.post(f"{BASE}/godkend/2024/svar", hvad="K1", svar="godkendt")
    assert read_approvals(world.root) == []
    colleague = world.visitor("540", APPROVES, name="kollega")
    answered = colleague.post(f"{BASE}/godkend/2024/svar", hvad="K1", svar="godkendt")
    assert answered.status == 303, answered.body
    assert len(read_approvals(world.root)) == 1


def test_time_is_asked_for_and_given(world: World) -> None:
    (world.root.codelists / "extensions.csv").write_text(
        "# egen\nkomnr;quarter;new_deadline;reason\n".replace("# egen\n", "")
    )
    one, office = world.visitor("540", SENDS), world.office()
    assert one.post(f"{BASE}/udsaettelse/bed", periode="2025K1", til="2025-04-12", grund="x").status == 400
    for until in ("2025-05-01", "2025-05-09"):
        one.post(f"{BASE}/udsaettelse/bed", periode="2025K1", til=until, grund="Skift;af system")
        page = office.get("/kontor/hjalp/koer").body
        path = page.split('action="')[2].split('"')[0]
        assert office.post(path, goer="giv", svar="").status == 303
        assert office.post(path, goer="giv", svar="").status == 404  # answered once
    (row,) = read_extensions(world.root)
    assert (row.komnr, str(row.period), str(row.new_deadline), row.reason) == (
        "540",
        "2025K1",
        "2025-05-09",
        "Skift;af system",
    )
    assert "09.05.2025" in one.get(f"{BASE}/oversigt").body


def test_a_question_is_answered_and_no_person_number_is_taken(world: World) -> None:
    one, office = world.visitor("540", READS), world.office()
    assert one.post(f"{BASE}/spoerg/send", om="Andet", tekst=f"Hvem er 300250-1234? {PNR}").status == 400
    one.post(f"{BASE}/spoerg/send", om="rapport 2024", tekst="Hvad er EN_DAG?", telefon="12 34 56 78")
    path = office.get("/kontor/hjalp/koer").body.split('action="')[2].split('"')[0]
    assert office.post(path, svar="").status == 400
    office.post(path, svar="Mange udlån på én dag.")
    assert "Mange udlån på én dag." in one.get(f"{BASE}/spoerg").body


def test_a_mandate_becomes_a_row_of_the_list(world: World) -> None:
    one, office = world.visitor("540", APPROVES), world.office()
    wide = {"cvr": "１２３４５６７８", "hvem": "Leverandør A", "til": "2025-12-31"}
    assert one.post(f"{BASE}/jeres-data/fuldmagt", **wide).status == 400
    one.post(f"{BASE}/jeres-data/fuldmagt", cvr="12345678", hvem="Leverandør A", til="2025-12-31")
    path = office.get("/kontor/hjalp/koer").body.split('action="')[2].split('"')[0]
    office.post(path, goer="giv")
    assert "CVR 12345678: indberetter" in one.get(f"{BASE}/jeres-data").body
    (row,) = read_access(world.root)
    assert (row.cvr, row.komnr, row.role, str(row.to_date)) == ("12345678", "540", SENDS, "2025-12-31")

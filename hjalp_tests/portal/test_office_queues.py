"""The office's answers: what is granted is written when its answer stands, and never for an answer that does not."""

from __future__ import annotations

from datetime import date

import pytest

from hjalp_pipeline.portal import office_requests
from hjalp_pipeline.portal.screens import office_queues
from hjalp_pipeline.portal.visit import Visit
from hjalp_pipeline.storage.codelists import InputError, read_extensions
from hjalp_pipeline.storage.granting import grant_access
from hjalp_pipeline.storage.portal_lists import APPROVES, SENDS, Access, read_access
from hjalp_tests.portal.portal_world import World

EXTENSIONS = "komnr;quarter;new_deadline;reason\n"


def asked_for_time(world: World) -> str:
    """The address of the office's answer to a wish for more time."""
    (world.root.codelists / "extensions.csv").write_text(EXTENSIONS)
    wish = {"periode": "2025K1", "til": "2025-05-01", "grund": "Skift af system"}
    assert world.visitor("540", SENDS).post("/hjalp/540/udsaettelse/bed", **wish).status == 303
    return world.office().get("/kontor/hjalp/koer").body.split('action="')[2].split('"')[0]


@pytest.mark.parametrize("fields", [{}, {"goer": ""}, {"goer": "slet"}, {"goer": "giv", "svar": "3002501234"}], ids=str)
def test_a_form_that_says_nothing_decides_nothing(world: World, fields: dict[str, str]) -> None:
    path = asked_for_time(world)
    assert world.office().post(path, **fields).status == 400
    assert read_extensions(world.root) == []
    assert world.office().post(path, goer="giv", svar="").status == 303
    assert len(read_extensions(world.root)) == 1


def test_what_a_colleague_refused_meanwhile_is_not_granted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path, office, text = asked_for_time(world), world.office(), office_queues.checked_text

    def meanwhile(visit: Visit, name: str, *, needed: bool = True) -> str:
        monkeypatch.setattr(office_queues, "checked_text", text)
        assert office.post(path, goer="afslaa", svar="").status == 303
        return text(visit, name, needed=needed)

    monkeypatch.setattr(office_queues, "checked_text", meanwhile)
    told = office.post(path, goer="giv", svar="").headers["location"]
    assert "En kollega har svaret imens" in office.get(told).body
    assert read_extensions(world.root) == []
    assert "afslået" in world.visitor("540", SENDS).get("/hjalp/540/udsaettelse").body


def test_what_cannot_be_written_is_not_answered(world: World) -> None:
    path, office, file = asked_for_time(world), world.office(), world.root.codelists / "extensions.csv"
    file.write_text(EXTENSIONS + "540;2025K1;never;x\n")
    refused = office.post(path, goer="giv", svar="")
    assert (refused.status, "listen i codelists/ har en fejl" in refused.body, "never" in refused.body) == (
        409,
        True,
        False,
    )
    file.write_text(EXTENSIONS)
    assert "venter på svar" in world.visitor("540", SENDS).get("/hjalp/540/udsaettelse").body
    assert office.post(path, goer="giv", svar="").status == 303
    assert len(read_extensions(world.root)) == 1
    assert world.portal.log.faults() == []


def test_a_mandate_that_is_over_before_it_is_answered_does_not_break_the_list(world: World) -> None:
    wish = {"cvr": "12345678", "hvem": "Leverandør A", "til": "2025-04-11"}
    world.visitor("540", APPROVES).post("/hjalp/540/jeres-data/fuldmagt", **wish)
    world.clock.pass_(days=5)
    path = world.office().get("/kontor/hjalp/koer").body.split('action="')[2].split('"')[0]
    assert world.office().post(path, goer="giv").status == 409
    assert read_access(world.root) == []
    with pytest.raises(InputError):
        grant_access(world.root, Access("12345678", "540", SENDS, date(2025, 4, 15), date(2025, 4, 11)))
    assert world.office().post(path, goer="afslaa").status == 303


def test_the_oldest_wait_first_and_nobody_fills_the_queue(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_requests, "MOST_OPEN", 3)
    monkeypatch.setattr(office_requests, "MOST_SHOWN", 2)
    monkeypatch.setattr(office_queues, "MOST_SHOWN", 2)
    one, path = world.visitor("540", SENDS), "/hjalp/540/spoerg/send"
    for number in range(3):
        world.clock.pass_(minutes=1)
        assert one.post(path, om="Andet", tekst=f"Spørgsmål nr. {number}", telefon="").status == 303
    full = one.post(path, om="Andet", tekst="Et til", telefon="")
    assert (full.status, "Et til" in full.body, "venter på svar" in full.body) == (429, True, True)
    assert world.visitor("185", SENDS).post("/hjalp/185/spoerg/send", om="Andet", tekst="x", telefon="").status == 303
    page = world.office().get("/kontor/hjalp/koer").body
    assert [f"Spørgsmål nr. {number}" in page for number in range(3)] == [True, True, False]
    assert "De 2 ældste er vist" in page
    answered = page.split('action="')[2].split('"')[0]
    assert world.office().post(answered, svar="Ja.").status == 303
    assert one.post(path, om="Andet", tekst="Et til", telefon="").status == 303


def test_a_telephone_number_that_was_hidden_is_written_again(world: World) -> None:
    one, path = world.visitor("540", SENDS), "/hjalp/540/spoerg/send"
    assert one.post(path, om="Andet", tekst="x", telefon="+******-****").status == 400
    assert one.post(path, om="Andet", tekst="x", telefon="12345678").status == 303


@pytest.mark.parametrize("until", ["9999-12-31", "2026-05-01"])
def test_no_deadline_is_put_off_for_ever(world: World, until: str) -> None:
    wish = {"periode": "2025K1", "til": until, "grund": "x"}
    assert world.visitor("540", SENDS).post("/hjalp/540/udsaettelse/bed", **wish).status == 400

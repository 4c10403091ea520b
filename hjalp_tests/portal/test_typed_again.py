"""What somebody has written is given back when it cannot be taken: after a logout, from an old page, with a fault in it."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

from hjalp_pipeline.portal.office_requests import QUESTION
from hjalp_pipeline.portal.sessions import IDLE
from hjalp_pipeline.storage.portal_lists import READS, SENDS
from hjalp_tests.portal.portal_world import PNR, Visitor, World, delivery
from hjalp_tests.web.asgi import Answer, ask

PATH = "/hjalp/540/spoerg/send"
TEXT = 'Hvad er "EN_DAG"\r\n<og> & hvorfor?'
KIND = ("content-type", "application/x-www-form-urlencoded")


def given(answer: Answer) -> dict[str, str]:
    """The fields of the form of a page, as a browser would send them."""
    form = answer.body.split(f'action="{PATH}"')[1].split("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form))
    fields |= dict(re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', form))
    return {name: unescape(value) for name, value in fields.items()}


def asked(world: World) -> list[str]:
    with world.portal.db.reading() as connection:
        from sqlalchemy import text

        found = connection.execute(text("select asked from requests where kind = :kind"), {"kind": QUESTION})
        return list(found.scalars())


def test_after_a_logout_what_was_written_is_sent_after_the_next_login(world: World) -> None:
    one = world.visitor("540", READS)
    token = one.token(PATH)
    world.clock.at += 2 * IDLE
    ended = one.post(PATH, token=token, om="Andet", tekst=TEXT, telefon="")
    assert ended.status == 403
    assert "location" not in ended.headers  # no form is led to another origin
    assert 'target="_blank"' in ended.body
    assert given(ended)["tekst"] == TEXT
    later = world.visitor("540", READS)  # the same person logs in again, in another tab
    looked = later.post(PATH, **given(ended))
    assert looked.status == 403
    assert asked(world) == []  # the form of before is no form of this session: it is to be looked through
    assert later.post(PATH, **given(looked)).status == 303
    assert [" ".join(text.split()) for text in asked(world)] == [" ".join(TEXT.split())]


def test_a_fault_in_a_form_costs_nothing_of_it_but_the_number(world: World) -> None:
    one = world.visitor("540", READS)
    back = one.post(PATH, om="Andet", tekst=f"Hvem er {PNR}?", telefon="12345678")
    assert back.status == 400
    assert PNR not in back.body
    assert "ligner noget med et personnummer" in back.body
    assert given(back)["tekst"] == "Hvem er ******-****?"
    assert one.post(PATH, **{**given(back), "tekst": "Hvem er nr. 7?"}).status == 303


def test_nobody_else_puts_a_form_before_somebody(world: World) -> None:
    """What is given back is what the same browser has sent: a page of another origin is not heard at all."""
    body = urlencode({"tekst": "send penge"}).encode()
    for headers in ([("sec-fetch-site", "cross-site")], [("origin", "https://elsewhere.example")]):
        answer = ask(world.app, "POST", PATH, [*headers, KIND], body)
        assert (answer.status, "penge" in answer.body) == (403, False)


def test_a_file_without_a_login_is_to_be_chosen_again(world: World) -> None:
    gone = Visitor(world.portal, world.app, "gone")
    content = delivery(records=40)
    answer = gone.upload("/hjalp/540/send", content, pieces=3, token="x", periode="2025K1", system="nexus.csv")
    assert (answer.status, "location" in answer.headers) == (403, False)
    assert "Filen er ikke sendt" in answer.body
    assert list(world.portal.place.uploads.iterdir()) == []
    old = world.visitor("540", SENDS).upload(
        "/hjalp/540/send", content, token="x", periode="2025K1", system="nexus.csv"
    )
    assert (old.status, "Filen er ikke sendt" in old.body) == (403, True)

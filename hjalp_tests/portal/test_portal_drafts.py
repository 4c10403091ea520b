"""Typing in: a draft holds what was delivered, colleagues share it, and it becomes a delivery."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hjalp_pipeline.portal.typed_records import masked
from hjalp_pipeline.storage.portal_lists import SENDS
from hjalp_tests.portal.portal_world import PNR, World, make_world

BASE = "/hjalp/540"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    found = make_world(tmp_path, monkeypatch)
    yield found
    found.portal.close()


def test_a_draft_holds_all_that_was_delivered_and_becomes_a_delivery(world: World) -> None:
    one = world.visitor("540", SENDS, name="a")
    draft = one.post(f"{BASE}/tast", periode="2025K1", system="nexus.csv").headers["location"].split("?")[0]
    page = one.get(draft).body
    assert "3 poster" in page
    assert "300250-****" in page
    assert PNR not in page
    assert "1 poster fundet" in one.post(f"{draft}/soeg", soeg="N-2").body
    assert "3 poster fundet" in one.post(f"{draft}/soeg", soeg="300250-1234").body
    form = one.get(f"{draft}/post/2")
    assert PNR not in form.body
    version = form.body.split('name="version" value="')[1].split('"')[0]
    fields = {
        "udlaan_id": "N-2",
        "pnr": "",
        "udleveringsdato": "2024-02-01",
        "indleveringsdato": "2025-03-01",
        "lov_navn": "SEL_112",
    }
    assert one.post(f"{draft}/post/2", version=version, **fields).status == 303
    assert one.post(f"{draft}/post/2", version=version, **fields).status == 409  # a second tab with the old page
    wrong = one.post(f"{draft}/post/2", version=version, **{**fields, "udleveringsdato": "2024-02-31"})
    assert wrong.status == 422
    assert f'name="version" value="{version}"' in wrong.body  # correcting the date does not make the old page a new one
    bad = one.post(f"{draft}/post/ny", version="", udlaan_id="N-9", pnr=PNR, udleveringsdato="2025-02-30")
    assert bad.status == 422
    assert PNR not in bad.body
    new = {"udlaan_id": "N-9", "pnr": PNR, "udleveringsdato": "2025-02-20", "lov_navn": "SEL_112"}
    assert one.post(f"{draft}/post/ny", version="", **new).status == 303
    upload = one.post(draft, goer="send").headers["location"].split("?")[0]
    assert "4 af 4 poster bruges" in one.get(upload).body
    one.post(upload, goer="send")
    (file,) = world.root.inbox.glob("2025K1/*.csv")
    lines = file.read_text().splitlines()
    assert lines[2] == f"N-2;540;;{PNR};123456;122203;Kørestol;2024-02-01;2025-03-01;SEL_112;"
    assert lines[-1] == "SLUT;4"


def test_two_colleagues_and_one_draft(world: World) -> None:
    a, b = world.visitor("540", SENDS, name="a"), world.visitor("540", SENDS, name="b")
    draft = a.post(f"{BASE}/tast", periode="2025K1", system="nexus.csv").headers["location"].split("?")[0]
    new = {"version": "", "udlaan_id": "N-9", "pnr": PNR, "udleveringsdato": "2025-02-20"}
    assert b.post(f"{draft}/post/ny", **new).status == 409
    assert b.post(draft, goer="overtag").status == 409
    assert b.post(f"{BASE}/tast", periode="2025K1", system="nexus.csv").status == 409
    world.clock.pass_(minutes=29)
    assert a.get(draft).status == b.get(draft).status == 200
    assert b.post(draft, goer="overtag").status == 409
    world.clock.pass_(minutes=2)
    assert b.post(draft, goer="overtag").status == 303
    assert a.post(f"{draft}/post/ny", **new).status == 409
    assert b.post(f"{draft}/post/ny", **new).status == 303


def test_an_id_that_looks_like_a_person_number_is_not_shown(world: World) -> None:
    layout = world.root.declared.layouts.of("2025K1")
    record = {"udlaan_id": f" {PNR}", layout.person: PNR, "lov_navn": "SEL_112"}
    assert masked(record, layout) == {"udlaan_id": "****", layout.person: f"{PNR[:6]}-****", "lov_navn": "SEL_112"}

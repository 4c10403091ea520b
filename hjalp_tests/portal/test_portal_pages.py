"""The pages as a browser gets them: what each shows, what is sent on it, and where it leads."""

from __future__ import annotations

import itertools
import json
import re
from importlib.resources import files
from pathlib import Path

from hjalp_pipeline.portal.portal_app import SCREENS
from hjalp_pipeline.storage.portal_lists import APPROVES, READS, SENDS
from hjalp_tests.portal.portal_world import PNR, World, delivery, make_world

BASE = "/hjalp/540"


FORM = {"periode": "2025K1", "system": "nexus.csv"}


def uploaded(answer_location: str) -> str:
    return answer_location.rpartition("/")[2]


def test_every_page_is_shown_and_holds_nothing_inside_that_the_policy_forbids(world: World) -> None:
    one = world.visitor("540", READS, SENDS, APPROVES)
    pages = [
        f"{BASE}/{door.path}" for screen in SCREENS[:-1] for door in screen.DOORS if door.get and "{" not in door.path
    ]
    edition = one.get(f"{BASE}/krav").body.split("/krav/kravspecifikation-")[1].split('"')[0]
    edition = f"{BASE}/krav/kravspecifikation-{edition}"
    receipt = "kvitteringer/2024K4/540_nexus_20250110T081500.csv"
    pages += [
        f"{BASE}/godkend/2024",
        f"{BASE}/{receipt}",
        f"{BASE}/{receipt}/hent",
        f"{BASE}/krav/aendringer",
        edition,
    ]
    assert len(pages) > 12
    for path in pages:
        answer = one.get(path)
        assert answer.status == 200, path
        assert len(answer.body) < 100_000
        assert PNR not in answer.body or "/krav/" in path  # the example of the specification
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        if not path.endswith("hent"):
            assert "<script" not in answer.body
            assert "<style" not in answer.body
            assert " style=" not in answer.body
            assert " onclick" not in answer.body
    office = world.office().get("/kontor/hjalp/koer")
    assert office.status == 200
    assert office.body.count('class="tile ') == 98
    assert len(office.body.encode()) < 100_000


def test_a_file_is_checked_shown_and_sent_into_the_inbox(world: World) -> None:
    one = world.visitor("540", SENDS)
    found = one.upload(f"{BASE}/send", delivery(records=40), **FORM)
    assert found.status == 303
    upload = uploaded(found.headers["location"])
    page = one.get(f"{BASE}/send/{upload}")
    assert "40 af 40 poster bruges" in page.body
    assert "+1233,3 %" in page.body  # from 3 to 40
    assert list((world.root.inbox).glob("2025K1/*")) == []
    sent = one.post(f"{BASE}/send/{upload}", goer="send")
    (file,) = world.root.inbox.glob("2025K1/*")
    assert sent.headers["location"].startswith(f"{BASE}/kvitteringer/2025K1/{file.name}")
    assert file.name == "540_nexus_20250410T110000.csv"
    assert file.read_bytes() == delivery(records=40)
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(world.portal.place.uploads.iterdir()) == []
    again = one.post(f"{BASE}/send/{upload}", goer="send")
    assert again.status == 303
    assert len(list(world.root.inbox.glob("2025K1/*"))) == 1
    world.run_intake()
    receipt = one.get(f"{BASE}/kvitteringer/2025K1/{file.name}").body
    assert "Filen kan bruges" in receipt
    assert "Person 540 sendte en leverance" in receipt
    held = one.get(f"{BASE}/jeres-data").body
    assert "Person 540" in held
    assert "lagde en fil op" in held
    assert upload not in held
    assert world.portal.log.faults() == []


def test_a_faulty_file_says_what_is_wrong_and_cannot_be_sent(world: World) -> None:
    one = world.visitor("540", SENDS)
    upload = uploaded(one.upload(f"{BASE}/send", delivery(records=40, issued="30-02-2024"), **FORM).headers["location"])
    page = one.get(f"{BASE}/send/{upload}")
    assert "FOR_MANGE_FEJL" in page.body
    assert "udleveringsdato" in page.body
    assert 'value="send"' not in page.body
    one.post(f"{BASE}/send/{upload}", goer="send")
    assert list(world.root.inbox.glob("2025K1/*")) == []
    one.post(f"{BASE}/send/{upload}", goer="kassér")
    assert list(world.portal.place.uploads.iterdir()) == []


def test_two_files_of_the_same_second_are_both_kept(world: World) -> None:
    one = world.visitor("540", SENDS)
    for records in (40, 41):
        upload = uploaded(one.upload(f"{BASE}/send", delivery(records=records), **FORM).headers["location"])
        one.post(f"{BASE}/send/{upload}", goer="send")
    names = sorted(path.name for path in world.root.inbox.glob("2025K1/*"))
    assert names == ["540_nexus_20250410T110000.csv", "540_nexus_20250410T110001.csv"]


def test_a_delivery_is_withdrawn_unless_a_release_is_made_from_it(world: World) -> None:
    one, name = world.visitor("540", SENDS), "540_nexus_20250110T081500.csv"
    path = f"{BASE}/kvitteringer/2024K4/{name}/traek"
    receipt = json.loads((world.root.receipts / "2024K4" / name.replace(".csv", ".json")).read_text())
    (world.root.releases / "2024v1").mkdir()
    manifest = world.root.releases / "2024v1" / "manifest.json"
    manifest.write_text(json.dumps({"inputs": receipt["sha256"]}))
    one.post(path)
    assert (world.root.inbox / "2024K4" / name).is_file()
    page = path.removesuffix("/traek")
    assert "Den kan ikke trækkes tilbage: en udgivelse er lavet af den." in one.get(page).body
    manifest.unlink()
    assert "Den kan ikke trækkes tilbage" not in one.get(page).body
    one.post(path)
    assert not (world.root.inbox / "2024K4" / name).exists()
    assert (world.portal.place.withdrawn / "hjalp" / "2024K4" / name).read_bytes() == delivery("540")
    assert "trukket tilbage" in one.get(f"{BASE}/kvitteringer/2024K4/{name}").body


def test_what_of_a_report_is_there_can_be_fetched_and_nothing_else_is_offered(world: World) -> None:
    one, path = world.visitor("540", APPROVES), f"{BASE}/godkend/2024"
    assert ("hent/html" in one.get(path).body, "hent/xlsx" in one.get(path).body) == (True, False)
    one.post(f"{path}/svar", hvad="K1", svar="godkendt")
    (world.root.approvals / "reports" / "2024" / "540.html").unlink()
    page = one.get(path).body
    assert ("hent/" in page, "Rapporten for 2024 ligger her ikke." in page) == (False, True)
    assert one.get(f"{path}/hent/html").status == 404


def test_about_knows_who_is_logged_in(world: World) -> None:
    one = world.visitor("540", READS)
    page = one.get("/om").body
    assert ("Person 540" in page, 'href="/login"' in page) == (True, False)
    one.post("/logud")
    page = one.get("/om?ud").body
    assert ("Person 540" in page, 'href="/login"' in page, "I er logget ud." in page) == (False, True, True)


def test_the_test_channel_keeps_no_file_and_sends_nothing(world: World) -> None:
    one = world.visitor("540", SENDS)
    upload = uploaded(
        one.upload(f"{BASE}/proev", delivery(records=40), periode="2024K4", system="nexus.csv").headers["location"]
    )
    assert "Prøve: bruges aldrig" in one.get(f"{BASE}/proev/{upload}").body
    assert list(world.portal.place.uploads.iterdir()) == []
    one.post(f"{BASE}/send/{upload}", goer="send")
    assert len(list(world.root.inbox.rglob("*.csv"))) == 2
    from hjalp_pipeline.portal.upload_store import forget_old

    world.clock.pass_(days=31)
    forget_old(world.portal)
    fresh = world.visitor("540", SENDS)
    assert fresh.get(f"{BASE}/proev/{upload}").status == 404


def test_no_person_number_in_database_or_log(world: World) -> None:
    one = world.visitor("540", SENDS)
    draft = one.post(f"{BASE}/tast", periode="2025K1", system="nexus.csv").headers["location"].split("?")[0]
    one.post(f"{draft}/soeg", soeg=PNR)
    one.post(f"{draft}/post/ny", version="", udlaan_id="N-9", pnr=PNR, udleveringsdato="2025-02-20")
    one.upload(f"{BASE}/send", delivery(records=40), **FORM)
    for path in world.portal.place.folder.rglob("*"):
        if path.is_file() and path.parent.name != "uploads":
            content = path.read_bytes()
            assert PNR.encode() not in content, path.name
            assert b"300250-1234" not in content, path.name


def test_the_second_statistic_has_the_same_pages(tmp_path: Path) -> None:
    """The portal spells no statistic: another declaration, by month, is all it takes."""
    world = make_world(tmp_path, statistics=("hjalp", "hand"))
    lists = tmp_path / "hand" / "codelists"
    lists.mkdir(parents=True)
    (lists / "systems.csv").write_text(
        "komnr;system;leverandoer;format;encoding;from_period;to_period;carry_forward\n540;dialog;L;xlsx;;2024M12;;\n"
    )
    one = world.visitor("540", READS, SENDS, APPROVES)
    for screen in SCREENS[:-1]:
        for door in screen.DOORS:
            if door.get and "{" not in door.path:
                assert one.get(f"/hand/540/{door.path}").status == 200, door.path
    fine = (lists / "systems.csv").read_text()
    (lists / "systems.csv").write_text("komnr\n")
    assert one.get("/").body.count('class="mark ') == 1  # a fault in one statistic's list costs the other nothing
    assert one.get("/hand/540/oversigt").status == 503
    (lists / "systems.csv").write_text(fine)
    front = one.get("/").body
    assert "4. kvartal 2024" in front
    assert front.count('class="mark ') == 2  # how it stands in both
    year = one.get("/hand/540/krav").body.split('class="wheel"')[1].split("</svg>")[0]
    places = re.findall(r'<text x="([0-9.]+)" y="([0-9.]+)" text-anchor="middle">[0-9]+</text>', year)
    assert len(places) == 13
    apart = [abs(float(a[0]) - float(b[0])) + abs(float(a[1]) - float(b[1])) for a, b in itertools.pairwise(places)]
    assert min(apart) > 12  # no number hides another: 11 and 14 February
    page = one.get("/hand/540/oversigt").body
    assert "Handicap og udsatte" in page
    assert "marts 2025" in page
    assert "dialog (xlsx)" in one.get("/hand/540/send").body
    assert world.office().get("/kontor/hand/koer").status == 200
    world.portal.close()


def test_what_an_old_period_still_lacks_is_not_asked_for(world: World) -> None:
    """Every delivery holds everything: of a kommune that is behind, the last period whose successor is not due is asked for."""
    world.clock.at = world.clock.at.replace(year=2026)
    page = world.visitor("540", SENDS).get(f"{BASE}/oversigt").body
    assert "4. kvartal 2025: Send alle data." in page
    assert "Delvis modtaget" not in page  # of 4. kvartal 2024, where one of two systems has delivered


def test_the_menu_has_the_pages_of_the_roles_and_another_page_says_whose_it_is(world: World) -> None:
    """A page that somebody may not use is no dead end: it says which role it takes, with the menu of what they may."""
    reader, sender = world.visitor("540", READS), world.visitor("540", SENDS)
    for part in ("send", "tast", "proev"):
        link = f'<a href="{BASE}/{part}"'
        assert link in sender.get(f"{BASE}/krav").body
        refused = reader.get(f"{BASE}/{part}")
        assert refused.status == 403
        assert "rollen indberetter" in refused.body
        assert link not in refused.body
        assert f'<a href="{BASE}/kvitteringer"' in refused.body
    assert "En kollega med rollen indberetter kan" in reader.get(f"{BASE}/oversigt").body
    assert "En kollega med rollen indberetter kan" in reader.get(f"{BASE}/udsaettelse").body
    assert "kollega med rollen godkender" in sender.get(f"{BASE}/godkend/2024").body


def test_whoever_has_more_to_choose_from_finds_the_way_back(tmp_path: Path) -> None:
    both = make_world(tmp_path / "both", statistics=("hjalp", "hand"))
    assert '<a href="/">Skift kommune eller statistik</a>' in both.visitor("540", READS).get(f"{BASE}/oversigt").body
    assert '<a href="/">Skift statistik</a>' in both.office().get("/kontor/hjalp/koer").body
    both.portal.close()
    one = make_world(tmp_path / "one")
    assert '<a href="/">Skift' not in one.visitor("540", READS).get(f"{BASE}/oversigt").body
    one.portal.close()


def test_paper_has_no_menu_and_no_forms_to_press() -> None:
    """Rules in ``@media print`` once became others by a hasty replacement, and the menu was printed."""
    style = files("hjalp_pipeline.portal").joinpath("static/portal.css").read_text(encoding="utf-8")
    printed = style[style.index("@media print") :]
    hidden = re.findall(r"([^{}]+)\{ display: none; \}", printed)
    assert {one.strip() for one in hidden[0].split(",")} >= {".portal-menu", ".portal-footer", ".skipnav", ".actions"}


def test_which_edition_of_the_requirements_holds(world: World) -> None:
    world.clock.at = world.clock.at.replace(year=2026)
    page = world.visitor("540", READS).get(f"{BASE}/krav").body
    assert page.count("gælder nu") == 1
    assert page.index("gælder nu") < page.index("historisk")

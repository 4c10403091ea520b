"""The web dialogue played in a real Chromium: a faulty workbook, the right one, approvals, more time; without JavaScript, by
keyboard alone, on a phone; and no page that axe-core finds a fault in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import insert

from hjalp_pipeline.portal.checks import WAITING
from hjalp_pipeline.portal.portal_db import UPLOADS, PortalDb
from hjalp_pipeline.portal.portal_place import PortalPlace
from hjalp_pipeline.portal.rendering import MENU
from hjalp_pipeline.storage.codelists import read_extensions
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.portal.portal_running import (
    chromium,
    deadline_far,
    demo_root,
    log_in,
    portal_process,
    violations,
    workbook,
)  # fmt: skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
YEAR = datetime.now(UTC).year - 1


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    return demo_root(tmp_path_factory.mktemp("portal"))


@pytest.fixture(scope="module")
def address(root: DataRoot) -> Iterator[str]:
    with portal_process(root) as (found, _):
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def send(page: Page, address: str, file: Path) -> None:
    page.goto(f"{address}/hjalp/540/send")
    page.select_option("#f-system", "dialog.xlsx")
    page.set_input_files("#f-fil", file)
    page.get_by_role("button", name="Læg op og kontrollér").click()
    page.get_by_text(re.compile("^Filen kan (ikke )?bruges$")).wait_for()


def answer(page: Page, what: str) -> None:
    page.get_by_role("button", name=f"Godkend {what}", exact=True).click()
    page.get_by_role("status").wait_for()


def test_the_story(address: str, browser: Browser, root: DataRoot, tmp_path: Path) -> None:
    sender = log_in(browser, address, "soenderborg-taster")
    send(sender, address, workbook(tmp_path / "a.xlsx", bad=True))
    assert "FOR_MANGE_FEJL" in sender.content()
    assert sender.get_by_role("button", name="Send", exact=True).count() == 0
    sender.get_by_role("button", name="Kassér").click()
    send(sender, address, workbook(tmp_path / "b.xlsx", bad=False))
    sender.get_by_role("button", name="Send", exact=True).click()
    sender.get_by_role("heading", name="Leverancen er modtaget og bliver læst").wait_for()
    (file,) = list(root.inbox.rglob("540_dialog_*.xlsx"))
    assert file.read_bytes() == (tmp_path / "b.xlsx").read_bytes()

    approver = log_in(browser, address, "soenderborg-godkender")
    approver.goto(f"{address}/hjalp/540/godkend/{YEAR}")
    for what in ("1. kvartal", "2. kvartal", "3. kvartal"):
        answer(approver, what)
    approver.get_by_text("Afvis 4. kvartal").first.click()
    approver.get_by_label("Hvad er galt").locator("visible=true").fill("depotet er talt to gange")
    approver.get_by_role("button", name="Afvis 4. kvartal").click()
    approver.get_by_role("status").wait_for()
    decided = {found.kind: found.approved for found in read_approvals(root) if found.komnr == "540"}
    assert decided == {"K1": True, "K2": True, "K3": True, "K4": False}

    sender.goto(f"{address}/hjalp/540/udsaettelse")
    sender.get_by_label("Ny frist").fill(deadline_far())
    sender.get_by_label("Hvorfor").fill("Skift af system")
    sender.get_by_role("button", name="Bed om mere tid").click()
    sender.get_by_text("venter på svar").wait_for()
    office = log_in(browser, address, "kontoret")
    office.goto(f"{address}/kontor/hjalp/koer")
    office.get_by_role("button", name="Giv").click()
    office.get_by_role("status").wait_for()
    (extension,) = read_extensions(root)
    assert (extension.komnr, extension.new_deadline.isoformat()) == ("540", deadline_far())
    sender.reload()
    assert "givet" in sender.content()


def test_without_javascript_and_on_a_phone(address: str, browser: Browser, root: DataRoot, tmp_path: Path) -> None:
    page = log_in(browser, address, "taarnby-taster", width=390, javascript=False)
    page.goto(f"{address}/hjalp/185/proev")
    page.select_option("#f-system", "dialog.xlsx")
    page.set_input_files("#f-fil", workbook(tmp_path / "a.xlsx", bad=True))
    page.get_by_role("button", name="Prøv filen").click()
    page.get_by_text("Filen kan ikke bruges").wait_for()  # the page renews itself, by no script
    assert "KOMNR" in page.content()  # it is Sønderborg's
    approver = log_in(browser, address, "taarnby-godkender", width=390, javascript=False)
    approver.goto(f"{address}/hjalp/185/godkend/{YEAR}")
    answer(approver, "1. kvartal")
    assert any(found.komnr == "185" and found.kind == "K1" for found in read_approvals(root))


def whole_rows(page: Page, url: str) -> None:
    """Every table of rows stands on the page without being moved sideways."""
    page.goto(url)
    tables = page.locator(".table--responsive-scroll:has(.stacked)")
    assert tables.count() >= 1
    assert tables.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".stacked td").first.is_visible()


def open_draft(sender: Page, address: str) -> None:
    """The draft that was begun, or a new one."""
    sender.goto(f"{address}/hjalp/540/tast")
    begun = sender.locator('main li a[href*="/tast/"]')
    if begun.count():
        begun.first.click()
    else:
        sender.get_by_role("button", name="Begynd").click()
    sender.get_by_role("link", name="Ny post").wait_for()


def test_a_phone_shows_whole_rows_and_paper_no_menu(address: str, browser: Browser) -> None:
    office = log_in(browser, address, "kontoret", width=390)
    whole_rows(office, f"{address}/kontor/hjalp/koer")
    sender = log_in(browser, address, "soenderborg-taster", width=390)
    open_draft(sender, address)
    whole_rows(sender, sender.url)
    page = log_in(browser, address, "taarnby-laeser", width=390)
    for path in ("oversigt", "kvitteringer"):
        whole_rows(page, f"{address}/hjalp/185/{path}")
    assert page.locator(".portal-menu").is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".portal-menu").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()


def test_by_keyboard_alone(address: str, browser: Browser, root: DataRoot) -> None:
    page = log_in(browser, address, "taarnby-laeser")
    page.goto(f"{address}/hjalp/185/spoerg")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Gå til sidens indhold"
    page.keyboard.press("Enter")
    for keys in (["Tab"], ["Tab"]):  # the choice, then the text
        for key in keys:
            page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == "f-tekst"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.type("Hvad betyder EN_DAG?")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Spørgsmålet er sendt").wait_for()


def waiting(root: DataRoot) -> str:
    """The page of a file whose check goes on as long as we look."""
    db, upload = PortalDb(f"sqlite:///{PortalPlace.of(root).database}"), uuid4().hex
    row = {
        "id": upload,
        "statistic": "hjalp",
        "komnr": "540",
        "period": "2024K4",
        "system": "nexus",
        "format": "csv",
        "test": False,
    }
    row |= {
        "person": "p",
        "name": "P",
        "at": datetime.now(UTC).isoformat(),
        "sha256": "0",
        "bytes": 1,
        "state": WAITING,
    }
    with db.writing() as connection:
        connection.execute(insert(UPLOADS).values(row))
    db.close()
    return f"/hjalp/540/send/{upload}"


PAGES = [f"/hjalp/540/{part}" for part, *_ in MENU]


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_has_a_fault_axe_finds_or_is_wider_than_the_window(
    address: str, browser: Browser, root: DataRoot, width: int
) -> None:
    sender = log_in(browser, address, "soenderborg-taster", width=width)
    open_draft(sender, address)
    draft = sender.url.removeprefix(address).split("?")[0]
    receipt = "/hjalp/540/kvitteringer/2024K4/540_nexus_20250110T081500.csv"
    more = [
        waiting(root),
        "/",
        "/om",
        "/hjalp/540/godkend/2024",
        receipt,
        draft,
        f"{draft}/post/ny",
        "/hjalp/540/krav/aendringer",
        "/nowhere",
    ]
    found = {}
    for path in [*PAGES, *more]:
        sender.goto(f"{address}{path}")
        found[path] = violations(sender)
        if sender.evaluate("document.documentElement.scrollWidth") > width:
            found[path].append("wider than the window")
    approver = log_in(browser, address, "soenderborg-godkender", width=width)
    office = log_in(browser, address, "kontoret", width=width)
    for page, path in (
        (approver, "/hjalp/540/godkend/2024"),
        (approver, "/hjalp/540/jeres-data"),
        (office, "/kontor/hjalp/koer"),
    ):
        page.goto(f"{address}{path}")
        found[f"{path} (2)"] = violations(page)
    assert {path: faults for path, faults in found.items() if faults} == {}

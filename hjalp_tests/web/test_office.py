"""The office's pages beside Dagster: what is shown, to whom, and that a page cannot act as Dagster's address."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html
from starlette.types import ASGIApp

from hjalp_pipeline.storage.root import STATISTICS, DataRoot
from hjalp_pipeline.web.address import serve_on
from hjalp_pipeline.web.app import assemble
from hjalp_pipeline.web.office.office_pages import office_routes
from hjalp_pipeline.web.office.shelves import SHELVES
from hjalp_tests.production.world import KVARTAL, deliver, delivery, run, write_world
from hjalp_tests.web.asgi import Echo, ask

OPEN = {
    "receipts/2025K1/540_nexus_20250410T081500.html": "receipt",
    "receipts/2025K1/540_nexus_20250410T081500.json": "{}",
    "specification/overblik.html": "requirements",
    "releases/2024v1/HJALP1.csv": "figures",
    "releases/2024v1/kvalitet.html": "quality",
}
OWN = {
    "reminders/overblik.html": "reminders",
    "approvals/reports/2024/540.html": "report",
    "approvals/reports/2024/540.xlsx": "workbook",
    "releases/2024v1.toml": "definition",
    "releases/2024v1/manifest.json": "manifest",
    "releases/2024v1/godkendelse/540.html": "report of the release",
    "releases/2025v1/HJALP1.csv": "embargoed figures",
    "lake/udgivelser/fortrolighed/2024v1_2024.html": "to sign",
}
NEVER = {
    "inbox/2025K1/540_nexus_20250410T081500.csv": "deliveries",
    "codelists/systems.csv": "systems",
    "approvals/2024.csv": "decisions",
    "releases/2024v1/microdata/GENHJALP.parquet": "microdata",
    "lake/udgivelser/fortrolighed/2024v1_2024.json": "intervals",
    "lake/raw/a.html": "not ours",
    "hjalp.duckdb": "everything",
    "receipts/.hidden.html": "a file being written",
}


@pytest.fixture(params=STATISTICS)
def root(request: pytest.FixtureRequest, tmp_path: Path) -> DataRoot:
    root = DataRoot(tmp_path / "data", request.param)
    for name, content in (OPEN | OWN | NEVER).items():
        path = root.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        path.chmod(0o644 if name in OPEN or "2025v1" in name else 0o600)
    for folder in (root.folder, *root.folder.rglob("*/")):
        folder.chmod(0o755)
    (root.releases / "2025v1").chmod(0o700)  # before its time of publication
    return root


def served(root: DataRoot, *, viewers: bool = False) -> ASGIApp:
    return assemble(
        Echo(),
        serve_on("127.0.0.1", 3000),
        read_only=viewers,
        beside=office_routes(root, [root.statistic], viewers=viewers),
    )


@pytest.mark.parametrize("name", [*OPEN, *OWN])
def test_the_office_sees_what_was_written_for_it(root: DataRoot, name: str) -> None:
    answer = ask(served(root), "GET", f"/kontor/{root.statistic}/{name}")
    assert (answer.status, answer.body) == (200, (OPEN | OWN)[name])


@pytest.mark.parametrize("viewers", [False, True])
@pytest.mark.parametrize("name", NEVER)
def test_data_are_no_pages(root: DataRoot, name: str, *, viewers: bool) -> None:
    assert ask(served(root, viewers=viewers), "GET", f"/kontor/{root.statistic}/{name}").status == 404


def test_a_viewer_sees_what_others_may_read_on_the_machine(root: DataRoot) -> None:
    app = served(root, viewers=True)
    assert {name for name in OPEN | OWN if ask(app, "GET", f"/kontor/{root.statistic}/{name}").status == 200} == set(
        OPEN
    )
    listed = ask(app, "GET", f"/kontor/{root.statistic}/").body
    assert "fortrolighed" not in listed
    assert "2025v1" not in listed
    assert "endnu" not in listed  # what is not for viewers was made all the same


@pytest.mark.parametrize(
    "name",
    [
        "receipts/../inbox/2025K1/540_nexus_20250410T081500.csv",
        "receipts/%2e%2e/%2e%2e/%2e%2e/etc/passwd.html",
        "receipts//2025K1/540_nexus_20250410T081500.html",
        "receipts/2025K1/..%5c540_nexus_20250410T081500.html",
        "receipts/2025K1/%00.html",
        "receipts/*/",
        "receipts/%00/",
        "receipts/../",
        "receipts",
        "receipts/2031K1/",
        "releases//godkendelse/",
        "/receipts/2025K1/540_nexus_20250410T081500.html",
    ],
)
def test_a_name_that_leads_elsewhere_is_no_page(root: DataRoot, name: str) -> None:
    assert ask(served(root), "GET", f"/kontor/{root.statistic}/{name}").status == 404


@pytest.mark.parametrize("place", ["receipts/link.html", "receipts/2025K2"])
def test_links_are_not_followed(root: DataRoot, tmp_path: Path, place: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "page.html").write_text("secret")
    target = tmp_path / "elsewhere" / ("page.html" if place.endswith(".html") else "")
    (root.folder / place).symlink_to(target)
    name = place if place.endswith(".html") else f"{place}/page.html"
    assert ask(served(root), "GET", f"/kontor/{root.statistic}/{name}").status == 404


@pytest.mark.parametrize("page", ["", "receipts/2025K1/", *OPEN])
def test_a_page_cannot_act_as_dagsters_address(root: DataRoot, page: str) -> None:
    policies = ask(served(root), "GET", f"/kontor/{root.statistic}/{page}").headers.getlist("content-security-policy")
    own = [policy for policy in policies if policy.startswith("sandbox")]
    assert own, "no sandbox: a script in the page could start runs"
    assert "allow-same-origin" not in own[0]
    assert "default-src 'none'" in own[0]
    assert "allow-forms" not in own[0]


def test_the_first_page_leads_to_everything(root: DataRoot) -> None:
    page = ask(served(root), "GET", f"/kontor/{root.statistic}/").body
    for link in (
        "lake/udgivelser/fortrolighed/2024v1_2024.html",
        "releases/2024v1/kvalitet.html",
        "releases/2024v1/godkendelse/",
        "receipts/2025K1/",
        "reminders/overblik.html",
        "approvals/reports/2024/",
        "specification/overblik.html",
    ):
        assert f'href="{link}"' in page
        assert ask(served(root), "GET", f"/kontor/{root.statistic}/{link}").status == 200
    for to in (f"/assets/{root.statistic}/status/de", f"/assets/{root.statistic}/published/udgivelse"):
        assert f'href="{to}' in page, "what Dagster has of it is a click away"
    assert ask(served(root), "GET", "/kontor").headers["location"] == f"/kontor/{root.statistic}/"


def test_a_receipt_that_was_changed_is_listed_as_such(root: DataRoot) -> None:
    assert "ikke som skrevet" in ask(served(root), "GET", f"/kontor/{root.statistic}/receipts/2025K1/").body


@pytest.mark.slow
def test_receipts_are_listed_by_kommune_the_rejected_first(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    run(root)
    page = ask(served(root), "GET", f"/kontor/{root.statistic}/receipts/{KVARTAL}/")
    assert page.status == 200
    rows = [" ".join(str(row.text_content()).split()) for row in html.fromstring(page.body).xpath("//tbody/tr")]
    assert rows[0].startswith("540 Sønderborg afvist ANTAL: Antallet af poster")
    assert rows[0].endswith("540_nexus_20250109T081500 09.01.2025 kl. 08.15")
    assert [row.split()[0] for row in rows[1:]] == ["101", "155", "540"]
    assert all(" accepteret " in row for row in rows[1:])
    deliver(root, delivery("540", 5, day=10))
    run(root)
    page = ask(served(root), "GET", f"/kontor/{root.statistic}/receipts/{KVARTAL}/")
    rows = [" ".join(str(row.text_content()).split()) for row in html.fromstring(page.body).xpath("//tbody/tr")]
    assert [row.split()[0] for row in rows] == ["101", "155", "540", "540", "540"], (
        "a rejection made good is not on top"
    )
    assert sum("afvist ANTAL, en senere er accepteret" in row for row in rows) == 1


def test_nothing_can_be_sent_there(root: DataRoot) -> None:
    for method in ("POST", "PUT", "DELETE"):
        answer = ask(
            served(root), method, f"/kontor/{root.statistic}/{next(iter(OPEN))}", [("Origin", "http://127.0.0.1:3000")]
        )
        assert answer.status == 405


def test_an_empty_data_root_has_a_first_page(tmp_path: Path) -> None:
    page = ask(served(DataRoot(tmp_path)), "GET", "/kontor/hjalp/")
    assert page.status == 200
    assert "Ingen udgivelse" in page.body
    assert ask(served(DataRoot(tmp_path)), "GET", "/kontor/other/").status == 404


def test_shelves_are_folders_of_a_statistic() -> None:
    assert all(not shelf.startswith(("inbox", "codelists", "registers")) for shelf in SHELVES)

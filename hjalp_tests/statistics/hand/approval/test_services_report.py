"""A kommune's approval report and vendors' page of the services, from deliveries made by hand, in words."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.dialogue.approval.content import make_report
from hjalp_pipeline.dialogue.approval.page import report_html
from hjalp_pipeline.dialogue.approval.reports import write_reports
from hjalp_pipeline.dialogue.approval.source import ArchiveRemarks, of_quarter
from hjalp_pipeline.dialogue.specification.vendors import vendor_rates, write_vendors
from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.report_spec import KommuneYear
from hjalp_pipeline.statistics.hand.approval.services_report import REPORT
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.pages.axe import assert_accessible
from hjalp_tests.statistics.hand.world import MONTH, deliver, line, run, write_services

pytestmark = pytest.mark.slow

FIRST, SECOND = pools.KNOWN[0][0], pools.KNOWN[1][0]
SYSTEMS = tuple(f"{komnr};eget;Egen leverandør;csv;utf-8;2013M10;;no" for komnr in ("101", "183"))


def plain(path: Path) -> str:
    text = re.sub(r"<(style|script).*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """101 has two persons, one of whom has two services; 183 reports for 187, which delivers nothing."""
    found = write_services(tmp_path, systems=SYSTEMS, collaborations=("183;187;2020-01-01;",))
    lines = [
        line("101", 1, FIRST, ydelse_start="2023-03-01", maalgruppe="1.1.2"),
        line("101", 2, FIRST, modt_ydelse_kode="30013", ydelse_start="2024-07-01", ydelse_slut="2024-08-15"),
        line("101", 3, SECOND, ydelse_start="2024-10-01", maalgruppe="2.1"),
        *(line("101", n, SECOND, ydelse_start="2014-02-01", ydelse_slut="2014-03-01") for n in range(4, 30)),
        line("101", 30, SECOND, modt_ydelse_kode="99"),
    ]
    deliver(found, "101", lines)
    deliver(found, "183", [line("183", 1, SECOND)])
    run(found)
    return found


def test_persons_services_and_groups_in_words(root: DataRoot) -> None:
    write_reports(root, 2024, MONTH, dt.date(2025, 6, 1))
    told = plain(root.approvals / "reports" / "2024" / "101.html")
    for words in (
        "Vi beder jer svare på 1. kvartal, 2. kvartal, 3. kvartal, 4. kvartal",
        "når alle kvartaler i hele perioden er godkendt",
        "2 personer i 4. kvartal 2024",
        "2,0 kvartalsydelser i 4. kvartal 2024",
        "2 ydelser begyndt i 2024",
        "1 ydelser sluttet i 2024",
        "Ydelse 2023K1 2023K2 2023K3 2023K4 2024K1 2024K2 2024K3 2024K4",
        "Behandling (§ 102 i lov om social service) 30013 0 0 0 0 0 0 1 0",
        "Behandling (§ 102 i lov om social service) 30013 0,0 0,0 0,0 0,0 0,0 0,0 0,5 0,0",
        "Øvrig socialpædagogisk støtte, fx borgernes private hjem (§ 85 i lov om social service) 31202 1 1 1 1 1 1 1 2",
        "I alt 1 1 1 1 1 1 1 2",
        "Af 3 ydelser i 2024 har 1 ingen målgruppe",
        "Ydelseskoden findes ikke i værdisættet YDELSE_UKENDT",
        "1 post har en ydelseskode, der ikke findes",
    ):
        assert words in told, words
    with zipfile.ZipFile(root.approvals / "reports" / "2024" / "101.xlsx") as book:
        assert "Kvartalsydelser" in book.read("xl/workbook.xml").decode()
        assert "<v>0.5</v>" in book.read("xl/worksheets/sheet3.xml").decode()


def test_a_member_that_another_reports_for(root: DataRoot) -> None:
    (row,) = (row for row in gate(root, MONTH) if row.komnr == "187")
    assert (row.status, row.detail) == (
        "covered",
        "indberettes af 183; indgår kun i en udgivelse, når den har leveret det, den selv skal indberette",
    )
    write_reports(root, 2024, MONTH)
    assert "Jeres ydelser indberettes af 183 Ishøj" in plain(root.approvals / "reports" / "2024" / "187.html")


def test_the_gate_says_month(root: DataRoot) -> None:
    deliver(root, "101", [line("101", 1, FIRST)], system="eget", month="2025M02")
    refresh_raw(root, "2025M02")
    (row,) = (row for row in gate(root, "2025M02") if row.komnr == "101")
    assert row.detail == "måneden er ikke kørt med leverancen endnu, eller det beregnede er ændret"


def test_an_archive_that_holds_another_number_is_remarked(root: DataRoot) -> None:
    source: Any = of_quarter(root, 2024, MONTH)
    year = KommuneYear("101", 2024, {}, {}, {}, 0)
    assert "arkivet" not in report_html(make_report(source, REPORT, year, None))
    object.__setattr__(source, "archive", ArchiveRemarks("2023v1", dt.date(2021, 12, 31), {"101": (812, 1020)}))
    looks = {
        komnr: [odd.look for odd in make_report(source, REPORT, KommuneYear(komnr, 2024, {}, {}, {}, 0), None).oddities]
        for komnr in ("101", "183")
    }
    assert looks == {
        "101": [
            "I har leveret 812 ydelser, der er sluttet senest 31.12.2021; i arkivet, udgivelsen 2023v1, er der 1.020. Tabellerne er "
            "lavet af arkivets. Se efter, om jeres system har mistet eller ændret gamle data."
        ],
        "183": [],
    }
    page = report_html(make_report(source, REPORT, year, None))
    assert "sluttet senest 31.12.2021, i stedet taget\nfra arkivet, udgivelsen 2023v1" in page


def test_vendors_by_month(root: DataRoot) -> None:
    assert vendor_rates(root).select(
        "leverandoer", "periode", "kommuner", "poster", "ydelse", "ydelse_ukendt"
    ).rows() == [("Egen leverandør", MONTH, 2, 31, 31, 1)]
    write_vendors(root)
    told = plain(root.specification / "leverandoerer.html")
    assert "Tallene for 2025M01" in told
    assert "for måneden" in told
    assert "kvartal" not in told


def test_the_pages_are_accessible(root: DataRoot) -> None:
    write_reports(root, 2024, MONTH)
    write_vendors(root)
    folder = root.approvals / "reports" / "2024"
    assert_accessible(folder / "101.html", folder / "187.html", root.specification / "leverandoerer.html")


def test_figures_of_everybody_say_what_is_usual() -> None:
    """A kommune with a tenth of all persons and nobody with a code that 300 have elsewhere."""
    quarter = "2024K4"
    country = {("personer", quarter, ""): 5000, ("personer", quarter, "30013"): 300}
    year = KommuneYear("573", 2024, {("personer", quarter, ""): 500}, {}, {}, 0, country)
    assert [odd.code for odd in REPORT.tell(year).oddities] == ["MANGLER"]
    assert pl.DataFrame(REPORT.tell(year).sheets[0].rows, orient="row").width == 10

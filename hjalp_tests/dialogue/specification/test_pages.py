"""The specification as files: complete, self-contained, the same bytes for the same day, examples our own readers take."""

import re
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from lxml import etree

from hjalp_pipeline.delivery.codes import FindingCode, RejectionCode
from hjalp_pipeline.delivery.intake import read_delivery
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.dialogue.specification.pages import specification_files
from hjalp_pipeline.dialogue.specification.store import write_specification
from hjalp_pipeline.statistics.hjalp.codelists.lov_navn import LOV_NAVN
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.delivery.layouts.made_up import VERSION_2, layouts
from hjalp_tests.pages.axe import assert_accessible

DAYS = [date(2025, 3, 1), date(2025, 7, 1), date(2025, 12, 1), date(2026, 1, 1)]
#: A version 2 of the layout from 2026K1, announced in June 2025.
TWO = layouts(*VERSION_2, from_period="2026K1", announced="2025-06-01")


def text(day: date, path: str) -> str:
    return specification_files(day, LAYOUTS, LOV_NAVN)[path].decode()


def test_the_files_of_a_day() -> None:
    assert list(specification_files(date(2025, 3, 1), LAYOUTS, LOV_NAVN)) == [
        "aendringer.html",
        "eksempler/2022K3/540_nexus_20221010T081500.csv",
        "eksempler/2022K3/540_nexus_20221010T081500.xml",
        "eksempler/2025K3/540_nexus_20251010T081500.csv",
        "eksempler/2025K3/540_nexus_20251010T081500.xml",
        "kravspecifikation-2022K3.html",
        "kravspecifikation-2025K3.html",
        "leverance-1.xsd",
        "overblik.html",
    ]
    assert "kravspecifikation-2025K3.html" not in specification_files(date(2024, 12, 31), LAYOUTS, LOV_NAVN), (
        "not announced yet"
    )


@pytest.mark.parametrize("day", DAYS)
def test_the_examples_are_accepted_by_our_readers(tmp_path: Path, day: date) -> None:
    files = specification_files(day, TWO, LOV_NAVN)
    examples = [path for path in files if path.startswith("eksempler/")]
    assert len(examples) == 2 * sum(path.startswith("kravspecifikation-") for path in files)
    frames = {}
    for path in examples:
        _, kvartal, filename = path.split("/")
        (tmp_path / filename).write_bytes(files[path])
        name = parse_name(kvartal, filename)
        assert name is not None
        intake = read_delivery(tmp_path / filename, name, "utf-8", TWO)
        assert (intake.status, intake.records, intake.bad_records) == ("accepted", 3, 0)
        assert intake.frame is not None
        frames.setdefault(kvartal, []).append(intake.frame)
        assert set(re.findall(r"\d{10}", files[path].decode())) == {"3002501234"}, "made up: no 30 February"
        if filename.endswith(".xml"):
            layout = TWO.of(kvartal)
            schema = etree.XMLSchema(etree.fromstring(files[layout.xsd_name]))
            schema.assertValid(etree.fromstring(files[path]))
    for from_csv, from_xml in frames.values():
        assert from_csv.equals(from_xml)
    assert frames["2025K3"][0]["lov_navn"].to_list() == ["SEL_112", None, "AEL_10"]


def test_the_page_has_everything_a_vendor_needs() -> None:
    page = unescape(text(date(2025, 8, 1), "kravspecifikation-2025K3.html"))
    for field in LAYOUTS.first.fields:
        for words in (f"<code>{field.name}</code>", field.text_da, field.text_en, field.form_text, field.example):
            assert words in page, field.name
    for code in (*RejectionCode, *FindingCode):
        assert f"<code>{code}</code>" in page
    for paragraph in LOV_NAVN.versions[1].codes:
        assert f"<code>{paragraph.code}</code>" in page
    for words in ("SLUT;", "14. januar", "leverance-1.xsd", "2025K3/540_nexus_20251010T081500.csv", "01.07.2025"):
        assert words in page
    assert "AEL_10" not in text(date(2025, 8, 1), "kravspecifikation-2022K3.html")


@pytest.mark.parametrize(
    ("day", "old", "new"),
    [(date(2025, 3, 1), "Gældende", "Varslet"), (date(2025, 7, 1), "Historisk", "Gældende")],
)
def test_the_status_of_the_day(day: date, old: str, new: str) -> None:
    for path, word in (("kravspecifikation-2022K3.html", old), ("kravspecifikation-2025K3.html", new)):
        assert f"<strong>{word} {day:%d.%m.%Y}</strong>" in text(day, path)
    overview = re.sub(r"<[^>]+>|\s+", " ", text(day, "overblik.html"))
    assert re.search(rf"2025K3\s+{new}\s+senest 01.01.2025\s+3. kvartal 2025", overview)
    assert re.search(rf"2022K3\s+{old}\s+", overview)
    assert f"Gældende {day:%d.%m.%Y}: udgave {'2022K3' if old == 'Gældende' else '2025K3'}" in overview


def test_an_announced_layout_has_its_page_schema_and_log() -> None:
    files = specification_files(date(2025, 8, 1), TWO, LOV_NAVN)
    assert b'name="depot"' in files["leverance-2.xsd"]
    assert b'name="depot"' not in files["leverance-1.xsd"]
    assert "Nyt felt: 1-4 cifre, skal udfyldes." in files["aendringer.html"].decode()
    page = files["kravspecifikation-2026K1.html"].decode()
    assert "er de 12 feltnavne" in page
    assert "varslet 01.06.2025." in page
    assert "leverance-2.xsd" in files["overblik.html"].decode()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            if name in ("href", "src") and value:
                self.targets.append(value)


@pytest.mark.parametrize("day", DAYS)
def test_every_link_leads_somewhere_inside(day: date) -> None:
    files = specification_files(day, TWO, LOV_NAVN)
    for path, content in files.items():
        if path.endswith(".html"):
            page = _Links()
            page.feed(content.decode())
            for target in page.targets:
                assert target.removeprefix("#") in page.ids if target.startswith("#") else target in files, (
                    path,
                    target,
                )


def test_written_whole_again_and_without_what_no_longer_belongs(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    paths = write_specification(root, date(2025, 8, 1))
    (root.specification / "leverandoerer.html").write_text("another's")
    first = {path: (root.specification / path).read_bytes() for path in paths}
    write_specification(root, date(2025, 8, 1))
    assert first == {path: (root.specification / path).read_bytes() for path in paths}
    write_specification(root, date(2024, 1, 1))
    left = {path.relative_to(root.specification).as_posix() for path in root.specification.rglob("*") if path.is_file()}
    assert left == {*specification_files(date(2024, 1, 1), LAYOUTS, LOV_NAVN), "leverandoerer.html"}
    assert not (root.specification / "eksempler" / "2025K3").exists()


@pytest.mark.slow
def test_the_pages_are_accessible(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    paths = write_specification(root, date(2025, 8, 1), TWO)
    assert_accessible(*(root.specification / path for path in paths if path.endswith(".html")))


def test_before_the_statistic_nothing_is_current() -> None:
    files = specification_files(date(2022, 3, 1), LAYOUTS, LOV_NAVN)
    assert "Ingen udgave gælder 01.03.2022" in files["overblik.html"].decode()
    assert "Varslet 01.03.2022" in files["kravspecifikation-2022K3.html"].decode()

"""The approval reports as files: what they say, what they must not say, who may read them, and that they stay the same."""

from __future__ import annotations

import datetime as dt
import re
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.dialogue.approval import reports
from hjalp_pipeline.dialogue.approval.reports import write_release_reports, write_reports
from hjalp_pipeline.dialogue.approval.source import Source
from hjalp_pipeline.production import report_history
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.report_spec import KommuneYear
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers import how_many, pool
from hjalp_tests.countries import pools
from hjalp_tests.dialogue.approval.made_up import HOSTILE, SECRET, UNKNOWN, book, page, plain, sheets
from hjalp_tests.pages.axe import assert_accessible
from hjalp_tests.production.world import (
    KVARTAL,
    MARKER,
    approvals,
    country,
    deliver,
    delivery,
    hashes,
    loan,
    run,
    write_world,
)


@pytest.fixture
def few(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    """Run, and reports only of those that have something to tell: the others are written by the same calls."""
    monkeypatch.setattr("hjalp_pipeline.dialogue.approval.reports.KOMNR", ("101", "155", "461", "540"))
    return root


@pytest.mark.slow
def test_98_reports_for_the_owner_alone(reported: DataRoot) -> None:
    folder = reported.approvals / "reports" / "2024"
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{komnr}.{form}" for komnr in KOMNR for form in ("html", "xlsx")}
    for path in (folder.parent, folder, *folder.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


@pytest.mark.slow
def test_the_same_bytes_side_by_side(root: DataRoot, reported: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(how_many, "WORTH_IT", 0)
    monkeypatch.setenv(how_many.ENVIRONMENT_VARIABLE, "2")
    monkeypatch.setattr(pool, "_POOL", pool._Pool())
    made = write_reports(root, 2024, KVARTAL)
    pool._POOL.close()
    assert made.odd
    assert hashes(root.approvals / "reports") == hashes(reported.approvals / "reports")


def test_what_is_asked_and_what_it_is_made_from(few: DataRoot) -> None:
    write_reports(few, 2024, KVARTAL, dt.date(2025, 6, 20))
    asked = plain(page(few, "461"))
    assert "Vi beder jer svare på 1. kvartal, 2. kvartal, 3. kvartal, 4. kvartal, paragraffer" in asked
    assert "Svar senest 20.06.2025" in asked
    assert "ingen levering fra jer i 2024K4" in asked
    answered = plain(page(few))
    assert "I har godkendt hele 2024" in answered
    assert "540_nexus_20250102T081500.csv" in answered
    assert "befolkningsregisteret, som det så ud 04.04.2025" in answered


def test_a_kommune_that_is_not_yet_in_is_asked_for_nothing(reported: DataRoot) -> None:
    told = plain(page(reported, "147"))
    assert "Frederiksberg er ikke med endnu" in told
    assert "Vi beder jer svare" not in told
    assert "Svar senest" not in told


def test_the_deadline_is_the_definitions_unless_one_is_named(reported: DataRoot) -> None:
    assert "Svar senest 20.06.2025 kl. 12.00" in plain(page(reported, "461"))


def test_it_says_how_and_to_whom_to_answer(few: DataRoot) -> None:
    (few.codelists / "publication.csv").write_text(
        "setting;da;en\ncontact;Kontoret, svar@kontoret.example;The office\n", encoding="utf-8"
    )
    write_reports(few, 2024, KVARTAL, dt.date(2025, 6, 20))
    asked = page(few, "461").split("<h2>Sådan svarer I</h2>")[1].split("</section>")[0]
    assert "<dt>Til</dt><dd>Kontoret, svar@kontoret.example</dd>" in asked
    assert "Senest 20.06.2025" in asked
    lines = re.findall(r"^(.*): godkendt / afvist$", asked, flags=re.M)
    assert lines == ["1. kvartal", "2. kvartal", "3. kvartal", "4. kvartal", "Paragraffer"]
    answered = page(few)
    assert "Sådan svarer I" not in answered
    assert "Skriv til Kontoret, svar@kontoret.example" in answered
    assert ["Svar til", "Kontoret, svar@kontoret.example"] in sheets(book(few))["Om rapporten"]


def test_what_was_rejected_is_not_asked_for_before_it_is_delivered_again(few: DataRoot) -> None:
    with (few.approvals / "2025.csv").open("a", encoding="utf-8") as file:
        file.write("2025-03-02T09:00:00+01:00;2024;540;K2;afvist;afdelingen;\n")
    write_reports(few, 2024, KVARTAL)
    rejected = page(few)
    assert "I har afvist noget: lever igen" in rejected
    assert "godkendt / afvist" not in rejected
    assert "Har I spørgsmål eller rettelser" in rejected


def test_every_sheet_has_a_filter_and_nothing_but_its_header_stands_still(reported: DataRoot) -> None:
    for komnr in ("540", "461"):
        rows = sheets(book(reported, komnr))
        with zipfile.ZipFile(book(reported, komnr)) as parts:
            for number, (name, content) in enumerate(rows.items(), start=1):
                xml = parts.read(f"xl/worksheets/sheet{number}.xml").decode()
                assert '<pane ySplit="1" topLeftCell="A2"' in xml, name
                assert all(content[0]), "the row that stands still is the header"
                (last,) = re.findall(r'<autoFilter ref="A1(?::[A-Z]([0-9]+))?"', xml)
                assert int(last) == len(content), name


@pytest.mark.parametrize("udlaan_id", HOSTILE)
def test_text_stays_text(reported: DataRoot, udlaan_id: str) -> None:
    listed = [row[2] for row in sheets(book(reported))["Poster"]]
    # A delivery's blanks around an id are dropped or kept at intake; what is kept is what is shown.
    assert udlaan_id.strip() in [str(text).strip() for text in listed]
    assert udlaan_id not in page(reported), "no id of a loan is on the page"


@pytest.mark.parametrize("udlaan_id", SECRET)
def test_an_id_that_may_be_a_cpr_number_is_not_shown(reported: DataRoot, udlaan_id: str) -> None:
    rows = sheets(book(reported))["Poster"]
    post = 300 + len(HOSTILE) + SECRET.index(udlaan_id) + 1
    assert [row for row in rows if row[1] == post] == [
        ["CPR_UKURANT", post, "vises ikke: ligner et personnummer", "", "540_nexus_20250102T081500.csv"]
    ]
    assert not [row for row in rows if udlaan_id in map(str, row)]


def test_no_cpr_number_and_no_free_text_anywhere(reported: DataRoot) -> None:
    numbers = [pnr for pnr, _, _ in pools.KNOWN if len(pnr) == 10] + [UNKNOWN, *SECRET]
    marks = [*numbers, *(f"{pnr[:6]}-{pnr[6:]}" for pnr in numbers), MARKER]
    for komnr in KOMNR:
        texts = [
            page(reported, komnr),
            *(str(cell) for rows in sheets(book(reported, komnr)).values() for row in rows for cell in row),
        ]
        assert not [mark for mark in marks for text in texts if mark in text], komnr


@pytest.mark.slow
def test_the_same_again_gives_the_same_bytes(few: DataRoot) -> None:
    first = write_reports(few, 2024, KVARTAL)
    before = hashes(first.folder)
    again = write_reports(few, 2024, KVARTAL)
    assert (first.changed, again.changed) == (3, 0)
    assert hashes(again.folder) == before
    assert "Ændret siden" not in page(few), "it is not compared with itself"


@pytest.mark.slow
def test_who_got_a_report_was_told_its_figures_also_when_another_got_none(
    few: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = reports._write_one

    def write(shared: tuple[Source, Path], year: KommuneYear) -> bool:
        if year.komnr == "101":
            raise KeyError("0101011234")
        return really(shared, year)

    with monkeypatch.context() as patch:
        patch.setattr(reports, "_write_one", write)
        with pytest.raises(InputError, match=r"^101 København: KeyError at .*message withheld"):
            write_reports(few, 2024, KVARTAL)
    told = report_history.history(Lake(few), 2024).get_column("komnr").unique()
    assert "540" in told
    assert "101" not in told
    assert write_reports(few, 2024, KVARTAL).changed == 1, "101, which is told now"


@pytest.mark.slow
def test_after_a_re_delivery_it_says_what_changed(few: DataRoot) -> None:
    write_reports(few, 2024, KVARTAL)
    records = [loan("540", number) for number in range(300)]
    more = {"pnr": "0101609001", "udleveringsdato": "2024-08-15", "indleveringsdato": None, "lov_navn": "SEL_113"}
    records += [loan("540", 900 + number, **more) for number in range(7)]
    deliver(few, delivery("540", records, day=20))
    run(few)
    made = write_reports(few, 2024, KVARTAL)
    assert made.changed == 1
    rows = {str(row[0]): row[1:] for row in sheets(book(few))["Ændringer"][1:]}
    before, now, change = rows["Udleveret i 2024K3"]
    assert (now, change) == (before + 7, 7)
    assert rows["Udleveret i 2024, SEL_113"][2] == 7
    assert "Ændret siden den forrige rapport" in page(few)
    assert "Ændret siden" not in page(few, "101"), "nothing new from there"
    after = hashes(made.folder)
    assert write_reports(few, 2024, KVARTAL).changed == 0
    assert hashes(made.folder) == after, "still compared with the report before the re-delivery"


@pytest.mark.slow
def test_a_covered_kommune_is_told_who_reports_for_it(tmp_path: Path) -> None:
    made = country(collaborations=[("155", "760", "2022-07-01", "")])
    root = write_world(tmp_path, made)
    run(root)
    write_reports(root, 2024, KVARTAL)
    assert "Jeres udlån indberettes af 155 Dragør" in plain(page(root, "760"))
    assert "155_nexus_20250102T081500.xml" in page(root, "760")
    assert "Poster" not in sheets(book(root, "760"))
    assert "Poster" in sheets(book(root, "155"))


@pytest.mark.slow
def test_what_cannot_be_reported(root: DataRoot) -> None:
    for aar, kvartal, why in (
        (2024, "2025K1", "not been run"),
        (2025, KVARTAL, "whole of 2025"),
        (2022, KVARTAL, "2023"),
    ):
        with pytest.raises(InputError, match=why):
            write_reports(root, aar, kvartal)
    deliver(root, delivery("540", 5, day=20))
    run(root, KVARTAL)
    quarter = Lake(root).quarter(KVARTAL)
    assert quarter is not None
    quarter.kommuner["540"] = replace(quarter.kommuner["540"], raw_key="another")
    Lake(root).save_quarter(KVARTAL, quarter)
    with pytest.raises(InputError, match="has to be run first: 540 Sønderborg"):
        write_reports(root, 2024, KVARTAL)


def with_two_releases(tmp_path: Path) -> DataRoot:
    """2024v2 takes 540 from 2025K1."""
    made = country(kvartaler=[KVARTAL, "2025K1"])
    later = dt.datetime.fromisoformat("2025-11-14T08:00:00+01:00")
    changes = {"quarter_overrides": {"540": "2025K1"}, "protect_against": ["2024v1"], "publish_at": later}
    made.releases["2024v2"] = {**made.releases["2024v1"], **changes}
    rows = [*approvals("101", "155"), *approvals("540")[:6]]
    root = write_world(tmp_path, replace(made, approvals={"2025.csv": rows}))
    deliver(root, delivery("540", 25, kvartal="2025K1", received="20250405T081500"))
    return root


@pytest.mark.slow
def test_a_release_holds_the_reports_and_stays_the_same(tmp_path: Path) -> None:
    root = with_two_releases(tmp_path)
    after = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for name in ("2024v1", "2024v2"):
        made = make_release(root, name, after, documents=(write_release_reports,))
        folder = made.path / "godkendelse"
        assert (
            {path.stem for path in folder.glob("*.html")} == {path.stem for path in folder.glob("*.xlsx")} == set(KOMNR)
        )
        for path in (folder, *folder.iterdir()):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, "also once the release is out"
        assert {f"godkendelse/{path.name}" for path in folder.iterdir()} <= set(made.manifest.outputs)
    before = hashes(root.releases)
    with (root.approvals / "2025.csv").open("a", encoding="utf-8") as file:
        file.write("2026-01-01T09:00:00+01:00;2024;101;K2;afvist;afdelingen;\n")
    deliver(root, delivery("101", 3, day=25), delivery("540", 3, day=26, kvartal="2025K1"))
    run(root)
    for name in ("2024v1", "2024v2"):
        assert not make_release(root, name, after, documents=(write_release_reports,)).made
    assert hashes(root.releases) == before


@pytest.mark.slow
def test_the_next_release_says_what_changed_since_the_one_before(tmp_path: Path) -> None:
    root = with_two_releases(tmp_path)
    pages = {}
    for name in ("2024v1", "2024v2"):
        folder = make_release(root, name, documents=(write_release_reports,)).path / "godkendelse"
        pages[name] = {komnr: plain((folder / f"{komnr}.html").read_text(encoding="utf-8")) for komnr in ("101", "540")}
    assert "Ændret siden" not in pages["2024v1"]["540"]
    assert "Tal, der er andre end i udgivelsen 2024v1" in pages["2024v2"]["540"]
    assert "Alle tal i rapporten er de samme" in pages["2024v2"]["101"]
    assert "101 " not in pages["2024v2"]["540"].split("Ændret siden")[0]
    assert "Afgørelser til og med 20.06.2025 kl. 12.00 er talt med" in pages["2024v2"]["540"]


@pytest.mark.slow
def test_the_pages_are_accessible(reported: DataRoot) -> None:
    folder = reported.approvals / "reports" / "2024"
    assert_accessible(*(folder / f"{komnr}.html" for komnr in ("540", "155", "461", "147")))

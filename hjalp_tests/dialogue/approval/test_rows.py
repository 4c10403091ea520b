"""The faulty records of a report: all of them, told from what intake and the rules stored, and said when they are not all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hjalp_pipeline.delivery import intake
from hjalp_pipeline.dialogue.approval.reports import write_reports
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.dialogue.approval.made_up import HOSTILE, SECRET, book, page, plain, sheets
from hjalp_tests.pages.axe import assert_accessible
from hjalp_tests.production.world import (
    KVARTAL,
    country,
    delivery,
    hashes,
    loan,
    run,
    system,
    write_world,
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("three_reports")]


def test_every_fault_is_listed_with_its_record(root: DataRoot) -> None:
    write_reports(root, 2024, KVARTAL)
    rows = [tuple(row) for row in sheets(book(root))["Poster"][1:]]
    assert (
        "DATO",
        300 + len(HOSTILE) + len(SECRET) + 1,
        "",
        "udleveringsdato",
        "540_nexus_20250102T081500.csv",
    ) in rows
    assert ("DUBLET", 4, "", "", "540_nexus_20250102T081500.csv") in rows, "the first of two with one id"
    assert "IKKE_AKTIV" not in {row[0] for row in rows}


def test_nothing_is_read_from_the_receipts(root: DataRoot) -> None:
    made = write_reports(root, 2024, KVARTAL)
    before = hashes(made.folder)
    for path in (root.receipts / KVARTAL).iterdir():
        path.write_text('{"broken')
    write_reports(root, 2024, KVARTAL)
    assert hashes(made.folder) == before


def test_what_intake_found_has_to_be_known(root: DataRoot) -> None:
    lake = Lake(root)
    partition = lake.raw(KVARTAL, "540")
    assert partition is not None
    lake.verdict_path(partition.deliveries[0].key).unlink()
    with pytest.raises(InputError, match="2024K4 has to be run first"):
        write_reports(root, 2024, KVARTAL)
    run(root)
    write_reports(root, 2024, KVARTAL)


def test_findings_are_those_of_the_file_also_when_two_share_a_name(tmp_path: Path) -> None:
    """One of the two files has its receipt under another name than its own."""
    bad = {"udleveringsdato": "2024-02-30"}
    made = country(systems=[system("540"), system("540", format="xml")], kommuner=["540"])
    made.deliveries = [
        delivery("540", [*(loan("540", n) for n in range(30)), loan("540", 40, **bad)], format=form)
        for form in ("csv", "xml")
    ]
    root = write_world(tmp_path, made)
    run(root)
    write_reports(root, 2024, KVARTAL)
    assert [row[:2] for row in sheets(book(root))["Poster"][1:] if row[0] == "DATO"] == [["DATO", 31]]


#: Findings a verdict keeps in the test below.
FEW = 5


@pytest.mark.parametrize(
    ("duplicates", "words"),
    [
        ([0, 100], "de første 1 af 2"),
        ([100, 101], "ingen af 2"),
        ([0, 1], "alle"),
    ],
)
def test_what_is_not_listed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, duplicates: list[int], words: str
) -> None:
    """Records 11-18 are bad, some with two findings; the ids of some before and some after are those of the last ones."""
    monkeypatch.setattr(intake, "MAX_FINDINGS", FEW)
    monkeypatch.setattr("hjalp_pipeline.dialogue.approval.page.MAX_FINDINGS", FEW)
    monkeypatch.setattr("hjalp_pipeline.dialogue.approval.reports.KOMNR", ("540",))
    records = [loan("540", n) for n in range(300)]
    for n in range(10, 18):
        records[n] |= {"udleveringsdato": "2024-02-30"} | ({"indleveringsdato": "x"} if n == 11 else {})
    records += [loan("540", n) for n in duplicates]
    made = country()
    made.deliveries[2] = delivery("540", records)
    root = write_world(tmp_path, made)
    run(root)
    write_reports(root, 2024, KVARTAL)
    listed = [row[:2] for row in sheets(book(root))["Poster"][1:]]
    assert [post for code, post in listed if code == "DATO"] == [11, 12, 13, 14], "two findings are of 12"
    assert [post for code, post in listed if code == "DUBLET"] == [n + 1 for n in duplicates if n < 10]
    reasons = {row[0]: row[3:] for row in sheets(book(root))["Rettet og udeladt"]}
    assert reasons["DATO"] == [8, "de første 4 af 8"]
    assert reasons["DUBLET"] == [2, words]
    about = [row[1] for row in sheets(book(root))["Om rapporten"] if row[0] == "Ikke alle poster vises"]
    html = plain(page(root))
    assert "DATO: de første 4 af 8 poster" in about
    assert "form: de første 4 af 8 poster" in html
    assert (f"DUBLET: {words} poster" in about) == (f"i filen: {words} poster" in html) == (words != "alle")
    assert "har ikke alle poster: vi gemmer højst de første 5 fejl" in html
    assert "Alle poster står i regnearket" not in html
    assert_accessible(root.approvals / "reports" / "2024" / "540.html")


def test_when_all_is_listed_that_is_said(root: DataRoot) -> None:
    write_reports(root, 2024, KVARTAL)
    assert "Alle poster står i regnearket 540.xlsx , med udlåns-id" in plain(page(root))
    assert {row[4] for row in sheets(book(root))["Rettet og udeladt"][1:]} <= {"alle", "ingen: ikke en fejl"}


def test_rows_that_are_not_those_of_the_ledger_make_no_report(root: DataRoot) -> None:
    quarter = Lake(root).quarter(KVARTAL)
    assert quarter is not None
    entry = quarter.kommuner["540"]
    ledger = tuple(line._replace(rows=line.rows + (line.reason == "CPR_UKURANT")) for line in entry.ledger)
    assert ledger != entry.ledger
    quarter.kommuner["540"] = replace(entry, ledger=ledger)
    Lake(root).save_quarter(KVARTAL, quarter)
    with pytest.raises(InputError, match=r"^540 Sønderborg: 540: the rows removed"):
        write_reports(root, 2024, KVARTAL)

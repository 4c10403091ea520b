"""Lists a statistician maintains are read as the interface says."""

from datetime import UTC, date, datetime

import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.rules.approval import Decision
from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.storage.codelists import (
    Extension,
    InputError,
    read_collaborations,
    read_explanations,
    read_extensions,
    read_systems,
)
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.storage.written_lists import APPROVALS, COLLABORATIONS, EXTENSIONS, GOOD, LISTS, SYSTEMS, write


def test_systems(root: DataRoot) -> None:
    write(
        root,
        "codelists/systems.csv",
        SYSTEMS,
        "540;cura;Systematic;XML;utf-8;2022K3;2024K3;yes",
        " 540 ; nexus ;KMD;csv;windows-1252;2024K4;;no",
        "461;dialog;;xlsx;;2022K3;;",
    )
    assert read_systems(root) == [
        SystemRow("540", "cura", "Systematic", "xml", "utf-8", Kvartal(2022, 3), Kvartal(2024, 3), True),
        SystemRow("540", "nexus", "KMD", "csv", "windows-1252", Kvartal(2024, 4), None, False),
        SystemRow("461", "dialog", "", "xlsx", "", Kvartal(2022, 3), None, False),
    ]


def test_collaborations_and_extensions(root: DataRoot) -> None:
    write(root, "codelists/collaborations.csv", COLLABORATIONS, "461;410;2023-01-01;", "461;480;2023-01-01;2024-12-31")
    assert read_collaborations(root) == [
        Collaboration("461", "410", date(2023, 1, 1), None),
        Collaboration("461", "480", date(2023, 1, 1), date(2024, 12, 31)),
    ]
    write(root, "codelists/extensions.csv", EXTENSIONS, '540;2024K4;2025-01-21;"nyt; system"')
    assert read_extensions(root) == [Extension("540", Kvartal(2024, 4), date(2025, 1, 21), "nyt; system")]


def test_approvals_of_all_files_by_name_and_record(root: DataRoot) -> None:
    write(root, "approvals/b.csv", APPROVALS, "2025-05-01T10:00:00;2024;540;K1;afvist;x;")
    write(
        root,
        "approvals/a.csv",
        APPROVALS,
        "2025-05-01T10:00:00;2024;540;K1;godkendt;x;",
        "2025-05-01T08:00:00+00:00;2024;101;PARAGRAF;godkendt;x;bemærkning",
    )
    write(root, "approvals/readme.txt", "not a list")
    ten = datetime(2025, 5, 1, 8, tzinfo=UTC)
    assert read_approvals(root) == [
        Decision(ten, 2024, "540", "K1", True),
        Decision(ten, 2024, "101", "PARAGRAF", True),
        Decision(ten, 2024, "540", "K1", False),
    ]


@pytest.mark.parametrize("note", ["en\x0bto", "en\u2028to", "en\x85to", '"en\nto"', '"en; to"', '"en ""to"""'])
def test_a_note_may_hold_what_people_type(root: DataRoot, note: str) -> None:
    record = "2025-05-01T10:00:00;2024;540;K1;godkendt;x;"
    write(root, "approvals/a.csv", APPROVALS, record + note, record, "", record)
    assert len(read_approvals(root)) == 3


def test_a_note_with_an_open_quote_does_not_swallow_the_decisions_after_it(root: DataRoot) -> None:
    record = "2025-05-01T10:00:00;2024;540;K1;godkendt;x;"
    write(root, "approvals/a.csv", APPROVALS, record, record + '"hertil', record, record)
    with pytest.raises(InputError, match=r"^approvals/a\.csv, line 3: unexpected end of data"):
        read_approvals(root)


@pytest.mark.parametrize("name", LISTS)
def test_forms_of_a_file(root: DataRoot, name: str) -> None:
    place, header, read = LISTS[name]
    forms = {
        "bom": {"encoding": "utf-8-sig"},
        "crlf": {"end": "\r\n"},
    }
    write(root, place, header, GOOD[name])
    plain = read(root)
    assert len(plain) == 1
    for changes in forms.values():
        write(root, place, header, GOOD[name], **changes)
        assert read(root) == plain
    turned = ";".join(reversed(header.split(";")))
    write(root, place, f"{turned};", ";".join(reversed(GOOD[name].split(";"))) + ";", ";" * turned.count(";") + " ;")
    assert read(root) == plain, "columns in any order; a spreadsheet adds empty ones, and empty lines"
    write(root, place, header)
    assert read(root) == []


@pytest.mark.parametrize("name", LISTS)
def test_a_line_that_begins_with_a_hash_is_a_remark(root: DataRoot, name: str) -> None:
    place, header, read = LISTS[name]
    write(root, place, header, GOOD[name])
    plain = read(root)
    remarks = ("# a remark", f"# {GOOD[name]}", '#;"an open quote', '"# as a ""spreadsheet"" writes it";;', "#")
    write(root, place, *remarks, header, *remarks, GOOD[name], *remarks)
    assert read(root) == plain
    write(root, place, *remarks, header, *remarks, "wrong")
    with pytest.raises(InputError, match=r"line 12: wrong number of fields$"):
        read(root)


def test_a_hash_inside_a_record_is_no_remark(root: DataRoot) -> None:
    write(
        root, "codelists/extensions.csv", EXTENSIONS, '540;2024K4;2025-01-21;"nyt', '# 2"', "461;2024K4;2025-01-21;# 3"
    )
    assert [row.reason for row in read_extensions(root)] == ["nyt\n# 2", "# 3"]


@pytest.mark.parametrize("name", ["collaborations", "extensions", "approvals"])
def test_no_file_means_none(root: DataRoot, name: str) -> None:
    assert LISTS[name][2](root) == []


def test_without_systems_nobody_is_known(root: DataRoot) -> None:
    with pytest.raises(InputError, match=r"codelists/systems\.csv is missing"):
        read_systems(root)


def test_explanations(root: DataRoot) -> None:
    assert read_explanations(root) == {}
    header = "release;komnr;reason"
    write(root, "codelists/explanations.csv", header, "2024v2;540;Genleverance", ";;")
    assert read_explanations(root) == {("2024v2", "540"): "Genleverance"}
    for record, rule in (
        ("2024;540;x", "'2024' is not the name of a release"),
        ("2024v2;411;x", "'411' is not one of the 98 kommuner"),
        ("2024v2;540;", "reason is empty"),
        (";540;x", "'' is not the name of a release"),
        ("2024v2;540;x\n2024v3;540;y\n2024v2;540;x", "2024v2 540 stands already in line 2"),
    ):
        write(root, "codelists/explanations.csv", header, record)
        line = 2 + record.count("\n")
        with pytest.raises(InputError, match=f"^codelists/explanations.csv, line {line}: {rule}"):
            read_explanations(root)

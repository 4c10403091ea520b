"""Every fault of a list that a statistician maintains is named by file, line and rule."""

import pytest

from hjalp_pipeline.storage.codelists import InputError, read_collaborations, read_extensions, read_systems
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.storage.written_lists import APPROVALS, COLLABORATIONS, EXTENSIONS, GOOD, LISTS, SYSTEMS, write


def test_every_fault_can_be_told_by_itself(root: DataRoot) -> None:
    write(root, "codelists/extensions.csv", EXTENSIONS, *(f"{number};2024K4;2025-01-21;" for number in range(1, 31)))
    with pytest.raises(InputError) as raised:
        read_extensions(root)
    assert str(raised.value).endswith("and 10 more lines")
    assert raised.value.faults[29] == "codelists/extensions.csv, line 31: '30' is not one of the 98 kommuner"
    write(root, "codelists/extensions.csv", "komnr")
    with pytest.raises(InputError) as raised:
        read_extensions(root)
    assert raised.value.faults == (str(raised.value),)


FAULTS = [
    # list, record, what the message says after file and record
    ("systems", "999;nexus;KMD;csv;utf-8;2022K3;;no", "'999' is not one of the 98 kommuner"),
    ("systems", "411;nexus;KMD;csv;utf-8;2022K3;;no", "'411' is not one of the 98 kommuner"),
    ("systems", "540;nexus;KMD;pdf;utf-8;2022K3;;no", "'pdf' is none of csv, xml, xlsx"),
    ("systems", "540;nexus;KMD;csv;utf-8;2022K5;;no", "not a quarter of the form 2024K4: '2022K5'"),
    ("systems", "540;nexus;KMD;csv;utf-8;;;no", "not a quarter of the form 2024K4: ''"),
    ("systems", "540;nexus;KMD;csv;utf-8;2022K3;K4;no", "not a quarter of the form 2024K4: 'K4'"),
    ("systems", "540;nexus;KMD;csv;utf-8;2022K3;;maybe", "'maybe' is none of yes, no"),
    ("systems", "540;nexus;KMD;csv;utf-8;2022K3;", "wrong number of fields"),
    ("systems", "540;nexus;KMD;csv;utf-8;2022K3;;no;more", "wrong number of fields"),
    ("systems", '540;nexus;"KMD;csv;utf-8;2022K3;;no', "unexpected end of data"),
    ("systems", '540;nexus;"KMD"A/S;csv;utf-8;2022K3;;no', "';' expected after"),
    ("systems", "540;nexus2;KMD;csv;latin-1;2022K3;;no", "'latin-1' is none of utf-8, windows-1252"),
    ("systems", "540;nexus2;KMD;csv;cp1252;2022K3;;no", "'cp1252' is none of utf-8, windows-1252"),
    ("systems", "540;nexus2;KMD;csv;;2022K3;;no", "'' is none of utf-8, windows-1252"),
    ("systems", "540;nexus2;KMD;xml;utf-16;2022K3;;no", "'utf-16' is none of utf-8, windows-1252"),
    ("systems", "540;nexus2;KMD;csv;utf-8;2024K4;2024K3;no", "to_quarter 2024K3 is before from_quarter 2024K4"),
    ("systems", "540;Nexus;KMD;csv;utf-8;2022K3;;no", "system 'Nexus' is not of small letters, digits and hyphens"),
    ("systems", "540;;KMD;csv;utf-8;2022K3;;no", "system '' is not of small letters, digits and hyphens"),
    ("systems", "540;nexus;KMD;csv;utf-8;2022K3;;no", "540 nexus (csv) overlaps in time with line 2"),
    ("systems", "540;nexus;KMD;csv;utf-8;2020K1;2022K3;no", "540 nexus (csv) overlaps in time with line 2"),
    ("systems", "540;nexus;X;csv;windows-1252;2030K1;;no", "540 nexus (csv) overlaps in time with line 2"),
    ("collaborations", "461;410;2024-01-01;2023-12-31", "to_date 2023-12-31 is before from_date 2024-01-01"),
    ("collaborations", "461;410;2023-01-01;", "461 reports for 410 from 2023-01-01 as in line 2"),
    ("collaborations", "461;410;2023-01-01;2024-12-31", "461 reports for 410 from 2023-01-01 as in line 2"),
    ("collaborations", "461;420;20240101;", "'20240101' is not a day of the form 2024-01-31"),
    ("collaborations", "461;420;2024-W01-1;", "'2024-W01-1' is not a day of the form 2024-01-31"),
    ("collaborations", "461;420;2023-02-29;", "'2023-02-29' is not a day of the form 2024-01-31"),
    ("extensions", "540;2024K4;2025-02-01;igen", "540 2024K4 stands already in line 2"),
    ("extensions", "540;2025K1;20250421;", "'20250421' is not a day of the form 2024-01-31"),
    ("approvals", "20250501;2024;540;K1;godkendt;x;", "'20250501' is not a point in time"),
    ("approvals", "2025-W18;2024;540;K1;godkendt;x;", "'2025-W18' is not a point in time"),
    ("approvals", "2025-05-01;2_024;540;K1;godkendt;x;", "'2_024' is not a year of the form 2024"),
    ("collaborations", "461;999;2023-01-01;", "'999' is not one of the 98 kommuner"),
    ("collaborations", ";410;2023-01-01;", "'' is not one of the 98 kommuner"),
    ("collaborations", "461;410;;", "'' is not a day of the form 2024-01-31"),
    ("collaborations", "461;410;2023-01-01;31-12-2024", "'31-12-2024' is not a day of the form 2024-01-31"),
    ("extensions", "540;2024;2025-01-21;", "not a quarter of the form 2024K4: '2024'"),
    ("extensions", "540;2024K4;i morgen;", "'i morgen' is not a day of the form 2024-01-31"),
    ("approvals", "i dag;2024;540;K1;godkendt;x;", "'i dag' is not a point in time"),
    ("approvals", "2025-05-01T10:00:00;MMXXIV;540;K1;godkendt;x;", "'MMXXIV' is not a year of the form 2024"),
    ("approvals", "2025-05-01T10:00:00;2024;54;K1;godkendt;x;", "'54' is not one of the 98 kommuner"),
    ("approvals", "2025-05-01T10:00:00;2024;540;K5;godkendt;x;", "'K5' is none of K1, K2, K3, K4, PARAGRAF"),
    ("approvals", "2025-05-01T10:00:00;2024;540;K1;måske;x;", "'måske' is none of godkendt, afvist"),
]


@pytest.mark.parametrize(("name", "record", "rule"), FAULTS)
def test_a_fault_names_file_line_and_rule(root: DataRoot, name: str, record: str, rule: str) -> None:
    place, header, read = LISTS[name]
    write(root, place, header, GOOD[name], record)
    with pytest.raises(InputError) as fault:
        read(root)
    assert str(fault.value).startswith(f"{place}, line 3: {rule}")


def test_everything_that_is_wrong_with_a_line_is_told(root: DataRoot) -> None:
    write(root, "codelists/systems.csv", SYSTEMS, "999;nexus;KMD;pdf;utf-8;2022K5;;no", GOOD["systems"], "540;;KMD")
    with pytest.raises(InputError) as fault:
        read_systems(root)
    assert str(fault.value) == (
        "codelists/systems.csv, line 2: '999' is not one of the 98 kommuner, 'pdf' is none of csv, xml, xlsx, "
        "not a quarter of the form 2024K4: '2022K5'; line 4: wrong number of fields"
    )


def test_everything_that_is_wrong_with_a_decision_is_told(root: DataRoot) -> None:
    write(root, "approvals/a.csv", APPROVALS, "2025-05-01T10:00:00;2024;999;K5;måske;x;")
    with pytest.raises(InputError) as fault:
        read_approvals(root)
    assert str(fault.value) == (
        "approvals/a.csv, line 2: '999' is not one of the 98 kommuner, 'K5' is none of K1, K2, K3, K4, PARAGRAF, "
        "'måske' is none of godkendt, afvist"
    )


def test_what_is_no_fault(root: DataRoot) -> None:
    rows = ["540;nexus;KMD;csv;UTF-8;2022K3;2023K4;no", "540;nexus;KMD;csv;Windows-1252;2024K1;;no"]
    other_format = "540;nexus;KMD;xml;;2022K3;;no"  # the format is part of who a sender is
    write(root, "codelists/systems.csv", SYSTEMS, *rows, other_format)
    assert [row.encoding for row in read_systems(root)] == ["utf-8", "windows-1252", ""]
    spells = ["461;410;2023-01-01;2023-01-01", "461;410;2022-01-01;", "410;461;2023-01-01;", "461;461;2023-01-01;"]
    write(root, "codelists/collaborations.csv", COLLABORATIONS, *spells)
    assert len(read_collaborations(root)) == 4, "spells that overlap are R8's business"


@pytest.mark.parametrize("name", LISTS)
def test_columns_that_are_not_the_lists(root: DataRoot, name: str) -> None:
    place, header, read = LISTS[name]
    first = header.split(";", maxsplit=1)[0]
    for columns, rule in (("more", "more, which is none of"), (first, f"{first} twice")):
        write(root, place, f"{header};{columns}", f"{GOOD[name]};x")
        with pytest.raises(InputError, match=f"^{place}, line 1: the header holds {rule}"):
            read(root)


def test_everything_wrong_is_told_at_once_and_not_without_end(root: DataRoot) -> None:
    lines = ["461;410;2023-01-01;", "", '461;410;"2023-\n01-01";', "1;410;2023-01-01;", "461;420;2023-01-01"]
    write(root, "codelists/collaborations.csv", COLLABORATIONS, *lines)
    told = (
        "codelists/collaborations.csv, line 4: '2023-\\n01-01' is not a day of the form 2024-01-31; "
        "line 6: '1' is not one of the 98 kommuner; line 7: wrong number of fields"
    )
    with pytest.raises(InputError) as fault:
        read_collaborations(root)
    assert str(fault.value) == told
    write(root, "codelists/collaborations.csv", COLLABORATIONS, *["1;410;2023-01-01;"] * 1000)
    with pytest.raises(InputError, match=r"; and 980 more lines$"):
        read_collaborations(root)


def test_an_endless_note(root: DataRoot) -> None:
    write(root, "approvals/a.csv", APPROVALS, GOOD["approvals"], GOOD["approvals"] + "a" * 200_000)
    with pytest.raises(InputError, match=r"^approvals/a\.csv, line 3: field larger than field limit"):
        read_approvals(root)


@pytest.mark.parametrize("name", LISTS)
def test_faults_of_a_whole_file(root: DataRoot, name: str) -> None:
    place, header, read = LISTS[name]
    first, _, rest = header.partition(";")
    for lines in ((rest, GOOD[name]), ("",)):
        write(root, place, *lines)
        with pytest.raises(InputError, match=f"^{place}, line 1: the header must hold {first};"):
            read(root)
    write(root, place, header.replace(";", ","), GOOD[name])
    with pytest.raises(InputError, match=f"^{place}, line 1: the columns are parted by ',', they must be by ';'$"):
        read(root)
    write(root, place, header, GOOD[name] + "ø", encoding="cp1252")
    with pytest.raises(InputError, match=f"^{place}: not UTF-8"):
        read(root)

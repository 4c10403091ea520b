"""FILNAVN and UKENDT_AFSENDER: names of deliveries, and names as they may be shown."""

from datetime import datetime

import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.delivery.intake import rejected
from hjalp_pipeline.delivery.names import DeliveryName, name_faults, parse_name, safe_name

NAME = "540_nexus_20250110T081500.csv"


def test_a_name_is_read_and_written_back() -> None:
    name = parse_name("2024K4", NAME)
    assert name == DeliveryName("2024K4", "540", "nexus", datetime.fromisoformat("2025-01-10T08:15:00"), "csv")
    assert (name.stem, name.filename) == ("540_nexus_20250110T081500", NAME)


@pytest.mark.parametrize("form", ["csv", "xml", "xlsx"])
@pytest.mark.parametrize("system", ["nexus", "cura-2", "0-1"])
def test_good_names(form: str, system: str) -> None:
    filename = f"101_{system}_20240229T235959.{form}"
    name = parse_name("2024K1", filename)
    assert name is not None
    assert name.filename == filename


@pytest.mark.parametrize(
    "filename",
    [
        "",
        "540_nexus_20250110T081500",
        "540_nexus_20250110T081500.txt",
        "540_nexus_20250110T081500.CSV",
        "540_nexus_20250110T081500.csv.gz",
        "540_nexus_20250110T081500.csv\n",
        " 540_nexus_20250110T081500.csv",
        "54_nexus_20250110T081500.csv",
        "5400_nexus_20250110T081500.csv",
        "٥٤٠_nexus_20250110T081500.csv",
        "540_Nexus_20250110T081500.csv",
        "540_næxus_20250110T081500.csv",
        "540_a_b_20250110T081500.csv",
        "540__20250110T081500.csv",
        "540_nexus_20250230T081500.csv",
        "540_nexus_20250110T241500.csv",
        "540_nexus_20250110T080060.csv",
        "540_nexus_00000110T080000.csv",
        "540_nexus_20250110_081500.csv",
        "../540_nexus_20250110T081500.csv",
    ],
)
def test_bad_names(filename: str) -> None:
    assert parse_name("2024K4", filename) is None
    faults = " ".join(name_faults("2024K4", filename))
    assert faults
    assert not filename.strip() or filename not in faults


@pytest.mark.parametrize(
    ("filename", "told"),
    [
        ("54_nexus_20250110T081500.csv", "Kommunenummeret er ikke tre cifre."),
        ("540_Nexus_20250110T081500.csv", "Systemets navn er ikke af små bogstaver a-z, cifre og bindestreger."),
        ("540_nexus_20250110.csv", "Tidspunktet har ikke formen ÅÅÅÅMMDDTttmmss."),
        ("540_nexus_20250230T081500.csv", "Tidspunktet findes ikke i kalenderen."),
        ("540_nexus_20250110T081500.txt", "Efter punktummet står ikke csv, xml eller xlsx."),
        ("540_nexus_20250110T081500", "Efter punktummet står ikke csv, xml eller xlsx."),
        ("540_a_b_20250110T081500.csv", "Navnet har ikke tre dele (kommunenummer_system_tidspunkt), men 4."),
    ],
)
def test_the_part_of_a_name_that_is_wrong_is_told(filename: str, told: str) -> None:
    assert name_faults("2024K4", filename) == [told]
    assert name_faults("2024K9", filename, period=Kvartal) == ["Mappen hedder ikke som kvartal (2024K4).", told]
    assert name_faults("2024M01", NAME, period=Kvartal) == ["Mappen hedder ikke som kvartal (2024K4)."]
    assert name_faults("2024K4", NAME) == []


@pytest.mark.parametrize(
    "folder", ["", "2024", "2024K5", "2024K0", "2024k4", "24K4", "2024K4 ", "2024K4\n", "a/2024K4"]
)
def test_bad_folders(folder: str) -> None:
    assert parse_name(folder, NAME) is None


@pytest.mark.parametrize(
    "filename",
    [
        "0101901234.csv",
        "udtræk 010190-1234.csv",
        "010190 1234",
        "540_010190_1234_20250110.csv",
        "x0101901234567.xml",
        "540_0101901234_20250110T081500.csv",
        "540_010190-1234_20250110T081500.csv",
        "٠١٠١٩٠١٢٣٤.csv",
        "540_nexus_20250110T081500_0101901234.csv",
        "12010190.1234",
        "010190 - 1234.csv",
    ],
)
def test_cpr_numbers_in_names_are_masked(filename: str) -> None:
    safe = safe_name(filename)
    digits = "".join(char for char in safe if char.isdigit())
    assert "*" in safe
    assert "190" not in digits.replace("20250110", "")
    assert "1234" not in safe


def test_harmless_names_stay() -> None:
    assert safe_name(NAME) == NAME
    assert safe_name("fil.csv") == "fil.csv"
    assert safe_name("a\nb.csv") == "a?b.csv"


@pytest.mark.parametrize("code", ["FILNAVN", "UKENDT_AFSENDER"])
def test_the_caller_rejects_with_the_same_record(code: str) -> None:
    intake = rejected(code, "Ukendt.", 0)
    assert (intake.status, intake.code, intake.detail, intake.records, intake.frame) == (
        "rejected",
        code,
        "Ukendt.",
        0,
        None,
    )
    with pytest.raises(ValueError, match="NOGET"):
        rejected("NOGET")

"""`hjalp check`: files and lists whose names or form make that nobody reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.data_root.checking import check
from hjalp_pipeline.data_root.empty_root import begin
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.data_root.checked import NOW, whats, write
from hjalp_tests.production.world import KVARTAL, country, delivery, run, write_world


@pytest.mark.parametrize(
    ("content", "what", "do"),
    [
        (
            b"komnr,quarter,new_deadline,reason\n",
            "line 1: the columns are parted by ',', they must be by ';'",
            "the columns",
        ),
        (b"komnr;quarter;new_deadline;reason\n540;2024K4;2025-01-28;f\xf8rst\n", "not UTF-8", "save it as UTF-8 "),
    ],
)
def test_a_list_as_a_spreadsheet_saves_it(tmp_path: Path, content: bytes, what: str, do: str) -> None:
    begin(tmp_path, "hjalp")
    root = DataRoot(tmp_path)
    (root.codelists / "extensions.csv").write_bytes(content)
    [wrong] = check(root, NOW).wrong
    assert wrong.what.removeprefix("codelists/extensions.csv").lstrip(",: ") == what
    assert wrong.do.startswith(do)


@pytest.mark.slow
def test_names_of_deliveries_are_wrong_until_they_have_receipts(tmp_path: Path) -> None:
    root = write_world(tmp_path, country(deliveries=[delivery("101", 3)]))
    names = (
        "101_nexus.csv",
        "101_cura_20250102T081500.csv",
        "101_nexus_20250102T081500.xml",
        "155_nexus_20250102T081500.csv",
    )
    for name in (*names, "147_nexus_20250102T081500.csv", "0101609002_x_y.csv"):
        write(root, f"inbox/{KVARTAL}/{name}", "x")
    assert [what.removeprefix(f"inbox/{KVARTAL}/") for what in whats(root)] == [
        "******-****_x_y.csv will be rejected (FILNAVN): Kommunenummeret er ikke tre cifre. "
        "Tidspunktet har ikke formen ÅÅÅÅMMDDTttmmss.",
        "101_cura_20250102T081500.csv will be rejected (UKENDT_AFSENDER): Kommunen har ikke anmeldt systemet. Anmeldt: nexus.",
        "101_nexus.csv will be rejected (FILNAVN): Navnet har ikke tre dele (kommunenummer_system_tidspunkt), men 2.",
        "101_nexus_20250102T081500.xml will be rejected (UKENDT_AFSENDER): Systemet er ikke anmeldt med formatet xml. Anmeldt: csv.",
        "147_nexus_20250102T081500.csv will be rejected (UKENDT_AFSENDER): Kommunen har intet anmeldt system.",
        "155_nexus_20250102T081500.csv will be rejected (UKENDT_AFSENDER): Systemet er ikke anmeldt med formatet csv. Anmeldt: xml.",
    ]
    run(root)
    save_deliveries(root)
    assert whats(root) == [], "each has its receipt: they are the kommuner's business"


def test_without_senders_the_list_is_missing_and_no_file_is_wrong(root: DataRoot) -> None:
    write(root, f"inbox/{root.declared.first_period}/101_nexus_20250102T081500.csv", "x")
    found = check(root, NOW)
    assert found.wrong == ()
    assert found.missing[0] == "codelists/systems.csv has no rows: one for each system of each kommune that is in"


def save_deliveries(root: DataRoot) -> None:
    """As the assets do after the intake."""
    from hjalp_pipeline.production.inbox.delivery_list import leverancer_frame
    from hjalp_pipeline.production.inbox.quarter_inbox import QuarterInbox
    from hjalp_pipeline.production.inbox.reading import Inbox
    from hjalp_pipeline.storage.codelists import read_systems
    from hjalp_pipeline.storage.lake import Lake

    lake = Lake(root)
    read, _ = QuarterInbox(Inbox(lake, read_systems(root)), KVARTAL, []).read()
    lake.save_frame("leverancer", KVARTAL, leverancer_frame(read))


def test_a_list_of_nearly_the_right_name(root: DataRoot) -> None:
    for name in ("System.csv", "known-defects.csv", "notes.txt", ".hidden", "systems.csv.lock"):
        write(root, f"codelists/{name}", "x")
    found = check(root, NOW)
    assert [(one.what, one.do) for one in found.wrong] == [
        (f"codelists/{name} is not read: no list is called so", f"if {meant} is meant, call it so")
        for name, meant in (
            ("System.csv", "systems.csv"),
            ("known-defects.csv", "known_defects.csv"),
            ("systems.csv.lock", "systems.csv"),
        )
    ]
    assert found.remarks == ("codelists/notes.txt is not read",)
    column = "quarter" if root.statistic == "hjalp" else "period"
    first = root.declared.first_period
    write(
        root,
        "codelists/systems.csv",
        f"komnr;system;leverandoer;format;encoding;from_{column};to_{column};carry_forward",
        f"101;nexus;;csv;utf-8;{first};;",
    )
    found = check(root, NOW)
    assert [one.do for one in found.wrong] == ["if known_defects.csv is meant, call it so"]
    assert "codelists/System.csv is not read" in found.remarks, "a copy beside the list itself is nobody's fault"


def test_a_release_that_the_calendar_does_not_name(tmp_path: Path) -> None:
    """A mistyped row would hold nothing back. A calendar that is not kept, as `hjalp init` makes it, asks for nothing."""
    root = write_world(tmp_path)
    header = "release;date;confirmed;number"
    write(root, "codelists/calendar.csv", header)
    assert whats(root) == []
    write(root, "codelists/calendar.csv", header, "2024v11;2025-06-24;nej;")
    [wrong] = check(root, NOW).wrong
    assert wrong.what == (
        "releases/2024v1.toml: codelists/calendar.csv has no row of it, so it opens at its publish_at, announced or not"
    )
    assert wrong.do == "give it a row, or correct the name in the row that is meant: 2024v11"
    write(root, "codelists/calendar.csv", header, "2024v1;2025-06-24;nej;", "2025v1;2026-06-24;nej;")
    assert whats(root) == [], "a release may be announced before it is defined"

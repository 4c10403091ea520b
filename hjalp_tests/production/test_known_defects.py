"""What the data are known to lack, of a kommune, a system, a vendor or an agreement: read with clear errors, pinned, told."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.release.known_defects import KnownDefect, defect_notes, headings, read_known_defects
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.manifest import read_pins
from hjalp_pipeline.production.release.publication_list import read_publication
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import hashes, write_world

HEADER = "what;who;from;to;sentence\n"
GOOD = """\
kommune;185;;;Kun udlån fra 2024.
system;nexus;2024K3;;Indleveringsdatoer er usikre.
leverandoer;Leverandør A/S;2023;2024;Udleveringsdatoer er sat ved skiftet.
aftale;"540, 101";2022-07-01;2024-12-31;Sønderborg udleverer  for begge.
kommune;101;;2022;Er forbi.
"""


def world(path: Path, rows: str = GOOD) -> DataRoot:
    root = write_world(path)
    (root.codelists / "known_defects.csv").write_text(HEADER + rows, encoding="utf-8")
    return root


def test_every_kind(tmp_path: Path) -> None:
    assert read_known_defects(world(tmp_path)) == [
        KnownDefect("kommune", ("185",), None, None, "Kun udlån fra 2024."),
        KnownDefect("system", ("nexus",), date(2024, 7, 1), None, "Indleveringsdatoer er usikre."),
        KnownDefect(
            "leverandoer",
            ("Leverandør A/S",),
            date(2023, 1, 1),
            date(2024, 12, 31),
            "Udleveringsdatoer er sat ved skiftet.",
        ),
        KnownDefect("aftale", ("540", "101"), date(2022, 7, 1), date(2024, 12, 31), "Sønderborg udleverer for begge."),
        KnownDefect("kommune", ("101",), None, date(2022, 12, 31), "Er forbi."),
    ]


def test_no_list_no_defects(tmp_path: Path) -> None:
    assert read_known_defects(write_world(tmp_path)) == []


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("by;185;;;Tekst", "'by' is none of kommune, system, leverandoer, aftale"),
        ("kommune;999;;;Tekst", "'999' is not one of the 98 kommuner"),
        ("kommune;;;;Tekst", "who must be one kommune"),
        ("kommune;101 185;;;Tekst", "several have an aftale"),
        ("aftale;101;;;Tekst", "two or more"),
        ("aftale;101,101;;;Tekst", "none twice"),
        ("aftale;101,411;;;Tekst", "'411' is not one of the 98 kommuner"),
        ("system;ukendt;;;Tekst", "no row of codelists/systems.csv has the system 'ukendt'"),
        ("leverandoer;Ingen A/S;;;Tekst", "no row of codelists/systems.csv has the leverandoer 'Ingen A/S'"),
        ("kommune;185;i fjor;;Tekst", "'i fjor' is no day (2024-01-31), quarter (2024K1) or year"),
        ("kommune;185;;2024K5;Tekst", "'2024K5' is no day"),
        ("kommune;185;0000;;Tekst", "'0000' is no day"),
        ("kommune;185;2024K2;2024-03-31;Tekst", "from 2024K2 is after to 2024-03-31"),
        ("kommune;185;;; ", "sentence is empty"),
        ("kommune;185;;", "wrong number of fields"),
    ],
)
def test_a_fault_names_file_line_and_rule(tmp_path: Path, row: str, rule: str) -> None:
    root = world(tmp_path, f"kommune;101;;;Tekst\n{row}\n")
    with pytest.raises(InputError) as fault:
        read_known_defects(root)
    assert str(fault.value).startswith("codelists/known_defects.csv, line 3: ")
    assert rule in str(fault.value)


@pytest.mark.parametrize(
    ("begins", "ends", "concerned"),
    [
        (None, None, True),
        (date(2024, 12, 31), None, True),
        (date(2025, 1, 1), None, False),
        (None, date(2023, 1, 1), True),
        (None, date(2022, 12, 31), False),
        (date(2023, 6, 1), date(2023, 6, 1), True),
    ],
)
def test_what_concerns_a_release(begins: date | None, ends: date | None, concerned: bool) -> None:
    assert KnownDefect("kommune", ("101",), begins, ends, "Tekst").concerns((2023, 2024)) == concerned


@pytest.mark.parametrize(
    ("what", "who", "da", "en"),
    [
        ("leverandoer", ("Leverandør A/S",), "En systemleverandør", "A vendor of systems"),
        ("system", ("nexus",), "Systemet nexus", "The system nexus"),
        ("kommune", ("185",), "Tårnby", "Tårnby"),
        (
            "aftale",
            ("540", "101", "185"),
            "Aftale mellem Sønderborg, København og Tårnby",
            "Agreement between Sønderborg, København and Tårnby",
        ),
    ],
)
def test_whose_data_they_are(what: str, who: tuple[str, ...], da: str, en: str) -> None:
    assert headings(KnownDefect(what, who, None, None, "Tekst")) == (da, en)


def test_a_note_holds_what_px_can() -> None:
    (note,) = defect_notes([(Text("Tårnby", "Tarnby"), 'Kaldt "nyt"\n  #4\u200b.')])
    assert note == ("Kendt mangel. Tårnby: Kaldt ”nyt” nr. 4.", "Known defect (in Danish). Tarnby: Kaldt ”nyt” nr. 4.")


@pytest.mark.slow
def test_a_release_tells_them_and_is_the_same_again(tmp_path: Path) -> None:
    root = world(tmp_path)
    definition = root.releases / "2024v1.toml"
    definition.write_text(
        "known_defects.540 = 'Kaldt \"nyt\" system.'\n" + definition.read_text(encoding="utf-8"), encoding="utf-8"
    )
    (root.codelists / "publication.csv").write_text("setting;da;en\ncontact;Kontoret;The office\n", encoding="utf-8")
    release = make_release(root, "2024v1", documents=DOCUMENTS)
    assert {"codelists/known_defects.csv", "codelists/publication.csv"} <= set(release.manifest.inputs)
    before = hashes(release.path)
    page = (release.path / "kvalitet.html").read_text(encoding="utf-8")
    notes = json.loads((release.path / "HJALP1.json").read_bytes())["note"]
    px = (release.path / "HJALP3.px").read_text(encoding="utf-8")
    for who, sentence in (
        ("Sønderborg", "Kaldt ”nyt” system."),
        ("Tårnby", "Kun udlån fra 2024."),
        ("Systemet nexus", "Indleveringsdatoer er usikre."),
        ("En systemleverandør", "Udleveringsdatoer er sat ved skiftet."),
        ("Aftale mellem Sønderborg og København", "Sønderborg udleverer for begge."),
    ):
        assert f"<dt>{who}</dt>" in page
        assert f"Kendt mangel. {who}: {sentence}" in notes
        assert f"Kendt mangel. {who}: {sentence}" in px.replace('"\n"', "")
    assert "Er forbi." not in page
    assert "Leverandør A/S" not in page + px
    assert 'CONTACT[en]="The office";' in px
    # The lists change: what stands was made of the rows of its day.
    (root.codelists / "known_defects.csv").unlink()
    (root.codelists / "publication.csv").write_text("setting;da;en\n", encoding="utf-8")
    shutil.rmtree(release.path)
    assert make_release(root, "2024v1", documents=DOCUMENTS).made
    assert hashes(root.releases / "2024v1") == before
    add_v2(root)
    make_release(root, "2024v2", documents=DOCUMENTS)
    now = read_pins(root, "2024v2")
    assert now is not None
    assert (now.known_defects, dict(now.publication)) == ((), {})


def test_settings_are_read_with_clear_errors(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    path = root.codelists / "publication.csv"
    assert read_publication(root) == {}
    path.write_text("setting;da;en\nkontakt;A;B\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"codelists/publication\.csv, line 2: 'kontakt' is none of contact"):
        read_publication(root)
    path.write_text("setting;da;en\ncontact;A;B\nlink;A;B\ncontact;A;B\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"codelists/publication\.csv, line 4: contact stands already in line 2"):
        read_publication(root)

"""A release is made of what its definition names, whole or not at all, and never changes."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.production.release.embargo import PRIVATE
from hjalp_pipeline.production.release.making import make_release, taking_part
from hjalp_pipeline.production.release.manifest import Manifest
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries.model import Country
from hjalp_tests.production.compare import read_table
from hjalp_tests.production.world import (
    KVARTAL,
    approvals,
    break_the_contract,
    country,
    deliver,
    delivery,
    first_release,
    hashes,
    loan,
    run,
    write_world,
)

pytestmark = pytest.mark.first_pattern  # the slow ones

BEFORE = dt.datetime(2025, 6, 24, 5, 59, 59, tzinfo=dt.UTC)
AT = dt.datetime(2025, 6, 24, 6, tzinfo=dt.UTC)  # 08:00 Danish summer time


#: After the newest extract and quarter of the small country.
LATER = dt.datetime.fromisoformat("2025-11-14T08:00:00+01:00")


def defined(**changes: Any) -> Country:
    """The small country with a release 2024v2 beside 2024v1, changed as told."""
    made = country(kvartaler=[KVARTAL, "2025K1"])
    made.releases["2024v2"] = {**made.releases["2024v1"], **changes}
    return made


def microdata(root: DataRoot, release: str) -> pl.DataFrame:
    return pl.read_parquet(root.releases / release / "microdata" / "GENHJALP.parquet")


def test_the_manifest_holds_every_input_and_output(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    _, quarter = run(root)
    release = make_release(root, "2024v1")
    manifest = json.loads((release.path / "manifest.json").read_bytes())
    found = hashes(release.path)
    del found["manifest.json"]
    assert manifest["outputs"] == found
    delivered = {
        "inbox/2024K4/101_nexus_20250102T081500.csv",
        "inbox/2024K4/155_nexus_20250102T081500.xml",
        "inbox/2024K4/540_nexus_20250102T081500.csv",
    }
    registers = {f"registers/2025-04-04/{name}.parquet" for name in ("person", "dod", "befbop", "befadr", "folketal")}
    lists = {"codelists/systems.csv", "codelists/collaborations.csv", "releases/2024v1.toml"}
    assert set(manifest["inputs"]) == {*delivered, *registers, *lists, "approvals"}
    everything = hashes(root.folder) | hashes(root.path)
    assert {name: everything[name] for name in delivered | registers | lists}.items() <= manifest["inputs"].items()
    ledger = quarter.ledger.group_by("step", "reason").agg(pl.col("rows").sum())
    rows = {(step, reason or "kept"): number for step, reason, number in ledger.iter_rows()}
    told = {(step, reason): n for step, of in manifest["rows"].items() for reason, n in of.items()}
    assert {key: number for key, number in told.items() if key[0] != "microdata"} == rows
    assert told["microdata", "kept"] == microdata(root, "2024v1").height


@pytest.mark.slow
def test_microdata_hold_no_loan_of_a_quarter_nobody_has_approved(tmp_path: Path) -> None:
    """R13: issued on the last day of the last year is in, a day later is out and counted (EFTER_AARET)."""
    days = {"1": "2024-12-31", "2": "2025-01-01", "3": "2063-05-05", "4": "1999-01-01", "5": "2024-02-02"}
    rows = [loan("101", 0, udlaan_id=name, udleveringsdato=day, indleveringsdato=None) for name, day in days.items()]
    rows[4] |= {"indleveringsdato": "2025-02-01"}  # returned after the year: on loan ultimo, and told
    root = write_world(tmp_path, country(deliveries=[delivery("101", rows)], approvals={"a.csv": approvals("101")}))
    release = first_release(root, ran=True)
    told = microdata(root, "2024v1").select("UDLEVERINGSDATO", "INDLEVERINGSDATO").rows()
    assert told == [(dt.date(2024, 2, 2), dt.date(2025, 2, 1)), (dt.date(2024, 12, 31), None)]
    assert release.manifest.rows["microdata"] == {"kept": 2, "OVER_20_AAR": 1, "EFTER_AARET": 2}
    assert sum(release.manifest.rows["microdata"].values()) == release.manifest.rows["kommune_assigned"]["kept"]


@pytest.mark.slow
def test_a_text_of_blanks_is_empty_in_microdata_and_any_other_as_delivered(tmp_path: Path) -> None:
    texts = {"hminavn": "  ", "lov_navn": " ", "lov_tekst": "\t "}
    kept = {"hminavn": " Rollator ", "lov_navn": " SEL_112 ", "lov_tekst": " § 113 "}
    rows = [loan("101", 0, udlaan_id="1", **texts), loan("101", 0, udlaan_id="2", hminr="9999", **kept)]
    root = write_world(tmp_path, country(deliveries=[delivery("101", rows)], approvals={"a.csv": approvals("101")}))
    first_release(root, ran=True)
    told = microdata(root, "2024v1").select("HMINAVN", "LOV_NAVN", "LOV_NAVN_OPRET", "LOV_TEKST")
    assert told.rows() == [(None, None, None, None), (" Rollator ", " SEL_112 ", "SEL_112", " § 113 ")]


@pytest.mark.parametrize(("now", "embargoed"), [(BEFORE, True), (AT, False)])
def test_before_publication_the_owner_alone_may_read(tmp_path: Path, now: dt.datetime, embargoed: bool) -> None:
    root = write_world(tmp_path)
    release = make_release(root, "2024v1", now)
    for path in (release.path, *release.path.rglob("*")):
        private = embargoed or not PRIVATE.isdisjoint(path.relative_to(release.path).parts)
        mode = path.stat().st_mode & 0o777
        assert mode & 0o077 == (0 if private else (0o055 if path.is_dir() else 0o044)), path.name


@pytest.mark.slow
def test_the_register_is_the_one_it_names(tmp_path: Path) -> None:
    """Whatever the quarter was last run with: in the newest extract a person is gone."""
    root = write_world(tmp_path, defined(registers="2025-10-03", publish_at=LATER))
    newer = root.registers / "2025-10-03"
    shutil.copytree(root.registers / "2025-04-04", newer)
    person = pl.read_parquet(newer / "person.parquet").filter(pl.col("pnr") != "0101609001")
    person.write_parquet(newer / "person.parquet")
    run(root)
    for name in ("2024v1", "2024v2"):
        make_release(root, name)
    assert "0101609001" in microdata(root, "2024v1")["PNR"]
    assert "0101609001" not in microdata(root, "2024v2")["PNR"]


@pytest.mark.slow
def test_a_kommune_from_another_quarter(tmp_path: Path) -> None:
    root = write_world(tmp_path, defined(quarter_overrides={"540": "2025K1"}))
    deliver(
        root, delivery("540", 9, kvartal="2025K1", received="20250405T081500"), delivery("101", 1, kvartal="2025K1")
    )
    run(root)
    run(root, "2025K1")
    sizes = {}
    for name in ("2024v1", "2024v2"):
        make_release(root, name)
        sizes[name] = dict(microdata(root, name).group_by("KOMNR_INDBERETTER").len().iter_rows())
    assert sizes["2024v1"]["540"] > sizes["2024v2"]["540"] > 0
    assert sizes["2024v1"]["101"] == sizes["2024v2"]["101"]


@pytest.mark.slow
def test_decisions_after_the_limit_do_not_count(tmp_path: Path) -> None:
    rows = [
        *approvals("101", "155"),
        *((("2025-06-20T12:00:01+02:00", *row[1:])) for row in approvals("540")),
    ]
    made = country(approvals={"2025.csv": rows})
    root = write_world(tmp_path, made)
    release = first_release(root)
    cells = read_table(release.path / "HJALP1.csv")
    assert cells["540", 2024] == "..."
    assert cells["101", 2024] not in ("..", "0")
    assert "540" in microdata(root, "2024v1")["KOMNR_INDBERETTER"]  # also of kommuner that do not take part


@pytest.mark.slow
def test_a_later_decision_does_not_change_a_release_that_stands(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    first_release(root)
    with (root.approvals / "2025.csv").open("a", encoding="utf-8") as file:
        file.write("2025-09-01T09:00:00+02:00;2024;540;K2;afvist;afdelingen;\n")
    assert not make_release(root, "2024v1").made


@pytest.mark.slow
def test_a_release_that_would_differ_is_refused_and_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path)
    first_release(root)
    before = hashes(root.releases / "2024v1")
    monkeypatch.setattr("hjalp_pipeline.rules.cpr.modulus_11", lambda _: pl.lit(value=True))
    with pytest.raises(ReleaseRefused, match="never changes") as fault:
        make_release(root, "2024v1")
    assert fault.value.reasons[0].startswith("outputs microdata/GENHJALP.parquet differs")
    assert hashes(root.releases / "2024v1") == before
    assert sorted(path.name for path in root.releases.iterdir()) == ["2024v1", "2024v1.toml"]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        (
            {"reference_years": [2024, 2025]},
            ["reference_years: 2025", "quarter: 2024K4 is before 2025K4", "registers: "],
        ),
        ({"quarter": "2024K1"}, ["quarter: 2024K1 is before 2024K4"]),
        ({"quarter_overrides": {"540": "2024K3"}}, ["quarter_overrides.540: 2024K3 is before 2024K4"]),
        ({"publish_at": dt.datetime.fromisoformat("2025-06-24T09:00:00+02:00")}, ["publish_at: is 09:00:00"]),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, changes: dict[str, Any], wanted: list[str]) -> None:
    root = write_world(tmp_path, defined(**changes))
    with pytest.raises(ReleaseRefused) as fault:
        make_release(root, "2024v2")
    found = [reason.removeprefix("releases/2024v2.toml, ") for reason in fault.value.reasons]
    assert [reason[: len(start)] for reason, start in zip(found, wanted, strict=True)] == wanted
    assert not (root.releases / "2024v2").exists()


@pytest.mark.slow
def test_what_stands_is_not_asked_whether_it_was_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release made by the rules of its day stays readable, can be made again, and later ones are protected against it."""
    root = write_world(tmp_path, defined(protect_against=["2024v1"], publish_at=LATER))
    text = (root.releases / "2024v1.toml").read_text(encoding="utf-8").replace("08:00:00", "09:30:00")
    (root.releases / "2024v1.toml").write_text(text, encoding="utf-8")
    with monkeypatch.context() as of_its_day:
        of_its_day.setattr("hjalp_pipeline.production.release.making.contradictions", lambda *_: [])
        make_release(root, "2024v1")
    assert not make_release(root, "2024v1").made
    told = make_release(root, "2024v2").manifest.confidentiality
    assert told is not None
    assert told.protected_against == ("2024v1",)


@pytest.mark.slow
def test_how_many_take_part_is_said(tmp_path: Path) -> None:
    rows = [row for row in approvals("101", "155", "540") if row[1:3] != (2023, "540")]
    made = defined(publish_at=dt.datetime.fromisoformat("2025-06-24T12:00:00+02:00"), publish_at_reason=" Nedbrud. ")
    root = write_world(tmp_path, replace(made, approvals={"2025.csv": rows}))
    manifest = make_release(root, "2024v2").manifest
    assert manifest.taking_part == {"2023": 2, "2024": 3}
    assert manifest.publish_at_reason == "Nedbrud."
    assert taking_part(manifest) == ["2023: 2 of 98 kommuner take part", "2024: 3 of 98 kommuner take part"]
    assert taking_part(Manifest()) == []


@pytest.mark.slow
def test_a_broken_contract_refuses_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path)
    break_the_contract(monkeypatch, "155")
    with pytest.raises(ReleaseRefused, match="contract kommune_assigned is broken in 2024K4 155"):
        make_release(root, "2024v1")
    assert [path.name for path in root.releases.iterdir()] == ["2024v1.toml"]


@pytest.mark.slow
def test_who_takes_part_in_no_year_need_not_deliver(tmp_path: Path) -> None:
    made = country()
    root = write_world(
        tmp_path, replace(made, approvals={"2025.csv": approvals("101")}, deliveries=made.deliveries[:1])
    )
    release = first_release(root)
    cells = read_table(release.path / "HJALP2.csv")
    assert {cells[kom, "0", "TOT", 2024] for kom in ("155", "540", "760")} == {"..."}
    assert cells["000", "0", "TOT", 2024] == cells["101", "0", "TOT", 2024]


def test_a_year_in_which_nobody_takes_part_is_refused(tmp_path: Path) -> None:
    made = country(approvals={"2025.csv": [row for row in approvals("101") if row[1] == 2024 or row[3] != "K2"]})
    root = write_world(tmp_path, made)
    with pytest.raises(ReleaseRefused) as fault:
        make_release(root, "2024v1")
    assert fault.value.reasons == [
        "nobody takes part in 2023: no kommune has approved its four quarters up to approvals_until (2025-06-20 12:00)"
    ]
    assert [path.name for path in root.releases.iterdir()] == ["2024v1.toml"]


@pytest.mark.slow
def test_what_a_killed_release_left_is_no_release(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    (root.releases / ".2024v1.killed" / "2024v1" / "microdata").mkdir(parents=True)
    assert make_release(root, "2024v1").made

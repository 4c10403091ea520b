"""A next release is proposed from an earlier one, and the whole way after a re-delivery: file, sensor, job, release."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.defs.raw_assets import KOMMUNER_TAG
from hjalp_pipeline.production.release.proposal import propose
from hjalp_pipeline.publishing.definition import DefinitionError, parse_definition
from hjalp_pipeline.publishing.definition_kinds import DefinitionOfYears
from hjalp_pipeline.storage.files import read_json
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.defs.sensor import sensor_context
from hjalp_tests.production.world import KVARTAL, approvals, country, deliver, delivery, first_release, run, write_world

NOW = dt.datetime(2025, 10, 20, 9, 30, tzinfo=dt.UTC)


def decide(root: DataRoot, *komnr: str) -> None:
    """Everything of these kommuner approved after the first release."""
    with (root.approvals / "2025.csv").open("a", encoding="utf-8") as file:
        for row in approvals(*komnr):
            file.write(";".join(map(str, ("2025-09-01T09:00:00+02:00", *row[1:]))) + "\n")


@pytest.mark.slow
def test_what_is_proposed(tmp_path: Path) -> None:
    made = country(kvartaler=[KVARTAL, "2025K1", "2025K2"], approvals={"2025.csv": approvals("101", "155")})
    root = write_world(tmp_path, made)
    first_release(root)
    decide(root, "540")
    deliver(root, delivery("101", 21, day=9))  # in the same quarter
    for komnr in ("101", "155", "540"):  # the ordinary next quarter
        deliver(root, delivery(komnr, 40, kvartal="2025K1", received="20250405T081500"))
    deliver(root, delivery("155", 40, kvartal="2025K2", received="20250601T081500"))  # out of turn
    run(root)
    (root.registers / "2025-10-03").mkdir()
    text = propose(root, "2024v2", "2024v1", NOW)
    assert (root.releases / "2024v2.toml").read_text(encoding="utf-8") == text
    found = parse_definition("2024v2", text, DefinitionOfYears, Kvartal)
    assert found.reference_years == (2023, 2024)
    assert found.quarter == KVARTAL
    assert found.registers == "2025-10-03"
    assert found.protect_against == ("2024v1",)
    assert found.quarter_overrides == {"155": "2025K2", "540": "2025K1"}
    assert found.publish_at.isoformat() == "2025-11-17T08:00:00+01:00"  # winter time by then
    assert found.approvals_until == NOW.replace(second=0), "it can be made as it is proposed"
    assert '540 = "2025K1"  # Sønderborg, approved after 2024v1' in text
    assert '155 = "2025K2"  # Dragør, delivered out of turn' in text
    assert "# Re-delivered in the same quarter: 101 København (2024K4)" in text
    assert "# Also data in 2025K1, to which most have delivered: 101" in text
    assert text.count("SET:") == 2
    with pytest.raises(DefinitionError, match="exists already"):
        propose(root, "2024v2", "2024v1", NOW)


def test_the_next_year_and_what_cannot_be_proposed(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    found = parse_definition("2025v1", propose(root, "2025v1", "2024v1", NOW), DefinitionOfYears, Kvartal)
    assert (found.reference_years, found.quarter) == ((2023, 2024, 2025), "2025K4")
    assert found.quarter_overrides == {}
    for release, earlier, why in (
        ("2024v1", "2024v1", "exists already"),
        ("andet", "2024v1", "is not the name"),
        ("2024v3", "2024v2", "2024v2.toml is missing"),
    ):
        with pytest.raises(DefinitionError, match=why):
            propose(root, release, earlier, NOW)


CARRIED = """\
comparability = ["Med \\"anførsel\\" og \\\\.", "To."]
max_move_pct = 7.5
protect_insiders = true
refuse_unprotectable = true
publish_at_reason = "Udsat."

[known_defects]
185 = "Kun fra 2024."
540 = "Mangelfuld."
"""


def test_what_is_not_decided_anew_is_carried_over(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    path = root.releases / "2024v1.toml"
    said = path.read_text(encoding="utf-8").replace("refuse_unprotectable = false\n", "")
    settings, overrides = said.split("[quarter_overrides]")
    path.write_text(f'{settings}{CARRIED}[quarter_overrides]\n{overrides}540 = "2025K1"\n', encoding="utf-8")
    (root.codelists / "known_defects.csv").write_text(
        "what;who;from;to;sentence\nsystem;nexus;;;Tekst.\nkommune;101;;2021;Forbi.\n", encoding="utf-8"
    )
    for release in ("2024v2", "2025v1"):  # a revision, and the next year
        text = propose(root, release, "2024v1", NOW)
        found = parse_definition(release, text, DefinitionOfYears, Kvartal)
        assert found.comparability == ('Med "anførsel" og \\.', "To.")
        assert found.known_defects == {"185": "Kun fra 2024.", "540": "Mangelfuld."}
        assert (found.max_move_pct, found.protect_insiders, found.refuse_unprotectable) == (7.5, True, True)
        assert found.publish_at_reason == ""
        assert (
            "# Carried over from 2024v1: comparability, known_defects, max_move_pct, protect_insiders, protect_kommuner, "
            "refuse_unprotectable\n# Known defects in codelists/known_defects.csv for these years: system nexus\n"
        ) in text
        assert ("540" in found.quarter_overrides) == (release == "2024v2")


def test_tables_are_carried_over_to_the_same_year_alone_and_named_for_a_later_one(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    path = root.releases / "2024v1.toml"
    path.write_text('tables = ["HJALP1", "HJALP2"]\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    for release, tables in (("2024v2", ("HJALP1", "HJALP2")), ("2025v1", ())):
        text = propose(root, release, "2024v1", NOW)
        assert parse_definition(release, text, DefinitionOfYears, Kvartal).tables == tables
        assert 'tables = ["HJALP1", "HJALP2"]  # SET: 2024v1 published these alone' in text


def test_why_a_system_was_silent_is_told_of_its_quarter_alone(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    path = root.releases / "2024v1.toml"
    settings, overrides = path.read_text(encoding="utf-8").split("[quarter_overrides]")
    path.write_text(f'{settings}[partial]\n540 = "Systemskifte."\n[quarter_overrides]{overrides}', encoding="utf-8")
    for release, partial in (("2024v2", {"540": "Systemskifte."}), ("2025v1", {})):
        assert (
            parse_definition(release, propose(root, release, "2024v1", NOW), DefinitionOfYears, Kvartal).partial
            == partial
        )


def test_nothing_is_carried_over(tmp_path: Path) -> None:
    made = country()
    for key in ("protect_kommuner", "refuse_unprotectable"):
        del made.releases["2024v1"][key]
    assert "# Carried over from 2024v1: nothing\n" in propose(write_world(tmp_path, made), "2024v2", "2024v1", NOW)


@pytest.mark.parametrize(
    "arguments", [["--propose", "2024v2"], ["--from", "2024v1"], ["2024v2", "--propose", "2024v2", "--from", "2024v1"]]
)
def test_arguments_that_do_not_go_together(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    with pytest.raises(SystemExit) as fault:
        main(["release", *arguments])
    assert fault.value.code == 2
    assert "name a release to make, or --propose" in capsys.readouterr().err


@pytest.mark.slow
def test_from_a_redelivery_to_its_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_world(tmp_path)
    monkeypatch.setenv("HJALP_DATA", str(root.path))
    monkeypatch.setenv("DAGSTER_HOME", str(root.dagster_home))
    assert run_job(root, "kvartal", KVARTAL).success
    assert main(["release", "2024v1"]) == 0
    deliver(root, delivery("540", 44, day=9))
    with (
        dg.DagsterInstance.ephemeral() as instance,
        sensor_context(root, instance) as context,
    ):
        (request,) = defs.resolve_sensor_def("nye_leverancer").evaluate_tick(context).run_requests or []
    assert (request.partition_key, request.tags[KOMMUNER_TAG]) == (KVARTAL, "540")
    assert run_job(root, "kvartal", KVARTAL, dict(request.tags)).success
    capsys.readouterr()
    assert main(["release", "--propose", "2024v2", "--from", "2024v1"]) == 0
    assert "Re-delivered in the same quarter: 540 Sønderborg" in capsys.readouterr().out
    assert main(["release", "--propose", "2024v2", "--from", "2024v1"]) == 1
    assert main(["release", "2024v2"]) == 0
    revised = (root.releases / "2024v2" / "revision.csv").read_text(encoding="utf-8-sig")
    assert "genleverance 540" in revised or "fortrolighed" in revised
    pins = read_json(root.releases / "2024v2" / "manifest.json")["pins"]["deliveries"]["540"]["files"]
    assert list(pins) == [f"{KVARTAL}/540_nexus_20250109T081500.csv"]
    assert main(["release", "2024v1"]) == 0

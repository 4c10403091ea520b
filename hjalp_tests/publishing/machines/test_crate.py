"""rocrate reads a release's crate: every file with its licence, what it was made by and of, and nothing of how much each delivered."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from hjalp_pipeline.publishing.machines.crate import NAME, crate
from hjalp_tests.missing import missing
from hjalp_tests.publishing.machines.released import ADDRESS, described

FILES = {"PROEVE1.csv": "text/csv; charset=utf-8", "PROEVE1.sdmx.csv": "text/csv", "dcat.ttl": "text/turtle"}


def entities(program: str = "0.4.0", against: tuple[str, ...] = ()) -> dict[str, Any]:
    written = json.loads(crate(described(), FILES, program, against))
    found = {one["@id"]: one for one in written["@graph"]}
    assert len(found) == len(written["@graph"])
    return found


@pytest.mark.filterwarnings("ignore")
def test_rocrate_reads_it_in_the_folder_with_its_files(tmp_path: Path) -> None:
    if importlib.util.find_spec("rocrate") is None:
        missing("rocrate", "HJALP_ALL_READERS")
    from rocrate.rocrate import ROCrate

    for name in FILES:
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / NAME).write_bytes(crate(described(), FILES, "0.4.0", ["2023v2"]))
    read = ROCrate(tmp_path)
    assert sorted(one.id for one in read.data_entities) == sorted(FILES)
    assert read.root_dataset["name"] == 'Visits "at home"\\, 2024v1'
    assert read.dereference("#making")["instrument"]["softwareVersion"] == "0.4.0"
    assert [one.id for one in read.dereference("#making")["result"]] == ["PROEVE1.csv"]


def test_everything_that_is_referred_to_is_there() -> None:
    found = entities(against=("2023v2",))

    def referred(value: Any) -> set[str]:
        if isinstance(value, dict):
            return {value["@id"]} if set(value) == {"@id"} else set().union(*map(referred, value.values()))
        return set().union(*map(referred, value)) if isinstance(value, list) else set()

    outside = set().union(*(referred(one) for one in found.values())) - set(found)
    assert outside == {"https://w3id.org/ro/crate/1.2"}
    assert found["./"]["identifier"] == ADDRESS
    assert ADDRESS.replace("2024v1", "2023v2") in found


def test_every_file_says_licence_and_citation() -> None:
    found = entities()
    for name in (*FILES, "./", NAME):
        assert found[name]["license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
        assert found[name]["creditText"].startswith("Statistics Denmark (2025): ")


def test_a_file_of_the_release_has_its_checksum_and_one_that_is_made_has_none() -> None:
    found = entities()
    assert (found["PROEVE1.csv"]["sha256"], found["PROEVE1.csv"]["contentSize"]) == (f"{0:064x}", "100")
    assert "prov:wasGeneratedBy" in found["PROEVE1.csv"]
    assert {"sha256", "contentSize", "prov:wasGeneratedBy"}.isdisjoint(found["dcat.ttl"])


def test_a_version_nobody_may_know_is_left_out() -> None:
    assert "softwareVersion" not in entities(program="")["#program"]


def test_of_the_sources_only_the_kind_is_told() -> None:
    found = entities()
    for source in ("#deliveries", "#registers"):
        assert set(found[source]) == {"@id", "@type", "name", "description"}
        assert not any(sign.isdigit() for sign in found[source]["name"] + found[source]["description"])

"""`hjalp serve` gives machines a release's public files as they were published, and nothing of what is not out or not public."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from hjalp_tests.serving.shelf_world import OUT, World, usual

OF = "/releases/hjalp/2024v1"


def put(folder: Path, name: str, content: bytes, *, told: bool = True) -> None:
    """Another file of a release, in its sums and, unless told otherwise, its manifest."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    with (folder / "SHA256SUMS").open("a") as sums:
        sums.write(f"{digest}  {name}\n")
    if told:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        manifest["outputs"][name] = digest
        (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_public_file_comes_as_it_was_published(world: World) -> None:
    folder = world.root.releases / "2024v1"
    put(folder, "PROEVE1.csv", b"STED;Tid;TAL\r\n")
    answer = world.get(f"{OF}/PROEVE1.csv")
    assert (answer.status, answer.body) == (200, "STED;Tid;TAL\r\n")
    assert answer.headers["link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
    assert world.get(f"{OF}/PROEVE1.px").body.encode() == (folder / "PROEVE1.px").read_bytes()
    assert world.get(f"{OF}/PROEVE1.csv", [("if-none-match", answer.headers["etag"])]).status == 304


def test_the_catalogue_has_every_release_and_its_own(world: World) -> None:
    world.publish("2024v2", usual(), at=OUT + timedelta(hours=1))
    whole, own = world.get("/releases/catalog.ttl"), world.get(f"{OF}/dcat.ttl")
    assert [f"2024v{version}/dcat.ttl#PROEVE1>\n    a dcat:Dataset" in whole.body for version in (1, 2)] == [True, True]
    assert whole.body.index("2024v2/dcat.ttl#PROEVE1>\n") < whole.body.index("2024v1/dcat.ttl#PROEVE1>\n")
    assert own.headers["content-type"] == "text/turtle; charset=utf-8"
    assert "2024v2" not in own.body
    assert "dcat:service <http://127.0.0.1:3000/v1>, <http://127.0.0.1:3000/api/v2>" in whole.body
    assert "http://127.0.0.1:3000/releases/hjalp/2024v1/PROEVE1.json" in own.body


def test_figures_and_structures_come_as_sdmx(world: World) -> None:
    figures, structures = world.get(f"{OF}/PROEVE1.sdmx.csv"), world.get(f"{OF}/structures.sdmx.xml")
    assert figures.headers["content-type"].startswith("application/vnd.sdmx.data+csv; version=2.0.0")
    assert [line.split(",")[4:10] for line in figures.body.splitlines()[1:4]] == [
        ["000", "1", "2023", "0", "A", "F"],
        ["000", "1", "2024", "1234567", "A", "F"],
        ["000", "2", "2023", "NaN", "Q", "C"],
    ]
    assert structures.headers["content-type"].startswith("application/vnd.sdmx.structure+xml; version=3.0.0")
    assert 'agencyID="DST" version="2024.1.0"' in structures.body


def test_quality_and_codebook_come_as_xml(world: World) -> None:
    assert world.get(f"{OF}/sims.sdmx.xml").status == 404
    concept = {"concept": "S.14.1.2", "name": "Time lag", "qpi": "TP2", "value": {"days": 318}}
    put(world.root.releases / "2024v1", "quality.json", json.dumps({"concepts": [concept]}).encode())
    assert '<md:Attribute id="S_14_1_2">' in world.get(f"{OF}/sims.sdmx.xml").body
    assert '<str:MetadataAttribute id="S_14_1_2"' in world.get(f"{OF}/sims.structures.sdmx.xml").body
    assert "foaf:page <http://127.0.0.1:3000/releases/hjalp/2024v1/quality.json>" in world.get(f"{OF}/dcat.ttl").body
    assert '<var ID="GENHJALP.' in world.get(f"{OF}/ddi.xml").body


def test_the_crate_names_every_file_and_no_input(world: World) -> None:
    folder = world.root.releases / "2024v1"
    put(folder, "disclosure_audit.json", b'{"protected_against": ["2023v1"]}')
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest |= {
        "program": {"version": "9.8.7"},
        "inputs": {"inbox/2024K4/a.csv": "c0ffee"},
        "rows": {"raw": {"kept": 4711}},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    crate = world.get(f"{OF}/ro-crate-metadata.json")
    assert crate.headers["content-type"].startswith("application/ld+json")
    found = {one["@id"]: one for one in json.loads(crate.body)["@graph"]}
    named = [part["@id"] for part in found["./"]["hasPart"]]
    assert {"PROEVE1.px", "PROEVE1.sdmx.csv", "dcat.ttl", "ddi.xml", "structures.sdmx.xml"} < set(named)
    assert {world.get(f"{OF}/{name}").status for name in named} == {200}
    assert found["#program"]["softwareVersion"] == "9.8.7"
    assert "http://127.0.0.1:3000/releases/hjalp/2023v1/" in found
    for secret in ("c0ffee", "inbox", "4711", "manifest"):
        assert secret not in crate.body


def test_of_a_release_that_is_not_out_nothing_is_told(world: World) -> None:
    before = world.get("/releases/catalog.ttl")
    world.publish("2025v1", usual(), at=world.now + timedelta(seconds=1))
    assert world.get("/releases/catalog.ttl").body == before.body
    there, not_there = (world.get(f"/releases/hjalp/{name}/dcat.ttl") for name in ("2025v1", "2031v7"))
    assert (there.status, there.body) == (404, not_there.body)
    world.now += timedelta(seconds=1)
    assert world.get("/releases/hjalp/2025v1/dcat.ttl").status == 200


@pytest.mark.parametrize(
    "name", ["manifest.json", "microdata/kodebog.csv", "kvalitet.html", "SHA256SUMS", ".px", "..%2f2024v1.toml"]
)
def test_what_is_private_or_no_file_for_programs_is_not_there(world: World, name: str) -> None:
    for written in ("microdata/kodebog.csv", "kvalitet.html"):  # also when the sums name it
        put(world.root.releases / "2024v1", written, b"{}")
    assert world.get(f"{OF}/{name}").status == 404


def test_what_the_manifest_does_not_know_is_not_given(world: World) -> None:
    put(world.root.releases / "2024v1", "extra.csv", b"x", told=False)
    assert world.get(f"{OF}/extra.csv").status == 404


def test_a_changed_file_is_not_given(world: World) -> None:
    folder = world.root.releases / "2024v1"
    put(folder, "PROEVE1.csv", b"a")
    (folder / "PROEVE1.csv").write_bytes(b"b")
    assert world.get(f"{OF}/PROEVE1.csv").status == 503
    assert world.get(f"{OF}/dcat.ttl").status == 200


def test_a_release_with_a_changed_table_costs_no_other(world: World) -> None:
    folder = world.publish("2024v2", usual(), at=OUT + timedelta(hours=1))
    (folder / "PROEVE1.px").write_bytes(b"x")
    assert world.get("/releases/hjalp/2024v2/dcat.ttl").status == 503
    assert "2024v2" not in world.get("/releases/catalog.ttl").body
    assert world.get(f"{OF}/dcat.ttl").status == 200


def test_the_licence_is_what_the_office_says_and_never_guessed(world: World) -> None:
    lists = world.root.codelists
    lists.mkdir(parents=True)
    (lists / "publication.csv").write_text("setting;da;en\nlicense;https://example.org/other;\n")
    assert "dct:license <https://example.org/other>" in world.get(f"{OF}/dcat.ttl").body
    (lists / "publication.csv").write_text("setting;da;en\nlicense;CC BY;\n")
    assert world.get(f"{OF}/dcat.ttl").status == 503


def test_another_licence_is_another_file(world: World) -> None:
    """Whoever has the file of yesterday does not keep it when its terms have changed since."""
    addresses = ("/releases/catalog.ttl", f"{OF}/dcat.ttl", f"{OF}/PROEVE1.sdmx.csv")
    had = {address: world.get(address).headers for address in addresses}
    for address, headers in had.items():
        assert world.get(address, [("if-none-match", headers["etag"])]).status == 304
    world.root.codelists.mkdir(parents=True)
    (world.root.codelists / "publication.csv").write_text("setting;da;en\nlicense;https://example.org/other;\n")
    for address, headers in had.items():
        assert "last-modified" not in headers
        assert "https://example.org/other" in world.get(address, [("if-none-match", headers["etag"])]).body


def test_without_a_release_there_is_no_catalogue(tmp_path: Path) -> None:
    assert World(tmp_path).get("/releases/catalog.ttl").status == 404

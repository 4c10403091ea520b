"""What a release was made of is told by PROV for the office alone: each input and output of its manifest, and who sent a delivery."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import pytest

from hjalp_pipeline.production.release.provenance import write_provenance
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.missing import missing

pytestmark = pytest.mark.slow


@pytest.fixture
def root(world: DataRoot, tmp_path: Path) -> DataRoot:
    """A release's folder with its manifest alone."""
    made = DataRoot(tmp_path)
    (made.releases / "2024v1").mkdir(parents=True)
    shutil.copy(world.releases / "2024v1/manifest.json", made.releases / "2024v1")
    return made


def test_every_input_and_output_is_there_and_who_sent_what(root: DataRoot) -> None:
    path = write_provenance(root, "2024v1")
    assert path == root.lake / "udgivelser/herkomst/2024v1.jsonld"
    assert path.stat().st_mode & 0o777 == 0o600
    manifest = json.loads((root.releases / "2024v1/manifest.json").read_bytes())
    graph = {one["@id"]: one for one in json.loads(path.read_bytes())["@graph"]}
    inputs = manifest["inputs"] | manifest["approval_files"]
    told = {name.removeprefix("path:"): one["sha256"] for name, one in graph.items() if name.startswith("path:")}
    assert told == inputs | {f"releases/2024v1/{name}": digest for name, digest in manifest["outputs"].items()}
    assert {one["@id"].removeprefix("path:") for one in graph["hjalp:making"]["prov:used"]} == set(inputs)
    for komnr, pin in manifest["pins"]["deliveries"].items():
        for name in pin["files"]:
            assert graph[f"path:inbox/{name}"]["prov:wasAttributedTo"] == {"@id": f"kommune:{komnr}"}


@pytest.mark.filterwarnings("ignore")
def test_an_rdf_library_follows_a_table_back_to_a_kommune(root: DataRoot) -> None:
    if importlib.util.find_spec("rdflib") is None:
        missing("rdflib", "HJALP_ALL_READERS")
    import rdflib

    path = write_provenance(root, "2024v1")
    assert path is not None
    found = rdflib.Graph().parse(data=path.read_text(), format="json-ld")
    rows = found.query(
        """prefix prov: <http://www.w3.org/ns/prov#>
        select distinct ?kommune where { <urn:hjalp:path:releases/2024v1/HJALP1.csv> prov:wasGeneratedBy ?making .
            ?making prov:used ?input . ?input prov:wasAttributedTo ?kommune }"""
    )
    deliveries = json.loads((root.releases / "2024v1/manifest.json").read_bytes())["pins"]["deliveries"]
    assert {str(row[0]) for row in rows} == {f"urn:hjalp:kommune:{komnr}" for komnr in deliveries} != set()


def test_without_pins_nothing_is_told(root: DataRoot) -> None:
    (root.releases / "2024v1/manifest.json").write_text('{"release": "2024v1"}')
    assert write_provenance(root, "2024v1") is None

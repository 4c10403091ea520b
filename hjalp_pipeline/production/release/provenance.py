"""Who made a release from what, in the words of PROV: ``lake/udgivelser/herkomst/{release}.jsonld``, the office's alone.

It says no more than the manifest, for programs that follow files from hand to hand: each input with its SHA-256, a delivery with
the kommune that sent it, each output. Written anew whenever a release is made, and no part of it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.production.release.manifest import Manifest, known_manifest
from hjalp_pipeline.production.release.pins import Pins
from hjalp_pipeline.publishing.publication import terms_of
from hjalp_pipeline.storage.files import write_json
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

#: ``path:`` is a file in the statistic's folder, or in the data root what is shared.
_CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "path": "urn:hjalp:path:",
    "kommune": "urn:hjalp:kommune:",
    "hjalp": "urn:hjalp:",
    "sha256": "schema:sha256",
    "name": "schema:name",
    "version": "schema:softwareVersion",
}
_MAKING, _PROGRAM = "hjalp:making", "hjalp:program"


def write_provenance(root: DataRoot, release: str) -> Path | None:
    """Write it of a release that stands; None where its manifest does not tell what it was made of."""
    manifest = known_manifest(root, release)
    if manifest is None or manifest.pins is None:
        return None
    path = Lake(root).of_release("herkomst", release, "jsonld")
    write_json(path, {"@context": _CONTEXT, "@graph": list(_graph(manifest, manifest.pins))})
    return path


def _graph(manifest: Manifest, pins: Pins) -> Iterator[dict[str, Any]]:
    inputs = manifest.inputs | manifest.approval_files
    senders = {f"inbox/{file}": komnr for komnr, pin in pins.deliveries.items() for file, _ in pin.files}
    office = terms_of(pins.publication).publisher
    yield {
        "@id": _MAKING,
        "@type": "prov:Activity",
        "name": manifest.release,
        "prov:wasAssociatedWith": [_ref(_PROGRAM), _ref(office)],
        "prov:used": [_ref(_file(name)) for name in inputs],
    }
    program = {"version": manifest.program.version} if manifest.program else {}
    yield {"@id": _PROGRAM, "@type": ["prov:Agent", "prov:SoftwareAgent"], "name": "hjalp", **program}
    yield {"@id": office, "@type": ["prov:Agent", "prov:Organization"]}
    for komnr in dict.fromkeys(senders.values()):
        yield {"@id": f"kommune:{komnr}", "@type": ["prov:Agent", "prov:Organization"], "name": NAVN[komnr]}
    for name, digest in inputs.items():
        sent = {"prov:wasAttributedTo": _ref(f"kommune:{senders[name]}")} if name in senders else {}
        yield {"@id": _file(name), "@type": "prov:Entity", "sha256": digest, **sent}
    for name, digest in manifest.outputs.items():
        entity = {"@id": _file(f"releases/{manifest.release}/{name}"), "@type": "prov:Entity", "sha256": digest}
        yield {**entity, "prov:wasGeneratedBy": _ref(_MAKING)}


def _file(name: str) -> str:
    return f"path:{quote(name)}"


def _ref(name: str) -> dict[str, str]:
    return {"@id": name}

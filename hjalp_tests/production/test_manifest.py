"""What a release's manifest says, also one of an older version or one that somebody has been at."""

from pathlib import Path

import pytest

from hjalp_pipeline.production.release.manifest import (
    Manifest,
    ManifestError,
    Program,
    keep_manifest,
    kept_manifest,
    known_manifest,
    known_pins,
    pins_of,
    write_manifest,
)
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.test_sources import PINS

RELEASE = "2024v1"


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    root = DataRoot(tmp_path)
    root.releases.mkdir(parents=True)
    (root.releases / f"{RELEASE}.toml").write_text("definition")
    return root


def stands(root: DataRoot, text: str) -> None:
    (root.releases / RELEASE).mkdir()
    (root.releases / RELEASE / "manifest.json").write_text(text)


def test_what_is_written_is_read(root: DataRoot) -> None:
    manifest = Manifest(
        RELEASE, None, Program("0.4.0"), taking_part={"2024": 3}, outputs={"HJALP1.csv": "f"}, pins=PINS
    )
    (root.releases / RELEASE).mkdir()
    write_manifest(root.releases / RELEASE / "manifest.json", manifest)
    known = known_manifest(root, RELEASE)
    assert known is not None
    assert known.pins is not None
    assert known.pins.as_json() == PINS.as_json()
    assert (known.program, known.taking_part, known.outputs) == (Program("0.4.0"), {"2024": 3}, {"HJALP1.csv": "f"})


@pytest.mark.parametrize("text", ["", "{", "[]", '"a"', "{}", '{"something": 1}'])
def test_a_manifest_that_tells_nothing_is_empty(root: DataRoot, text: str) -> None:
    stands(root, text)
    assert known_manifest(root, RELEASE) == Manifest()
    assert pins_of(root, RELEASE) is None
    assert known_pins(root) == {}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"pins": {"registers": {"date": "2025-04-04", "files": {}}}}', "pins: .*definition: "),
        ('{"pins": {"definition": "d"}}', "pins: .*registers: must be date and files"),
        ('{"pins": 1}', "pins: "),
        ('{"outputs": ["HJALP1.csv"]}', "outputs: "),
        ('{"program": {}}', "program.version: "),
    ],
)
def test_a_manifest_of_another_form_is_told_with_file_and_key(root: DataRoot, text: str, key: str) -> None:
    stands(root, text)
    with pytest.raises(ManifestError, match=rf"^releases/2024v1/manifest\.json, {key}"):
        known_manifest(root, RELEASE)
    with pytest.raises(ManifestError):  # nothing is removed while nobody knows what a release is pinned to
        known_pins(root)


def test_the_copy_counts_while_the_definition_is_the_one_it_was_made_from(root: DataRoot) -> None:
    definition = root.releases / f"{RELEASE}.toml"
    pins = type(PINS).from_json(PINS.as_json() | {"definition": sha256(definition)})
    keep_manifest(root, RELEASE, Manifest(RELEASE, pins=pins))
    assert pins_of(root, RELEASE) == pins
    assert known_pins(root) == {RELEASE: pins}
    definition.write_text("another")
    assert known_manifest(root, RELEASE) is None
    assert kept_manifest(root, RELEASE) == Manifest(RELEASE, pins=pins)

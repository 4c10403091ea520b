"""A release hides by the office's key: made again with the same one only, the key itself stands in no file but its own."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from hjalp_pipeline.confidentiality.keyed import OfficeKey
from hjalp_pipeline.confidentiality.transparency import ATTEMPTS, Told, Transparency
from hjalp_pipeline.production.release import keyed_year, making, told_to_readers
from hjalp_pipeline.production.release.keyed_year import Keyed
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.manifest import attempts_of, pins_of
from hjalp_pipeline.production.release.published import load_published
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_pipeline.storage.key_file import KEY_FILE, make_key
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import first_release, hashes, run, write_world

KEY = "5e" * 32


def give(root: DataRoot, text: str) -> Path:
    """The office gets a key."""
    path = root.folder / KEY_FILE
    path.write_text(f"{text}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """2024v1 made with a key, and 2024v2 defined. Nothing is changed in it."""
    root = write_world(tmp_path_factory.mktemp("keyed"))
    run(root)
    give(root, KEY)
    definition = root.releases / "2024v1.toml"
    definition.write_text(f"audit_bound = 1\n{definition.read_text(encoding='utf-8')}", encoding="utf-8")
    make_release(root, "2024v1")
    add_v2(root, audit_bound="1")
    return root


@pytest.fixture
def root(keyed: DataRoot, tmp_path: Path) -> DataRoot:
    """A copy of it."""
    shutil.copytree(keyed.path, tmp_path / "root")
    return DataRoot(tmp_path / "root")


@pytest.mark.slow
def test_the_key_stands_in_no_file_but_its_own(keyed: DataRoot) -> None:
    secret, pins = bytes.fromhex(KEY), pins_of(keyed, "2024v1")
    assert pins is not None
    for path in keyed.path.rglob("*"):
        if path.is_file() and path.name != Path(KEY_FILE).name:
            content = path.read_bytes()
            assert secret not in content
            assert KEY.encode() not in content.lower()
            # Its hash is for the office.
            assert pins.key.encode() not in content or path.stat().st_mode & 0o077 == 0
    published = [path for path in (keyed.releases / "2024v1").rglob("*") if path.name != "manifest.json"]
    assert not any(pins.key.encode() in path.read_bytes() for path in published if path.is_file())


@pytest.mark.slow
def test_it_is_made_again_with_the_same_key_only(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[Mapping[str, int]]()

    def keyed_by(key: OfficeKey, bound: float, attempts: Mapping[str, int]) -> Keyed:
        asked.append(attempts)
        return Keyed(key, bound, attempts)

    monkeypatch.setattr(making, "Keyed", keyed_by)
    attempts = attempts_of(root, "2024v1")
    before = hashes(root.releases / "2024v1")
    assert not make_release(root, "2024v1").made
    shutil.rmtree(root.releases / "2024v1")
    path = give(root, "6f" * 32)
    with pytest.raises(
        ReleaseRefused, match=r"made with another key of the office than codelists/confidentiality\.key"
    ):
        make_release(root, "2024v1")
    path.unlink()
    with pytest.raises(ReleaseRefused, match=r"confidentiality\.key is missing: restore it from where it is kept"):
        make_release(root, "2024v1")
    give(root, KEY)
    assert make_release(root, "2024v1").made
    assert hashes(root.releases / "2024v1") == before
    # Each time just the attempts that it has, also when its folder is gone.
    assert asked == [attempts, attempts]
    assert set(attempts) == {"2023", "2024"}


def test_a_release_that_was_made_has_its_own_attempt_whatever_the_audit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    key, made = OfficeKey(bytes.fromhex(KEY)), list[OfficeKey]()
    year = {"unchanged": SimpleNamespace(aar=2024)}

    def pattern(*_: object, key: OfficeKey, **__: object) -> SimpleNamespace:
        made.append(key)
        return SimpleNamespace(mask=frozenset())

    monkeypatch.setattr(keyed_year, "find_pattern", pattern)
    betrayed = Transparency((Told(4, 0.1, 0.9),), 2, True, 8)
    monkeypatch.setattr(keyed_year, "told_by_program", lambda *_, **__: betrayed)

    def attempt(**attempts: int) -> int:
        keyed = Keyed(key, attempts={aar.removeprefix("of"): number for aar, number in attempts.items()})
        _, told = keyed_year.year_pattern(year, 1, keyed, first=1)  # type: ignore[arg-type]  # no more of a year is asked for
        assert told is not None
        return told.attempt

    assert attempt(of2024=3) == 3
    assert made == [key.attempt(3)]
    made.clear()
    assert attempt(of2023=3) == 1
    assert made == [key.attempt(number) for number in range(1, 1 + ATTEMPTS)]


@pytest.mark.slow
def test_a_later_version_is_made_with_the_same_key_only(root: DataRoot) -> None:
    path = give(root, "6f" * 32)
    with pytest.raises(ReleaseRefused, match="2024v1 was made with another key of the office"):
        make_release(root, "2024v2")
    path.unlink()
    with pytest.raises(ReleaseRefused, match="2024v1 was made with another key of the office"):
        make_release(root, "2024v2")
    give(root, KEY)
    assert make_release(root, "2024v2").made


@pytest.mark.slow
def test_which_of_the_keys_patterns_it_is_stands_in_its_manifest(keyed: DataRoot) -> None:
    manifest = json.loads((keyed.releases / "2024v1" / "manifest.json").read_text(encoding="utf-8"))
    attempts = manifest["confidentiality"]["attempts"]
    assert set(attempts.values()) == {0}
    assert attempts_of(keyed, "2024v1") == load_published(keyed, "2024v1").attempts == attempts


@pytest.mark.slow
def test_a_release_made_without_a_key_stays_as_it_is(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    release = first_release(root, ran=True)
    before = hashes(release.path)
    manifest = (release.path / "manifest.json").read_text(encoding="utf-8")
    assert "key" not in manifest
    assert "attempts" not in manifest
    make_key(root)
    assert not make_release(root, "2024v1").made
    assert hashes(release.path) == before
    add_v2(root, audit_bound="1")
    assert make_release(root, "2024v2").made
    pins = pins_of(root, "2024v2")
    assert pins is not None
    assert pins.key


def test_whoever_signs_is_told_what_running_the_program_tells() -> None:
    without = told_to_readers.program(None)
    assert without.open is None
    assert "uden kontorets nøgle" in without.finds
    told = (Told(4, 0.5, 0.9), Told(5, 0.9, 0.9))
    some = told_to_readers.program(Transparency(told, 12, False, 48))
    assert some.open
    assert "1 celle bliver ved det mere end 67% sandsynligt under 3" in some.finds
    assert "en stikprøve af tabellerne, med 48 kørsler" in some.finds
    assert "er ikke bevist her" in some.finds
    assert "protect_kommuner = false" in some.finds
    untried = told_to_readers.program(Transparency((), 12, False, 48, untried=7))
    assert "Ingen prøvet celle bliver" in untried.finds
    assert "7 celler er ikke prøvet" in untried.finds
    never = told_to_readers.program(Transparency(told, 12, False, 0, untried=2))
    assert never.open is None
    assert "er ikke prøvet" in never.finds
    assert "Ingen" not in never.finds
    none = told_to_readers.program(Transparency(told, 12, True, 48, bound=0.95, proven=True))
    assert not none.open
    assert "Ingen tabel, der stemmer med det offentliggjorte, kan udelukkes" in none.finds
    assert "Ingen skjult celle bliver ved det mere end 95%" in none.finds

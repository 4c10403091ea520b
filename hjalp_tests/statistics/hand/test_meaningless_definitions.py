"""H12: a definition that cannot be meant is refused in one line naming file, key and rule, and nothing is half-made."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_pipeline.publishing.definition import DefinitionError
from hjalp_tests.production.world import hashes
from hjalp_tests.statistics.hand.scenes import Scene, country, definition

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A country with the release that stands as 2024v1."""
    made = Scene(tmp_path_factory.mktemp("meaningless"), country())
    make_release(made.root, "2024v1")
    return made


def refused(scene: Scene, **changes: Any) -> list[str]:
    """What is said of a second release, of which nothing is there afterwards."""
    values = definition(2, **{key: value for key, value in changes.items() if value is not ...})
    scene.define("2024v2", {key: value for key, value in values.items() if changes.get(key) is not ...})
    before = hashes(scene.root.releases)
    with pytest.raises((ReleaseRefused, DefinitionError)) as told:
        make_release(scene.root, "2024v2")
    assert hashes(scene.root.releases) == before
    assert not [path for path in scene.root.releases.iterdir() if path.name.startswith((".", "2024v2/"))]
    fault = told.value
    return list(fault.reasons if isinstance(fault, ReleaseRefused) else fault.faults)


UNTIL = dt.date(2023, 12, 31)


@pytest.mark.parametrize(
    ("changes", "key", "rule"),
    [
        ({"period": "2024M11"}, "period", "2024M11 is before 2024M12"),
        ({"period": "2024M13"}, "period", "must be a month"),
        ({"period": "2024M00"}, "period", "must be a month"),
        ({"period": "2024M1"}, "period", "must be a month"),
        ({"period": "2025K1"}, "period", "must be a month"),
        ({"period": 202501}, "period", "must be a month"),
        ({"period": "2025M11"}, "period", "2025M11 is not over"),
        ({"period": ...}, "period", "must be a month"),
        ({"period_overrides": {"540": "2024M11"}}, "period_overrides.540", "2024M11 is before 2024M12"),
        ({"period_overrides": {"540": "2025M13"}}, "period_overrides", "must be a"),
        ({"period_overrides": {"540": "2024K4"}}, "period_overrides", "must be a"),
        ({"period_overrides": {"999": "2025M01"}}, "period_overrides", "is not one of the 98 kommuner"),
        ({"first_quarter": "2014K4"}, "first_quarter", "2014K4 is before 2015K1"),
        ({"first_quarter": "2013K4"}, "first_quarter", "2013K4 is before 2015K1"),
        ({"first_quarter": "2025K1"}, "last_quarter", "is before first_quarter, 2025K1"),
        ({"first_quarter": "2024K5"}, "first_quarter", "must be a quarter"),
        ({"first_quarter": "2024M01"}, "first_quarter", "must be a quarter"),
        ({"last_quarter": "2024K0"}, "last_quarter", "must be a quarter"),
        ({"last_quarter": ...}, "last_quarter", "must be a quarter"),
        ({"archive": "2024v1"}, "archive_until", "is missing"),
        ({"archive_until": UNTIL}, "archive", "is missing"),
        ({"archive": "2024v9", "archive_until": UNTIL}, "archive", "releases/2024v9 does not stand"),
        ({"archive": "2024v2", "archive_until": UNTIL}, "archive", "a release is not its own archive"),
        ({"archive": "../2024v1", "archive_until": UNTIL}, "archive", "must be the name of a release"),
        ({"archive": "", "archive_until": UNTIL}, "archive", "must be the name of a release"),
        ({"archive": "2024v1", "archive_until": "2023-12-31"}, "archive_until", "must be a date"),
        (
            {"archive": "2024v1", "archive_until": dt.datetime(2023, 12, 31, tzinfo=dt.UTC)},
            "archive_until",
            "must be a date",
        ),
        ({"reference_years": [2024]}, "reference_years", ""),
        ({"quarter": "2025K1"}, "quarter", ""),
    ],
)
def test_one_line(scene: Scene, changes: dict[str, Any], key: str, rule: str) -> None:
    told = refused(scene, **changes)
    (line,) = told
    assert "\n" not in line
    assert line.startswith(f"releases/2024v2.toml, {key}")
    assert rule in line


def test_as_the_command_says_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.define("2024v2", definition(2, period="2024M11"))
    monkeypatch.setenv("HJALP_DATA", str(scene.root.path))
    assert main(["release", "2024v2", "--statistic", "hand"]) == 1
    told = capsys.readouterr()
    lines = [line for line in (told.out + told.err).splitlines() if line.strip()]
    assert [line for line in lines if "releases/2024v2.toml, period: 2024M11 is before 2024M12" in line]
    assert "Traceback" not in told.out + told.err
    assert not (scene.root.releases / "2024v2").exists()


@pytest.fixture
def tampered(scene: Scene, request: pytest.FixtureRequest) -> Iterator[str]:
    """2024v1 with a file that is changed, gone or new; gives which, and puts everything back."""
    path = scene.root.releases / "2024v1" / request.param
    there = path.is_file()
    content = path.read_bytes() if there else b""
    mode = path.parent.stat().st_mode
    path.parent.chmod(0o700)
    if there and request.param.endswith("HANDICM.parquet"):
        path.unlink()
    else:
        if there:
            path.chmod(0o600)
        path.write_bytes(content + b"x")
    yield request.param
    if there:
        path.unlink(missing_ok=True)
        path.write_bytes(content)
    else:
        path.unlink()
    path.parent.chmod(mode)


@pytest.mark.parametrize(
    "tampered",
    ["microdata/HANDIC.parquet", "microdata/HANDICM.parquet", "microdata/more.parquet", "HAND07.csv"],
    indirect=True,
)
def test_an_archive_that_was_tampered_with(scene: Scene, tampered: str) -> None:
    told = refused(scene, archive="2024v1", archive_until=UNTIL, protect_against=[])
    assert any(f"releases/2024v1/{tampered}" in line for line in told), told

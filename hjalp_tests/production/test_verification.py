"""What is changed behind the program's back is named, and nothing is made of it."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.release.embargo import PRIVATE, open_due, set_modes
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.manifest import copy_path
from hjalp_pipeline.production.release.pins import ReleaseRefused
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import (
    KVARTAL,
    changing_system,
    deliver,
    delivery,
    hashes,
    results,
    run,
    write_world,
)

OPENED = datetime(2025, 6, 24, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def whole(three_reports: None, tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """A quarter with two systems, 2024v1 of it, and 2024v2 defined."""
    root = write_world(tmp_path_factory.mktemp("whole"), changing_system("yes"))
    deliver(root, delivery("101", 20), delivery("155", 12))
    run(root)
    make_release(root, "2024v1", documents=DOCUMENTS)
    add_v2(root)
    assert verify(root).faults == []
    return root


@pytest.fixture(scope="module")
def second(whole: DataRoot, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What stands when 2024v2 is made of what nobody has changed."""
    root = DataRoot(shutil.copytree(whole.path, tmp_path_factory.mktemp("second") / "root"))
    make_release(root, "2024v2", documents=DOCUMENTS)
    return hashes(root.releases)


@pytest.fixture
def root(whole: DataRoot, tmp_path: Path) -> DataRoot:
    return DataRoot(shutil.copytree(whole.path, tmp_path / "root"))


def rewritten(path: Path, change: Callable[[bytes], bytes]) -> str:
    path.write_bytes(change(path.read_bytes()))
    return path.name


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def a_figure(root: DataRoot) -> str:
    path = root.releases / "2024v1" / "HJALP1.csv"
    return rewritten(path, lambda text: text.replace(b"101;2024;", b"101;2024;1", 1))


def microdata(root: DataRoot) -> str:
    path = root.releases / "2024v1" / "microdata" / "GENHJALP.parquet"
    pl.read_parquet(path).with_columns(KOEN=pl.lit("1")).write_parquet(path)
    return path.name


def a_page_is_gone(root: DataRoot) -> str:
    (root.releases / "2024v1" / "kvalitet.html").unlink()
    return "kvalitet.html is missing"


def a_file_too_many(root: DataRoot) -> str:
    (root.releases / "2024v1" / "microdata" / "kopi.csv").write_text("x")
    return "microdata/kopi.csv is no part"


def a_folder_too_many(root: DataRoot) -> str:
    (root.releases / "2024v1" / "tom").mkdir()
    return "2024v1/tom is no part"


def a_link(root: DataRoot) -> str:
    path = root.releases / "2024v1" / "HJALP2.csv"
    path.rename(root.path / "elsewhere.csv")
    path.symlink_to(root.path / "elsewhere.csv")
    return "HJALP2.csv is a link"


def the_sums(root: DataRoot) -> str:
    return rewritten(root.releases / "2024v1" / "SHA256SUMS", lambda text: text.replace(b"0", b"1", 1))


def the_manifest(root: DataRoot) -> str:
    return rewritten(
        root.releases / "2024v1" / "manifest.json", lambda text: text.replace(b"2025-06-24", b"2025-06-23")
    )


def the_manifest_with_the_figure(root: DataRoot) -> str:
    """Somebody who knows the manifest changes it together with the figure: the lake's copy tells."""
    from hjalp_pipeline.storage.fingerprints import sha256

    path = root.releases / "2024v1" / "manifest.json"
    manifest = json.loads(path.read_bytes())
    a_figure(root)
    manifest["outputs"]["HJALP1.csv"] = sha256(root.releases / "2024v1" / "HJALP1.csv")
    path.write_text(json.dumps(manifest))
    return "HJALP1.csv is not as it was published"


def no_manifest(root: DataRoot) -> str:
    (root.releases / "2024v1" / "manifest.json").write_text("{")
    return "manifest.json cannot be read"


PUBLISHED = [
    a_figure,
    microdata,
    a_page_is_gone,
    a_file_too_many,
    a_folder_too_many,
    a_link,
    the_sums,
    the_manifest,
    the_manifest_with_the_figure,
    no_manifest,
]


@pytest.mark.parametrize("change", PUBLISHED)
def test_a_changed_release_is_used_for_nothing(root: DataRoot, change: Callable[[DataRoot], str]) -> None:
    named = change(root)
    for release in (None, "2024v1"):
        assert any(named in fault for fault in verify(root, release).faults)
    for release in ("2024v1", "2024v2"):  # it does not stand; nothing is protected against it or compared with it
        with pytest.raises(ReleaseRefused, match=named):
            make_release(root, release, documents=DOCUMENTS)
    assert not (root.releases / "2024v2").exists()
    set_modes(root.releases / "2024v1", embargoed=True)
    opened, _refused = open_due(root, OPENED)
    assert opened == []
    assert (root.releases / "2024v1").stat().st_mode & 0o077 == 0


def moved_rows(root: DataRoot) -> str:
    """Rows moved between kommuner in the lake."""
    (path,) = (root.lake / "kommune_assigned" / "udlaan" / KVARTAL).glob("101-*")
    pl.read_parquet(path).with_columns(komnr_statbank=pl.lit("540")).write_parquet(path)
    return path.name


def another_stock(root: DataRoot) -> str:
    (path,) = (root.lake / "bestand" / KVARTAL).glob("155-*")
    pl.read_parquet(path).head(1).write_parquet(path)
    return path.name


def a_typed_copy(root: DataRoot) -> str:
    name = Lake(root).raw(KVARTAL, "155")
    assert name is not None
    path = root.lake / name.file
    pl.read_parquet(path).with_columns(hminr=pl.lit("1")).write_parquet(path)
    return path.name


def a_union(root: DataRoot) -> str:
    (path,) = (root.lake / "raw" / "udlaan" / KVARTAL).glob("540-*.parquet")
    pl.read_parquet(path).head(3).write_parquet(path)
    return path.name


def an_entry(root: DataRoot) -> str:
    (path,) = (root.lake / "kaede" / KVARTAL).glob("101-*")
    return rewritten(
        path,
        lambda text: text.replace(b'"kommune_assigned",null,', b'"kommune_assigned",null,1', 1).replace(
            b'"records": ', b'"records": 1', 1
        ),
    )


def a_partition(root: DataRoot) -> str:
    return rewritten(
        root.lake / "raw" / "udlaan" / KVARTAL / "101.json", lambda text: text.replace(b'"rows": ', b'"rows": 1')
    )


def the_quarter(root: DataRoot) -> str:
    return rewritten(
        root.lake / "kvartaler" / f"{KVARTAL}.json", lambda text: text.replace(b'"records": ', b'"records": 1')
    )


def a_verdict(root: DataRoot) -> str:
    raw = Lake(root).raw(KVARTAL, "101")
    assert raw is not None
    path = (root.lake / raw.file).with_suffix(".json")
    return rewritten(path, lambda text: text.replace(b'"records": ', b'"records": 1', 1))


def a_result_is_gone(root: DataRoot) -> str:
    (path,) = (root.lake / "dates_corrected" / "udlaan" / KVARTAL).glob("101-*")
    path.unlink()
    return path.name


def persons(root: DataRoot) -> str:
    (path,) = (root.lake / "registers").rglob("persons.parquet")
    pl.read_parquet(path).with_columns(koen=pl.lit(1, pl.UInt8)).write_parquet(path)
    return path.name


def the_ledger(root: DataRoot) -> str:
    path = root.lake / "ledger" / f"{KVARTAL}.parquet"
    pl.read_parquet(path).with_columns(rows=pl.col("rows") + 1).write_parquet(path)
    return "lake/ledger/"


def a_table(root: DataRoot) -> str:
    path = root.lake / "tables" / "hjalp1" / f"{KVARTAL}.parquet"
    metadata = {name: text for name, text in pl.read_parquet_metadata(path).items() if name != "ARROW:schema"}
    pl.read_parquet(path).with_columns(antal=pl.col("antal") + 1).write_parquet(path, metadata=metadata)
    return "lake/tables/hjalp1/"


def kept_figures(root: DataRoot) -> str:
    path = root.lake / "udgivelser" / "hjalp1" / "2024v1.parquet"
    pl.read_parquet(path).with_columns(personer=pl.col("personer") + 1).write_parquet(path)
    return "lake/udgivelser/hjalp1/"


def a_page_to_sign(root: DataRoot) -> str:
    path = root.lake / "udgivelser" / "fortrolighed" / "2024v1_2024.html"
    return rewritten(path, lambda text: text.replace(b"2024", b"2025", 1))


def what_was_counted_from(root: DataRoot) -> str:
    return rewritten(root.lake / "tables" / f"{KVARTAL}.json", lambda text: text[: len(text) // 2])


def what_is_remembered(root: DataRoot) -> str:
    return rewritten(root.lake / "hashes.json", lambda text: text[: len(text) // 2])


STORED = [
    moved_rows,
    another_stock,
    a_typed_copy,
    a_union,
    an_entry,
    a_partition,
    the_quarter,
    a_verdict,
    a_result_is_gone,
    persons,
    the_ledger,
    a_table,
    kept_figures,
    a_page_to_sign,
    what_was_counted_from,
    what_is_remembered,
]


#: What is stale in the gate by it: its kommune or quarter stands on something else than its deliveries.
STALE = (moved_rows, another_stock, a_typed_copy, a_union, a_partition, the_quarter, a_verdict, a_result_is_gone)


@pytest.mark.parametrize("change", STORED)
def test_what_has_changed_in_the_lake_is_named_and_made_again(
    root: DataRoot, change: Callable[[DataRoot], str]
) -> None:
    wanted = results(root)
    named = change(root)
    assert any(named in fault for fault in verify(root).faults)
    if change in STALE:
        assert "stale" in {row.status for row in gate(root, KVARTAL)}
    run(root)
    assert results(root) == wanted
    assert "stale" not in {row.status for row in gate(root, KVARTAL)}
    assert not [fault for fault in verify(root).faults if change not in (kept_figures, a_page_to_sign)]


@pytest.mark.parametrize(
    "change", [another_stock, *(pytest.param(one, marks=pytest.mark.slow) for one in STORED if one != another_stock)]
)
def test_a_release_is_made_of_what_is_right(
    second: dict[str, str], root: DataRoot, change: Callable[[DataRoot], str]
) -> None:
    """Whether or not the quarter was run in between."""
    change(root)
    if change in (a_typed_copy, a_union, a_partition, a_verdict):
        with contextlib.suppress(ReleaseRefused):  # the raw data of a quarter are read again by its run alone
            make_release(root, "2024v2", documents=DOCUMENTS)
        run(root)
    make_release(root, "2024v2", documents=DOCUMENTS)
    assert hashes(root.releases) == second


def test_inputs_of_a_release_without_its_manifest_are_those_of_the_copy(root: DataRoot) -> None:
    no_manifest(root)
    path = next((root.inbox / KVARTAL).glob("101_*"))
    path.unlink()
    faults = verify(root, "2024v1").faults
    assert len(faults) == 2
    assert "manifest.json cannot be read" in faults[0]
    assert f"inbox/{KVARTAL}/{path.name} is missing" in faults[1]


def test_inputs_are_verified_too(root: DataRoot) -> None:
    path = next((root.inbox / KVARTAL).glob("101_*"))
    text = path.read_bytes()
    path.write_bytes(text.replace(b"101-1;", b"101-x;"))
    named = f"inbox/{KVARTAL}/{path.name} has changed since"
    assert all(any(named in fault for fault in verify(root, release).faults) for release in (None, "2024v1"))
    path.unlink()
    assert any("is missing" in fault for fault in verify(root, "2024v1").faults)
    path.write_bytes(text)
    person = root.registers / "2025-04-04" / "person.parquet"
    pl.read_parquet(person).head(4).write_parquet(person)
    append(root.releases / "2024v1.toml", "# x\n")
    append(root.approvals / "2025.csv", "2025-06-01T09:00:00+02:00;2024;540;K2;afvist;afdelingen;\n")
    append(root.codelists / "systems.csv", "760;nexus;L;csv;utf-8;2025K1;;no\n")
    verdict = verify(root, "2024v1")
    assert len(verdict.faults) == 3
    for named in ("registers/2025-04-04/person.parquet", "releases/2024v1.toml", "approvals"):
        assert any(named in fault for fault in verdict.faults)
    assert any("codelists/systems.csv" in note for note in verdict.notes), "a list is maintained: its rows are pinned"


def test_who_may_read_is_verified(root: DataRoot) -> None:
    (root.releases / "2024v1" / "microdata").chmod(0o755)
    (root.releases / "2024v1" / "HJALP1.csv").chmod(0o666)
    root.lake.chmod(0o750)
    faults = verify(root).faults
    assert faults == [
        "releases/2024v1/HJALP1.csv is open to others (0666)",
        "releases/2024v1/microdata is open to others (0755)",
        "lake/ is open to others",
    ]


def test_a_reader_can_check_what_is_public(root: DataRoot) -> None:
    folder = root.releases / "2024v1"
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True
    )
    told = {line.split(":")[0] for line in done.stdout.splitlines()}
    public = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and PRIVATE.isdisjoint(path.relative_to(folder).parts)
    }
    assert told == public - {"SHA256SUMS"}
    assert "HJALP1.csv" in told


def test_the_command(root: DataRoot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HJALP_DATA", str(root.path))
    before = hashes(root.path)
    assert main(["verify"]) == 0
    assert main(["verify", "2024v1"]) == 0
    assert main(["verify", "2024v7"]) == 1
    assert main(["verify", "../etc"]) == 2
    assert hashes(root.path) == before, "it writes nothing"
    capsys.readouterr()
    a_figure(root)
    assert main(["verify"]) == 1
    assert "releases/2024v1/HJALP1.csv is not as it was published" in capsys.readouterr().err


def test_another_version_is_told_at_once(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    from hjalp_pipeline.production.release import making, unchanged

    monkeypatch.setattr(unchanged, "__version__", "9.9.9")
    monkeypatch.setattr(making, "ReleaseInputs", lambda *_: pytest.fail("nothing is computed"))
    with pytest.raises(ReleaseRefused, match=r"was made by hjalp .* and this is 9\.9\.9") as refused:
        make_release(root, "2024v1")
    assert "make a new one, or make this one again with hjalp" in str(refused.value)


def test_a_release_that_is_gone_is_named_once_it_was_published(root: DataRoot) -> None:
    """Also when its definition went with it."""
    shutil.rmtree(root.releases / "2024v1")
    (root.releases / "2024v1.toml").unlink()
    told = "releases/2024v1 does not stand, though it has been made"
    assert any(fault.startswith(told) for fault in verify(root).faults)
    copy = copy_path(root, "2024v1")
    later = copy.read_text(encoding="utf-8").replace('"publish_at": "20', '"publish_at": "21', 1)
    copy.write_text(later, encoding="utf-8")
    found = verify(root)
    assert any(note.startswith(told) for note in found.notes)
    assert not any(fault.startswith(told) for fault in found.faults)

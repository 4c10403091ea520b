"""What is changed in the lake or among the inputs behind the program's back is named, and nothing is made of it."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production import verification, verifying
from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.pins import ReleaseRefused
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.changed import rewritten
from hjalp_tests.production.world import (
    KVARTAL,
    hashes,
    results,
    run,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def second(whole: DataRoot, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What stands when 2024v2 is made of what nobody has changed."""
    root = DataRoot(shutil.copytree(whole.path, tmp_path_factory.mktemp("second") / "root"))
    make_release(root, "2024v2", documents=DOCUMENTS)
    return hashes(root.releases)


@pytest.fixture
def root(whole: DataRoot, tmp_path: Path) -> DataRoot:
    return DataRoot(shutil.copytree(whole.path, tmp_path / "root"))


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


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


@pytest.mark.parametrize("change", STORED)
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


@pytest.mark.parametrize(
    "looks", ["release_faults", "read_entry", "is_broken", "read_sealed_parquet", "receipt_faults"]
)
@pytest.mark.parametrize("nobody_foresaw", [KeyError("0101700001"), OSError(errno.EIO, "x"), RecursionError()])
def test_what_nobody_foresaw_at_one_is_its_fault_and_the_others_are_looked_at(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, looks: str, nobody_foresaw: Exception
) -> None:
    module = verifying if hasattr(verifying, looks) else verification
    looked, sound = getattr(module, looks), verify(root)
    met = []

    def of_one(*arguments: Any) -> Any:
        met.append(arguments)
        if len(met) == 1:
            raise nobody_foresaw
        return looked(*arguments)

    monkeypatch.setattr(module, looks, of_one)
    found = verify(root)
    assert sound.faults == []
    (told,) = found.faults
    assert "cannot be looked at: " in told
    assert "0101700001" not in told
    assert len(met) > 1 or looks == "release_faults", "there is one release"
    assert found.files >= 0.5 * sound.files


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


def test_the_command(root: DataRoot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HJALP_DATA", str(root.path))
    before = hashes(root.path)
    assert main(["verify"]) == 0
    assert main(["verify", "2024v1"]) == 0
    assert main(["verify", "2024v7"]) == 1
    assert main(["verify", "../etc"]) == 2
    assert hashes(root.path) == before, "it writes nothing"
    capsys.readouterr()
    (root.releases / "2024v1" / "HJALP1.csv").write_text("x")
    assert main(["verify"]) == 1
    assert "releases/2024v1/HJALP1.csv is not as it was published" in capsys.readouterr().err


def test_another_version_is_told_at_once(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    from hjalp_pipeline.production.release import making, unchanged

    monkeypatch.setattr(unchanged, "__version__", "9.9.9")
    monkeypatch.setattr(making, "ReleaseInputs", lambda *_: pytest.fail("nothing is computed"))
    with pytest.raises(ReleaseRefused, match=r"was made by hjalp .* and this is 9\.9\.9") as refused:
        make_release(root, "2024v1")
    assert "make a new one, or make this one again with hjalp" in str(refused.value)

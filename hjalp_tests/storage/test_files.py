"""Every file whole or not at all."""

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.storage import files
from hjalp_pipeline.storage.files import (
    ALL,
    locked,
    read_json,
    replacing,
    replacing_folder,
    sweep_beside,
    write_bytes,
    write_json,
    write_parquet,
)
from hjalp_pipeline.storage.fingerprints import code_fingerprint, fingerprint, sha256


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_replacing(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.txt"
    for text in ("first", "second"):
        with replacing(path) as temporary:
            assert temporary.parent == path.parent
            assert temporary.name.startswith("."), "a listing of the folder does not take it for a result"
            temporary.write_text(text)
            assert not path.exists() or path.read_text() == "first"
        assert path.read_text() == text
    assert names(path.parent) == ["file.txt"]


def _fails(path: Path, fault: type[BaseException], text: str | None, *, folder: bool = False) -> None:
    with (replacing_folder if folder else replacing)(path) as temporary:
        if folder:
            (temporary / "a").write_text("a")
        elif text is not None:
            temporary.write_text(text)
        raise fault


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("text", ["half", None])
def test_an_exception_leaves_the_old_file_and_no_temporary(
    tmp_path: Path, fault: type[BaseException], text: str | None
) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(fault):
        _fails(path, fault, text)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file.txt"]


@pytest.mark.parametrize("folder", [True, False])
def test_an_exception_leaves_nothing_where_there_was_nothing(tmp_path: Path, folder: bool) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the fault of the line above
        _fails(tmp_path / "file", ValueError, "half", folder=folder)
    assert names(tmp_path) == []


def test_a_block_that_writes_nothing_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("old")
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "file.txt"):
        pass
    assert (tmp_path / "file.txt").read_text() == "old"


def test_a_folder(tmp_path: Path) -> None:
    with replacing_folder(tmp_path / "folder") as temporary:
        (temporary / "a").write_text("a")
    assert names(tmp_path / "folder") == ["a"]


def test_on_disk_before_it_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, bool]] = []
    sync = files.sync
    path = tmp_path / "file.txt"

    def watched(target: Path) -> None:
        seen.append((target.name, path.exists()))
        sync(target)

    monkeypatch.setattr(files, "sync", watched)
    write_bytes(path, b"x")
    (first, renamed), *rest = seen
    assert (first.endswith(".tmp"), renamed, rest) == (True, False, [(tmp_path.name, True)])


def test_a_failing_rename_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.txt"
    write_bytes(path, b"old")

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(files, "sync", broken)
    with pytest.raises(OSError, match="disk full"):
        write_bytes(path, b"new")
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["file.txt"])


def test_json(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    assert read_json(path) is None
    content = {"b": "Sønderborg", "a": [1, None]}
    write_json(path, content)
    assert read_json(path) == content
    text = path.read_text(encoding="utf-8")
    assert list(json.loads(text)) == ["b", "a"]
    assert "Sønderborg" in text
    assert text.endswith("\n")
    with pytest.raises(TypeError):
        write_json(path, {"a": object()})
    assert (read_json(path), names(tmp_path)) == (content, ["a.json"])


def test_parquet_keeps_rows_in_their_order_and_equal_frames_give_equal_files(tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": range(1000, 0, -1), "t": ["ø"] * 1000})
    write_parquet(tmp_path / "a.parquet", frame)
    write_parquet(tmp_path / "b.parquet", frame)
    assert pl.read_parquet(tmp_path / "a.parquet").equals(frame)
    assert sha256(tmp_path / "a.parquet") == sha256(tmp_path / "b.parquet")
    assert names(tmp_path) == ["a.parquet", "b.parquet"]


def test_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    (tmp_path / "b").write_bytes(b"x" * ((1 << 20) + 1))
    assert sha256(tmp_path / "b") != sha256(tmp_path / "a")


def test_fingerprint_tells_parts_apart() -> None:
    assert fingerprint("a", "b") == fingerprint("a", "b") != fingerprint("ab")
    assert fingerprint("a", 1) != fingerprint("a", 2)
    assert len(fingerprint()) == 64


def test_code_fingerprint() -> None:
    assert code_fingerprint("rules") == code_fingerprint("rules") != code_fingerprint("codelists")
    with pytest.raises(ModuleNotFoundError, match="rules/oddities"):  # what is not there would never go stale
        code_fingerprint("rules", "rules/oddities.py")
    assert code_fingerprint("rules/cpr.py") != code_fingerprint("rules/person.py")


def _locks_and_stays(
    path: Path, ready: "multiprocessing.synchronize.Event", end: "multiprocessing.synchronize.Event"
) -> None:
    with locked(path):
        ready.set()
        end.wait(20)
        os._exit(1)  # dies without leaving the block


@pytest.mark.slow
def test_a_lock_is_freed_when_its_process_dies(tmp_path: Path) -> None:
    import fcntl

    context = multiprocessing.get_context("spawn")
    ready, end = context.Event(), context.Event()
    process = context.Process(target=_locks_and_stays, args=(tmp_path / "lock", ready, end))
    process.start()
    assert ready.wait(20)
    with (tmp_path / "lock").open("a") as handle, pytest.raises(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    end.set()
    process.join(20)
    with locked(tmp_path / "lock"):
        pass
    with locked(tmp_path / "lock"):
        pass


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_modes_do_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    assert umask in (0, 0o022, 0o077)
    write_bytes(tmp_path / "a" / "b" / "own", b"x")
    write_bytes(tmp_path / "c" / "all", b"x", ALL)
    with replacing_folder(tmp_path / "folder") as folder:
        (folder / "a").write_text("a")
    with locked(tmp_path / "locks" / "lock"):
        pass
    modes = {path.relative_to(tmp_path).as_posix(): path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    del modes["folder/a"]  # in a folder nobody else can enter
    assert modes == {
        "a": 0o700,
        "a/b": 0o700,
        "a/b/own": 0o600,
        "c": 0o755,
        "c/all": 0o644,
        "folder": 0o700,
        "locks": 0o700,
        "locks/lock": 0o600,
    }


@pytest.mark.slow
def test_a_temporary_file_of_a_dead_process_goes(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from hjalp_pipeline.storage.files import replacing, scratch\n"
        "with replacing(Path(sys.argv[1]) / 'x') as file, scratch(Path(sys.argv[1])) as folder:\n"
        "    file.write_text('half'); (folder / 'y').write_text('half'); os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert len(names(tmp_path)) == 2
    (tmp_path / ".bashrc.tmp").write_text("not ours")
    assert sweep_beside(tmp_path / "x") == 2
    assert names(tmp_path) == [".bashrc.tmp"]

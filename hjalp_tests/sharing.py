"""What many tests make of the same input is made once, and shared by all processes of a test run.

What costs most of the suite's time follows from its input alone: a quarter run in a fresh data root (`run` of
`production/world.py`: the next root with the same files gets a copy of what the first came to), a first release, a first job
in Dagster, a prepared register extract, some steps of a release (`STEPS`: what hides given figures and whether it does, a
kommune's report), a new Dagster instance. And nothing is flushed to disk, in slow tests neither: what a power cut leaves is
asked by tests that watch each flush, and no other test survives one.

Nothing is shared in a test that is marked slow, nor after a test has changed the program (by `monkeypatch`, or in the folder
`faults`): there everything is made anew. `conftest.py` says before each test which it is. Where a fixture of a module has
changed the program, its tests share with those alone whose fixture made the same change.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy

from hjalp_pipeline.storage.files import write_bytes

T = TypeVar("T")

#: Functions that come to the same for the same arguments, in the modules that call them; whether the first argument is the
#: file they write, else they give a value and change nothing.
STEPS = (
    ("hjalp_pipeline.production.release.keyed_year", "find_pattern", False),
    ("hjalp_pipeline.production.release.disclosure", "judge", False),
    ("hjalp_pipeline.production.release.verdict", "insiders", False),
    ("hjalp_pipeline.dialogue.approval.reports", "report_html", False),
    ("hjalp_pipeline.dialogue.approval.reports", "write_workbook", True),
)
#: Where Dagster's instance is opened and jobs are run: to make the tables of a new instance takes longer than most jobs.
INSTANCE = "hjalp_pipeline.defs.local"
#: Where a register extract is prepared.
REGISTERS = "hjalp_pipeline.storage.registers"


class Sharing:
    """What has been made so far, and whether the test that runs takes part."""

    def __init__(self) -> None:
        self.on = False
        self.place: Path | None = None
        self._first = True
        self._known: dict[str, Any] = {}
        self._changed: dict[pytest.MonkeyPatch, list[str]] = {}

    def takes_part(self, item: pytest.Item) -> bool:
        """Whether the test is one of those that are run often, and begins with the program as it is."""
        return item.get_closest_marker("slow") is None and "faults" not in item.path.parts

    def begin(self, place: Path | None) -> None:
        """Share with the processes that keep what they make in ``place``; None: this one is the first of its run."""
        self.place, self._first = place, place is None

    def folder(self) -> Path:
        """Where the processes of a run keep what they make, until all tests have been run."""
        self.place = self.place or Path(tempfile.mkdtemp(prefix="hjalp_shared_"))
        return self.place

    def install(self) -> None:
        """Put a function that shares in the place of each step, in the modules that tests have loaded."""
        os.fsync = lambda _handle: None
        sqlalchemy.event.listen(sqlalchemy.Engine, "connect", self._connected)
        for name in ("setattr", "delattr", "setitem", "delitem"):
            setattr(pytest.MonkeyPatch, name, self._changing(getattr(pytest.MonkeyPatch, name)))
        pytest.MonkeyPatch.undo = self._undoing(pytest.MonkeyPatch.undo)  # type: ignore[method-assign]  # to see its end
        for module, name, writes in STEPS:
            if module in sys.modules:
                *owner, last = name.split(".")
                place = functools.reduce(getattr, owner, sys.modules[module])
                step = getattr(place, last)
                setattr(place, last, self._written(step) if writes else self._shared(step))
        if REGISTERS in sys.modules:
            registers: Any = sys.modules[REGISTERS]
            registers._build = self._prepared(registers._build)
        if INSTANCE in sys.modules:
            local: Any = sys.modules[INSTANCE]
            local.open_instance = self._opened(local.open_instance)
            job = local.run_job
            shared = self._job(job, local.take_up)
            for module in [*sys.modules.values()]:
                if getattr(module, "run_job", None) is job:
                    module.run_job = shared  # type: ignore[attr-defined]  # a module is known by name only here

    def clear(self) -> None:
        """Remove what is kept in folders."""
        if self.place and self._first:
            shutil.rmtree(self.place, ignore_errors=True)

    def run(self, root: Path, what: str, make: Callable[[], T]) -> tuple[T, bool]:
        """What making something in a fresh data root tells; whether it was copied from what the same files came to before.

        The files of a copy have other inodes and dates than it remembers of itself.
        """
        if not self.on or not root.name.replace("_", "").replace("-", "").isalnum():  # an odd name is there to be tried
            return make(), False
        before = _content(root)
        kept = self.folder() / self._key(what, sorted(before.items()))
        if kept.is_dir():
            shutil.copytree(kept / "root", root, dirs_exist_ok=True)
            return pickle.loads((kept / "told").read_bytes()), True
        found = make()
        if self.on and before.items() <= _content(root).items():
            with _appearing(kept) as building:
                (building / "told").write_bytes(pickle.dumps(found))
                ignore = functools.partial(_inputs, root, before=before)
                shutil.copytree(root, building / "root", ignore=ignore)
        return found, False

    def files(self, folder: Path, content: Any, write: Callable[[], None]) -> None:
        """Write the content into an empty folder, or copy what was written of the same content before; as new files."""
        if not self.on or any(folder.iterdir()):
            write()
            return
        kept = self.folder() / self._key("files", content)
        if kept.is_dir():
            shutil.copytree(kept, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
        else:
            write()
            with _appearing(kept) as building:
                shutil.copytree(folder, building, dirs_exist_ok=True)

    def _connected(self, connection: Any, _record: Any) -> None:
        if self.on and type(connection).__module__.startswith("sqlite3"):
            connection.execute("pragma synchronous = off")

    def _changing(self, change: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(change)
        def changing(patch: pytest.MonkeyPatch, target: Any, *args: Any, **options: Any) -> None:
            if target is not os.environ:  # which is no part of the program
                self.on = False
                name = target if isinstance(target, str) else getattr(target, "__name__", repr(target))
                self._changed.setdefault(patch, []).append(f"{name} {args!r}")
            change(patch, target, *args, **options)

        return changing

    def _undoing(self, undo: Callable[[pytest.MonkeyPatch], None]) -> Callable[[pytest.MonkeyPatch], None]:
        @functools.wraps(undo)
        def undoing(patch: pytest.MonkeyPatch) -> None:
            undo(patch)
            self._changed.pop(patch, None)

        return undoing

    def _key(self, *what: Any) -> str:
        """Of what is made, by the program as it is changed now."""
        changed = sorted(change for changes in self._changed.values() for change in changes)
        return hashlib.sha256(pickle.dumps((what, changed))).hexdigest()

    def _job(self, run_job: Callable[..., T], take_up: Callable[[Any], None]) -> Callable[..., T]:
        """Runs a job; the first one of a data root is a copy of what the same files came to before."""

        @functools.wraps(run_job)
        def job(root: Any, name: str, partition: str | None, tags: Mapping[str, str] | None = None) -> T:
            def made() -> T:
                return run_job(root, name, partition, tags)

            if not self.on or root.lake.exists() or root.dagster_home.exists():
                return made()
            what = f"job {root.statistic} {name} {partition} {sorted((tags or {}).items())}"
            outcome, copied = self.run(root.path, what, made)
            if copied:
                take_up(root)  # this process is pointed to it, and the catalogue to its files
            return outcome

        return job

    def _opened(self, opening: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Opens an instance; a new one is a copy of the first one that was made, before anything ran in it."""

        @functools.wraps(opening)
        def opened(root: Any) -> Any:
            there = {path.name for path in root.dagster_home.iterdir()}
            if not self.on or "storage" in there or "history" in there:
                return opening(root)
            kept = self.folder() / "instance"
            if kept.is_dir():
                shutil.copytree(kept, root.dagster_home, dirs_exist_ok=True)
                return opening(root)
            instance = opening(root)
            with _appearing(kept) as building:
                shutil.copytree(
                    root.dagster_home,
                    building,
                    ignore=lambda _folder, names: [name for name in names if name in there],
                    dirs_exist_ok=True,
                )
            return instance

        return opened

    def _prepared(self, build: Callable[[Path, Any, Path], T]) -> Callable[[Path, Any, Path], T]:
        """Prepares persons and residences of a register extract; of the same four files what was prepared before."""

        @functools.wraps(build)
        def prepared(source: Path, looked: Any, target: Path) -> T:
            read = (source / f"{name}.parquet" for name in ("person", "dod", "befbop", "befadr"))
            files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in read}
            kept = self.folder() / self._key("registers", files)
            if not self.on:
                return build(source, looked, target)
            if kept.is_dir():
                shutil.copytree(kept / "arrays", target, dirs_exist_ok=True)
                return pickle.loads((kept / "told").read_bytes())  # type: ignore[no-any-return]  # what `build` told
            found = build(source, looked, target)
            with _appearing(kept) as building:
                (building / "told").write_bytes(pickle.dumps(found))
                shutil.copytree(target, building / "arrays")
            return found

        return prepared

    def _shared(self, step: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(step)
        def shared(*args: Any, **options: Any) -> Any:
            if not self.on:
                return step(*args, **options)
            try:
                key = self._key(step.__qualname__, args, options)
            except (pickle.PicklingError, AttributeError):  # a statistic that a test has made up
                return step(*args, **options)
            if key not in self._known:
                kept = self.folder() / key
                if kept.is_file():
                    self._known[key] = pickle.loads(kept.read_bytes())
                else:
                    self._known[key] = step(*args, **options)
                    write_bytes(kept, pickle.dumps(self._known[key]))
            return self._known[key]

        return shared

    def _written(self, step: Callable[..., None]) -> Callable[..., None]:
        def content(*args: Any) -> bytes:
            with tempfile.TemporaryDirectory() as folder:
                step(Path(folder) / "file", *args)
                return (Path(folder) / "file").read_bytes()

        shared = self._shared(functools.wraps(step)(content))

        @functools.wraps(step)
        def written(path: Path, *args: Any) -> None:
            if self.on:
                write_bytes(path, shared(*args))
            else:
                step(path, *args)

        return written


@contextlib.contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """A folder to fill that is there under its name when it is whole; when another process was first, that one's stays."""
    building = Path(tempfile.mkdtemp(dir=folder.parent))
    yield building
    with contextlib.suppress(OSError):
        building.rename(folder)


def _content(root: Path) -> dict[str, str]:
    """SHA-256 of every file below the root by its path, and its folders."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in root.rglob("*")
    }


def _inputs(root: Path, folder: str, names: Collection[str], *, before: dict[str, str]) -> list[str]:
    """Files of the folder that were there before anything was made."""
    return [name for name in names if before.get((Path(folder) / name).relative_to(root).as_posix())]


SHARING = Sharing()

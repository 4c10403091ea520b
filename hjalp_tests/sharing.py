"""What many tests make of the same input is made once in a process, and shared.

What costs most of the suite's time follows from its input alone: a quarter run in a fresh data root (`run` of
`production/world.py`: the next root with the same files gets a copy of what the first came to), a first release, some steps
of a release (`STEPS`: what hides given figures and whether it does, a kommune's report), a new Dagster instance. And nothing
is flushed to disk: what a power cut leaves is asked by tests that watch each flush, and no other test survives one.

Nothing is shared in a test that is marked slow, nor after a test has changed the program (by `monkeypatch`, or in the folder
`faults`): there everything is made anew. `conftest.py` says before each test which it is.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

import pytest

from hjalp_pipeline.storage.files import write_bytes

T = TypeVar("T")

#: Functions that come to the same for the same arguments, in the modules that call them; whether the first argument is the
#: file they write, else they give a value and change nothing.
STEPS = (
    ("hjalp_pipeline.production.release.disclosure", "find_pattern", False),
    ("hjalp_pipeline.production.release.disclosure", "judge", False),
    ("hjalp_pipeline.production.release.verdict", "insiders", False),
    ("hjalp_pipeline.dialogue.approval.reports", "report_html", False),
    ("hjalp_pipeline.dialogue.approval.reports", "write_workbook", True),
)
#: Where Dagster's instance is opened: to make the tables of a new one takes longer than most jobs.
INSTANCE = "hjalp_pipeline.defs.local"


class Sharing:
    """What has been made so far, and whether the test that runs takes part."""

    def __init__(self) -> None:
        self.on = False
        self._known: dict[bytes, Any] = {}
        self._roots: dict[str, tuple[Path, bytes]] = {}
        self._instance: Path | None = None
        self._place: Path | None = None

    def takes_part(self, item: pytest.Item) -> bool:
        """Whether the test is one of those that are run often, and begins with the program as it is."""
        return item.get_closest_marker("slow") is None and "faults" not in item.path.parts

    def install(self) -> None:
        """Put a function that shares in the place of each step, in the modules that tests have loaded."""
        flush = os.fsync
        os.fsync = lambda handle: None if self.on else flush(handle)
        for name in ("setattr", "delattr", "setitem", "delitem"):
            setattr(pytest.MonkeyPatch, name, self._changing(getattr(pytest.MonkeyPatch, name)))
        for module, name, writes in STEPS:
            if module in sys.modules:
                *owner, last = name.split(".")
                place = functools.reduce(getattr, owner, sys.modules[module])
                step = getattr(place, last)
                setattr(place, last, self._written(step) if writes else self._shared(step))
        if INSTANCE in sys.modules:
            local = sys.modules[INSTANCE]
            local.open_instance = self._opened(local.open_instance)  # type: ignore[attr-defined]  # a module is known by name only here

    def clear(self) -> None:
        """Remove what is kept in folders."""
        if self._place:
            shutil.rmtree(self._place, ignore_errors=True)

    def run(self, root: Path, what: str, make: Callable[[], T]) -> tuple[T, bool]:
        """What making something in a fresh data root tells; whether it was copied from what the same files came to before.

        The files of a copy have other inodes and dates than it remembers of itself.
        """
        if not self.on or not root.name.replace("_", "").replace("-", "").isalnum():  # an odd name is there to be tried
            return make(), False
        before = _content(root)
        key = hashlib.sha256(repr((what, sorted(before.items()))).encode()).hexdigest()
        if key in self._roots:
            kept, told = self._roots[key]
            shutil.copytree(kept, root, dirs_exist_ok=True)
            return pickle.loads(told), True
        found = make()
        if before.items() <= _content(root).items():
            self._roots[key] = self._folder(key), pickle.dumps(found)
            shutil.copytree(root, self._folder(key), ignore=lambda folder, names: _inputs(root, folder, names, before))
        return found, False

    def files(self, folder: Path, content: Any, write: Callable[[], None]) -> None:
        """Write the content into an empty folder, or copy what was written of the same content before; as new files."""
        if not self.on or any(folder.iterdir()):
            write()
            return
        kept = self._folder("files-" + hashlib.sha256(pickle.dumps(content)).hexdigest())
        if kept.is_dir():
            shutil.copytree(kept, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
        else:
            write()
            shutil.copytree(folder, kept)

    def _changing(self, change: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(change)
        def changing(patch: pytest.MonkeyPatch, target: Any, *args: Any, **options: Any) -> None:
            self.on = self.on and target is os.environ  # which is no part of the program
            change(patch, target, *args, **options)

        return changing

    def _opened(self, opening: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Opens an instance; a new one is a copy of the first one that was made, before anything ran in it."""

        @functools.wraps(opening)
        def opened(root: Any) -> Any:
            there = {path.name for path in root.dagster_home.iterdir()}
            if not self.on or "storage" in there or "history" in there:
                return opening(root)
            if self._instance is not None:
                shutil.copytree(self._instance, root.dagster_home, dirs_exist_ok=True)
                return opening(root)
            instance = opening(root)
            self._instance = self._folder("instance")
            shutil.copytree(
                root.dagster_home,
                self._instance,
                ignore=lambda _folder, names: [name for name in names if name in there],
            )
            return instance

        return opened

    def _folder(self, name: str) -> Path:
        """Where something can be kept until all tests have been run."""
        self._place = self._place or Path(tempfile.mkdtemp(prefix="hjalp_shared_"))
        return self._place / name

    def _shared(self, step: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(step)
        def shared(*args: Any, **options: Any) -> Any:
            if not self.on:
                return step(*args, **options)
            key = hashlib.sha256(pickle.dumps((step.__qualname__, args, options))).digest()
            if key not in self._known:
                self._known[key] = step(*args, **options)
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


def _content(root: Path) -> dict[str, str]:
    """SHA-256 of every file below the root by its path, and its folders."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in root.rglob("*")
    }


def _inputs(root: Path, folder: str, names: Collection[str], before: dict[str, str]) -> list[str]:
    """Files of the folder that were there before anything was made."""
    return [name for name in names if before.get((Path(folder) / name).relative_to(root).as_posix())]


SHARING = Sharing()

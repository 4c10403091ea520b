"""What every look of ``hjalp verify`` does: read a file once, say how it differs, and go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.production.disk import disk_sentence
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.inbox import list_inbox
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.sealed import read_sealed_parquet
from hjalp_pipeline.workers.fault import is_of_the_task, withheld


@dataclass
class Verification:
    """``faults``: each difference in one sentence; ``notes``: what has changed since and may; ``files``: how many were read."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: int = 0


class Look:
    """A data root that is being looked at, and what was found so far."""

    def __init__(self, root: DataRoot) -> None:
        """Nothing is looked at yet."""
        self.root = root
        self.store = Lake(root)
        self.verdict = Verification()
        self._digests: dict[Path, str | None] = {}
        self._inbox: dict[tuple[str, str], Path] | None = None

    def fault(self, what: str) -> None:
        """Take down a difference in one sentence."""
        self.verdict.faults.append(what)

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        """Something nobody foresaw at one of many is its fault, and the others are looked at."""
        try:
            yield
        except BaseException as fault:
            if not is_of_the_task(fault):
                raise
            self.fault(f"{name} cannot be looked at: {disk_sentence(fault, self.root) or withheld(fault)}")

    def digest(self, path: Path) -> str | None:
        """SHA-256 of a file, None when it cannot be read; every file is read once."""
        if path not in self._digests:
            try:
                self._digests[path] = sha256(path)
            except OSError:
                self._digests[path] = None
            self.verdict.files += 1
        return self._digests[path]

    def must_be(self, path: Path, name: str, digest: str | None, since: str) -> None:
        """A file must have this SHA-256; ``since``: what it had it for."""
        found = self.digest(path)
        if found is None:
            self.fault(f"{name} is missing or cannot be read" if not path.exists() else f"{name} cannot be read")
        elif found != digest:
            self.fault(f"{name} has changed since {since}")

    def delivery(self, name: str, digest: str, since: str) -> None:
        """A file of the inbox by folder and name must have this SHA-256."""
        if self._inbox is None:
            self._inbox = {(file.folder, file.filename): file.path for file in list_inbox(self.root)}
        folder, _, filename = name.partition("/")
        path = self._inbox.get((folder, filename), self.root.inbox / name)
        self.must_be(path, f"inbox/{folder}/{safe_name(filename)}", digest, since)

    def file(self, path: Path, digest: str | None) -> None:
        """A file of the lake must have this SHA-256."""
        self.must_be(path, self.name(path), digest, "it was written")

    def sealed(self, path: Path, *, needed: bool) -> None:
        """A Parquet file of the lake must agree with the hash it carries; ``needed``: and be there."""
        if path in self._digests or not (needed or path.is_file()):
            return
        self._digests[path] = ""
        self.verdict.files += 1
        try:
            whole = read_sealed_parquet(path) is not None
        except FileNotFoundError:
            whole = False
        if not whole:
            self.fault(f"{self.name(path)} is not as it was written")

    def name(self, path: Path) -> str:
        """What a file of the lake is called."""
        return f"lake/{path.relative_to(self.root.lake).as_posix()}"

"""A bucket in memory, and working copies of it."""

from __future__ import annotations

from pathlib import Path

from obstore.store import MemoryStore

from hjalp_pipeline.storage.objects.bucket import Bucket
from hjalp_pipeline.storage.objects.fetching import bring
from hjalp_pipeline.storage.objects.head import Head
from hjalp_pipeline.storage.objects.putting import hand_over
from hjalp_pipeline.storage.objects.working_copy import WorkingCopy

RESULT = "hjalp/lake/kaede/2025K1/101-0123456789abcdef.json"


class Said(list[str]):
    """What was said, in order."""

    def __call__(self, what: str) -> None:
        self.append(what)


def bucket() -> Bucket:
    return Bucket(MemoryStore(), "the bucket")


def copy_of(folder: Path) -> WorkingCopy:
    copy = WorkingCopy(folder)
    with copy.held(wait=False, said="test"):
        return copy


def write(copy: WorkingCopy, files: dict[str, str]) -> None:
    for path, text in files.items():
        (copy.data / path).parent.mkdir(parents=True, exist_ok=True)
        (copy.data / path).write_text(text)


def contents(copy: WorkingCopy) -> dict[str, str]:
    return {path: (copy.data / path).read_text() for path in copy.looked_at().files}


def state_of(bucket: Bucket, folder: Path) -> dict[str, str]:
    """What somebody finds who sees the bucket for the first time."""
    copy = copy_of(folder)
    bring(copy, bucket, Said())
    return contents(copy)


def put(copy: WorkingCopy, bucket: Bucket, files: dict[str, str]) -> Head:
    """A whole command: fetch, make these files, hand over; the head it began with."""
    head = bring(copy, bucket, Said())
    copy.works(now=True)
    write(copy, files)
    hand_over(copy, bucket, head, Said())
    copy.works(now=False)
    return head


def remove(copy: WorkingCopy, path: str) -> None:
    """As a command does that is killed then."""
    copy.works(now=True)
    (copy.data / path).unlink()

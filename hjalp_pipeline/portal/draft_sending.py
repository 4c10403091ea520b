"""Between drafts and deliveries: what a draft begins with, and the file it becomes. Both are made by a process of its own."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import uuid4

from starlette.exceptions import HTTPException

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.portal.checks import AT_A_TIME, encoding_of, task_of
from hjalp_pipeline.portal.draft_rows import sealed_of
from hjalp_pipeline.portal.drafts import Draft
from hjalp_pipeline.portal.receipts_read import newest_accepted
from hjalp_pipeline.portal.upload_door import room_for_one
from hjalp_pipeline.portal.upload_store import add_upload
from hjalp_pipeline.portal.upload_stream import Taken
from hjalp_pipeline.portal.visit import Visit
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.files import replacing
from hjalp_pipeline.storage.fingerprints import sha256

_COMMAND = (sys.executable, "-m", "hjalp_pipeline.portal.draft_child")
#: What it says of a fault may quote a record: nobody hears it.
_PIPES: dict[str, Any] = {
    "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True
}  # fmt: skip
#: So many of these processes at a time: each has a delivery before it.
_PLACES = threading.BoundedSemaphore(AT_A_TIME)
#: Seconds a page waits for a place: whoever waits keeps a thread from the pages of others.
_PATIENCE = 5.0


@contextlib.contextmanager
def _place() -> Iterator[None]:
    """A place for a process while the block runs; 503 when none is free soon."""
    if not _PLACES.acquire(timeout=_PATIENCE):
        raise HTTPException(503, "Der er mange, der arbejder med kladder lige nu. Prøv igen om lidt.")
    try:
        yield
    finally:
        _PLACES.release()


@contextlib.contextmanager
def one_at_a_time(visit: Visit) -> Iterator[None]:
    """Around a delivery that becomes a draft, or a draft a file: one of a kommune at a time, 409 for a second click."""
    key = ("draft", visit.root.statistic, visit.komnr)
    if not visit.portal.places.take(key, 1, lambda: 0):
        raise HTTPException(409, "En kladde er ved at blive læst eller skrevet hos jer. Vent lidt, og prøv igen.")
    try:
        yield
    finally:
        visit.portal.places.leave(key)


def records_before(visit: Visit, system: str) -> tuple[str, Iterator[tuple[str, str]]]:
    """The newest accepted delivery of a system: its file name, and its records as ``draft_child.sealed_records`` has them."""
    before = newest_accepted(visit.root, visit.komnr, system)
    if before is None:
        return "", iter(())
    visit.portal.place.key()
    task = task_of(visit.root, before, read_systems(visit.root))
    return before.filename, read_in_child({**task, "key": str(visit.portal.place.key_file)})


def encoding_to(visit: Visit, draft: Draft) -> str:
    """What the sender's files are written in."""
    values = draft.values
    period = Period.parse(values["period"])
    return encoding_of(read_systems(visit.root), visit.komnr, values["system"], values["format"], period)


def to_upload(visit: Visit, draft: Draft) -> str:
    """Make the file of a draft and have it checked like one that was uploaded; returns the upload's id. 409 when a record cannot
    be written as it is.
    """
    upload, values = uuid4().hex, draft.values
    path = visit.portal.place.uploads / upload
    task = {
        "key": str(visit.portal.place.key_file),
        "statistic": visit.root.statistic,
        "period": values["period"],
        "format": values["format"],
        "encoding": encoding_to(visit, draft),
    }
    with one_at_a_time(visit), room_for_one(visit) as keep:
        keep()
        with replacing(path) as temporary:
            told = write_in_child(
                {**task, "path": str(temporary)}, (sealed.decode("ascii") for _, sealed in sealed_of(visit, draft))
            )
            if "why" in told:
                raise HTTPException(409, f"Post {told['place']}, {told['field']}: {told['why']} Intet er sendt.")
        taken = Taken(upload, sha256(path), path.stat().st_size, {})
        add_upload(visit, taken, {name: values[name] for name in ("period", "system", "format")}, test=False)
    return upload


def read_in_child(task: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """``draft_child.sealed_records`` in a process of its own; SubprocessError when it came to no end."""
    with _place(), subprocess.Popen(_COMMAND, **_PIPES) as child:  # noqa: S603 (our own interpreter and module)
        try:
            _say(child, json.dumps({**task, "goal": "open"}))
            last = ""
            for line in child.stdout or ():
                last, _, token = line.strip().partition(" ")
                if token:
                    yield last, token
            if child.wait() or last != "end":
                raise subprocess.SubprocessError("a delivery was not read to its end")
        finally:
            child.kill()


def write_in_child(task: Mapping[str, str], sealed: Iterable[str]) -> dict[str, Any]:
    """``draft_child.written`` in a process of its own; SubprocessError when it came to no end."""
    with _place(), subprocess.Popen(_COMMAND, **_PIPES) as child:  # noqa: S603 (our own interpreter and module)
        try:
            _say(child, json.dumps({**task, "goal": "write"}), sealed)
            told = child.stdout.read() if child.stdout else ""
            if child.wait():
                raise subprocess.SubprocessError("a draft was not written to its end")
        finally:
            child.kill()
    found: dict[str, Any] = json.loads(told)
    return found


def _say(child: "subprocess.Popen[str]", task: str, more: Iterable[str] = ()) -> None:
    """Tell a process its task; one that ends before it has read all is known by how it ended."""
    if child.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(f"{task}\n")
        for line in more:
            child.stdin.write(f"{line}\n")
    with contextlib.suppress(BrokenPipeError):
        child.stdin.close()

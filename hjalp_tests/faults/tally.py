"""How often each kind of fault was tried, and what was lost: what `docs/reliability.md` tells, counted by the tests themselves."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

#: File that the tests add a line to for each kind they tried; not set in an ordinary run.
FILE = "HJALP_FAULTS_TALLY"


class Tally:
    """Attempts of one kind. One that fails is taken down and the next is tried; in the end any failure fails the test."""

    def __init__(self) -> None:
        self.tried = 0
        self.lost: list[str] = []

    @contextlib.contextmanager
    def attempt(self, what: str) -> Iterator[None]:
        """One fault, `what` names it; what fails inside is a loss."""
        self.tried += 1
        try:
            yield
        except Exception as fault:
            self.lost.append(f"{what}: {fault}")


@contextlib.contextmanager
def tallied(kind: str) -> Iterator[Tally]:
    """Count the attempts of a kind (a row of `page.KINDS`), and fail with all of what was lost."""
    tally = Tally()
    yield tally
    if FILE in os.environ:
        with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, "tried": tally.tried, "lost": len(tally.lost)}) + "\n")
    assert tally.tried, f"{kind}: nothing was tried"
    assert not tally.lost, "\n\n".join(tally.lost)

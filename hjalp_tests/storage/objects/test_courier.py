"""What goes to and fro while `hjalp ui` is up goes on after a fault that nobody foresaw, and tells nothing confidential of it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from hjalp_pipeline.storage.objects import courier as couriers
from hjalp_pipeline.storage.objects.bucket import ObjectsError
from hjalp_pipeline.storage.objects.courier import courier
from hjalp_pipeline.storage.objects.fetching import bring
from hjalp_tests.storage.objects.stored import Said, bucket, copy_of

NAME = "010190-1234.csv"


@pytest.mark.parametrize("fault", [ValueError(NAME), PermissionError(13, "Permission denied", NAME)])
def test_a_round_that_fails_is_told_and_the_next_one_comes(
    fault: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds, again = iter(range(9)), threading.Event()

    def instead(*_given: object) -> None:
        if next(rounds):
            again.set()
        raise fault

    monkeypatch.setattr(couriers, "read_head", instead)
    said = Said()
    with courier(copy_of(tmp_path / "a"), bucket(), said, between=0.01):
        assert again.wait(5)
    assert len(said) == 1
    assert NAME not in said[0]


def test_a_name_that_is_no_utf_8_is_said(tmp_path: Path) -> None:
    here = copy_of(tmp_path / "a")
    head = os.fsencode(here.data) + b"/\xe6.csv"
    Path(os.fsdecode(head)).write_text("1")
    bring(here, bucket(), Said())
    with pytest.raises(ObjectsError, match="is not UTF-8") as told:
        here.looked_at()
    str(told.value).encode()

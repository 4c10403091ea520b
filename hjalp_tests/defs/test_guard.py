"""What an exception may say where everybody reads it."""

import importlib
import logging
import pkgutil

import dagster as dg
import pytest

import hjalp_pipeline
from hjalp_pipeline.confidentiality.knowledge import AttackError
from hjalp_pipeline.confidentiality.model import ModelError
from hjalp_pipeline.confidentiality.suppression.moves import SuppressionError
from hjalp_pipeline.defs.messages import beside, guarded
from hjalp_pipeline.production.internal import InternalError
from hjalp_pipeline.publishing.table import TableError

SECRET = "0101609001"


def said(fault: BaseException) -> str:
    with pytest.raises(dg.Failure) as told, guarded():
        raise fault
    return str(told.value.description)


@pytest.mark.parametrize("kind", [AttackError, InternalError, ModelError, SuppressionError, TableError])
def test_the_programs_own_message_is_told(kind: type[Exception]) -> None:
    assert said(kind("A linear program ended as kTimeLimit")) == "A linear program ended as kTimeLimit"


def test_every_exception_of_the_program_is_its_own() -> None:
    for module in pkgutil.walk_packages(hjalp_pipeline.__path__, "hjalp_pipeline."):
        importlib.import_module(module.name)
    kinds, waiting = set(), [BaseException]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            # The web dialogue knows no Dagster: its faults are answered by pages.
            if kind.__module__.startswith("hjalp_pipeline.") and not kind.__module__.startswith(
                "hjalp_pipeline.portal."
            ):
                kinds.add(kind)
    assert len(kinds) > 8
    for kind in kinds:
        fault = kind.__new__(kind)
        fault.args = ("the reason",)
        assert "withheld" not in said(fault), kind


@pytest.mark.parametrize("kind", [ValueError, RuntimeError, KeyError, AssertionError])
def test_a_foreign_message_is_withheld(kind: type[Exception]) -> None:
    told = said(kind(SECRET))
    assert SECRET not in told
    assert kind.__name__ in told
    assert "withheld" in told


def test_a_fault_of_what_is_written_beside_is_a_warning_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("beside")
    with beside(log, "the draft article (da)"):
        raise ValueError(SECRET)
    (told,) = [record for record in caplog.records if record.name == "beside"]
    assert told.levelname == "WARNING"
    assert "the draft article (da) could not be written: ValueError at " in told.getMessage()
    assert SECRET not in told.getMessage()
    with pytest.raises(KeyboardInterrupt), beside(log, "the calendar of releases"):
        raise KeyboardInterrupt

"""What an exception may say where everybody reads it."""

import importlib
import pkgutil

import dagster as dg
import pytest

import hjalp_pipeline
from hjalp_pipeline.confidentiality.knowledge import AttackError
from hjalp_pipeline.confidentiality.model import ModelError
from hjalp_pipeline.confidentiality.suppression.moves import SuppressionError
from hjalp_pipeline.defs.messages import guarded
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

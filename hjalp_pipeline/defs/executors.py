"""How the steps of a period are executed: in the process of the run, or by workers on several machines when that is set."""

import os
from dataclasses import dataclass

import dagster as dg

from hjalp_pipeline.defs.resources import IN_PROCESS

#: Setting: ``celery``, or nothing.
EXECUTOR = "HJALP_EXECUTOR"
#: Setting: into how many shares a period's kommuner are parted then; as many as workers have places together.
SHARES = "HJALP_SHARES"
_FEWEST, _DEFAULT, _MOST = 2, 4, 98


class ExecutorError(ValueError):
    """The settings name no way to execute steps. Says what they may be."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The executor of a period's job, and the shares its kommuner are parted into; 0: there are none."""

    executor: dg.ExecutorDefinition
    shares: int


def spread() -> Spread:
    """As the environment says; ExecutorError when that is nothing known."""
    name = os.environ.get(EXECUTOR, "").strip()
    if not name:
        return Spread(IN_PROCESS, 0)
    if name != "celery":
        raise ExecutorError(f"{EXECUTOR} must be celery, or not be set, not {name!r}")
    from hjalp_pipeline.defs.celery_steps import celery  # noqa: PLC0415 (the library comes with the extra celery)

    return Spread(celery, _shares())


def _shares() -> int:
    text = os.environ.get(SHARES, str(_DEFAULT)).strip()
    if not (text.isascii() and text.isdecimal() and _FEWEST <= int(text) <= _MOST):
        raise ExecutorError(f"{SHARES} must be a whole number from {_FEWEST} to {_MOST}, not {text!r}")
    return int(text)

"""Nothing a record holds may reach an event or a log, not even through an exception of a library that quotes a value."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from hjalp_pipeline.production.disk import said
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers.fault import is_of_the_task


@contextmanager
def guarded() -> Iterator[None]:
    """Let the program's own errors through with their message; of any other only its type and where it arose.

    What the disk refuses is told with the file.
    """
    try:
        yield
    except dg.Failure:
        raise
    except BaseException as fault:
        if not is_of_the_task(fault):
            raise
        raise dg.Failure(said(fault, DataRoot.from_environment()), allow_retries=False) from None


@contextmanager
def beside(log: logging.Logger, what: str) -> Iterator[None]:
    """Let a fault of what is written beside a step's own results cost that alone: it is a warning, with no word of a record."""
    try:
        yield
    except BaseException as fault:
        if not is_of_the_task(fault):
            raise
        log.warning(f"{what} could not be written: {said(fault, DataRoot.from_environment())}")

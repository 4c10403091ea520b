"""The data root as a Dagster resource, so that a test can hand another one to the same assets."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import dagster as dg

from hjalp_pipeline.defs.killed import living
from hjalp_pipeline.storage.root import DataRoot


class Data(dg.ConfigurableResource):
    """Where the data lie. Empty: ``$HJALP_DATA``, or ``data/`` in the project."""

    path: str = ""

    @property
    def root(self) -> DataRoot:
        """The data root."""
        return DataRoot(Path(self.path)) if self.path else DataRoot.from_environment()

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """A run that has the resource counts as living as long as it has it."""
        with living(self.root, context.run.run_id) if context.run else contextlib.nullcontext():
            yield self

"""The data root as a Dagster resource, so that a test can hand another one to the same assets."""

from pathlib import Path

import dagster as dg

from hjalp_pipeline.storage.root import DataRoot


class Data(dg.ConfigurableResource):
    """Where the data lie. Empty: ``$HJALP_DATA``, or ``data/`` in the project."""

    path: str = ""

    @property
    def root(self) -> DataRoot:
        """The data root."""
        return DataRoot(Path(self.path)) if self.path else DataRoot.from_environment()

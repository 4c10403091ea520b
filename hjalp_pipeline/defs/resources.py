"""What assets are handed, and what a run cannot set: whoever may launch a run chooses what is computed, never where it lies."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from hjalp_pipeline.defs.killed import living
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.files import sweep, sweep_beside
from hjalp_pipeline.storage.lake_version import open_lake
from hjalp_pipeline.storage.root import DataRoot


@dataclass(frozen=True)
class _Place:
    """Where the data lie; ``in_run``: somebody is about to write."""

    in_run: bool
    opened: dict[str, DataRoot] = field(default_factory=dict)

    def has(self, statistic: Statistic) -> bool:
        """Whether the statistic has a folder in the data root."""
        return DataRoot.from_environment(statistic.name).folder.is_dir()

    def root_of(self, statistic: Statistic) -> DataRoot:
        """The data root as a statistic sees it; in a run its lake is opened and swept when it is first asked for."""
        if statistic.name not in self.opened:
            root = DataRoot.from_environment(statistic.name)
            if self.in_run:
                open_lake(root)
                _sweep(root)
            self.opened[statistic.name] = root
        return self.opened[statistic.name]


#: How an asset, an op or a sensor asks for it.
Data = dg.ResourceParam[_Place]


@dg.resource(
    config_schema={}, description="Where the data lie: `$HJALP_DATA`, or `data/` in the project. No run config."
)
def data_here(context: dg.InitResourceContext) -> Iterator[_Place]:
    """The data root of the environment. A run that has the resource counts as living as long as it has it."""
    run = context.run
    with living(DataRoot.from_environment(), run.run_id) if run else contextlib.nullcontext():
        yield _Place(in_run=run is not None)


def _sweep(root: DataRoot) -> None:
    """What a dead process has left goes with the next run, half-made releases with microdata in them first of all."""
    sweep(root.releases, root.lake, root.receipts, root.approvals, root.reminders, root.specification)
    sweep_beside(root.catalog)


class _NoIO(dg.IOManager):
    """Frames never pass between assets. Dagster's own manager pickles them below a folder that run config may name."""

    def load_input(self, context: dg.InputContext) -> None:
        raise NotImplementedError(f"{context.name}: no asset or op takes the output of another")

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        if obj is not None:
            raise NotImplementedError(f"{context.name}: no asset or op returns a value")


NO_IO = dg.IOManagerDefinition(resource_fn=lambda _context: _NoIO(), config_schema={})

#: A multiprocess step costs 3.5 s before it does anything.
IN_PROCESS = dg.in_process_executor.configured(
    lambda _config: {"retries": {"enabled": {}}}, config_schema={}, name="in_process"
)

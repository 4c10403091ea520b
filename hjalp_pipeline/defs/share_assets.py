"""Shares of a period's kommuner as steps of their own, for an executor that runs steps on several machines.

Without such an executor (``executors.spread``) there are none. The step that follows does whatever they have not done, and so
what goes wrong in a share is said in its log and fails nothing: a failed step would keep the run from what comes after.
"""

from collections.abc import Callable, Sequence

import dagster as dg

from hjalp_pipeline.defs.raw_assets import kommuner_of_run
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.production.disk import said
from hjalp_pipeline.production.share import compute_share, read_share
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers.fault import is_of_the_task

Work = Callable[[dg.AssetExecutionContext, DataRoot, int], int]


def read_keys(shares: int) -> list[list[str]]:
    """Keys, without the statistic, of the shares that read deliveries."""
    return [["raw", f"andel_{number}"] for number in range(1, shares + 1)]


def chain_keys(shares: int) -> list[list[str]]:
    """Keys of the shares that run the rule chain."""
    return [["kaede", f"andel_{number}"] for number in range(1, shares + 1)]


def assets(wing: Wing, shares: int, chain_deps: Sequence[Sequence[str]]) -> list[dg.AssetsDefinition]:
    """The steps; ``chain_deps``: what has to be there before rules are applied."""

    def read(context: dg.AssetExecutionContext, root: DataRoot, number: int) -> int:
        return read_share(root, context.partition_key, number, shares, kommuner_of_run(context))

    def compute(context: dg.AssetExecutionContext, root: DataRoot, number: int) -> int:
        return compute_share(root, context.partition_key, number, shares)

    what = f"Share {{number}} of {shares} of the kommuner"
    reading = f"{what}: reads new deliveries ahead of `raw/leverancer`. *En andel af kommunerne indlæses.*"
    chain = f"{what}: applies the rules ahead of the data states. *En andel af kommunerne regnes.*"
    return [
        *(
            _step(wing, key, reading, read, number=number, deps=())
            for number, key in enumerate(read_keys(shares), start=1)
        ),
        *(
            _step(wing, key, chain, compute, number=number, deps=chain_deps)
            for number, key in enumerate(chain_keys(shares), start=1)
        ),
    ]


def _step(
    wing: Wing, key: list[str], description: str, work: Work, *, number: int, deps: Sequence[Sequence[str]]
) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=wing.name("_".join(key)),
        specs=[wing.spec(key, description.format(number=number), deps=deps, kinds={"polars", "parquet"})],
    )
    def share(context: dg.AssetExecutionContext, data: Data) -> dg.MaterializeResult:
        """Counts alone come into events."""
        try:
            return dg.MaterializeResult(metadata={"new": work(context, data.root_of(wing.statistic), number - 1)})
        except BaseException as fault:
            if not is_of_the_task(fault):
                raise
            why = said(fault, DataRoot.from_environment())
            context.log.warning(f"left to the step that follows: {why}")
            return dg.MaterializeResult(metadata={"left": why})

    return share

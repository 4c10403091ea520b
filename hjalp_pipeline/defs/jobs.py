"""Jobs: what people and schedules start. A period is one run: a Dagster run costs more than most of its steps."""

from dataclasses import dataclass
from typing import Any

import dagster as dg

from hjalp_pipeline.defs.wing import Wing


@dataclass(frozen=True)
class Jobs:
    """The jobs that others start too, by what they do."""

    period: Any
    raw: Any
    status: Any
    release: Any


def jobs(wing: Wing, executor: dg.ExecutorDefinition) -> Jobs:
    """The jobs of a statistic's wing; ``executor``: of the steps of a period."""
    raw = dg.AssetSelection.assets(wing.key("raw", wing.thing))
    every = (*(wing.group(first) for first in ("raw", "ledger", "tables")), "registers")
    return Jobs(
        period=dg.define_asset_job(
            wing.period_job,
            selection=dg.AssetSelection.groups(*every) - raw,
            description=f"Kør {wing.article} {wing.statistic.period.noun_da}: read new deliveries, apply the rules, ledger, gate, "
            "tables. One run for all kommuner; only what is new is computed. Tag `hjalp/kommuner` (540,741) limits the reading "
            "to some kommuner.",
            executor_def=executor,
        ),
        raw=dg.define_asset_job(
            wing.name("raw"),
            selection=raw,
            description=f"Indlæs enkelte kommuner: load the raw data of single kommuner of a {wing.word}, "
            "without the steps after it.",
        ),
        status=dg.define_asset_job(
            wing.name("status"),
            selection=dg.AssetSelection.assets(wing.key("status", "gate"), wing.key(*wing.this_period)),
            description="Status: who has delivered, who is missing, what is stale.",
        ),
        release=dg.define_asset_job(
            wing.name("udgivelse"),
            selection=dg.AssetSelection.groups(wing.group("published")),
            description="Lav en udgivelse: make a release from its definition `releases/{release}.toml`, whole or not at all.",
        ),
    )

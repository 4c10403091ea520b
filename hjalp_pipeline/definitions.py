"""The only assembly point: everything Dagster loads. Reads no data."""

import os
from collections.abc import Iterable

import dagster as dg

from hjalp_pipeline.defs import approval_reports, mail_sensors, proposing, site_pages, this_period
from hjalp_pipeline.defs import clean_up as prune
from hjalp_pipeline.defs import gate_assets as gate
from hjalp_pipeline.defs import opening as embargo
from hjalp_pipeline.defs import raw_assets as raw
from hjalp_pipeline.defs import register_asset as registers
from hjalp_pipeline.defs import release_assets as published
from hjalp_pipeline.defs import reminder_assets as reminders
from hjalp_pipeline.defs import rule_assets as chain
from hjalp_pipeline.defs import share_assets as shares
from hjalp_pipeline.defs import specification_assets as specification
from hjalp_pipeline.defs import table_assets as tables
from hjalp_pipeline.defs.built import Built
from hjalp_pipeline.defs.executors import Spread, spread
from hjalp_pipeline.defs.jobs import jobs
from hjalp_pipeline.defs.resources import IN_PROCESS, NO_IO, data_here
from hjalp_pipeline.defs.schedules import schedule
from hjalp_pipeline.defs.sensors import sensors
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.statistic import Statistic, declared
from hjalp_pipeline.storage.root import STATISTICS

# Whoever loads this may write below the data root: nothing there is for others unless it is published.
os.umask(0o077)


def _parts(wing: Wing, spread: Spread) -> list[Built]:
    started = jobs(wing, spread.executor)
    quarter = [
        *shares.assets(wing, spread.shares, chain.made_from(wing)),
        *raw.assets(wing, shares.read_keys(spread.shares)),
        *chain.assets(wing, shares.chain_keys(spread.shares)),
        *gate.assets(wing),
        this_period.asset(wing),
        *tables.assets(wing),
    ]
    own = Built(
        quarter,
        [started.period, started.raw, started.status, started.release],
        [schedule(wing, started.period)],
        sensors(wing, started.period),
    )
    reports = [approval_reports.build(wing)] if wing.statistic.approval_report else []
    pages = [*reports, specification.build(wing)]
    parts = [
        own,
        published.build(wing),
        proposing.build(wing),
        reminders.build(wing),
        *pages,
        embargo.build(wing),
        prune.build(wing),
        site_pages.build(wing),
    ]
    return [*parts, mail_sensors.build(wing, {job.name for part in parts for job in part.jobs})]


def definitions(statistics: Iterable[Statistic]) -> dg.Definitions:
    """Everything of some statistics, in one code location."""
    wings, how = [Wing(statistic) for statistic in statistics], spread()
    parts = [part for wing in wings for part in _parts(wing, how)]
    return dg.Definitions(
        assets=[*registers.assets(wings), *(asset for part in parts for asset in part.assets)],
        jobs=[job for part in parts for job in part.jobs],
        schedules=[schedule for part in parts for schedule in part.schedules],
        sensors=[sensor for part in parts for sensor in part.sensors],
        resources={"data": data_here, "io_manager": NO_IO},
        executor=IN_PROCESS,
    )


defs = definitions(declared(name) for name in STATISTICS)

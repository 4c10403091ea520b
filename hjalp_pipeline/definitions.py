"""The only assembly point: everything Dagster loads. Reads no data."""

import os

import dagster as dg

from hjalp_pipeline.defs import (
    approval_reports,
    chain,
    embargo,
    gate,
    jobs,
    prune,
    published,
    raw,
    reminders,
    schedules,
    sensors,
    specification,
    tables,
)
from hjalp_pipeline.defs.resources import IN_PROCESS, NO_IO, data_here

# Whoever loads this may write below the data root: nothing there is for others unless it is published.
os.umask(0o077)

defs = dg.Definitions(
    assets=[
        raw.leverancer,
        raw.udlaan,
        chain.befolkning,
        chain.rule_chain,
        gate.status,
        gate.ledger,
        tables.tables,
        tables.suppressed,
        tables.catalog,
        published.udgivelse,
        approval_reports.godkendelsesrapporter,
        reminders.rykkere,
        specification.kravspecifikation,
        specification.leverandoerer,
    ],
    jobs=[
        *jobs.JOBS,
        published.audit,
        embargo.aabn,
        approval_reports.job,
        reminders.job,
        specification.job,
        prune.oprydning,
    ],
    schedules=[schedules.kvartalskoersel, reminders.daglige_rykkere, specification.halvaar, prune.maanedlig],
    sensors=[sensors.nye_leverancer, sensors.nye_udgivelser, embargo.aabning],
    resources={"data": data_here, "io_manager": NO_IO},
    executor=IN_PROCESS,
)

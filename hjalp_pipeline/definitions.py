"""The only assembly point: everything Dagster loads. Reads no data."""

import dagster as dg

from hjalp_pipeline.defs import (
    approval_reports,
    chain,
    embargo,
    gate,
    jobs,
    published,
    raw,
    reminders,
    schedules,
    sensors,
    specification,
    tables,
)
from hjalp_pipeline.defs.resources import Data

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
    jobs=[*jobs.JOBS, published.audit, embargo.aabn, approval_reports.job, reminders.job, specification.job],
    schedules=[schedules.kvartalskoersel, reminders.daglige_rykkere, specification.halvaar],
    sensors=[sensors.nye_leverancer, sensors.nye_udgivelser, embargo.aabning],
    resources={"data": Data()},
    # A multiprocess step costs 3.5 s before it does anything.
    executor=dg.in_process_executor,
)

"""The only assembly point: everything Dagster loads. Reads no data."""

import dagster as dg

from hjalp_pipeline.defs import chain, embargo, gate, jobs, published, raw, schedules, sensors, tables
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
    ],
    jobs=[*jobs.JOBS, published.audit, embargo.aabn],
    schedules=[schedules.kvartalskoersel],
    sensors=[sensors.nye_leverancer, sensors.nye_udgivelser, embargo.aabning],
    resources={"data": Data()},
    # A multiprocess step costs 3.5 s before it does anything.
    executor=dg.in_process_executor,
)

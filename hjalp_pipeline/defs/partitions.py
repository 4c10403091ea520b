"""Partitions: ``kvartal`` x ``kommune`` for raw data, ``kvartal`` for the national steps, ``udgivelse`` for what is published."""

from datetime import datetime

import dagster as dg

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.kvartaler import Kvartal, quarters_until
from hjalp_pipeline.storage.codelists import DANISH_TIME

#: Listed up to the quarter in which the code location was loaded; it is reloaded at least once a quarter.
KVARTAL = dg.StaticPartitionsDefinition(
    [str(kvartal) for kvartal in quarters_until(Kvartal.of(datetime.now(DANISH_TIME).date()))]
)
KOMMUNE = dg.StaticPartitionsDefinition(list(KOMNR))
#: Keys are ``540|2024K4``: Dagster orders dimensions by name.
RAW = dg.MultiPartitionsDefinition({"kommune": KOMMUNE, "kvartal": KVARTAL})
#: One per release definition, added by the sensor that watches ``releases/`` and by the command line.
UDGIVELSE = dg.DynamicPartitionsDefinition(name="udgivelse")


def raw_key(komnr: str, kvartal: str) -> dg.MultiPartitionKey:
    """Partition key of one kommune's raw data of a quarter."""
    return dg.MultiPartitionKey({"kommune": komnr, "kvartal": kvartal})

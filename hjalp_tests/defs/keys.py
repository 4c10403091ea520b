"""Keys of the first statistic's assets, as its wing makes them."""

import dagster as dg

from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC

WING = Wing(STATISTIC)


def asset_key(*parts: str) -> dg.AssetKey:
    """The key of an asset, told without its statistic."""
    return WING.key(*parts)

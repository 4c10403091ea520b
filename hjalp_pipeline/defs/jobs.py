"""Jobs: what people and schedules start. A quarter is one run: a Dagster run costs more than most of its steps."""

import dagster as dg

from hjalp_pipeline.defs.specs import GROUPS, asset_key

kvartal = dg.define_asset_job(
    "kvartal",
    selection=dg.AssetSelection.all()
    - dg.AssetSelection.assets(asset_key("raw", "udlaan"))
    - dg.AssetSelection.groups(GROUPS["published"], GROUPS["dialog"]),
    description="Kør et kvartal: read new deliveries, apply the rules, ledger, gate, tables. One run for all kommuner; "
    "only what is new is computed. Tag `hjalp/kommuner` (540,741) limits the reading to some kommuner.",
)

raw = dg.define_asset_job(
    "raw",
    selection=dg.AssetSelection.assets(asset_key("raw", "udlaan")),
    description="Indlæs enkelte kommuner: load the raw data of single kommuner of a quarter, without the steps after it.",
)

status = dg.define_asset_job(
    "status",
    selection=dg.AssetSelection.assets(asset_key("status", "gate")),
    description="Status: who has delivered, who is missing, what is stale.",
)

udgivelse = dg.define_asset_job(
    "udgivelse",
    selection=dg.AssetSelection.groups(GROUPS["published"]),
    description="Lav en udgivelse: make a release from its definition `releases/{release}.toml`, whole or not at all.",
)

JOBS = [kvartal, raw, status, udgivelse]

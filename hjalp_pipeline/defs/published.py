"""``published/udgivelse``: one release, from its definition, whole or not at all."""

import dagster as dg

from hjalp_pipeline.defs.guard import guarded
from hjalp_pipeline.defs.metadata import markdown_table
from hjalp_pipeline.defs.partitions import UDGIVELSE
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.specs import spec
from hjalp_pipeline.production.release import NOT_FIT, make_release

#: Which quarters a release takes is in its definition, so it may depend on any.
_ANY_QUARTER = dg.AssetDep(dg.AssetKey(["kommune_assigned", "udlaan"]), partition_mapping=dg.AllPartitionMapping())


@dg.multi_asset(
    name="published_udgivelse",
    specs=[
        spec(
            ["published", "udgivelse"],
            "A release: HJALP1-3 as csv, microdata and manifest, from the definition `releases/{release}.toml`. "
            "*En udgivelse af statistikken.*",
            deps=[_ANY_QUARTER, ["registers", "befolkning"]],
            kinds={"duckdb", "polars", "csv"},
            partitions=UDGIVELSE,
        )
    ],
)
def udgivelse(context: dg.AssetExecutionContext, data: Data) -> dg.MaterializeResult:
    """Make the release, or find that the one that stands is the same. No figure of it comes into any event or log."""
    with guarded():
        release = make_release(data.root, context.partition_key)
    context.log.warning(f"{release.name}: {NOT_FIT}")
    outputs = release.manifest["outputs"]
    return dg.MaterializeResult(
        metadata={
            "release": release.name,
            "made": "written" if release.made else "already stands, identical",
            "warning": NOT_FIT,
            "publish_at": release.manifest["publish_at"],
            "files": markdown_table(["file", "sha256"], sorted(outputs.items())),
            "inputs": len(release.manifest["inputs"]),
        }
    )

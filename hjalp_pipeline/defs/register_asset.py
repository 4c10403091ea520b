"""``registers/befolkning``: the newest extract of the population register, which all statistics share."""

from collections.abc import Sequence

import dagster as dg

from hjalp_pipeline.codelists.few import told
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.metadata import markdown_table, row_count
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.storage.registers import newest_extract, prepare


def assets(wings: Sequence[Wing]) -> list[dg.AssetsDefinition]:
    """The register, prepared in the lake of each statistic."""

    @dg.multi_asset(
        name="registers_befolkning",
        specs=[
            wings[0].spec(
                ["registers", "befolkning"],
                "The newest register extract, validated and prepared once: persons by integer key, residences in person order. "
                "*Nyeste udtræk af befolkningsregisteret, klargjort.*",
                kinds={"duckdb", "numpy"},
                partitioned=False,
            )
        ],
    )
    def befolkning(data: Data) -> dg.MaterializeResult:
        """Prepare the newest extract unless that is done."""
        with guarded():
            statistics = [wing.statistic for wing in wings]
            roots = [data.root_of(one) for one in statistics if data.has(one)] or [data.root_of(statistics[0])]
            extract, *_ = [prepare(root, newest_extract(root)) for root in roots]
            return dg.MaterializeResult(
                metadata={
                    "extract": extract.date,
                    **row_count(extract.counts["persons"]),
                    "residence_spells": told(extract.counts["spells"]),
                    "remarks": markdown_table(
                        ["remark", "count"], [(name, told(n)) for name, n in extract.remarks.items()]
                    ),
                    "population": markdown_table(
                        ["year", "whole"],
                        [(str(aar), "; ".join(faults) or "yes") for aar, faults in extract.population.items()],
                    ),
                    "sha256": extract.fingerprint,
                }
            )

    return [befolkning]

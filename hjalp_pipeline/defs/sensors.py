"""Sensors: new or re-delivered files (also for an old quarter), and new release definitions."""

from collections.abc import Iterator

import dagster as dg

from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.defs.jobs import kvartal as kvartal_job
from hjalp_pipeline.defs.partitions import KVARTAL, UDGIVELSE
from hjalp_pipeline.defs.raw import KOMMUNER_TAG
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.production.gate import GateRow, gate
from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.files import fingerprint
from hjalp_pipeline.storage.inbox import quarter_folders
from hjalp_pipeline.storage.root import DataRoot


def quarters_with_deliveries(root: DataRoot) -> list[str]:
    """Quarters that have a folder in the inbox and are partitions, oldest first."""
    return [str(kvartal) for kvartal in quarter_folders(root) if KVARTAL.has_partition_key(str(kvartal))]


def request_for(kvartal: str, rows: list[GateRow]) -> dg.RunRequest | None:
    """The run that brings a quarter's stale partitions, and no others, up to date; None when nothing is stale.

    The run key comes from the files and from what is stored, so that the same state of both is asked for once: a run that
    failed is not asked for again, any file that comes later is, also one with an older time of reception.
    """
    stale = [row for row in rows if row.needs]
    if not stale:
        return None
    what = fingerprint(*((row.komnr, row.marks, row.needs) for row in stale))
    kommuner = ",".join(row.komnr for row in stale)
    return dg.RunRequest(run_key=f"{kvartal}-{what[:16]}", partition_key=kvartal, tags={KOMMUNER_TAG: kommuner})


@dg.sensor(
    name="nye_leverancer",
    job=kvartal_job,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Nye leverancer: sees a new or re-delivered file, also for an old quarter, and asks for exactly the "
    "partitions that are stale.",
)
def nye_leverancer(context: dg.SensorEvaluationContext, data: Data) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Compare inbox and store of every quarter."""
    asked = 0
    for name in data.root.beside:
        context.log.warning(f"{name}/ lies beside {data.root.statistic}/ in the data root: nothing in it is read")
    try:
        for name in quarters_with_deliveries(data.root):
            request = request_for(str(Kvartal.parse(name)), gate(data.root, name))
            if request is not None:
                asked += 1
                context.log.info(f"{name}: stale {request.tags[KOMMUNER_TAG]}")
                yield request
    except InputError as fault:
        yield dg.SkipReason(str(fault))
        return
    if not asked:
        yield dg.SkipReason("nothing in the inbox is newer than what is stored")


@dg.sensor(
    name="nye_udgivelser",
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Nye udgivelser: lists each release definition `releases/{release}.toml` as a partition. Making the "
    "release is a person's decision.",
)
def nye_udgivelser(context: dg.SensorEvaluationContext, data: Data) -> dg.SensorResult | dg.SkipReason:
    """Add partitions for new definitions."""
    names = {path.stem for path in data.root.releases.glob("*.toml") if is_release_name(path.stem)}
    new = sorted(names - set(context.instance.get_dynamic_partitions(UDGIVELSE.name or "")))
    if not new:
        return dg.SkipReason("no new release definition")
    context.log.info(f"listed: {', '.join(new)}")
    return dg.SensorResult(dynamic_partitions_requests=[UDGIVELSE.build_add_request(new)])

"""Sensors: new or re-delivered files (also for an old period), and new release definitions."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.raw_assets import KOMMUNER_TAG
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.production.disk import said
from hjalp_pipeline.production.inbox.gate import GateRow, gate
from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.storage.fingerprints import fingerprint
from hjalp_pipeline.storage.inbox import period_folders
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers.fault import is_of_the_task

#: So many kommuner are named in a line; more are counted.
_NAMED = 10


def periods_with_deliveries(root: DataRoot, wing: Wing) -> list[str]:
    """Periods that have a folder in the inbox and are partitions, oldest first."""
    return [str(period) for period in period_folders(root) if wing.knows(period)]


def request_for(kvartal: str, rows: list[GateRow]) -> dg.RunRequest | None:
    """The run that brings a period's stale partitions, and no others, up to date; None when nothing is stale.

    The run key comes from the files and from what is stored, so that the same state of both is asked for once: a run that
    failed is not asked for again, any file that comes later is, also one with an older time of reception.
    """
    stale = [row for row in rows if row.needs]
    if not stale:
        return None
    what = fingerprint(*((row.komnr, row.marks, row.needs) for row in stale))
    kommuner = ",".join(row.komnr for row in stale)
    return dg.RunRequest(run_key=f"{kvartal}-{what[:16]}", partition_key=kvartal, tags={KOMMUNER_TAG: kommuner})


def sensors(wing: Wing, period_job: Any) -> list[dg.SensorDefinition]:
    """The sensors of a statistic's wing; ``period_job`` runs a period."""

    @dg.sensor(
        name=wing.name("nye_leverancer"),
        job=period_job,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Nye leverancer: sees a new or re-delivered file, also for an old {wing.word}, and asks for exactly "
        "the partitions that are stale.",
    )
    def nye_leverancer(context: dg.SensorEvaluationContext, data: Data) -> Iterator[dg.RunRequest | dg.SkipReason]:
        """Compare inbox and store of every period."""
        asked, faults = 0, dict[str, list[str]]()
        root = data.root_of(wing.statistic)
        for name in root.beside:
            context.log.warning(f"{name}/ lies beside {root.statistic}/ in the data root: nothing in it is read")
        with guarded():
            periods = periods_with_deliveries(root, wing)
        for name in periods:
            try:
                request = request_for(name, gate(root, name))
            except BaseException as fault:
                if not is_of_the_task(fault):
                    raise
                faults.setdefault(said(fault, root), []).append(name)
                continue
            if request is not None:
                asked += 1
                stale = request.tags[KOMMUNER_TAG].split(",")
                named = ", ".join(stale) if len(stale) <= _NAMED else f"{len(stale)} kommuner"
                context.log.info(f"{name}: something new from {named}")
                yield request
        wrong = [f"{', '.join(names)}: {why}" for why, names in faults.items()]
        for what in wrong:
            context.log.error(what)
        if not asked:  # a reason beside a request is refused by Dagster, and the request lost
            yield dg.SkipReason("; ".join(wrong) or "nothing in the inbox is newer than what is stored")

    @dg.sensor(
        name=wing.name("nye_udgivelser"),
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Nye udgivelser: lists each release definition `releases/{release}.toml` as a partition. Making the "
        "release is a person's decision.",
    )
    def nye_udgivelser(context: dg.SensorEvaluationContext, data: Data) -> dg.SensorResult | dg.SkipReason:
        """Add partitions for new definitions."""
        with guarded():
            names = {
                path.stem for path in data.root_of(wing.statistic).releases.glob("*.toml") if is_release_name(path.stem)
            }
        new = sorted(names - set(context.instance.get_dynamic_partitions(wing.releases.name or "")))
        if not new:
            return dg.SkipReason("no new release definition")
        context.log.info(f"listed: {', '.join(new)}")
        return dg.SensorResult(dynamic_partitions_requests=[wing.releases.build_add_request(new)])

    return [nye_leverancer, nye_udgivelser]

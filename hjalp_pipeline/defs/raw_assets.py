"""``raw``: what the kommuner delivered. ``raw/leverancer`` reads a quarter's inbox, the other asset is the data in force."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

import dagster as dg

from hjalp_pipeline.codelists.few import told
from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.contracts.states import RAW, of_state
from hjalp_pipeline.defs import newest_delivery
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.metadata import markdown_table, office_link, row_count
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.wing import Wing, column_schema
from hjalp_pipeline.delivery.codes import REJECTION_TEXT
from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.production.inbox.delivered import Delivery
from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.inbox.partitions import RawRefresh, refresh_raw
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.lake import Lake

#: Run tag that limits a run to some kommuner, ``540,741``. Without it a run takes every kommune with something new.
KOMMUNER_TAG = "hjalp/kommuner"


def kommuner_of_run(context: dg.AssetExecutionContext) -> list[str] | None:
    """Kommuner the run is limited to by its tag, None = all; InputError when one is none of the 98: files are named by them."""
    tag = context.run.tags.get(KOMMUNER_TAG)
    if not tag:
        return None
    unknown = [komnr for komnr in tag.split(",") if komnr not in NAVN]
    if unknown:
        raise InputError(
            f"the tag {KOMMUNER_TAG} names what is not one of the 98 kommuner: {', '.join(map(repr, unknown))}"
        )
    return sorted(set(tag.split(",")))


def _verdicts(deliveries: Sequence[Delivery]) -> Counter[str]:
    return Counter(delivery.verdict.code or "accepted" for delivery in deliveries)


def raw_events(
    wing: Wing, kvartal: str, done: RawRefresh, kommuner: Sequence[str]
) -> Iterator[dg.AssetMaterialization]:
    """One materialisation of the raw data per kommune: exactly the partitions that hold data, each with its own counts."""
    for komnr in kommuner:
        partition = done.partitions[komnr]
        yield dg.AssetMaterialization(
            wing.key("raw", wing.thing),
            partition=wing.raw_key(komnr, kvartal),
            metadata={
                **row_count(partition.rows),
                "kommune": f"{komnr} {NAVN[komnr]}",
                "records_delivered": told(partition.records),
                "deliveries": markdown_table(
                    ["delivery", wing.word, "records", "rows used"],
                    [
                        (safe_name(part.filename), part.kvartal, told(part.records), told(part.rows))
                        for part in partition.deliveries
                    ],
                ),
                "ledger": markdown_table(
                    ["step", "reason", "rows"],
                    [(step, reason or "kept", told(rows)) for step, reason, rows in partition.ledger],
                ),
                "oddities": markdown_table(
                    ["code", "rows"], [(code, told(rows)) for code, rows in sorted(partition.remarks["raw"].items())]
                ),
            },
        )


def freshness(wing: Wing) -> dg.FreshnessPolicy:
    """By 09:00 Danish time on the 15th of the month after a period, the day after the ordinary deadline, it has been run."""
    return dg.FreshnessPolicy.cron(
        deadline_cron=f"0 9 15 {wing.deadline_months} *",
        lower_bound_delta=timedelta(hours=9),
        timezone="Europe/Copenhagen",
    )


def assets(wing: Wing, after: Sequence[Sequence[str]] = ()) -> list[dg.AssetsDefinition]:
    """What reads the deliveries of a period, and the data in force by kommune and period; ``after``: what reads ahead of it."""

    rules = wing.rules("in_force", "systems")

    @dg.multi_asset(
        name=wing.name("raw_leverancer"),
        specs=[
            wing.spec(
                ["raw", "leverancer"],
                f"Reads every new delivery of the {wing.word}: verdict, receipt, typed copy, and the raw partitions it "
                f"changes{rules}. *Læser {wing.the}s nye leverancer og kvitterer.*",
                deps=after,
                kinds={"polars", "parquet"},
            ).replace_attributes(freshness_policy=freshness(wing))
        ],
        check_specs=[
            wing.check(
                "every_file_read",
                ["raw", "leverancer"],
                f"Every file of the {wing.word} could be read to a verdict. One that could not keeps its kommune as it was, and stale.",
            ),
            wing.contract(["raw", "leverancer"]),
        ],
    )
    def leverancer(context: dg.AssetExecutionContext, data: Data) -> dg.MaterializeResult:
        """Read the inbox of the period and bring its raw partitions up to date."""
        with guarded():
            root = data.root_of(wing.statistic)
            kvartal = context.partition_key
            done = refresh_raw(root, kvartal, kommuner_of_run(context))
            for event in raw_events(wing, kvartal, done, done.changed):
                context.log_event(event)
            rejected = [delivery for delivery in done.deliveries if not delivery.accepted]
            for filename, why in sorted(done.unread.items()):
                context.log.error(f"could not be read: {kvartal}/{filename} ({why})")
            for delivery in rejected:
                context.log.warning(f"rejected: {kvartal}/{safe_name(delivery.file.filename)} {delivery.verdict.code}")
            return dg.MaterializeResult(
                metadata={
                    "dagster/row_count": Lake(root).frame("leverancer", kvartal).height,
                    "deliveries": len(done.deliveries),
                    "rejected": len(rejected),
                    "raw_partitions_changed": len(done.changed),
                    "kommuner_changed": ", ".join(f"{komnr} {NAVN[komnr]}" for komnr in done.changed) or "ingen",
                    "kommuner_without_data_now": ", ".join(f"{komnr} {NAVN[komnr]}" for komnr in done.gone) or "ingen",
                    "receipts": office_link(root, f"receipts/{kvartal}/"),
                    "verdicts": markdown_table(["code", "deliveries"], sorted(_verdicts(done.deliveries).items())),
                    "rejected_deliveries": markdown_table(
                        ["kommune", "delivery", "code", "reason"],
                        [
                            (
                                f"{d.name.komnr} {NAVN.get(d.name.komnr, '')}" if d.name else "",
                                safe_name(d.file.filename),
                                d.verdict.code,
                                REJECTION_TEXT.get(d.verdict.code or ""),
                            )
                            for d in rejected
                        ],
                    ),
                },
                check_results=[
                    dg.AssetCheckResult(
                        asset_key=wing.key("raw", "leverancer"),
                        check_name="every_file_read",
                        passed=not done.unread,
                        metadata={"unread": markdown_table(["delivery", "why"], sorted(done.unread.items()))},
                    ),
                    dg.AssetCheckResult(  # one that breaks it is not written, and fails the run
                        asset_key=wing.key("raw", "leverancer"),
                        check_name="contract",
                        passed=True,
                        metadata={"raw_partitions_written": len(done.changed)},
                    ),
                ],
            )

    @dg.multi_asset(
        name=wing.name(f"raw_{wing.thing}"),
        specs=[
            wing.spec(
                ["raw", wing.thing],
                f"The typed data in force of one kommune in one {wing.word}: union over its systems without gengangere{rules}. "
                f"*Kommunens gældende data i {wing.the}.* Only partitions with data are materialised.",
                kinds={"polars", "parquet"},
                schema=column_schema(of_state(wing.statistic, RAW)),
                partitions=wing.raw,
                skippable=True,
            )
        ],
        check_specs=[newest_delivery.spec(wing)],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def in_force(context: dg.AssetExecutionContext, data: Data) -> Iterator[dg.AssetCheckResult]:
        """Read the deliveries of the kommuner asked for and write their raw partitions; a range is one run per period."""
        with guarded():
            root, wanted = data.root_of(wing.statistic), dict[str, list[str]]()
            for key in context.partition_keys:
                komnr, kvartal = wing.parts_of_raw(key)
                wanted.setdefault(kvartal, []).append(komnr)
            rows, unread, rejected = 0, 0, []
            for kvartal, kommuner in sorted(wanted.items()):
                done = refresh_raw(root, kvartal, kommuner)
                unread += len(done.unread)
                rows += sum(partition.rows for partition in done.partitions.values())
                for event in raw_events(wing, kvartal, done, sorted(done.partitions)):
                    context.log_event(event)
                for filename, why in sorted(done.unread.items()):
                    context.log.error(f"could not be read: {kvartal}/{filename} ({why})")
                for komnr in sorted(set(kommuner) - set(done.partitions)):
                    context.log.warning(f"{kvartal} {komnr} {NAVN[komnr]}: no delivery in force")
                asked_for = [row for row in gate(root, kvartal) if row.komnr in kommuner]
                newest_delivery.report(context, wing, root, asked_for, {})
                rejected += [
                    f"{row.kvartal} {row.komnr} {row.kommune}" for row in asked_for if newest_delivery.rejected(row)
                ]
            context.log.info(f"{told(rows)} rows in force; {unread} deliveries could not be read")
            yield dg.AssetCheckResult(
                passed=not rejected,
                check_name=newest_delivery.CHECK,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"rejected": ", ".join(rejected) or "ingen"},
            )

    return [leverancer, in_force]

"""What all assets, jobs and sensors of one statistic have in common: names, keys, groups, partitions, contracts as checks.

A statistic has a wing of the house: the same rooms for each, by its own names. The first statistic's jobs, schedules,
sensors and steps have plain names; those of others begin with the statistic's.
"""

import warnings
from collections.abc import Sequence
from datetime import datetime

import dagster as dg

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.contracts.one_pass import Contract
from hjalp_pipeline.contracts.states import columns
from hjalp_pipeline.rules.rule import DataState
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.root import DEFAULT, SHARED

KOMMUNE = dg.StaticPartitionsDefinition(list(KOMNR))
#: The group of an asset by the first word of its key: what the office does one after the other.
_GROUPS = {
    **dict.fromkeys(("raw", "status"), "deliveries"),
    **dict.fromkeys(("tables", "suppressed", "catalog"), "tables"),
    "published": "releases",
    "dialog": "dialogue",
}


class Wing:
    """One statistic in Dagster."""

    def __init__(self, statistic: Statistic) -> None:
        """Periods are listed up to the one in which the code location is loaded; it is reloaded at least once a period."""
        self.statistic = statistic
        self.thing = statistic.thing
        listed = statistic.periods(datetime.now(DANISH_TIME).date())
        #: Of the national steps.
        self.period = dg.StaticPartitionsDefinition([str(period) for period in listed])
        #: Of raw data. Keys are ``540|2024K4``: Dagster orders dimensions by name.
        self.raw = dg.MultiPartitionsDefinition({"kommune": KOMMUNE, self.noun: self.period})
        #: One per release definition, added by the sensor that watches ``releases/`` and by the command line.
        self.releases = dg.DynamicPartitionsDefinition(name=self.name("udgivelse"))

    def name(self, plain: str) -> str:
        """The name of a job, schedule, sensor, step or partition set."""
        return name_of(self.statistic.name, plain)

    @property
    def noun(self) -> str:
        """What a period is called in Danish, as names of jobs have it."""
        return self.statistic.period.noun

    @property
    def word(self) -> str:
        """What a period is called in English."""
        return self.statistic.period.word

    @property
    def the(self) -> str:
        """The period in Danish: ``kvartalet``."""
        return self.statistic.period.the_da

    @property
    def article(self) -> str:
        """The Danish article of it."""
        return "et" if self.noun == "kvartal" else "en"

    @property
    def deadline_months(self) -> str:
        """The months in which a period's deadline lies, as cron has them."""
        months = self.statistic.period.months
        return "*" if months == 1 else ",".join(str(month) for month in range(1, 13, months))

    @property
    def this_period(self) -> list[str]:
        """The key, without the statistic, of the asset on the newest period: ``status/dette_kvartal``."""
        return ["status", f"{'dette' if self.article == 'et' else 'denne'}_{self.noun}"]

    @property
    def period_job(self) -> str:
        """The job that runs a period."""
        return self.name(self.noun)

    def raw_key(self, komnr: str, period: str) -> dg.MultiPartitionKey:
        """Partition key of one kommune's raw data of a period."""
        return dg.MultiPartitionKey({"kommune": komnr, self.noun: period})

    def parts_of_raw(self, key: str) -> tuple[str, str]:
        """Kommune and period of such a key."""
        dimensions = self.raw.get_partition_key_from_str(key).keys_by_dimension
        return dimensions["kommune"], dimensions[self.noun]

    def key(self, *parts: str) -> dg.AssetKey:
        """The key of an asset: statistic, data state, thing; of what all statistics share, without the statistic."""
        return dg.AssetKey([*parts] if parts[0] in SHARED else [self.statistic.name, *parts])

    def group(self, first: str) -> str:
        """The group of assets whose key has this first word."""
        return first if first in SHARED else f"{self.statistic.name}_{_GROUPS.get(first, 'rules')}"

    def spec(
        self,
        key: Sequence[str],
        description: str,
        *,
        deps: Sequence[Sequence[str] | dg.AssetDep] = (),
        kinds: set[str],
        schema: dg.TableSchema | None = None,
        partitions: dg.PartitionsDefinition | None = None,
        partitioned: bool = True,
        skippable: bool = False,
    ) -> dg.AssetSpec:
        """An asset's spec, by period unless it has other ``partitions`` or none; ``key`` without the statistic."""
        return dg.AssetSpec(
            self.key(*key),
            description=description,
            deps=[dep if isinstance(dep, dg.AssetDep) else self.key(*dep) for dep in deps],
            group_name=self.group(key[0]),
            owners=[self.statistic.owner],
            kinds=kinds,
            metadata={"dagster/column_schema": schema} if schema else {},
            partitions_def=(partitions or self.period) if partitioned else None,
            skippable=skippable,
        )

    def check(
        self,
        name: str,
        key: Sequence[str],
        description: str,
        *,
        blocking: bool = False,
        partitions: dg.PartitionsDefinition | None = None,
    ) -> dg.AssetCheckSpec:
        """A check of an asset; it carries the partitions, else Dagster would load all of them."""
        with warnings.catch_warnings():  # the argument is in preview: that warning, and no other, is silenced here
            warnings.filterwarnings("ignore", "Specifying a partitions_def on an AssetCheckSpec", dg.PreviewWarning)
            return dg.AssetCheckSpec(
                name,
                asset=self.key(*key),
                description=description,
                blocking=blocking,
                partitions_def=partitions or self.period,
            )

    def contract(self, key: Sequence[str], partitions: dg.PartitionsDefinition | None = None) -> dg.AssetCheckSpec:
        """The asset's contract as a blocking check."""
        text = "Pandera contract of the data written, held before anything is written; counts only, never values."
        return self.check("contract", key, text, blocking=True, partitions=partitions)

    def rules(self, *subjects: str) -> str:
        """The numbers of the statistic's rules on these subjects behind a sentence: `` (R1, R2)``; nothing where it has none."""
        numbered = self.statistic.numbered
        found = [numbered[subject] for subject in subjects if subject in numbered]
        return f" ({', '.join(found)})" if found else ""

    def every_period(self, *key: str) -> dg.AssetDep:
        """A dependency on all partitions of an asset."""
        return dg.AssetDep(self.key(*key), partition_mapping=dg.AllPartitionMapping())

    def knows(self, period: Period | str) -> bool:
        """Whether a period is listed."""
        return self.period.has_partition_key(str(period))


def name_of(statistic: str, plain: str) -> str:
    """How a job, schedule, sensor, step or partition set of a statistic is called."""
    return plain if statistic == DEFAULT else f"{statistic}_{plain}"


def described(state: DataState) -> str:
    """What a data state is for, and its rules in their order."""
    rules = "\n".join(f"- {rule.id} {rule.title_da}: {', '.join(rule.names) or rule.severity}" for rule in state.rules)
    return f"{state.title}. *{state.title_da}.*\n\n{rules}"


def column_schema(contract: Contract, names: Sequence[str] | None = None) -> dg.TableSchema:
    """A contract's columns as Dagster shows them; ``names`` picks those a data state stores."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name, kind, description, dg.TableColumnConstraints(nullable=nullable))
            for name, kind, description, nullable in columns(contract)
            if names is None or name in names
        ]
    )

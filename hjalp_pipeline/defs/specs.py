"""How an asset is described: group, owner, kinds, columns, and its contract as a blocking check. One factory for all."""

import warnings
from collections.abc import Sequence

import dagster as dg

from hjalp_pipeline.contracts.one_pass import Contract
from hjalp_pipeline.contracts.states import columns
from hjalp_pipeline.defs.partitions import KVARTAL
from hjalp_pipeline.rules.rule import DataState
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.storage.root import DEFAULT, SHARED

OWNER = "team:hjaelpemidler"
#: The group of an asset by the first word of its name: what the office does one after the other. Registers are shared.
GROUPS = {
    "registers": "registers",
    **dict.fromkeys(("raw", "status"), f"{DEFAULT}_deliveries"),
    **dict.fromkeys(("ledger", *STATISTIC.rulebook.states), f"{DEFAULT}_rules"),
    **dict.fromkeys(("tables", "suppressed", "catalog"), f"{DEFAULT}_tables"),
    "published": f"{DEFAULT}_releases",
    "dialog": f"{DEFAULT}_dialogue",
}


def asset_key(*parts: str) -> dg.AssetKey:
    """The key of an asset: statistic, data state, thing; of what all statistics share, without the statistic."""
    return dg.AssetKey([*parts] if parts[0] in SHARED else [DEFAULT, *parts])


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


def spec(
    key: Sequence[str],
    description: str,
    *,
    deps: Sequence[Sequence[str] | dg.AssetDep] = (),
    kinds: set[str],
    schema: dg.TableSchema | None = None,
    partitions: dg.PartitionsDefinition | None = KVARTAL,
    skippable: bool = False,
) -> dg.AssetSpec:
    """An asset's spec; ``key`` without the statistic, its first word decides the group."""
    return dg.AssetSpec(
        asset_key(*key),
        description=description,
        deps=[dep if isinstance(dep, dg.AssetDep) else asset_key(*dep) for dep in deps],
        group_name=GROUPS[key[0]],
        owners=[OWNER],
        kinds=kinds,
        metadata={"dagster/column_schema": schema} if schema else {},
        partitions_def=partitions,
        skippable=skippable,
    )


def check_spec(name: str, key: Sequence[str], description: str, *, blocking: bool = False) -> dg.AssetCheckSpec:
    """A check of an asset partitioned by quarter; it carries the partitions, else Dagster would load all of them."""
    return partitioned_check(name, key, description, KVARTAL, blocking=blocking)


def partitioned_check(
    name: str, key: Sequence[str], description: str, partitions: dg.PartitionsDefinition, *, blocking: bool = False
) -> dg.AssetCheckSpec:
    """A check with partitions. The argument is in preview: that warning, and no other, is silenced here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Specifying a partitions_def on an AssetCheckSpec", dg.PreviewWarning)
        return dg.AssetCheckSpec(
            name, asset=asset_key(*key), description=description, blocking=blocking, partitions_def=partitions
        )


def contract_check(key: Sequence[str], partitions: dg.PartitionsDefinition = KVARTAL) -> dg.AssetCheckSpec:
    """The asset's contract as a blocking check."""
    text = "Pandera contract of the data state, held before anything is written; counts only, never values."
    return partitioned_check("contract", key, text, partitions, blocking=True)

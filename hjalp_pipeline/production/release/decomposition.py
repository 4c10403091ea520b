"""Why figures moved between two releases: one input is changed at a time, and the changes add up exactly (R13). Confidential.

From the earlier release's inputs to the new one's, in a fixed order: program, register extract, code lists, the approvals
of one kommune after another, the deliveries of one kommune after another. A cell without figure counts as 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.production.internal import InternalError
from hjalp_pipeline.production.quarter.computation import Entries, chain_results, figures
from hjalp_pipeline.production.quarter.counting import participants, quarter_bestand
from hjalp_pipeline.production.release.pins import Pins, counting_code
from hjalp_pipeline.production.release.timeline import NEVER, moves_by_step, share_moves
from hjalp_pipeline.rules.collaborations import held_against
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.entries import ChainEntry
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.table_spec import TIME, Share, TableSpec

Kind = Literal["regler", "registerudtræk", "kodelister", "godkendelse", "genleverance", "andet grundlag"]
#: In the order they are changed.
KINDS: tuple[Kind, ...] = ("regler", "registerudtræk", "kodelister", "godkendelse", "genleverance", "andet grundlag")
_KIND = pl.Enum(KINDS)
_Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Side:
    """A release as it is compared: its unsuppressed tables and what they were made of (None: it told no pins)."""

    tables: _Tables
    pins: Pins | None


@dataclass(frozen=True)
class Decomposition:
    """``causes``: every cell and cause with what it moved (``causes_schema``, none that moved nothing); ``reporters``: kommuner
    whose deliveries are others; ``approvals``: kommuner that enter or leave by year; ``kinds``: what differs at all.
    """

    causes: pl.DataFrame
    kinds: tuple[Kind, ...]
    reporters: tuple[str, ...]
    approvals: Mapping[int, tuple[str, ...]]


def causes_schema(statistic: Statistic) -> pl.Schema:
    """What moved a cell by how much; ``komnr``: the kommune whose approvals or deliveries they are, else empty."""
    *codes, time = statistic.cell
    told = {"kind": _KIND, "komnr": pl.String(), "amount": pl.Int64()}
    return pl.Schema({**dict.fromkeys(codes, pl.String()), time: pl.Int32(), **told})


def cells_of(statistic: Statistic, spec: TableSpec) -> list[pl.Expr]:
    """The columns of a table's cells as those of any table's: ``Statistic.cell``, empty where it has no such dimension."""
    codes = [
        pl.col(one.column) if one.column in spec.codes else pl.lit("").alias(one.column) for one in statistic.dimensions
    ]
    return [pl.lit(spec.name).alias("table"), *codes, pl.col(TIME).cast(pl.Int32)]


def long(statistic: Statistic, tables: _Tables, years: Iterable[int]) -> pl.DataFrame:
    """All cells of the tables in the years with their ``value``, in order."""
    wanted = pl.col(TIME).is_in(list(years))
    return pl.concat(
        tables[spec.name]
        .filter(wanted)
        .select(*cells_of(statistic, spec), pl.col(spec.measure).cast(pl.Int64).alias("value"))
        for spec in statistic.tables
    )


def decompose(
    statistic: Statistic, root: DataRoot, release: str, before: Side, after: Side, *, years: Sequence[int]
) -> Decomposition:
    """Take the difference of the figures of a new release (``after``) and an earlier one apart.

    Only kommuner whose results are not in the lake are computed. ReleaseRefused when a delivery of the earlier release is
    gone. Without pins on either side all is one cause.
    """
    if before.pins is None or after.pins is None:
        old, new = (long(statistic, side.tables, years) for side in (before, after))
        causes = _difference(statistic, old, new, "andet grundlag")
        moved = causes.filter(pl.col("amount") != 0).sort(*statistic.cell)
        return Decomposition(moved, ("andet grundlag",), (), {})
    return _Steps(statistic, root, release, years).run(before.tables, before.pins, after.tables, after.pins)


class _Steps:
    """The inputs on their way from one release to the other, with the figures they give."""

    def __init__(self, statistic: Statistic, root: DataRoot, release: str, years: Sequence[int]) -> None:
        self.root, self.release, self.years = root, release, years
        self.statistic = statistic
        self.parts: list[pl.DataFrame] = [pl.DataFrame(schema=causes_schema(self.statistic))]
        self.kinds: list[Kind] = []

    def run(self, before: _Tables, earlier: Pins, after: _Tables, pins: Pins) -> Decomposition:
        self.pins, self.tables = earlier, before
        if earlier.code != counting_code(self.statistic):
            self._whole("regler")
        if earlier.register_files != pins.register_files:
            self._whole("registerudtræk", registers=pins.registers, register_files=pins.register_files)
        if earlier.collaborations != pins.collaborations:
            self._whole("kodelister", collaborations=pins.collaborations)
        approvals = self._approvals(pins)
        reporters = self._deliveries(pins, after)
        if not self._long(self.tables).equals(self._long(after)):
            raise InternalError(f"{self.release}: what changed between the releases does not explain their difference")
        cell = self.statistic.cell
        causes = pl.concat(self.parts).filter(pl.col("amount") != 0).sort(*cell, "kind", "komnr")
        _require_sums(cell, causes, self._long(before), self._long(after))
        return Decomposition(causes, tuple(self.kinds), reporters, approvals)

    def _long(self, tables: _Tables) -> pl.DataFrame:
        return long(self.statistic, tables, self.years)

    def _entries(self) -> Entries:
        return chain_results(self.root, self.release, self.pins)

    def _figures(self, entries: Entries) -> _Tables:
        return figures(self.root, self.release, self.pins, entries, self.years)

    def _whole(self, kind: Kind, **changes: Any) -> None:
        """One step that may concern every kommune."""
        self.pins = replace(self.pins, **changes)
        tables = self._figures(self._entries())
        self.parts.append(_difference(self.statistic, self._long(self.tables), self._long(tables), kind))
        self.tables = tables
        self.kinds.append(kind)

    def _approvals(self, pins: Pins) -> dict[int, tuple[str, ...]]:
        before = set(participants(self.statistic, self.pins.decisions, self.years).iter_rows())
        after = set(participants(self.statistic, pins.decisions, self.years).iter_rows())
        kommuner = sorted({komnr for _, komnr in before ^ after})
        if not kommuner:
            return {}
        entries = self._entries()
        self.pins = replace(self.pins, decisions=pins.decisions)
        tables = self._figures(entries)
        step = {komnr: number for number, komnr in enumerate(kommuner, start=1)}
        spans = [
            (
                aar,
                komnr,
                0 if (aar, komnr) in before else step[komnr],
                NEVER if (aar, komnr) in after else step[komnr],
            )
            for aar, komnr in sorted(before | after)
        ]
        schema = {"aar": pl.Int32, "komnr_statbank": pl.String, "fra": pl.UInt16, "til": pl.UInt16}
        stock = quarter_bestand(Lake(self.root), entries.values()).join(
            pl.DataFrame(spans, schema=schema, orient="row"), on=["aar", "komnr_statbank"], how="inner"
        )
        self._one_by_one("godkendelse", kommuner, stock, tables)
        return {aar: tuple(sorted(k for of, k in before ^ after if of == aar)) for aar in self.years}

    def _deliveries(self, pins: Pins, after: _Tables) -> tuple[str, ...]:
        old, new = self.pins.deliveries, pins.deliveries
        kommuner = sorted(komnr for komnr in {*old, *new} if old.get(komnr) != new.get(komnr))
        if not kommuner:
            return ()
        before, pairs = self._entries(), self._pairs()
        self.pins = replace(self.pins, deliveries=pins.deliveries, systems=pins.systems)
        entries = self._entries()
        step = {komnr: number for number, komnr in enumerate(kommuner, start=1)}
        for reporter, member in (*pairs, *self._pairs()):
            # R2: what a kommune has delivered anew may take loans from its members, or give them back.
            if reporter in kommuner and member not in kommuner:
                step[member] = max(step.get(member, 0), step[reporter])
        parts = [self._stock(entry, 0, NEVER) for komnr, entry in entries.items() if komnr not in step]
        parts += [self._stock(before[komnr], 0, number) for komnr, number in step.items() if komnr in before]
        parts += [self._stock(entries[komnr], number, NEVER) for komnr, number in step.items() if komnr in entries]
        taking_part = participants(self.statistic, self.pins.decisions, self.years).rename({"komnr": "komnr_statbank"})
        stock = pl.concat(parts).join(taking_part, on=["aar", "komnr_statbank"], how="semi")
        self._one_by_one("genleverance", kommuner, stock, after)
        return tuple(kommuner)

    def _pairs(self) -> tuple[tuple[str, str], ...]:
        quarters = {komnr: Period.parse(pin.kvartal) for komnr, pin in self.pins.deliveries.items()}
        return held_against(self.pins.collaborations, quarters)

    def _stock(self, entry: ChainEntry, begins: int, ends: int) -> pl.DataFrame:
        span = [pl.lit(value, dtype=pl.UInt16).alias(name) for name, value in (("fra", begins), ("til", ends))]
        return quarter_bestand(Lake(self.root), [entry]).with_columns(span)

    def _one_by_one(self, kind: Kind, kommuner: Sequence[str], stock: pl.DataFrame, tables: _Tables) -> None:
        """Steps of one kommune each, all from one pass over the stock."""
        parts = [moves_by_step(self.statistic, stock)]
        steps = {komnr: number for number, komnr in enumerate(kommuner, start=1)}
        for spec in self.statistic.tables:
            if isinstance(spec.counts, Share):
                people = _divisor_moves(spec, spec.counts.per, self.tables, tables, self.years, step=steps)
                parts.append(share_moves(self.statistic, spec, parts[0], people, self.tables, years=self.years))
        moves = pl.concat(parts)
        names = pl.DataFrame(
            {"step": range(1, len(kommuner) + 1), "komnr": kommuner}, schema_overrides={"step": pl.UInt16}
        )
        labelled = moves.join(names, on="step", how="left").with_columns(kind=pl.lit(kind, dtype=_KIND))
        self.parts.append(labelled.select(*causes_schema(self.statistic)))
        self.tables = tables
        self.kinds.append(kind)


def _difference(statistic: Statistic, before: pl.DataFrame, after: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    both = before.join(after, on=list(statistic.cell), how="full", coalesce=True)
    amount = pl.col("value_right").fill_null(0) - pl.col("value").fill_null(0)
    moved = both.with_columns(amount=amount, kind=pl.lit(kind, dtype=_KIND), komnr=pl.lit(""))
    return moved.select(*causes_schema(statistic))


def _divisor_moves(
    spec: TableSpec, per: str, before: _Tables, after: _Tables, years: Sequence[int], *, step: Mapping[str, int]
) -> pl.DataFrame:
    """What shares are of, by cell and step: it changes when a kommune enters or leaves, its own and the whole country's."""
    keys, kommune = list(spec.keys), spec.dimensions[0]
    of_years = pl.col(TIME).is_in(list(years)) & (pl.col(kommune.column) != kommune.total)
    pair = [tables[spec.name].filter(of_years).select(*keys, per) for tables in (before, after)]
    own = (
        pair[0]
        .join(pair[1], on=keys, how="inner")
        .select(*keys, people=pl.col(f"{per}_right").fill_null(0) - pl.col(per).fill_null(0))
        .filter(pl.col("people") != 0)
        .with_columns(step=pl.col(kommune.column).replace_strict(step, return_dtype=pl.UInt16))
    )
    whole = own.with_columns(pl.lit(kommune.total).alias(kommune.column))
    return pl.concat([own, whole]).group_by(*keys, "step").agg(pl.col("people").sum())


def _require_sums(cell: Sequence[str], causes: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> None:
    told = causes.group_by(cell).agg(told=pl.col("amount").sum())
    wrong = (
        before.join(after, on=list(cell), how="inner")
        .join(told, on=list(cell), how="left")
        .filter(pl.col("value_right").fill_null(0) - pl.col("value").fill_null(0) != pl.col("told").fill_null(0))
    )
    if wrong.height:
        raise InternalError("the causes of a cell do not add up to its change")

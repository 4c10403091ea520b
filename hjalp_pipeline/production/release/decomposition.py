"""Why figures moved between two releases: one input is changed at a time, and the changes add up exactly (R13). Confidential.

From the earlier release's inputs to the new one's, in a fixed order: program, register extract, code lists, the approvals
of one kommune after another, the deliveries of one kommune after another. A cell without figure counts as 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.internal import InternalError
from hjalp_pipeline.production.quarter.computation import Entries, chain_results, figures
from hjalp_pipeline.production.quarter.counting import finer_stock, participants
from hjalp_pipeline.production.release.archived import Archived, archive_of, stock_of, stock_of_kommune
from hjalp_pipeline.production.release.differences import (
    KIND,
    Decomposition,
    Kind,
    Shared,
    Side,
    Tables,
    causes_schema,
    difference,
    long,
    require_sums,
)
from hjalp_pipeline.production.release.pins import Pins, counting_code
from hjalp_pipeline.production.release.timeline import NEVER, moves_by_step, ratio_moves, share_moves
from hjalp_pipeline.rules.collaborations import held_against
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.entries import ChainEntry
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.table_parts import Ratio, Share
from hjalp_pipeline.table_spec import TableSpec


def decompose(statistic: Statistic, root: DataRoot, release: str, before: Side, after: Side) -> Decomposition:
    """Take the difference of the figures of a new release (``after``) and an earlier one apart.

    Only kommuner whose results are not in the lake are computed. ReleaseRefused when a delivery of the earlier release is
    gone. Without pins on either side all is one cause.
    """
    shared = Shared(before.span, after.span)
    if before.pins is None or after.pins is None:
        old, new = (long(statistic, side.tables, shared) for side in (before, after))
        causes = difference(statistic, old, new, "andet grundlag")
        moved = causes.filter(pl.col("amount") != 0).sort(*statistic.cell)
        return Decomposition(moved, ("andet grundlag",), (), {})
    return _Steps(statistic, root, release, shared).run(before.tables, before.pins, after.tables, after.pins)


class _Steps:
    """The inputs on their way from one release to the other, with the figures they give."""

    def __init__(self, statistic: Statistic, root: DataRoot, release: str, shared: Shared) -> None:
        self.root, self.release, self.shared = root, release, shared
        #: Who takes part: by the earlier span until the approvals change.
        self.span = shared.before
        self.statistic = statistic
        self.parts: list[pl.DataFrame] = [pl.DataFrame(schema=causes_schema(self.statistic))]
        self.kinds: list[Kind] = []

    def run(self, before: Tables, earlier: Pins, after: Tables, pins: Pins) -> Decomposition:
        self.pins, self.tables = earlier, before
        if earlier.code != counting_code(self.statistic):
            self._whole("regler")
        if earlier.register_files != pins.register_files:
            self._whole("registerudtræk", registers=pins.registers, register_files=pins.register_files)
        if (earlier.collaborations, earlier.covered) != (pins.collaborations, pins.covered):
            kind: Kind = "samarbejde" if self.statistic.covered else "kodelister"
            self._whole(kind, collaborations=pins.collaborations, covered=pins.covered)
        if earlier.archive != pins.archive:
            self._whole("arkiv", archive=pins.archive)
        approvals = self._approvals(pins)
        reporters = self._deliveries(pins, after)
        if not self._long(self.tables).equals(self._long(after)):
            raise InternalError(f"{self.release}: what changed between the releases does not explain their difference")
        cell = self.statistic.cell
        causes = pl.concat(self.parts).filter(pl.col("amount") != 0).sort(*cell, "kind", "komnr")
        require_sums(cell, causes, self._long(before), self._long(after))
        return Decomposition(causes, tuple(self.kinds), reporters, approvals)

    def _long(self, tables: Tables) -> pl.DataFrame:
        return long(self.statistic, tables, self.shared)

    def _entries(self) -> Entries:
        return chain_results(self.root, self.release, self.pins)

    def _figures(self, entries: Entries) -> Tables:
        named = [spec.id for spec in self.statistic.tables]
        return figures(self.root, self.release, self.pins, entries, self.shared.after, by=self.span, named=named)

    def _whole(self, kind: Kind, **changes: Any) -> None:
        """One step that may concern every kommune. Another program that moved no figure is no cause of anything."""
        self.pins = replace(self.pins, **changes)
        tables = self._figures(self._entries())
        moved = difference(self.statistic, self._long(self.tables), self._long(tables), kind)
        self.parts.append(moved)
        self.tables = tables
        if kind != "regler" or moved.filter(pl.col("amount") != 0).height:
            self.kinds.append(kind)

    def _approvals(self, pins: Pins) -> dict[int, tuple[str, ...]]:
        before = self._taking_part(self.pins, self.shared.before)
        self.span = self.shared.after
        after = self._taking_part(replace(self.pins, decisions=pins.decisions), self.span)
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
        there = pl.DataFrame(spans, schema=schema, orient="row")
        stock = _joined(stock_of(self.root, self.release, self.pins, entries.values()), there)
        finer = self._finer(entries.values())
        self._one_by_one("godkendelse", kommuner, stock, tables, None if finer is None else _joined(finer, there))
        return {aar: tuple(sorted(k for of, k in before ^ after if of == aar)) for aar in self.shared.years}

    def _taking_part(self, pins: Pins, span: Span) -> set[tuple[int, str]]:
        rows = participants(self.statistic, pins.decisions, span, pins.silent).iter_rows()
        return {(aar, komnr) for aar, komnr in rows if aar in self.shared.years}

    def _deliveries(self, pins: Pins, after: Tables) -> tuple[str, ...]:
        old, new = self.pins.deliveries, pins.deliveries
        kommuner = sorted(komnr for komnr in {*old, *new} if old.get(komnr) != new.get(komnr))
        if not kommuner:
            return ()
        before, pairs = self._entries(), self._pairs()
        took_part = self._taking_part(self.pins, self.span)
        self.pins = replace(self.pins, deliveries=pins.deliveries, systems=pins.systems)
        entries = self._entries()
        step = {komnr: number for number, komnr in enumerate(kommuner, start=1)}
        for reporter, member in (*pairs, *self._pairs()):
            # R2: what a kommune has delivered anew may take loans from its members, or give them back.
            if reporter in kommuner and member not in kommuner:
                step[member] = max(step.get(member, 0), step[reporter])
        archived = archive_of(self.root, self.release, self.pins)
        known = {*before, *entries, *(archived.kommuner if archived else ())}
        of_kommuner = [(komnr, entries.get(komnr), (0, NEVER)) for komnr in sorted(known) if komnr not in step]
        for komnr, number in step.items():
            of_kommuner += [(komnr, before.get(komnr), (0, number)), (komnr, entries.get(komnr), (number, NEVER))]
        parts = [self._stock(archived, komnr, entry, there) for komnr, entry, there in of_kommuner]
        finer = [found for _, entry, there in of_kommuner if (found := self._finer([entry], there)) is not None]
        taking_part = took_part | self._taking_part(self.pins, self.span)
        schema = {"aar": pl.Int32, "komnr_statbank": pl.String}
        took = pl.DataFrame(sorted(taking_part), schema=schema, orient="row")
        stock = _joined(pl.concat(parts), took)
        self._one_by_one("genleverance", kommuner, stock, after, _joined(pl.concat(finer), took) if finer else None)
        return tuple(kommuner)

    def _pairs(self) -> tuple[tuple[str, str], ...]:
        quarters = {komnr: Period.parse(pin.kvartal) for komnr, pin in self.pins.deliveries.items()}
        return held_against(self.pins.collaborations, quarters)

    def _stock(
        self, archived: Archived | None, komnr: str, entry: ChainEntry | None, there: tuple[int, int]
    ) -> pl.DataFrame:
        """A kommune's stock and the steps between which it is there."""
        return stock_of_kommune(self.root, archived, komnr, entry).with_columns(_between(there))

    def _finer(self, entries: Iterable[ChainEntry | None], there: tuple[int, int] | None = None) -> pl.DataFrame | None:
        """The finer stock of chain results, with the steps between which it is ``there``; None where no table is counted from it."""
        if not any(spec.developing for spec in self.statistic.tables):
            return None
        found = finer_stock(Lake(self.root), [entry for entry in entries if entry], self.shared.after)
        return found.with_columns(_between(there)) if there else found

    def _one_by_one(
        self, kind: Kind, kommuner: Sequence[str], stock: pl.DataFrame, tables: Tables, finer: pl.DataFrame | None
    ) -> None:
        """Steps of one kommune each, all from one pass over the stock."""
        parts = [moves_by_step(self.statistic, stock, self.shared.after, self.pins.covered, finer)]
        steps = {komnr: number for number, komnr in enumerate(kommuner, start=1)}
        for spec in self.statistic.tables:
            if isinstance(spec.counts, Share):
                people = _divisor_moves(spec, spec.counts.per, self.tables, tables, self.shared, step=steps)
                shown = self.shared.of(spec)
                parts.append(share_moves(self.statistic, spec, parts[0], people, self.tables, shown=shown))
            elif isinstance(spec.counts, Ratio):
                parts[0] = ratio_moves(self.statistic, spec, parts[0], self.tables, tables)
        moves = pl.concat(parts).filter(self._shared())
        names = pl.DataFrame(
            {"step": range(1, len(kommuner) + 1), "komnr": kommuner}, schema_overrides={"step": pl.UInt16}
        )
        labelled = moves.join(names, on="step", how="left").with_columns(kind=pl.lit(kind, dtype=KIND))
        self.parts.append(labelled.select(*causes_schema(self.statistic)))
        self.tables = tables
        self.kinds.append(kind)

    def _shared(self) -> pl.Expr:
        return pl.any_horizontal(
            (pl.col("table") == spec.name) & self.shared.of(spec) for spec in self.statistic.tables
        )


def _between(there: tuple[int, int]) -> list[pl.Expr]:
    return [pl.lit(step, dtype=pl.UInt16).alias(name) for name, step in zip(("fra", "til"), there, strict=True)]


def _joined(stock: pl.DataFrame, of_kommuner: pl.DataFrame) -> pl.DataFrame:
    """Stock of some kommuner, by year where the stock is; what is known of them beside it."""
    on = [name for name in ("aar", "komnr_statbank") if name in stock.columns]
    known = of_kommuner.select(pl.exclude({"aar"} - set(on))).unique()
    return stock.join(known, on=on, how="inner", maintain_order="left")


def _divisor_moves(
    spec: TableSpec, per: str, before: Tables, after: Tables, shared: Shared, *, step: Mapping[str, int]
) -> pl.DataFrame:
    """What shares are of, by cell and step: it changes when a kommune enters or leaves, its own and the whole country's."""
    keys, kommune = list(spec.keys), spec.dimensions[0]
    of_years = shared.of(spec) & (pl.col(kommune.column) != kommune.total)
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

"""What a release is made of: its pins when it was made before, else what its definition says now, and the gates (R13).

Its inputs are its own, whatever the quarters were last run with and whatever was delivered after it was first made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.production.quarter.computation import Entries, chain_results, figures
from hjalp_pipeline.production.quarter.counting import IncompleteTableError, participants, quarter_bestand
from hjalp_pipeline.production.quarter.quarter_run import ledger_frame, unbalanced
from hjalp_pipeline.production.release.archived import BesideArchive, beside_archive, ledger_step
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.manifest import read_pins
from hjalp_pipeline.production.release.pin_texts import Decisions
from hjalp_pipeline.production.release.pins import Gate, Pins, ReleaseRefused
from hjalp_pipeline.production.release.release_gates import ReleaseGates, refuse
from hjalp_pipeline.publishing.definition import Definition
from hjalp_pipeline.rules.approval import standing_decisions
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

__all__ = ["ReleaseInputs", "ReleaseRefused", "collect_inputs", "read_definition"]


@dataclass(frozen=True, eq=False)
class ReleaseInputs:
    """The inputs of one release, all of them in order: no gate is closed and the ledger balances.

    ``first``: it was not made before; then ``pins`` are what its definition says now, else what it was made from.
    ``deltagere``: who takes part by year (``counting.participants``); ``entries``: the chain results by reporting kommune.
    """

    root: DataRoot
    definition: Definition
    first: bool
    pins: Pins
    deltagere: pl.DataFrame
    entries: Entries
    ledger: pl.DataFrame

    @cached_property
    def lake(self) -> Lake:
        """Where the entries' files are."""
        return Lake(self.root)

    @property
    def decisions(self) -> Decisions:
        """The approval decisions that count."""
        return self.pins.decisions

    def check_still(self) -> None:
        """ReleaseRefused when other decisions up to the limit count now than in the pins, or a delivery of the pins was taken
        out of the inbox: without it the release could never be made again.
        """
        then = "the making of the release began: make it again" if self.first else "the release was made"
        _check_decisions(self.root, self.definition, self.pins, then)
        gone = {
            komnr: [name for name, _ in pin.files if not (self.root.inbox / name).is_file()]
            for komnr, pin in self.pins.deliveries.items()
        }
        refuse(
            self.definition.release,
            [
                f"inbox: {komnr} {NAVN[komnr]}: {', '.join(names)} was withdrawn since the making of the release began: "
                "make it again"
                for komnr, names in gone.items()
                if names
            ],
            Gate.DELIVERIES,
        )

    @property
    def published(self) -> Statistic:
        """The statistic with the tables alone that the release publishes: all that is written or said of a release is of these.

        All are counted and protected, as if they were published too.
        """
        named = self.definition.tables
        return self.statistic.only({spec.name for spec in self.statistic.tables if not named or spec.id in named})

    @property
    def statistic(self) -> Statistic:
        """What is released, as it is declared, with tables under development that the definition names."""
        return self.root.declared.asked(self.definition.tables)

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Unsuppressed tables of the release's years. Confidential."""
        definition = self.definition
        try:
            return figures(
                self.root,
                definition.release,
                self.pins,
                self.entries,
                definition.span,
                named=definition.tables,
            )
        except IncompleteTableError as fault:
            raise ReleaseRefused(definition.release, [str(fault)], Gate.CROSS_PRODUCT) from None

    def tables_of(self, komnr: str) -> dict[str, pl.DataFrame]:
        """Unsuppressed tables of one kommune that takes part, counted alone. Confidential."""
        definition = self.definition
        return figures(self.root, definition.release, self.pins, self.entries, definition.span, only=komnr)

    def taking_part(self, aar: int) -> int:
        """How many kommuner take part in a year."""
        return self.deltagere.filter(pl.col("aar") == aar).height

    def hashes(self) -> dict[str, str]:
        """SHA-256 of every input by its path below the data root; approvals by the decisions that counted."""
        return self.pins.hashes(self.definition.release)

    def approval_files(self) -> dict[str, str]:
        """SHA-256 of the approvals' files as they were; they are appended to, so they do not tell releases apart."""
        return dict(self.pins.approval_files)

    def rows(self) -> dict[str, dict[str, int]]:
        """Rows kept and removed by reason for each step, over all kommuner."""
        summed = (
            self.ledger.group_by("step", "reason").agg(pl.col("rows").sum()).sort("step", "reason", nulls_last=False)
        )
        rows: dict[str, dict[str, int]] = {}
        for step, reason, number in summed.iter_rows():
            rows.setdefault(step, {})[reason or "kept"] = number
        kept = rows.get(self.statistic.rulebook.states[-1], {}).get("kept", 0)
        return rows | ledger_step(self.archived, kept)

    @cached_property
    def archived(self) -> BesideArchive | None:
        """What was delivered beside the archive; None without one."""
        return beside_archive(self.root, self.definition.release, self.pins, self.entries.values())


def collect_inputs(root: DataRoot, definition: Definition) -> ReleaseInputs:
    """The inputs of a release, its chain results brought up to date with the pins; ReleaseRefused while a gate is closed."""
    pins = read_pins(root, definition.release)
    first, unnamed = pins is None, {}
    if pins is None:
        gates = ReleaseGates(root, definition)
        pins, unnamed = gates.pins(), gates.unnamed
    else:
        _check_decisions(root, definition, pins, "the release was made")
    deltagere = participants(root.declared, pins.decisions, definition.span, pins.silent)
    entries = chain_results(root, definition.release, pins)
    _check_partial(Lake(root), definition.release, deltagere, entries, unnamed)
    ledger = ledger_frame(root.declared, definition.release, entries)
    _check_balance(root, definition.release, ledger, entries)
    return ReleaseInputs(root, definition, first, pins, deltagere, entries, ledger)


def _check_decisions(root: DataRoot, definition: Definition, pins: Pins, then: str) -> None:
    """Files of approvals are appended to, never edited: the decisions of the pins must still be those that count."""
    now = standing_decisions(read_approvals(root), definition.approvals_until)
    changed = sorted(key for key in {*now, *pins.decisions} if now.get(key) != pins.decisions.get(key))
    refuse(
        definition.release,
        [
            f"approvals: {komnr} {NAVN[komnr]} {aar} {kind} is decided otherwise up to approvals_until than when {then}"
            for aar, komnr, kind in changed
        ],
        Gate.APPROVALS,
    )


def _check_partial(
    lake: Lake, release: str, deltagere: pl.DataFrame, entries: Entries, unnamed: Mapping[str, str]
) -> None:
    """A partial kommune that nobody has given a reason for counts also by a loan of somebody who lived elsewhere."""
    taking_part = deltagere.rename({"komnr": "komnr_statbank"})
    reasons = []
    for komnr, what in unnamed.items():
        stock = quarter_bestand(lake, [entries[komnr]])
        on = [column for column in taking_part.columns if column in stock.columns]
        if stock.join(taking_part, on=on, how="semi").height:
            reasons.append(f"{what}: {komnr} {NAVN[komnr]}")
    refuse(release, reasons, Gate.DELIVERIES)


def _check_balance(root: DataRoot, release: str, ledger: pl.DataFrame, entries: Entries) -> None:
    """From the records delivered to the loans kept every step must account for every row of every kommune."""
    records = {komnr: entry.records for komnr, entry in entries.items()}
    faults = unbalanced(root.declared.rulebook.steps, ledger, records)
    refuse(
        release,
        [
            f"the ledger is out of balance: {komnr} {NAVN[komnr]} at step {step}"
            for komnr, step in (fault.split() for fault in faults)
        ],
        Gate.LEDGER,
    )

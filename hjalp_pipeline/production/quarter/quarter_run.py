"""A whole quarter: chain results of every kommune that has delivered, its ledger and remarks, committed together."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.production.quarter.chain_refresh import ChainRefresh, refresh_chain
from hjalp_pipeline.production.quarter.chain_results import QuarterChain
from hjalp_pipeline.rules.rule import StateColumn, schema_of
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.codelists import read_collaborations
from hjalp_pipeline.storage.entries import ChainEntry, QuarterEntry
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.loaded_once import LoadedOnce
from hjalp_pipeline.storage.registers import newest_extract, prepare
from hjalp_pipeline.storage.root import DataRoot


def ledger_columns(statistic: Statistic) -> tuple[StateColumn, ...]:
    """Of the ledger: rows kept (reason null) and removed, by kommune and step."""
    return _columns(statistic, StateColumn("reason", pl.String, "Hvorfor rækkerne er udeladt, tom = beholdt"))


def remark_columns(statistic: Statistic) -> tuple[StateColumn, ...]:
    """Of what is counted and shown without removing a row."""
    return _columns(statistic, StateColumn("code", pl.String, "Hvad der er bemærket"))


def _columns(statistic: Statistic, why: StateColumn) -> tuple[StateColumn, ...]:
    return (
        StateColumn(statistic.period.attribute, pl.String, "Perioden, der er kørt"),
        StateColumn("komnr_indberetter", pl.String, "Kommunen, der indberetter"),
        StateColumn(
            "step", pl.Enum(statistic.rulebook.steps), "Trinnet; trinene står i den orden, rækker passerer dem"
        ),
        why,
        StateColumn("rows", pl.Int64, "Antal rækker"),
    )


def unknown_codes(statistic: Statistic) -> str | None:
    """Dataset and view of the deliveries with the records whose code no list knows; None where no code is followed."""
    return statistic.unknown[1].lower() if statistic.unknown else None


def unknown_codes_columns(statistic: Statistic) -> tuple[StateColumn, ...]:
    """Of ``unknown_codes``: a delivery, its records, and those of them whose code is unknown."""
    words = statistic.layouts.declaration
    code = statistic.rulebook.codes[statistic.unknown[1]] if statistic.unknown else None
    return (
        StateColumn(statistic.period.attribute, pl.String, "Perioden, leverancen er for"),
        StateColumn("komnr", pl.String, "Kommunen, der indberetter"),
        StateColumn("filename", pl.String, "Leverancens filnavn"),
        StateColumn(statistic.thing, pl.Int64, f"Antal {words.things}, reglerne har beholdt"),
        StateColumn(unknown_codes(statistic) or "unknown", pl.Int64, f"Dem af dem: {code.text_da if code else ''}"),
    )


def unknown_codes_schema(statistic: Statistic) -> pl.Schema:
    """Names and types of those."""
    return schema_of(unknown_codes_columns(statistic))


@dataclass(frozen=True)
class QuarterRefresh:
    """A quarter brought up to date: the register extract used, the chain's doings, and the ledger that was committed."""

    kvartal: str
    extract: str
    chain: ChainRefresh
    ledger: pl.DataFrame


def refresh_quarter(root: DataRoot, kvartal: str) -> QuarterRefresh:
    """Run the chain for every raw partition of the quarter with the newest extract; unchanged kommuner cost nothing.

    InputError refuses the extract, also for a population that is not whole in a year the quarter's tables show (R10).

    Commits what the quarter stands on in one rename. A kommune whose contract broke keeps its old result and stands in
    ``chain.broken``: the caller lets the run fail.
    """
    lake = Lake(root)
    # The population of a year is known some weeks after its K4 is run: until then its shares are lacking, no more.
    extract = prepare(
        root, newest_extract(root), root.declared.population_of(root.declared.span(Period.parse(kvartal)), needed=False)
    )
    with lake.lock(kvartal):
        partitions = lake.raw_of(kvartal)
        chain = QuarterChain(lake, kvartal, extract.fingerprint, read_collaborations(root))
        keep = {komnr: entry for komnr, entry in lake.kommuner_of(kvartal).items() if komnr in partitions}
        done = refresh_chain(chain, partitions, LoadedOnce(root, extract.date), keep)
        ledger = ledger_frame(root.declared, kvartal, done.entries)
        lake.save_frame("remarks", kvartal, remark_frame(root.declared, kvartal, done.entries))
        followed = unknown_codes(root.declared)
        if followed is not None:
            lake.save_frame(followed, kvartal, unknown_codes_frame(root.declared, kvartal, done.entries))
        lake.save_frame("ledger", kvartal, ledger)
        lake.save_quarter(kvartal, QuarterEntry(extract.date, extract.fingerprint, done.entries))
    return QuarterRefresh(kvartal, extract.date, done, ledger)


def ledger_frame(statistic: Statistic, kvartal: str, entries: Mapping[str, ChainEntry]) -> pl.DataFrame:
    """The ledger (``ledger_columns``): rows kept (reason null) and removed by reason, per kommune and step, in order."""
    rows = [
        (kvartal, komnr, step, reason, number)
        for komnr, entry in entries.items()
        for step, reason, number in entry.ledger
    ]
    frame = pl.DataFrame(rows, schema=schema_of(ledger_columns(statistic)), orient="row")
    return frame.sort("komnr_indberetter", "step", "reason", nulls_last=False)


def remark_frame(statistic: Statistic, kvartal: str, entries: Mapping[str, ChainEntry]) -> pl.DataFrame:
    """What is counted and shown without removing a row (``remark_columns``), per kommune, step and code."""
    rows = [
        (kvartal, komnr, step, code, number)
        for komnr, entry in entries.items()
        for step, codes in entry.remarks.items()
        for code, number in codes.items()
    ]
    return pl.DataFrame(rows, schema=schema_of(remark_columns(statistic)), orient="row").sort(
        "komnr_indberetter", "step", "code"
    )


def unknown_codes_frame(statistic: Statistic, kvartal: str, entries: Mapping[str, ChainEntry]) -> pl.DataFrame:
    """The quarter's own deliveries in force (``unknown_codes_schema``).

    Data carried forward are left out: they stand in the quarter they were delivered for.
    """
    rows = [
        (kvartal, komnr, safe_name(one.filename), one.records, one.unknown)
        for komnr, entry in entries.items()
        for one in entry.unknown_codes
        if one.kvartal == kvartal
    ]
    return pl.DataFrame(rows, schema=unknown_codes_schema(statistic), orient="row").sort("komnr", "filename")


def unbalanced(steps: Sequence[str], ledger: pl.DataFrame, records: dict[str, int]) -> list[str]:
    """Kommuner (with step) whose rows in are not kept + removed, end to end; ``records`` are rows delivered by komnr."""
    rows, kept = (
        dict.fromkeys(itertools.product(records, steps), 0),
        dict.fromkeys(itertools.product(records, steps), 0),
    )
    kommuner = dict.fromkeys(ledger.get_column("komnr_indberetter"))
    for komnr, step, reason, number in ledger.select("komnr_indberetter", "step", "reason", "rows").iter_rows():
        rows[komnr, step] += number
        kept[komnr, step] += number if reason is None else 0
    faults = []
    for komnr in kommuner:
        rows_in = records[komnr]
        for step in steps:
            if rows[komnr, step] != rows_in:
                faults.append(f"{komnr} {step}")
            rows_in = kept[komnr, step]
    return faults

"""The chain R3-R9 for one kommune and quarter, each step balanced against the one before.

A data state stores only the columns it adds, keyed by ``raekke`` (the row's place in the kommune's raw data), because
writing every column again at every state costs more than all the rules together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.rules.cpr import validate_cpr
from hjalp_pipeline.rules.dates import correct_indleveringsdato
from hjalp_pipeline.rules.kommune import assign_komnr_statbank
from hjalp_pipeline.rules.paragraph import LOV_NAVN_UKENDT, enrich_paragraph
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.step import LedgerError, Step
from hjalp_pipeline.rules.stock import stock

#: Columns of the raw data that the rules look at.
INPUT = ("pnr", "pnr_tekst", "udleveringsdato", "indleveringsdato", "lov_navn", "lov_tekst")

#: Columns each data state adds, ``raekke`` first.
STATE_COLUMNS: dict[str, tuple[str, ...]] = {
    "cpr_validated": ("raekke", "person"),
    "dates_corrected": ("raekke", "indleveringsdato", "rettelse", "doddato", "udgaar_fra_aar"),
    "paragraph_enriched": ("raekke", "lov_navn_opret", "lov_kilde"),
    "kommune_assigned": ("raekke", "komnr_statbank", "kommune_kilde", "koen", "foed_dato"),
}
STATES = tuple(STATE_COLUMNS)


@dataclass(frozen=True)
class ChainResult:
    """What the chain gives for one kommune: its steps in order, the frames to store by state, and the year-end stock.

    ``unknown_codes``: for each block the loans after R5 and those of them whose ``lov_navn`` is no code (R7).
    """

    steps: tuple[Step, ...]
    states: Mapping[str, pl.DataFrame]
    stock: pl.DataFrame
    unknown_codes: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a kommune's raw data that came with one delivery.

    ``kvartal`` is the delivery's own (an earlier one when a system left is carried forward): R7 and R8 ask what was in
    force then. ``reported_until``: last day of issue of loans that it may hold for other kommuner, None = for nobody (R8).
    """

    kvartal: Kvartal
    rows: int
    reported_until: date | None


def run_chain(
    raw: pl.DataFrame, register: Register, komnr: str, blocks: Sequence[Block], years: Iterable[int]
) -> ChainResult:
    """Apply R3-R9 to a kommune's raw data and take the stock of ``years``.

    ``raw`` has the columns ``INPUT``, one row per loan, the blocks' rows one after the other. Raises LedgerError when a
    step loses a row.
    """
    rows = raw.select(*INPUT).with_row_index("raekke")
    parts, start = [], 0
    for block in blocks:
        parts.append(_run_block(rows.slice(start, block.rows), register, komnr, block))
        start += block.rows
    if start != rows.height:
        raise LedgerError(f"raw: {rows.height} rows, but the deliveries account for {start}")
    steps = tuple(Step.concat(of_step) for of_step in zip(*parts, strict=True))
    states = {step.name: step.frame.select(STATE_COLUMNS[step.name]) for step in steps}
    enriched = [next(step for step in of_block if step.name == "paragraph_enriched") for of_block in parts]
    unknown = tuple((step.frame.height, step.remarks.get(LOV_NAVN_UKENDT, 0)) for step in enriched)
    return ChainResult(steps, states, stock(steps[-1].frame, years), unknown)


def _run_block(rows: pl.DataFrame, register: Register, komnr: str, block: Block) -> tuple[Step, ...]:
    known = validate_cpr(rows, register)
    dated = correct_indleveringsdato(known.frame, register)
    enriched = enrich_paragraph(dated.frame, block.kvartal)
    assigned = assign_komnr_statbank(enriched.frame, register, komnr, until=block.reported_until)
    steps = (known, dated, enriched, assigned)
    for before, step in zip((rows, *(step.frame for step in steps)), steps, strict=False):
        step.balance(before.height)
    return steps

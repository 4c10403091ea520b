"""The chain R3-R9 for one kommune and quarter, each step balanced against the one before.

What is done stands in ``rule_list.CHAIN``. A data state stores only the columns it adds, keyed by ``raekke`` (the row's
place in the kommune's raw data), because writing every column again at every state costs more than all the rules together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from hjalp_pipeline.codelists.few import told
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.rules.paragraph import LOV_NAVN_UKENDT
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.rule import Context
from hjalp_pipeline.rules.rule_list import CHAIN
from hjalp_pipeline.rules.step import LedgerError, Step, run_state
from hjalp_pipeline.rules.stock import stock

#: Columns of the raw data that the rules look at.
INPUT = tuple(dict.fromkeys(column for state in CHAIN for rule in state.rules for column in rule.reads))

#: Columns each data state adds, ``raekke`` first.
STATE_COLUMNS: dict[str, tuple[str, ...]] = {state.name: state.columns for state in CHAIN}
STATES = tuple(STATE_COLUMNS)


@dataclass(frozen=True)
class ChainResult:
    """What the chain gives for one kommune: its steps in order, the frames to store by state, and the year-end stock.

    ``gone``: rows removed with the step that did it (step, raekke, aarsag). ``unknown_codes``: for each block the loans
    after R5 and those of them whose ``lov_navn`` is no code (R7).
    """

    steps: tuple[Step, ...]
    states: Mapping[str, pl.DataFrame]
    gone: pl.DataFrame
    stock: pl.DataFrame
    unknown_codes: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a kommune's raw data that came with one delivery: ``kvartal`` and ``reported_until`` as in ``Context``."""

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
        context = Context(register, komnr, block.kvartal, block.reported_until)
        parts.append(_run_block(rows.slice(start, block.rows), context))
        start += block.rows
    if start != rows.height:
        raise LedgerError(f"raw: {told(rows.height)} rows, but the deliveries account for {told(start)}")
    steps = tuple(Step.concat(of_step) for of_step in zip(*parts, strict=True))
    states = {step.name: step.frame.select(STATE_COLUMNS[step.name]) for step in steps}
    gone = pl.concat([step.gone.select(pl.lit(step.name).alias("step"), "raekke", "aarsag") for step in steps])
    enriched = [next(step for step in of_block if step.name == "paragraph_enriched") for of_block in parts]
    unknown = tuple((step.frame.height, step.remarks.get(LOV_NAVN_UKENDT.name, 0)) for step in enriched)
    return ChainResult(steps, states, gone.sort("raekke"), stock(steps[-1].frame, years), unknown)


def _run_block(rows: pl.DataFrame, context: Context) -> tuple[Step, ...]:
    steps: list[Step] = []
    for state in CHAIN:
        steps.append(run_state(state, steps[-1].frame if steps else rows, context))
    return tuple(steps)

"""The rules behind the raw data for one kommune and period, each step balanced against the one before.

What is done stands in the statistic's ``rule_list``. A data state stores only the columns it adds, keyed by ``raekke`` (the
row's place in the kommune's raw data), because writing every column again at every state costs more than all the rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.few import told
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.rule import Context, DataState
from hjalp_pipeline.rules.rulebook import Rulebook
from hjalp_pipeline.rules.step import LedgerError, Step, run_state


@dataclass(frozen=True)
class ChainResult:
    """What the chain gives for one kommune: its steps in order, the frames to store by state, the removed rows.

    ``gone``: rows removed with the step that did it (step, raekke, aarsag). ``of_blocks``: for each block its steps, up to the
    states that are ``whole``.
    """

    steps: tuple[Step, ...]
    states: Mapping[str, pl.DataFrame]
    gone: pl.DataFrame
    of_blocks: tuple[tuple[Step, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a kommune's raw data that came with one delivery: ``kvartal`` and ``agreed`` as in ``Context``."""

    kvartal: Period
    rows: int
    agreed: Any


def run_chain(
    rulebook: Rulebook, raw: pl.DataFrame, register: Register, komnr: str, blocks: Sequence[Block]
) -> ChainResult:
    """Apply the chain of a rulebook to a kommune's raw data.

    ``raw`` has the columns ``rulebook.input``, one row per record, the blocks' rows one after the other. Raises LedgerError
    when a step loses a row.
    """
    rows = raw.select(*rulebook.input).with_row_index("raekke")
    contexts = [Context(register, komnr, block.kvartal, block.agreed) for block in blocks]
    parts, start = [], 0
    for block, context in zip(blocks, contexts, strict=True):
        parts.append(run_states(rulebook.by_block, rows.slice(start, block.rows), context))
        start += block.rows
    if start != rows.height:
        raise LedgerError(f"raw: {told(rows.height)} rows, but the deliveries account for {told(start)}")
    steps = tuple(Step.concat(of_step) for of_step in zip(*parts, strict=True))
    steps += run_states(rulebook.whole, steps[-1].frame if steps else rows, contexts[0])
    return ChainResult(steps, to_store(rulebook, steps), removed_rows(steps), tuple(parts))


def to_store(rulebook: Rulebook, steps: Sequence[Step]) -> dict[str, pl.DataFrame]:
    """The columns each data state stores."""
    return {state.name: step.frame.select(state.stored) for state, step in zip(rulebook.chain, steps, strict=True)}


def removed_rows(steps: Iterable[Step]) -> pl.DataFrame:
    """All removed rows with the step that did it, in raw order."""
    gone = pl.concat([step.gone.select(pl.lit(step.name).alias("step"), "raekke", "aarsag") for step in steps])
    return gone.sort("raekke")


def run_states(states: Iterable[DataState], rows: pl.DataFrame, context: Context) -> tuple[Step, ...]:
    """Data states one after the other, each on what the one before keeps."""
    steps: list[Step] = []
    for state in states:
        steps.append(run_state(state, steps[-1].frame if steps else rows, context))
    return tuple(steps)

"""The chain over several kommuner at once: a call of Polars costs the same for a hundred rows as for ten thousand.

Rows of a kommune stand together and keep their order, so what comes out is cut where one ends and the next begins. It is the
same, row by row, as of each kommune alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.rules.chain import Block, ChainResult, removed_rows, run_states, to_store
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.rule import REPORTER, Context
from hjalp_pipeline.rules.rulebook import Rulebook
from hjalp_pipeline.rules.step import Step

_REPORTERS = pl.Enum(KOMNR)


@dataclass(frozen=True)
class Several:
    """What the chain gives for several kommuner; ``raekke`` counts through all of them.

    ``ends``: by komnr how many rows there are up to the last of it.
    """

    rulebook: Rulebook
    ends: Mapping[str, int]
    steps: tuple[Step, ...]

    @cached_property
    def gone(self) -> pl.DataFrame:
        """The removed rows, as of a ``ChainResult``."""
        return removed_rows(self.steps)

    def apart(self) -> Iterator[tuple[str, ChainResult]]:
        """The result of each kommune, its rows numbered from 0; LedgerError when a step loses a row of one."""
        frames = [self._cut(step.frame.drop(REPORTER)) for step in self.steps]
        removed = [self._cut(step.gone.sort("raekke")) for step in self.steps]
        gone = self._cut(self.gone)
        rows_in = dict(zip(self.ends, np.diff([0, *self.ends.values()]).tolist(), strict=True))
        for komnr in self.ends:
            steps = tuple(
                Step(step.name, kept[komnr], left[komnr], step.of_each.get(komnr, {}))
                for step, kept, left in zip(self.steps, frames, removed, strict=True)
            )
            before = rows_in[komnr]
            for step in steps:
                step.balance(before)
                before = step.frame.height
            by_block = steps[: len(self.rulebook.by_block)]
            yield komnr, ChainResult(steps, to_store(self.rulebook, steps), gone[komnr], (by_block,))

    def _cut(self, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """Rows in order of ``raekke`` by kommune, numbered within it."""
        starts = np.array([0, *self.ends.values()], dtype=np.uint32)
        edges = np.searchsorted(rows.get_column("raekke").to_numpy(), starts)
        before = pl.Series(np.repeat(starts[:-1], np.diff(edges)))
        own = rows.with_columns(pl.col("raekke") - before)
        return {
            komnr: own.slice(edge, length)
            for komnr, edge, length in zip(self.ends, edges.tolist(), np.diff(edges).tolist(), strict=False)
        }


def run_several(rulebook: Rulebook, raws: Mapping[str, pl.DataFrame], register: Register, block: Block) -> Several:
    """Apply the chain to several kommuner's raw data (as of ``run_chain``), each of one delivery.

    ``block``: what all these deliveries have in common; its rows are not looked at. Raises LedgerError when a step loses a row.
    """
    whose = [raw.select(*rulebook.input, pl.lit(komnr, _REPORTERS).alias(REPORTER)) for komnr, raw in raws.items()]
    rows = pl.concat(whose).with_row_index("raekke")
    ends = dict(zip(raws, accumulate(raw.height for raw in raws.values()), strict=True))
    steps = run_states(rulebook.chain, rows, Context(register, None, block.kvartal, block.agreed))
    return Several(rulebook, ends, steps)

"""The moves that keep cells from readers once more, in whole numbers and against the system itself."""

from collections.abc import Collection, Sequence

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints, Rule, System
from hjalp_pipeline.confidentiality.readers import Readers, answer, owed
from hjalp_pipeline.confidentiality.suppression.moves import SuppressionError


def check_readers(
    system: System,
    rule: Rule,
    hidden: Bools,
    readers: Readers,
    *,
    moves: Sequence[tuple[Ints, Ints]],
    unprotectable: Collection[int],
    told: Collection[tuple[int, int]],
) -> None:
    """SuppressionError unless each hidden cell is kept from each reader who does not know it by a possible table.

    ``unprotectable``: cells that need not be; ``told``: those that need not be from this reader.
    """
    left = owed(system, hidden, readers)
    left[list(unprotectable)] = False
    for cell, reader in told:
        left[cell, reader] = False
    for cells, changes in moves:
        x = system.values.copy()
        x[cells] += changes
        if not _is_possible(system, hidden, cells, x):
            msg = "The proof for a hidden cell does not hold"
            raise SuppressionError(msg)
        answer(left, system, rule, readers, x)
    if left.any():
        msg = "No proof that every hidden cell is protected from every reader"
        raise SuppressionError(msg)


def _is_possible(system: System, hidden: Bools, cells: Ints, x: Ints) -> bool:
    return bool(
        np.array_equal(system.equations.activity(x), system.equations.rhs)
        and np.all(system.inequalities.activity(x) <= system.inequalities.rhs)
        and np.all(hidden[cells])
        and np.all((x[cells] >= system.lower[cells]) & (x[cells] <= system.upper[cells]))
    )

"""Every proof of a pattern once more, in whole numbers and against the system itself, before the pattern is used."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from hjalp_pipeline.confidentiality.model import THRESHOLD, Bools, Ints, Rows, Rule, System
from hjalp_pipeline.confidentiality.suppression.moves import SuppressionError


def check_proofs(
    system: System,
    rule: Rule,
    hidden: Bools,
    proofs: Mapping[int, tuple[Ints, Ints]],
    lost: Collection[int],
    *,
    answers: Sequence[tuple[Ints, Ints]] = (),
) -> None:
    """SuppressionError unless each proof is a move of hidden cells that does what the rule asks, and each cell has one.

    proofs: by protected cell, the cells that change and by how much. lost: cells that no pattern protects. answers:
    more moves, by whose change a cell is hidden (``reader_check`` looks at them).
    """
    if proofs:
        number = np.repeat(np.arange(len(proofs)), [len(cells) for cells, _ in proofs.values()])
        cells = np.concatenate([cells for cells, _ in proofs.values()])
        changes = np.concatenate([changes for _, changes in proofs.values()])
        x = system.values[cells] + changes
        right = (
            len(np.unique(number * system.size + cells)) == len(cells)
            and bool(np.all(hidden[cells]))
            and bool(np.all((x >= system.lower[cells]) & (x <= system.upper[cells])))
            and not np.any(_activity(system.equations, number, cells, changes)[1])
            and _within(system, number, cells, changes)
            and all(_asked(system, rule, cell, move, cell in lost) for cell, move in proofs.items())
        )
        if not right:
            msg = "The proof for a hidden cell does not hold"
            raise SuppressionError(msg)
    moved = np.zeros(system.size, dtype=np.bool_)
    for cells, _ in (*proofs.values(), *answers):
        moved[cells] = True
    if any(int(cell) not in lost for cell in np.flatnonzero(hidden & ~moved)):
        msg = "No proof that every hidden cell is protected"
        raise SuppressionError(msg)


def _asked(system: System, rule: Rule, cell: int, move: tuple[Ints, Ints], lost: bool) -> bool:
    """Whether a move changes the cell as the rule asks."""
    change = int(move[1][move[0] == cell].sum())
    value = int(system.values[cell])
    if rule == "up3" and value < THRESHOLD and not lost:
        return change != 0 and value + change >= THRESHOLD
    return change != 0


def _within(system: System, number: Ints, cells: Ints, changes: Ints) -> bool:
    """Whether the true figures with each proof's changes keep every inequality."""
    rows = system.inequalities
    room = rows.rhs - rows.activity(system.values)
    row, change = _activity(rows, number, cells, changes)
    return bool(np.all(change <= room[row]))


def _activity(rows: Rows, number: Ints, cells: Ints, changes: Ints) -> tuple[Ints, Ints]:
    """By how much each proof changes each row it touches: the rows, and the changes, one proof after the other."""
    order = np.argsort(rows.cells, kind="stable")
    starts = np.searchsorted(rows.cells[order], cells, "left")
    counts = np.searchsorted(rows.cells[order], cells, "right") - starts
    at = order[np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))]
    touched, place = np.unique(np.repeat(number, counts) * rows.count + rows.rows[at], return_inverse=True)
    change = np.zeros(len(touched), dtype=np.int64)
    np.add.at(change, place, np.repeat(changes, counts) * rows.coefs[at])
    return touched % max(1, rows.count), change

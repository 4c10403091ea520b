"""How far cells can move at most, by what one sum after the other allows: a quick proof that a cell has no move."""

import numpy as np

from hjalp_pipeline.confidentiality.model import Ints
from hjalp_pipeline.confidentiality.suppression.moves import Moves

#: Rounds over all rows. Stopping early says less, never anything wrong.
_ROUNDS = 30


def reach(moves: Moves) -> tuple[Ints, Ints]:
    """Bounds on how far each cell moves up and down in any move, with everything hidden that may be, int64 [n] each."""
    row, col, coef = moves.row, moves.col, moves.coef
    low, high = -moves.down.copy(), moves.up.copy()
    # What a row may grow by, and shrink by: an inequality may shrink without end.
    grow = np.where(moves.equal, 0, moves.slack)[row]
    for _ in range(_ROUNDS):
        before = int(low.sum()), int(high.sum())
        least = np.where(coef > 0, coef * low[col], coef * high[col])
        most = np.where(coef > 0, coef * high[col], coef * low[col])
        # The others together take at least and at most so much.
        others_least = _sums(row, least, len(moves.slack))[row] - least
        others_most = _sums(row, most, len(moves.slack))[row] - most
        above, below = grow - others_least, -others_most
        equal = moves.equal[row]
        up, down = coef > 0, coef < 0
        np.minimum.at(high, col[up], above[up] // coef[up])
        np.maximum.at(low, col[down], -(above[down] // -coef[down]))
        np.maximum.at(low, col[up & equal], -(-below[up & equal] // coef[up & equal]))
        np.minimum.at(high, col[down & equal], -below[down & equal] // -coef[down & equal])
        if before == (int(low.sum()), int(high.sum())):
            break
    return np.maximum(high, 0), np.maximum(-low, 0)


def _sums(row: Ints, values: Ints, rows: int) -> Ints:
    """The values of each row added up."""
    out = np.zeros(rows, dtype=np.int64)
    np.add.at(out, row, values)
    return out

"""A lower bound for large tables, from one sum at a time.

A primary cell cannot move unless the other cells of each of its sums make up for it. What its primary neighbours cannot
make up for, secondary cells must: a cut as in ``cuts``, with the weight of one row. The bridgeless inequalities then say
that those cells are not alone in their other sums. Fewer cuts than ``proof`` finds, so the bound is weaker, but each
takes microseconds.
"""

import numpy as np

from hjalp_pipeline.confidentiality.model import Ints
from hjalp_pipeline.confidentiality.suppression.cover import Needs
from hjalp_pipeline.confidentiality.suppression.cuts import Cut
from hjalp_pipeline.confidentiality.suppression.master import Master
from hjalp_pipeline.confidentiality.suppression.moves import Floats, Moves, SuppressionError


def row_bound(moves: Moves, needs: Needs, budget: int) -> tuple[int, int]:
    """What every safe pattern costs at least, and the work it took; 0 when the solver fails."""
    master = Master(moves)
    for cells, alpha in row_cuts(moves, needs):
        whole = np.zeros(moves.size)
        whole[cells] = alpha
        master.add(Cut(whole))
    try:
        y = master.solve()
        while master.work < budget and master.bridge(y):
            y = master.solve()
    except SuppressionError:
        # What was proven until then stands.
        pass
    return max(0, int(np.ceil((master.bound - 1e-6) * master.unit))), master.work


def row_cuts(moves: Moves, needs: Needs) -> list[tuple[Ints, Floats]]:
    """For each sum with primary cells the strongest cut it gives by itself: cells and coefficients, right-hand side 1."""
    order = np.argsort(moves.row, kind="stable")
    ends = np.cumsum(np.bincount(moves.row, minlength=len(moves.slack)))
    out = []
    for row in np.unique(moves.row[moves.primary[moves.col] & moves.equal[moves.row]]).tolist():
        entries = order[ends[row - 1] if row else 0 : ends[row]]
        cut = _strongest(moves, needs, moves.col[entries], moves.coef[entries])
        if cut is not None:
            out.append(cut)
    return out


def _strongest(moves: Moves, needs: Needs, cells: Ints, coefs: Ints) -> tuple[Ints, Floats] | None:
    """The cut of the primary for which most is missing; None where the primaries can do it among themselves."""
    primary = moves.primary[cells]
    #: How far each cell can take the sum up and down.
    up = np.where(coefs > 0, coefs * moves.up[cells], -coefs * moves.down[cells])
    down = np.where(coefs > 0, coefs * moves.down[cells], -coefs * moves.up[cells])
    best, alpha = 0, None
    for at in np.flatnonzero(primary).tolist():
        ways = needs.get(int(cells[at]))
        if not ways:
            continue
        helps = [(down if sign * coefs[at] > 0 else up, abs(int(coefs[at])) * amount) for sign, amount in ways]
        rests = [need - int(by[primary].sum() - by[at]) for by, need in helps]
        if min(rests) > best:
            best = min(rests)
            alpha = np.max([np.minimum(by / rest, 1.0) for (by, _), rest in zip(helps, rests, strict=True)], axis=0)
    return None if alpha is None else (cells[~primary], alpha[~primary])

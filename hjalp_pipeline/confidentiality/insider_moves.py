"""More hidden cells against insiders: somebody alone in a hidden cell of 1, who knows it (R11).

What such a person can break is given a move that leaves his own cell alone. Hiding more never takes a move away, so
what was safe stays safe.
"""

import numpy as np

from hjalp_pipeline.confidentiality.attack import insiders
from hjalp_pipeline.confidentiality.model import Bools, Rule, System
from hjalp_pipeline.confidentiality.suppress import prepared
from hjalp_pipeline.confidentiality.suppression.cover import Cover, Needs
from hjalp_pipeline.confidentiality.suppression.moves import Moves, split
from hjalp_pipeline.confidentiality.suppression.routes import Router

#: Price of moving a cell that is hidden already, against 1 for another.
_HIDDEN = 1e-3


def guard_insiders(system: System, hidden: Bools, rule: Rule) -> Bools:
    """A safe pattern with what must be hidden beside it, so that no insider breaks a cell that can be kept from him."""
    out = hidden.copy()
    found = insiders(system, hidden, rule)
    if not found:
        return out
    for moves in split(prepared(system, rule, None)):
        of = {int(cell): place for place, cell in enumerate(moves.cells)}
        router = Router(moves)
        for insider in found:
            if insider.cell in of:
                needs = {of[cell]: moves.ways(of[cell], rule) for cell in insider.breaks if cell in of}
                out[moves.cells] |= _around(moves, router, of[insider.cell], needs, out[moves.cells])
    return out


def _around(moves: Moves, router: Router, one: int, needs: Needs, hidden: Bools) -> Bools:
    """The cells that moves for these needs touch which leave cell ``one`` alone, cheapest first."""
    allowed = np.ones(moves.size, dtype=np.bool_)
    allowed[one] = False
    router.allow(allowed)
    cover = Cover(moves, needs)
    cover.fill(router, list(needs), np.where(hidden, _HIDDEN, moves.cost / moves.cost.min()))
    return cover.uses > 0

"""A pattern that is safe for everybody made safe from readers too, and what nothing keeps from them.

Secondary cells are kept from readers like all hidden cells. One that some reader can tell whatever is hidden beside it is
not hidden at all, unless a primary cell cannot do without.
"""

from dataclasses import replace

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools
from hjalp_pipeline.confidentiality.suppression.cover import EVERYBODY, Cover, Missing, Needs
from hjalp_pipeline.confidentiality.suppression.moves import Moves, SuppressionError
from hjalp_pipeline.confidentiality.suppression.routes import Router, cheapest
from hjalp_pipeline.confidentiality.suppression.search import Search


def guard(moves: Moves, needs: Needs, cover: Cover, before: Bools | None) -> tuple[Search, Cover, list[Missing]]:
    """A search whose moves are kept to what can be kept from readers, its first pattern, and what nothing keeps from whom."""
    closed, kept = np.zeros(moves.size, dtype=np.bool_), np.zeros(moves.size, dtype=np.bool_)
    owed, lost = moves.owed.copy(), list[Missing]()
    # What nothing protects from everybody is kept from nobody.
    owed[[cell for cell in np.flatnonzero(moves.primary).tolist() if cell not in needs]] = False
    free: Router | None = None
    proof = cover.proof
    while True:
        asked = replace(moves, up=np.where(closed, 0, moves.up), down=np.where(closed, 0, moves.down), owed=owed)
        search = Search(asked, needs)
        cover, failed = search.go_on(Cover(asked, needs, proof), needs, before)
        if not failed:
            return search, cover, lost
        tried = closed.copy()
        for cell, reader in failed:
            if not moves.primary[cell] and not kept[cell]:
                closed[cell] = True
                continue
            if tried.any():
                # What a primary cell cannot do without is hidden, whoever can tell it.
                free = free or Router(moves)
                known = moves.knows[:, reader] if reader != EVERYBODY else np.zeros_like(closed)
                free.allow(~known)
                ways = needs[cell] if cell in needs else moves.ways(cell, "w1")
                z = cheapest(free, cell, ways, np.ones(moves.size))
                if z is not None and (tried & (z != 0)).any():
                    kept |= tried & (z != 0)
                    closed &= ~kept
                    continue
            if reader == EVERYBODY:
                msg = "A cell that was safe from everybody is not safe any more"
                raise SuppressionError(msg)
            owed[cell, reader] = False
            lost.append((cell, reader))
        uses = {cell for cell, of_cell in cover.proof.items() if any(z[closed].any() for z in of_cell)}
        proof = {cell: of_cell for cell, of_cell in cover.proof.items() if cell not in uses}

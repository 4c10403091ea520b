"""Cells of a safe pattern shown again, where every move that used them can do without."""

from collections.abc import Iterable

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools
from hjalp_pipeline.confidentiality.suppression.cover import MANY, Cover
from hjalp_pipeline.confidentiality.suppression.routes import Router, cheapest


def reduce(cover: Cover, order: Iterable[int]) -> int:
    """Show secondary cells again, in this order, where every proof that used them can do without. Returns work."""
    part = cover.moves.part(cover.hidden)
    small = cover.onto(part)
    router = Router(part, exact=False)
    at = {int(cell): i for i, cell in enumerate(part.cells)}
    for cell in order:
        i = at.get(cell)
        if i is None or part.primary[i] or not small.uses[i]:
            continue
        gone = np.zeros(part.size, dtype=np.bool_)
        gone[i] = True
        small = _without(small, router, gone) or small
    cover.become(small.back(cover.moves))
    return router.work


def _without(cover: Cover, router: Router, gone: Bools) -> Cover | None:
    """The same pattern without these cells, proofs renewed among the hidden cells; None when it is not safe."""
    affected = cover.using(gone)
    router.allow(cover.hidden & ~gone)
    cost = np.ones(cover.moves.size)
    trial = cover.copy()
    for cell in affected:
        trial.take(cell)
    affected = [cell for cell in affected if cell in cover.needs]
    if len(affected) >= MANY:
        many = router.together({cell: cover.needs[cell][0] for cell in affected})
        for cell in affected:
            if many is not None and trial.serves(many, cell):
                trial.put(cell, many)
    for cell in affected:
        if cell in trial.proof:
            continue
        z = cheapest(router, cell, cover.needs[cell], cost, any_way=True)
        if z is None:
            return None
        for other in affected:
            if other not in trial.proof and cover.serves(z, other):
                trial.put(other, z)
    return None if trial.answer(router, cost) else trial

"""Better patterns of a large table: take some proofs away, route them anew around their cells, show what is not needed.

As ``search``, but a step looks at a few rows only, and what it did is undone where it made the pattern dearer.
"""

from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.suppression.local_routes import LocalRoutes, Tell
from hjalp_pipeline.confidentiality.suppression.sparse_cover import SparseCover

#: What makes a cell dearer that a step tries to do without, and the largest random addition to any price (1 is a cell).
_DEARER, _NOISE = 1.5, 0.3
#: Proofs that a step may take away; a cell that more of them use is not tried.
_AFFECTED = 12


@dataclass
class LocalSearch:
    """Goes through the secondary cells, dearest first or in random order, and tries to do without each."""

    routes: LocalRoutes
    pattern: SparseCover
    seed: int = 1
    #: Whether a whole round brought nothing, so that more work is unlikely to.
    settled: bool = False
    _rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        """A generator with a fixed seed: the search always goes the same way."""
        self._rng = np.random.default_rng(self.seed)

    def improve(self, budget: int, tell: Tell | None = None) -> int:
        """Rounds over the secondary cells until the work is spent or one brings nothing. Returns how often it got cheaper."""
        start, better = self.routes.work, 0
        while not self.settled and self.routes.work - start < budget:
            before = better
            for cell in self._rng.permutation(self.pattern.secondary).tolist():
                if self.routes.work - start >= budget:
                    return better
                if tell:
                    tell(self.routes.work - start, budget)
                better += self.pattern.uses[cell] > 0 and self._step(cell)
            self.settled = better == before
        return better

    def _step(self, cell: int) -> bool:
        """Try to do without one secondary cell; whether the pattern is cheaper."""
        affected = self.pattern.using([cell])
        if len(affected) > _AFFECTED:
            return False
        before = self.pattern.cost
        self.pattern.mark()
        if not self._routed(cell, affected) or self.pattern.cost > before:
            self.pattern.undo()
        return self.pattern.cost < before

    def _routed(self, cell: int, affected: list[int]) -> bool:
        """Route these proofs anew, with the cell dearer, and show what is not needed; False when one has no way."""
        pattern, m = self.pattern, self.routes.moves
        for one in affected:
            pattern.take(one)
        price = self.routes.price + _NOISE * self._rng.random(m.size)
        price[cell] += _DEARER
        for one in self._rng.permutation(affected).tolist():
            if one in pattern.proof:
                continue
            move = self.routes.around(pattern, one, price)
            if move is None:
                return False
            pattern.serve(move, one)
        touched = {c for one in affected for c in pattern.proof[one][0].tolist()}
        self.routes.reduce(pattern, sorted(touched, key=self.routes.dear.__getitem__))
        return True

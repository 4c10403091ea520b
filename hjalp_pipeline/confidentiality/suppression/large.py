"""Large tables: a safe pattern within a budget, better ones while there is work left, and a lower bound.

The methods of ``search`` and ``proof`` solve programs over the whole table for every cell. Here they are over its
neighbourhood. The promise is the same: a move for every protected cell, which is checked by adding up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Rule
from hjalp_pipeline.confidentiality.progress import Progress
from hjalp_pipeline.confidentiality.suppression.cover import Needs
from hjalp_pipeline.confidentiality.suppression.local_routes import LocalRoutes, Tell
from hjalp_pipeline.confidentiality.suppression.local_search import LocalSearch
from hjalp_pipeline.confidentiality.suppression.moves import Moves
from hjalp_pipeline.confidentiality.suppression.routes import prices
from hjalp_pipeline.confidentiality.suppression.row_bound import row_bound
from hjalp_pipeline.confidentiality.suppression.sparse_cover import SparseCover

#: Share of what is left after the first pattern for the bound; what it does not need is for the search.
_BOUND = 0.2


@dataclass
class LargePart:
    """One connected part: the pattern, what it costs at least, the primaries that need another rule or none."""

    moves: Moves
    rule: Rule
    before: Bools | None = None
    progress: Progress | None = None
    pattern: SparseCover = field(init=False)
    #: Primaries that the rule cannot be kept for, whatever is hidden.
    failed: tuple[int, ...] = ()
    bound: int = 0
    log: list[str] = field(default_factory=list)
    _routes: LocalRoutes = field(init=False)
    _bound_work: int = 0

    def __post_init__(self) -> None:
        """Find a safe pattern, whatever it takes. Under up3 a cell that cannot be large still gets w1."""
        m = self.moves
        self._routes = LocalRoutes(m, prices(m, self.before))
        rules: dict[int, Rule] = {int(cell): self.rule for cell in np.flatnonzero(m.primary)}
        self.pattern = SparseCover(m, self._needs(rules))
        failed = self.failed = self._routes.fill(self.pattern, list(rules), self._tell("first pattern"))
        while failed:
            for cell in failed:
                if rules[cell] == "up3" and m.ways(cell, "w1"):
                    rules[cell] = "w1"
                else:
                    del rules[cell]
            self.pattern = SparseCover(m, self._needs(rules), self.pattern.proof)
            failed = self._routes.fill(self.pattern, list(rules))
        self._say("first pattern")

    @property
    def work(self) -> int:
        """Units of work so far."""
        return self._routes.work + self._bound_work

    def improve(self, units: int) -> None:
        """Cells shown again, the bound and better patterns, until so many units are spent in all."""
        order = sorted(self.pattern.secondary.tolist(), key=self._routes.dear.__getitem__)
        share = int((1 - _BOUND) * (units - self.work))
        self._routes.reduce(self.pattern, order, self._tell("cells shown again"), share)
        self._say("cells shown again")
        self.bound, self._bound_work = row_bound(self.moves, self.pattern.needs, max(0, units - self.work))
        self.bound = min(self.bound, self.pattern.cost)
        self.log.append(f"at least {self.bound / int(self.moves.cost.min()):.3f}, {self._bound_work} units")
        search = LocalSearch(self._routes, self.pattern)
        better = search.improve(units - self.work, self._tell("better patterns"))
        self._say(f"{better} steps for the better")

    def _needs(self, rules: Mapping[int, Rule]) -> Needs:
        return {cell: self.moves.ways(cell, rule) for cell, rule in rules.items()}

    def _tell(self, step: str) -> Tell | None:
        if self.progress is None:
            return None
        progress = self.progress

        def tell(done: int, of: int) -> None:
            progress(step, done, of)

        return tell

    def _say(self, step: str) -> None:
        self.log.append(f"{step}: {len(self.pattern.secondary)} cells after {self.work} units")

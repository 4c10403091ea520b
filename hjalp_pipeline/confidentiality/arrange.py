"""A system in another order. What it says is the same; which of several patterns that are as good is found, is not."""

from collections.abc import Sequence

import numpy as np

from hjalp_pipeline.confidentiality.system import Rows, System


def arranged(system: System, cells: Sequence[int], equations: Sequence[int]) -> System:
    """The system with its cells and equations in this order, told by the numbers they have now. Inequalities stay."""
    order = np.array(cells, dtype=np.int64)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))

    def moved(rows: Rows, numbers: Sequence[int]) -> Rows:
        found = (rows.row(number) for number in numbers)
        return Rows.of((sorted(zip(place[of].tolist(), coefs.tolist(), strict=True)), rhs) for of, coefs, rhs in found)

    return System(
        names=tuple(system.names[cell] for cell in cells),
        values=system.values[order],
        lower=system.lower[order],
        upper=system.upper[order],
        primary=system.primary[order],
        open=system.open[order],
        cost=system.cost[order],
        equations=moved(system.equations, equations),
        inequalities=moved(system.inequalities, range(system.inequalities.count)),
    )

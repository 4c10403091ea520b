"""Who reads the releases of a year and knows more than what is published (R11)."""

from collections.abc import Mapping, Sequence

from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.system import System
from hjalp_pipeline.production.release.year_figures import Cell, YearFigures
from hjalp_pipeline.statistic import Statistic


def kommuner(
    statistic: Statistic, system: System, cells: Mapping[tuple[str, Cell], int], releases: Sequence[YearFigures]
) -> Readers:
    """Each kommune as a reader: it knows its own figures in all releases, and those of everyone it reports for.

    ``cells``: the cell of every figure by release. The first dimension of every table is the kommune.
    """
    total = statistic.protected[0].dimensions[0].total
    own: dict[str, set[int]] = {}
    for (_, (_, komnr, *_)), cell in cells.items():
        if komnr != total:
            own.setdefault(komnr, set()).add(cell)
    known = {komnr: set(of_one) for komnr, of_one in own.items()}
    for figures in releases:
        for reporter, members in figures.members.items():
            for member in members & own.keys():
                known.setdefault(reporter, set()).update(own[member])
    return Readers.of(system, dict(sorted(known.items())))

"""What it costs to keep figures from kommuner and persons too: the cells of a release that are hidden for them alone (R11)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hjalp_pipeline.confidentiality.suppress import Protection
from hjalp_pipeline.confidentiality.system import Ints
from hjalp_pipeline.pages.charts import danish
from hjalp_pipeline.production.release.protection import Reading, YearSystem
from hjalp_pipeline.production.release.year_figures import Mask

_KOMMUNER = "hver kommune, der kender sine egne tal"
_PERSONS = "dem, der er alene eller kun to i en skjult celle og kender den"


@dataclass(frozen=True)
class Price:
    """Of a year of a release: cells hidden beside the small ones, the sum of their figures, and the same of those among them
    that are hidden for kommuner alone (and for persons, where figures are kept from them). These are at least so many: with
    them shown, everything is still safe from everybody.
    """

    cells: int
    total: int
    cells_for_kommuner: int
    total_for_kommuner: int


def for_readers(systems: Mapping[Reading, YearSystem], reports: Mapping[Reading, Protection], mask: Mask) -> Mask:
    """The cells of ``mask`` that no proof against everybody moves, and that a proof against a reader does."""
    found, others = Mask(), Mask()
    for reading, report in reports.items():
        year = systems[reading]
        moved = year.system.pattern(_cells(report.answers))
        found |= year.mask(moved)
        others |= year.mask(year.system.primary | year.system.pattern(_cells(report.proofs.values())))
    return (found - others) & mask


def price(year: YearSystem, mask: Mask, alone: Mask) -> Price:
    """What a mask costs beside the primary cells, and of that the cells hidden for readers ``alone``."""
    values = {cell: int(year.system.values[year.cells[year.release, cell]]) for cell in mask}
    secondary = [cell for cell in mask if not year.system.primary[year.cells[year.release, cell]]]
    return Price(
        len(secondary), sum(values[cell] for cell in secondary), len(alone), sum(values[cell] for cell in alone)
    )


def in_words(price: Price | None, *, kommuner: bool, persons: bool) -> list[str]:
    """What it costs in cells, a Danish sentence for whoever signs; no sum of figures, which may be that of a single cell."""
    if price is None:
        return []
    who = [of for of, asked in ((_KOMMUNER, kommuner), (_PERSONS, persons)) if asked]
    return [
        f"Tallene er beskyttet også mod {' og mod '.join(who)}. Af de {danish(price.cells)} celler, der er skjult "
        f"ud over de små, er mindst {danish(price.cells_for_kommuner)} kun skjult derfor. Summerne står i udgivelsens fil i samme mappe."
    ]


def _cells(moves: Iterable[tuple[Ints, Ints]]) -> list[int]:
    return sorted({cell for cells, _ in moves for cell in cells.tolist()})

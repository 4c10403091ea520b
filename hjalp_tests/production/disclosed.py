"""Releases made by hand, of single cells, and what an attacker makes of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from hjalp_pipeline.confidentiality.attack import attack
from hjalp_pipeline.production.release.disclosure import Published
from hjalp_pipeline.production.release.protection import year_system
from hjalp_pipeline.production.release.year_figures import Cell, Figures, YearFigures
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC

AGES = ("0024", "2549", "5059", "6064", "6569", "7074", "7579", "8084", "8589", "90-")
#: Codes of a cell of HJALP2.
Codes = tuple[str, str, str]
LARGE = {("1", age): 40 + number for number, age in enumerate(AGES)} | {("2", age): 50 for age in AGES}


@dataclass(frozen=True)
class Made:
    """Figures of a release of a year, easy to change; ``figures`` has them as they are protected."""

    release: str
    persons: Mapping[Codes, int]
    loans: Mapping[str, int]
    loan_persons: Mapping[str, int]
    population: Mapping[Codes, int]
    hidden_persons: frozenset[Codes] = frozenset()
    hidden_loans: frozenset[str] = frozenset()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def figures(self) -> YearFigures:
        behind = {(komnr,): number for komnr, number in self.loan_persons.items()}
        tables = {
            "hjalp1": Figures({(komnr,): number for komnr, number in self.loans.items()}, behind),
            "hjalp2": Figures(self.persons, None, self.population),
        }
        return YearFigures(self.release, tables, self.hidden, self.sources)

    @property
    def hidden(self) -> frozenset[Cell]:
        return hjalp2(*self.hidden_persons) | {("hjalp1", komnr) for komnr in self.hidden_loans}


def hjalp2(*cells: Codes) -> frozenset[Cell]:
    return frozenset(("hjalp2", *cell) for cell in cells)


def figures(release: str, leaves: Mapping[str, Mapping[tuple[str, str], int]], twice: int = 0) -> Made:
    """Figures of a year from persons by kommune, sex and age; each has two loans, ``twice`` of them in two kommuner."""
    persons: dict[Codes, int] = {}
    for komnr in (*leaves, "000"):
        for sex in ("0", "1", "2"):
            for age in ("TOT", *AGES):
                persons[komnr, sex, age] = sum(
                    count
                    for kommune, cells in leaves.items()
                    for (s, a), count in cells.items()
                    if komnr in ("000", kommune) and sex in ("0", s) and age in ("TOT", a)
                )
    for cell in (("000", s, a) for s in ("0", "1") for a in ("TOT", "90-")):
        persons[cell] -= twice
    loans = {komnr: 2 * persons[komnr, "0", "TOT"] + (2 * twice if komnr == "000" else 0) for komnr in (*leaves, "000")}
    behind = {komnr: persons[komnr, "0", "TOT"] for komnr in loans}
    return Made(release, persons, loans, behind, dict.fromkeys(persons, 10000))


def hide(made: Made, *cells: Codes) -> Made:
    return replace(made, hidden_persons=frozenset(cells))


def intervals(*releases: Made) -> dict[tuple[str, ...], tuple[int, int]]:
    year = year_system(STATISTIC, 2024, [made.figures for made in releases])
    hidden = year.hidden(releases[-1].hidden)
    return {year.system.names[i.cell]: (i.low, i.high) for i in attack(year.system, hidden)}


def as_tables(made: Made) -> dict[str, pl.DataFrame]:
    """The figures as the release's unsuppressed tables."""
    persons = [(*cell, 2024, number) for cell, number in made.persons.items()]
    population = [(*cell, 2024, 1, number) for cell, number in made.population.items()]
    loans = [(komnr, 2024, number, made.loan_persons[komnr]) for komnr, number in made.loans.items()]
    keys = ["kommunedk", "konams", "alerams", "tid"]
    return {
        "hjalp1": pl.DataFrame(loans, schema=["kommunedk", "tid", "antal", "personer"], orient="row"),
        "hjalp2": pl.DataFrame(persons, schema=[*keys, "antal"], orient="row"),
        "hjalp3": pl.DataFrame(population, schema=[*keys, "promille", "folketal"], orient="row"),
    }


def hidden_in(tables: Mapping[str, pl.DataFrame]) -> frozenset[Codes]:
    return frozenset(tables["hjalp2"].filter(pl.col("skjult")).select("kommunedk", "konams", "alerams").iter_rows())


def published(made: Made, tables: Mapping[str, pl.DataFrame]) -> Published:
    loans = tables["hjalp1"].filter(pl.col("skjult")).get_column("kommunedk").to_list()
    return as_published(replace(made, hidden_persons=hidden_in(tables), hidden_loans=frozenset(loans)))


def as_published(made: Made) -> Published:
    """The release as it is out, with what it hides."""
    return Published(
        made.release, (2024,), as_tables(made), frozenset((cell, 2024) for cell in made.hidden), made.sources
    )

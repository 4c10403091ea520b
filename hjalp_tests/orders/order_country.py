"""Small made-up countries for tables to order: records, what is published of them, and orders."""

from __future__ import annotations

import random
from collections import Counter

import polars as pl

from hjalp_pipeline.production.orders.order_file import Order, parse_order
from hjalp_pipeline.production.orders.order_table import OrderCell, OrderTable
from hjalp_pipeline.production.release.year_figures import Cell, Figures, YearFigures
from hjalp_pipeline.statistics.hjalp.microdata.ordered_loans import ORDERED

YEAR = 2024
#: Kommune, person, sex, age group, class of the device.
Loan = tuple[str, int, str, str, str]
AGES = list(ORDERED.variables[2].texts)


def order(text: str, name: str = "a") -> Order:
    """An order of loans or persons; ``text``: what it counts and by what."""
    head = f'id = "{name}"\nrelease = "2024v1"\ncustomer = "K"\npurpose = "P"\nordered_at = 2025-11-20\n'
    return parse_order("o.toml", (head + text).encode(), ORDERED)


def rows(loans: list[Loan]) -> pl.DataFrame:
    """The stock of loans."""
    columns = ("komnr_statbank", "koen", "aldersgruppe", "isoklasse")
    frame = pl.DataFrame(
        [(YEAR, person, area, *codes, number) for (area, person, *codes), number in Counter(loans).items()],
        schema={"aar": pl.Int32, "person": pl.UInt32, **dict.fromkeys(columns, pl.String), "udlaan": pl.Int64},
        orient="row",
    )
    return frame.with_columns(lovnavn=pl.lit("SEL_112"), isounder=pl.col("isoklasse") + "03")


def published(loans: list[Loan], hidden: frozenset[Cell] = frozenset(), *, owned: bool = False) -> YearFigures:
    """HJALP1 and HJALP2 of them."""
    areas = sorted({loan[0] for loan in loans})
    devices, persons = Counter[tuple[str, ...]](), dict[tuple[str, ...], set[int]]()
    for area, person, sex, age, _ in loans:
        for where in ("000", area):
            devices[where,] += 1
            for cell in ((where, s, a) for s in ("0", sex) for a in ("TOT", age)):
                persons.setdefault(cell, set()).add(person)
    cells = [(where, s, a) for where in ("000", *areas) for s in ("0", "1", "2") for a in ("TOT", *AGES)]
    tables = {
        "hjalp1": Figures(dict(devices), {(one,): len(persons[one, "0", "TOT"]) for (one,) in devices}),
        "hjalp2": Figures({cell: len(persons.get(cell, ())) for cell in cells}),
    }
    return YearFigures("2024v1", tables, hidden, owned=owned)


def table(asked: Order, loans: list[Loan], hidden: frozenset[OrderCell] = frozenset()) -> OrderTable:
    """What is ordered, counted."""
    return OrderTable(asked, ORDERED, YEAR, rows(loans), tuple(sorted({loan[0] for loan in loans})), hidden)


def some_loans(seed: int, number: int = 24) -> list[Loan]:
    """Loans of two kommuner, three classes; persons of both sexes with loans in several classes, some in both kommuner."""
    drawn = random.Random(seed)
    out = []
    for _ in range(number):
        person = drawn.randrange(9)
        area = drawn.choices(("101", "155"), (1 + person % 2, 2))[0]
        out.append(
            (area, person, str(1 + person % 2), AGES[5 + person % 2], drawn.choices(("04", "12", "22"), (1, 3, 2))[0])
        )
    return out

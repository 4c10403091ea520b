"""An ordered table tells of nobody, with all that is published and was delivered before: tried on every table that agrees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hjalp_pipeline.confidentiality.model import Bools, System
from hjalp_pipeline.confidentiality.told_more import told_more
from hjalp_pipeline.production.orders.order_holdings import OrderSystem, Outstanding
from hjalp_pipeline.production.orders.order_known import protected_of
from hjalp_pipeline.production.orders.order_protection import Mask, Unprotectable
from hjalp_pipeline.production.orders.order_system import order_system
from hjalp_pipeline.production.orders.order_table import OrderTable
from hjalp_pipeline.production.release.pattern import find_pattern, readings
from hjalp_pipeline.production.release.protection import year_system
from hjalp_pipeline.production.release.year_figures import YearFigures
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_tests.confidentiality.brute_force import tables
from hjalp_tests.orders.order_country import AGES, YEAR, Loan, order, published, some_loans, table

BY_KOMMUNE_AND_CLASS = 'counts = "udlån"\ndimensions = ["KOMNR_STATBANK", "HMIISO_KLASSE"]'
BY_SEX = 'counts = "udlån"\ndimensions = ["KOEN"]'
PERSONS_OF_12 = 'counts = "personer"\ndimensions = ["KOEN"]\n[population]\nHMIISO_KLASSE = ["12"]'


def out(loans: list[Loan], *, owned: bool = False) -> YearFigures:
    """The published figures of loans, protected."""
    figures = published(loans, owned=owned)
    mask = find_pattern(readings(STATISTIC, YEAR, [figures]), 20_000).mask
    return replace(figures, hidden=mask)


def system_of(figures: YearFigures, new: OrderTable, before: list[OrderTable]) -> OrderSystem:
    """What is known with a new table."""
    known = Outstanding(STATISTIC, [figures], before, new)
    return order_system(known, year_system(STATISTIC, YEAR, [figures], reading="unchanged"), "unchanged")


def spans(system: System, hidden: Bools) -> dict[int, tuple[int, int]] | None:
    """What each hidden cell can be, by every table that agrees; None where there are too many to try."""
    found = tables(system, hidden, limit=60_000)
    if found is None:
        return None
    cells = np.flatnonzero(hidden).tolist()
    return {cell: (int(of.min()), int(of.max())) for cell, of in zip(cells, found.T, strict=True)}


def breaks(of: OrderSystem, mask: Mask) -> set[int] | None:
    """What a new table with this mask tells beyond what was told, by every table that agrees; None where there are too many."""
    after, before = (spans(known.system, known.hidden) for known in (of.after(mask), of.before))
    if after is None or before is None:
        return None
    values = of.system.values.tolist()
    asked = of.targets(mask)
    return {
        cell
        for cell in asked
        if (after[cell][0] == after[cell][1] or (values[cell] < 3 and after[cell][1] < 3))
        and after[cell] != before[cell]
    }


@pytest.mark.slow
def test_no_table_that_agrees_is_ruled_out_by_what_is_delivered() -> None:
    tried = told = 0
    for seed in range(4):
        loans = some_loans(seed, 14)
        figures, before = out(loans), list[OrderTable]()
        for number, text in enumerate((BY_SEX, PERSONS_OF_12, 'counts = "udlån"\ndimensions = ["HMIISO_KLASSE"]')):
            new = table(order(text, f"o{number}"), loans)
            of = system_of(figures, new, before)
            nothing_hidden = breaks(of, frozenset())
            assert nothing_hidden is None or set(told_of(of, frozenset())) == nothing_hidden
            told += bool(nothing_hidden)
            try:
                mask = protected_of(STATISTIC, [figures], new, before)
            except Unprotectable:
                continue
            found = breaks(of, mask)
            assert not found
            tried += found is not None
            before.append(replace(new, hidden=mask))
    assert tried > 3
    assert told > 2  # the tables do tell something when nothing is hidden


def told_of(of: OrderSystem, mask: Mask) -> list[int]:
    """What the attacker finds."""
    return told_more(of.before, of.after(mask), "up3", of.targets(mask), of.readers)


def of_class(area: str, iso: str, number: int, first: int) -> list[Loan]:
    """Loans of one class, each of another person."""
    return [(area, first + one, str(1 + one % 2), AGES[7], iso) for one in range(number)]


#: One person of 155 has a device of class 22; all else is plenty.
ONE_OF_22 = [
    *of_class("101", "12", 12, 0),
    *of_class("101", "22", 9, 20),
    *of_class("155", "12", 11, 40),
    *of_class("155", "04", 8, 60),
    *of_class("155", "22", 1, 80),
]
OF_12 = 'counts = "udlån"\ndimensions = ["KOMNR_STATBANK"]\n[population]\nHMIISO_KLASSE = ["04", "12"]'
OF_12_AND_22 = 'counts = "udlån"\ndimensions = ["KOMNR_STATBANK"]\n[population]\nHMIISO_KLASSE = ["04", "12", "22"]'


def test_a_cell_that_two_tables_would_give_away_by_their_difference_is_not_shown_in_the_second() -> None:
    """Neither table has a small figure; 155's of the second less that of the first is one loan of one person."""
    # A third kommune's loans of another class keep what is published from giving the difference away first.
    loans = [*ONE_OF_22, *of_class("155", "18", 9, 90), *of_class("101", "18", 9, 110)]
    figures = out(loans)
    first, second = table(order(OF_12, "first"), loans), table(order(OF_12_AND_22, "second"), loans)
    assert min(value for value, _ in [*first.figures.values(), *second.figures.values()]) > 2
    alone = protected_of(STATISTIC, [figures], second, [])
    assert ("155",) not in alone
    delivered = replace(first, hidden=protected_of(STATISTIC, [figures], first, []))
    assert ("155",) not in delivered.hidden
    assert told_of(system_of(figures, second, [delivered]), alone)
    try:
        mask = protected_of(STATISTIC, [figures], second, [delivered])
    except Unprotectable:
        return
    assert ("155",) in mask


def test_what_is_published_less_what_is_ordered_tells_of_nobody() -> None:
    """155 has 20 loans, as is published; 19 of classes 04 and 12 leave the one of class 22."""
    figures, new = out(ONE_OF_22), table(order(OF_12), ONE_OF_22)
    of = system_of(figures, new, [])
    assert told_of(of, frozenset())
    mask = protected_of(STATISTIC, [figures], new, [])
    assert ("155",) in mask
    assert told_of(of, mask - {("155",)})


def test_an_order_that_nothing_protects_is_refused() -> None:
    """All but one of the loans of the whole country: there is nothing else that could be hidden with the figure."""
    figures = out(ONE_OF_22)
    asked = 'counts = "udlån"\ndimensions = ["LOV_NAVN_OPRET"]\n[population]\nKOMNR_STATBANK = ["155"]\nHMIISO_KLASSE = ["04", "12"]'
    with pytest.raises(Unprotectable):
        protected_of(STATISTIC, [figures], table(order(asked), ONE_OF_22), [])


def test_a_figure_that_is_published_stands_and_one_that_is_hidden_there_is_hidden_here() -> None:
    loans = [*ONE_OF_22, ("540", 200, "1", AGES[3], "12")]
    figures = out(loans)
    assert ("hjalp1", "540") in figures.hidden
    mask = protected_of(STATISTIC, [figures], table(order(BY_KOMMUNE_AND_CLASS), loans), [])
    assert ("540", "TOT") in mask
    for komnr in ("000", "101", "155"):
        assert ((komnr, "TOT") in mask) == (("hjalp1", komnr) in figures.hidden)


@pytest.mark.slow
def test_a_kommune_that_knows_its_own_cannot_tell_anothers() -> None:
    seen = 0
    for seed in range(6):
        loans = some_loans(seed, 60) + [
            ("540", 20 + n, str(1 + n % 2), AGES[5 + n % 2], ("04", "12", "22")[n % 3]) for n in range(20)
        ]
        figures = out(loans, owned=True)
        new = table(order(BY_KOMMUNE_AND_CLASS), loans)
        of = system_of(figures, new, [])
        assert of.readers is not None
        try:
            mask = protected_of(STATISTIC, [figures], new, [])
        except Unprotectable:
            continue
        assert not told_of(of, mask)
        seen += bool(told_of(of, protected_of(STATISTIC, [replace(figures, owned=False)], new, [])))
    assert seen  # what suffices for everybody alone, some kommune sees through

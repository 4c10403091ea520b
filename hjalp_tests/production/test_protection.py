"""Which figures of a release are hidden for being small, and which are hidden last (R11)."""

from dataclasses import replace

import pytest

from hjalp_pipeline.codelists.kommuner import HELE_LANDET
from hjalp_pipeline.production.release.disclosure import protect_tables
from hjalp_pipeline.production.release.protection import year_system
from hjalp_pipeline.statistics.hjalp.codelists.age_groups import ALDER_I_ALT
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_tests.production.disclosed import AGES, LARGE, as_tables, figures, hidden_in


@pytest.mark.parametrize(
    ("loans", "behind", "hidden"), [(9, 2, True), (9, 1, True), (9, 3, False), (2, 2, True), (0, 0, False)]
)
def test_a_release_hides_loans_of_fewer_than_3_persons(loans: int, behind: int, hidden: bool) -> None:
    made = figures("2024v1", {"101": LARGE, "155": LARGE, "741": {}})
    made = replace(
        made,
        loans={**made.loans, "741": loans, HELE_LANDET: made.loans[HELE_LANDET] + loans},
        loan_persons={**made.loan_persons, "741": behind},
    )
    year = year_system(STATISTIC, 2024, [made.figures])
    assert bool(year.system.primary[year.cells["2024v1", ("hjalp1", "741")]]) is hidden


def test_totals_are_hidden_last() -> None:
    """The small cell's own row and column are large and the kommune's total is not: by size alone it would go first."""
    few = {("1", age): 4 for age in AGES} | {("2", age): 4 for age in AGES} | {("1", "90-"): 1}
    many = {("1", age): 900 for age in AGES} | {("2", age): 900 for age in AGES}
    made = figures("2024v1", {"101": many, "155": many, "741": few})
    hidden = hidden_in(protect_tables(STATISTIC, "2024v1", as_tables(made), [2024], []).tables)
    assert ("741", "1", "90-") in hidden
    assert not {cell for cell in hidden if cell[0] == HELE_LANDET or cell[1:] == ("0", ALDER_I_ALT)}


def test_a_total_costs_more_than_any_ordinary_figure_of_its_size() -> None:
    same = {("1", "90-"): 50}
    made = figures("2024v1", {"101": same, "155": same})
    year = year_system(STATISTIC, 2024, [made.figures])
    costs = {cell: year.system.cost[index] for (_, cell), index in year.cells.items()}
    cost = {cell[1:]: price for cell, price in costs.items() if cell[0] == "hjalp2"}
    loans = {cell[1]: price for cell, price in costs.items() if cell[0] == "hjalp1"}
    ordinary, total = cost["101", "1", "90-"], cost["101", "0", ALDER_I_ALT]
    assert made.persons["101", "1", "90-"] == made.persons["101", "0", ALDER_I_ALT]
    assert total == 20 * ordinary
    assert cost[HELE_LANDET, "1", "90-"] > 5 * ordinary
    assert loans["101"] > 20 * ordinary
    assert loans[HELE_LANDET] > loans["101"]


def test_a_table_that_was_not_published_then_stands_in_the_new_release_alone() -> None:
    """A table declared later: the releases before it have nothing of it, neither shown nor hidden."""
    made = figures("2024v1", {"101": LARGE, "155": LARGE})
    before = replace(made.figures, tables={"hjalp2": made.figures.tables["hjalp2"]})
    year = year_system(STATISTIC, 2024, [before, replace(made, release="2024v2").figures])
    assert ("2024v1", ("hjalp1", "101")) not in year.cells
    assert not year.system.open[year.cells["2024v2", ("hjalp1", "101")]]
    assert year.system.open[year.cells["2024v2", ("hjalp2", "101", "0", ALDER_I_ALT)]]
    assert [spec.name for spec in STATISTIC.only(before.tables).tables] == ["hjalp2"]

"""Each cell of a table stands on a page of each family, rows lead to and fro, and no page has more rows than fit."""

from __future__ import annotations

from math import prod

import pytest

from hjalp_pipeline.publishing.jsonstat import jsonstat
from hjalp_pipeline.publishing.px import px
from hjalp_pipeline.publishing.table import Text, Value, Variable
from hjalp_pipeline.serving.cube import Cube
from hjalp_pipeline.serving.px_reader import read_cube
from hjalp_pipeline.serving.site.site_charts import charts
from hjalp_pipeline.serving.site.site_views import first_view, same, same_area, views
from hjalp_tests.publishing.made_up import STED, TID
from hjalp_tests.serving.shelf_world import usual


def variable(code: str, number: int) -> Variable:
    values = tuple(Value(f"{code}.{at}", Text(f"{code} {at}", f"{code} {at} en")) for at in range(number))
    return Variable(code, Text(code.lower(), f"{code.lower()} en"), values)


def cube_of(*variables: Variable) -> Cube:
    made = usual(
        variables=(*variables, TID), cells=list(range(prod(len(one.values) for one in variables) * len(TID.values)))
    )
    return read_cube(px(made), jsonstat(made), {})


CUBES = {
    "one variable": cube_of(STED),
    "two": cube_of(STED, variable("A", 4)),
    "three": cube_of(STED, variable("A", 4), variable("B", 5)),
    "many rows": cube_of(STED, variable("A", 20), variable("B", 20)),
    "one value first": cube_of(variable("A", 1), variable("B", 40), variable("C", 7), variable("D", 2)),
}


@pytest.mark.parametrize("kind", CUBES)
def test_every_cell_stands_on_a_page_of_each_family(kind: str) -> None:
    cube = CUBES[kind]
    found = list(views(cube))
    assert len({view.name for view in found}) == len(found)
    assert all(len(view.rows) <= 250 for view in found)
    for compares in {view.compares for view in found}:
        cells = [cell for view in found if view.compares is compares for row in view.rows for cell in row.cells]
        assert sorted(map(int, cells)) == list(range(cube.figures.size))


def test_what_has_one_value_is_not_compared() -> None:
    """A table of the whole country alone has pages of its second variable, not one page for each cell."""
    assert len(list(views(CUBES["one value first"]))) == 7 * 2 + 40


@pytest.mark.parametrize("kind", CUBES)
def test_a_row_leads_to_a_page_that_has_the_same_figures(kind: str) -> None:
    found = {view.name: view for view in views(CUBES[kind])}
    for view in found.values():
        for row in view.rows:
            other = view.other(row)
            assert (other is None) == (kind == "one variable")
            if other is not None:
                assert other.compares is not view.compares
                assert row.cells in [one.cells for one in found[other.name].rows]


def test_a_table_of_many_rows_fixes_more_variables() -> None:
    assert next({*view.fixed} for view in views(CUBES["many rows"]) if not view.compares) == {"STED", "A"}
    assert next({*view.fixed} for view in views(CUBES["three"]) if not view.compares) == {"STED"}


def test_a_table_begins_with_its_totals_or_with_what_is_most() -> None:
    with_total = cube_of(variable("A", 4), STED)
    first = first_view(CUBES["three"])
    assert (first.name, first.fixed) == ("A-A~2E3_B-B~2E4", {"A": 3, "B": 4})
    assert (first_view(CUBES["one variable"]).name, first_view(with_total).fixed) == ("index", {"STED": 0})
    assert first.instead(CUBES["three"].form.variables[1], 1).name == "A-A~2E1_B-B~2E4"


def test_the_same_in_another_table_is_where_it_has_the_same_values() -> None:
    of_all, of_one = CUBES["three"], CUBES["two"]
    place = next(view for view in views(of_all) if view.fixed == {"STED": 1})
    found = same(place, of_one)
    assert found is not None
    assert (found.name, found.cube) == ("STED-492", of_one)
    assert same(place, CUBES["one variable"]) is None
    assert same(place, CUBES["many rows"]) is None
    assert same(first_view(CUBES["one variable"]), of_one) is None
    assert same(first_view(of_one), cube_of(STED, variable("A", 3))) is None


def test_a_row_that_leads_nowhere_has_its_area_in_another_table() -> None:
    alone = first_view(CUBES["one variable"])
    found = same_area(alone, alone.rows[1], CUBES["two"])
    assert found is not None
    assert found.name == "STED-492"
    assert same_area(alone, alone.rows[1], CUBES["many rows"]) is None
    assert same_area(alone, alone.rows[1], CUBES["one variable"]) is None
    of_a = next(view for view in views(CUBES["two"]) if not view.compares)
    assert same_area(of_a, of_a.rows[0], CUBES["two"]) is None


def test_a_chart_says_how_many_values_it_leaves_out() -> None:
    """Whoever sees bars alone would take what is hidden for nothing."""
    shown = cube_with("..", "...", 7, 5)
    drawn = list(charts(first_view(shown), "da"))
    assert [chart.note for chart in drawn] == [
        "2 har intet tal (.., ...) og er ikke tegnet. De kan være både større og mindre end de viste."
    ]
    (one,) = charts(first_view(cube_with("..", 4, 7, 5)), "en")
    assert one.note.startswith("One has no figure (..)")
    (whole,) = charts(first_view(cube_with(3, 4, 7, 5)), "da")
    assert whole.note == ""


def cube_with(*newest: int | str) -> Cube:
    """A table of one variable and two times with these values at the newest."""
    of = variable("A", len(newest))
    made = usual(variables=(of, TID), cells=[cell for one in newest for cell in (*[1] * (len(TID.values) - 1), one)])
    return read_cube(px(made), jsonstat(made), {})

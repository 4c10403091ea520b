"""The search for a bound keeps to its work: a begun round of cuts ends with all that is left, a repair for readers with its share."""

import numpy as np
import pytest

from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.suppress import Work, prepared, protect
from hjalp_pipeline.confidentiality.suppression.moves import split
from hjalp_pipeline.confidentiality.suppression.proof import Prover
from hjalp_pipeline.confidentiality.suppression.search import Search
from hjalp_pipeline.confidentiality.system import System
from hjalp_tests.confidentiality.test_reader_moves import by_area
from hjalp_tests.confidentiality.test_suppress import country

pytestmark = pytest.mark.slow


def prover(system: System, readers: Readers | None = None) -> Prover:
    """One that has a first pattern and no bound yet."""
    (moves,) = split(prepared(system, "up3", None), readers)
    needs = {cell: moves.ways(cell, "up3") for cell in np.flatnonzero(moves.primary).tolist()}
    search = Search(moves, needs)
    cover, failed = search.first()
    assert not failed
    return Prover(moves, needs, search, search.reduced(cover))


def test_a_round_of_cuts_ends_with_the_work_that_is_left() -> None:
    system = country(5, areas=16, ages=8)
    whole = prover(system)
    whole.root(100, 10**9)
    for most in (100, 200):
        part = prover(system)
        part.root(100, most)
        # one linear program more at most
        assert most <= part.work < most + whole.work // 10
        assert part.bound <= whole.bound


def test_a_bound_that_takes_all_the_work_leaves_the_first_pattern() -> None:
    system = country(5, areas=24, ages=8)
    first = protect(system, "up3", work=Work(units=1))
    found = protect(system, "up3", work=Work(units=3 * first.work))
    assert "search" not in " ".join(found.log)
    assert found.work < 3.1 * first.work
    assert found.lower_cells > 0
    assert np.array_equal(found.hidden, first.hidden)


@pytest.mark.parametrize("share", [1.0, 1.05, 1.6, 2.1])
def test_where_no_work_is_left_for_cuts_single_sums_give_the_bound(share: float) -> None:
    """The first pattern took it all, or the random patterns that lead to cuts, or a round of cuts was left early."""
    system = country(5, areas=16, ages=8)
    first = protect(system, "up3", work=Work(units=1))
    found = protect(system, "up3", work=Work(units=int(share * first.work)))
    assert np.array_equal(found.hidden, first.hidden)
    assert not found.optimal
    # What a step takes more than the one before it, and a linear program.
    assert found.work < (share + 0.15) * first.work
    assert first.lower_cells <= found.lower_cells < found.cells
    assert first.lower_cells > 0


@pytest.mark.parametrize("seed", [2, 3])
def test_a_repair_for_readers_ends_with_its_share_of_the_work(seed: int) -> None:
    system = country(seed, areas=16, ages=8)
    some = prover(system, by_area(system))
    some.root(1_000, 1_000)
    before, best = some.work, some.best.cost
    some.close(1_000)
    assert some.rounds == 1
    # to its end a repair takes ten times as much
    assert some.work - before < 2_500
    assert some.best.cost <= best

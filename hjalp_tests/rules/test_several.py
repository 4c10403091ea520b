"""Several kommuner computed together come to what each comes to alone, row by row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.rules.chain import Block, ChainResult, run_chain
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.rule import Context, Rule
from hjalp_pipeline.rules.rulebook import Rulebook
from hjalp_pipeline.rules.several import run_several
from hjalp_pipeline.rules.step import LedgerError
from hjalp_pipeline.statistics.hand.rules.rule_list import RULEBOOK as SERVICES
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK as OF_LOANS
from hjalp_tests.examples import often
from hjalp_tests.rules import made_up
from hjalp_tests.rules.test_chain import K4, LOANS, REGISTER, Loans
from hjalp_tests.statistics.hand.rules import made_services
from hjalp_tests.statistics.hand.rules.made_services import MONTH, PEOPLE, service

KOMMUNER = ("101", "155", "461")
DAYS = ["2013-09-30", "2023-12-31", "2024-01-01", "2024-01-02", "2024-02-01"]
GIVEN = st.lists(
    st.builds(
        service,
        ydelse_id=st.sampled_from("123"),
        pnr=st.sampled_from(["0101501234", "0202602345", "0303703456", "x"]),
        modt_ydelse_kode=st.sampled_from(["31202", "31201", "30011", "9"]),
        ydelse_start=st.sampled_from(DAYS),
        ydelse_slut=st.none() | st.sampled_from(DAYS),
        maalgruppe=st.sampled_from([None, "2 1.1", "1.1"]),
        funk_vurd=st.sampled_from([None, "1", "2"]),
    ),
    max_size=8,
)


def require_same(
    rulebook: Rulebook, raws: list[pl.DataFrame], register: Register, block: Callable[[int], Block]
) -> None:
    of_each = dict(zip(KOMMUNER, raws, strict=True))
    together = run_several(rulebook, of_each, register, block(0))
    found = dict(together.apart())
    assert tuple(found) == KOMMUNER
    for komnr, raw in of_each.items():
        alone = run_chain(rulebook, raw, register, komnr, [block(raw.height)])
        same(found[komnr], alone)


def same(found: ChainResult, wanted: ChainResult) -> None:
    assert found.gone.equals(wanted.gone)
    assert found.states.keys() == wanted.states.keys()
    for name, frame in wanted.states.items():
        assert found.states[name].schema == frame.schema
        assert found.states[name].equals(frame), name
    assert found.steps[-1].frame.equals(wanted.steps[-1].frame)
    for mine, theirs in zip(found.steps, wanted.steps, strict=True):
        assert (mine.name, list(mine.removed.items()), list(mine.remarks.items())) == (
            theirs.name, list(theirs.removed.items()), list(theirs.remarks.items()),
        )  # fmt: skip
    ((*mine,),), ((*theirs,),) = found.of_blocks, wanted.of_blocks
    assert [(one.name, one.frame.height, one.remarks) for one in mine] == [
        (one.name, one.frame.height, one.remarks) for one in theirs
    ]


THREE_OF_LOANS = given(st.tuples(LOANS, LOANS, LOANS), st.booleans())


@settings(max_examples=5)
@THREE_OF_LOANS
def test_loans_of_several_kommuner(loans: tuple[Loans, ...], for_others: bool) -> None:
    raws = [made_up.raw([made_up.loan(**row) for row in rows]) for rows in loans]
    require_same(OF_LOANS, raws, REGISTER, lambda rows: Block(K4, rows, date.max if for_others else None))


test_loans_of_several_kommuner_often = often(100, THREE_OF_LOANS, test_loans_of_several_kommuner)

THREE_OF_SERVICES = given(st.tuples(GIVEN, GIVEN, GIVEN), st.booleans())


@settings(max_examples=5)
@THREE_OF_SERVICES
def test_services_of_several_kommuner(services: tuple[list[made_services.Row], ...], covered: bool) -> None:
    raws = [made_services.raw(rows) for rows in services]
    require_same(SERVICES, raws, PEOPLE, lambda rows: Block(MONTH, rows, covered))


test_services_of_several_kommuner_often = often(100, THREE_OF_SERVICES, test_services_of_several_kommuner)


def test_one_person_in_two_kommuner_has_two_spells() -> None:
    raws = dict.fromkeys(("101", "155"), made_services.raw([service()]))
    done = dict(run_several(SERVICES, raws, PEOPLE, Block(MONTH, 0, agreed=False)).apart())
    assert [done[komnr].steps[-1].frame["komnr_statbank"].to_list() for komnr in raws] == [["101"], ["155"]]


def test_rows_that_change_kommune_are_no_balance() -> None:
    """What balances over all of them must balance for each."""

    def renumber(rows: pl.DataFrame, _context: Context) -> pl.DataFrame:
        return rows.with_columns(raekke=pl.Series([0, 1, 2, 2], dtype=pl.UInt32)[: rows.height]).sort("raekke")

    raws = {"101": made_services.raw([service()] * 3), "155": made_services.raw([service()])}
    together = run_several(with_rule(renumber), raws, PEOPLE, Block(MONTH, 0, agreed=False))
    with pytest.raises(LedgerError, match="cpr_validated"):
        list(together.apart())


def test_a_rule_that_loses_a_row() -> None:
    raws = {komnr: made_services.raw([service()] * 2) for komnr in ("101", "155")}
    with pytest.raises(LedgerError, match="cpr_validated"):
        run_several(with_rule(lambda rows, _context: rows.head(-1)), raws, PEOPLE, Block(MONTH, 0, agreed=False))


def with_rule(function: Callable[[pl.DataFrame, Context], pl.DataFrame]) -> Rulebook:
    """The first data state of services, with one rule more."""
    state = SERVICES.chain[0]
    return Rulebook(SERVICES.raw, (replace(state, rules=(*state.rules, Rule("x", "", "derives", function))),))

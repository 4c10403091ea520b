"""Data states of all rows of a kommune stand behind those that run by delivery."""

from dataclasses import replace

import pytest

from hjalp_pipeline.rules.rulebook import Rulebook
from hjalp_pipeline.statistics.hand.rules.rule_list import RULEBOOK


def test_a_state_by_delivery_after_one_of_all_rows_does_not_load() -> None:
    assert [state.name for state in RULEBOOK.whole] == ["spells_united"]
    with pytest.raises(ImportError, match="data states of all rows stand last: spells_united"):
        Rulebook(RULEBOOK.raw, tuple(reversed(RULEBOOK.chain)))


def test_without_such_states_the_chain_is_by_delivery() -> None:
    chain = tuple(replace(state, whole=False) for state in RULEBOOK.chain)
    made = Rulebook(RULEBOOK.raw, chain)
    assert (made.by_block, made.whole) == (chain, ())

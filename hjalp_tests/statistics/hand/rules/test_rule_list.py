"""The list of rules is the program: every rule has all that is told of it, in the order of the specification."""

from collections import Counter

import pytest

from hjalp_pipeline.contracts.states import contracts
from hjalp_pipeline.rules.rule import Code, DataState, Rule
from hjalp_pipeline.statistics.hand.declaration import STATISTIC
from hjalp_pipeline.statistics.hand.rules.rule_list import RULEBOOK

CONTRACTS = contracts(STATISTIC)
#: The only reasons for which a row may leave, as the specification has them.
REASONS = {
    "leverance": {"MANGLER", "DATO", "KOMNR", "FELT"},
    "raw": {"DUBLET", "GENGANGER"},
    "cpr_validated": {"CPR_FIKTIVT", "CPR_UKURANT"},
    "dates_corrected": {"STARTET_EFTER_DOED", "SLUT_FOER_START"},
    "code_known": {"YDELSE_UKENDT", "KODE_PERIODE"},
    "kommune_assigned": {"DAEKKET"},
    "spells_united": {"SAMMENLAGT"},
}


def test_reasons_by_step() -> None:
    assert tuple(REASONS) == RULEBOOK.steps
    assert {step: set(RULEBOOK.codes_of(step, "removes")) for step in RULEBOOK.steps} == REASONS


def test_the_order_of_the_rules() -> None:
    families = [rule.id.partition(".")[0][:2] for state in RULEBOOK.chain for rule in state.rules]
    assert list(dict.fromkeys(families)) == ["H3", "H4", "H5", "H7", "H9", "H6"]


@pytest.mark.parametrize("rule", RULEBOOK.rules, ids=lambda rule: rule.id)
def test_a_rule_has_all_that_is_told_of_it(rule: Rule) -> None:
    assert rule.title_da
    assert rule.source == rule.id[:2] or rule.id.startswith("O")
    assert rule.function.__doc__
    assert rule.codes or rule.severity in ("selects", "derives")
    assert all(code.name.isupper() and code.name.isascii() and code.text_da for code in rule.codes)
    assert rule.severity != "removes" or all(code.colour != Code("X", "").colour for code in rule.codes)


def test_colours_tell_the_reasons_apart() -> None:
    removes = [code.colour for rule in RULEBOOK.rules if rule.severity == "removes" for code in rule.codes]
    assert len(set(removes)) == len(removes)


def test_what_is_no_fault_of_a_kommune() -> None:
    assert {name for name, code in RULEBOOK.codes.items() if not code.fault} == {"DAEKKET", "SAMMENLAGT"}


def test_codes_are_told_once() -> None:
    for step, rules in RULEBOOK.by_step.items():
        assert max(Counter(name for rule in rules for name in rule.names).values(), default=1) == 1, step


@pytest.mark.parametrize("state", RULEBOOK.chain, ids=lambda state: state.name)
def test_contracts_know_the_same_codes_and_columns(state: DataState) -> None:
    columns = CONTRACTS[state.name].columns
    assert {column.name for column in state.columns} == set(columns)
    assert state.columns[0].name == "raekke"
    assert state.whole == (state.name == "spells_united")


def test_the_rules_say_which_columns_of_the_raw_data_they_look_at() -> None:
    rules = [rule for state in RULEBOOK.chain for rule in state.rules] + list(RULEBOOK.oddities)
    assert {column for rule in rules for column in rule.reads} <= set(CONTRACTS["raw"].columns)

"""The list of rules is the program: every rule has all that is told of it, and nothing is told that is no rule."""

import ast
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

from hjalp_pipeline.contracts.states import contracts
from hjalp_pipeline.delivery.codes import FindingCode
from hjalp_pipeline.rules.rule import Code, DataState, Rule
from hjalp_pipeline.rules.rulebook import INTAKE_REASONS, require_whole
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.statistics.hjalp.rules import rule_list
from hjalp_pipeline.statistics.hjalp.rules.lov_tekst import Outcome
from hjalp_pipeline.statistics.hjalp.rules.oddities import ODDITIES
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK

CHAIN, CODES, RULES, STEPS = RULEBOOK.chain, RULEBOOK.codes, RULEBOOK.rules, RULEBOOK.steps
CONTRACTS = contracts(STATISTIC)
#: The only reasons for which a row may leave, as the specification has them.
REASONS = {
    "leverance": {"MANGLER", "DATO", "KOMNR", "FELT"},
    "raw": {"DUBLET", "GENGANGER"},
    "cpr_validated": {"IKKE_AKTIV", "CPR_FIKTIVT", "CPR_UKURANT"},
    "dates_corrected": {"UDLEVERET_EFTER_DOED", "INDLEVERET_FOER_UDLEVERING", "IKKE_AKTIV"},
    "paragraph_enriched": set(),
    "kommune_assigned": set(),
}


def test_reasons_by_step() -> None:
    assert tuple(REASONS) == STEPS
    assert {step: set(RULEBOOK.codes_of(step, "removes")) for step in STEPS} == REASONS
    assert set(INTAKE_REASONS) == set(FindingCode)


def test_oddities_come_last_in_their_step() -> None:
    for _, rules in RULEBOOK.by_step.items():
        assert len(list(groupby(rule.id[0] for rule in rules))) <= 2


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_all_that_is_told_of_it(rule: Rule) -> None:
    assert rule.title_da
    assert rule.source.startswith("seed ")
    assert rule.function.__doc__
    assert rule.codes or rule.severity in ("selects", "derives")
    assert all(code.name.isupper() and code.name.isascii() and code.text_da for code in rule.codes)
    plain = Code("X", "").colour
    assert all(code.colour.startswith("#") for code in rule.codes)
    assert rule.severity != "removes" or all(code.colour != plain for code in rule.codes), "told apart in plots"


def test_codes_are_told_once() -> None:
    """One code may be given by two rules; then it is the same value, with one sentence."""
    assert all(CODES[code.name] is code for rule in RULES for code in rule.codes)
    for step, rules in RULEBOOK.by_step.items():
        assert max(Counter(name for rule in rules for name in rule.names).values()) == 1, step


def test_what_is_no_fault_of_a_kommune() -> None:
    assert {name for name, code in CODES.items() if not code.fault} == {"IKKE_AKTIV", "OVER_20_AAR", "EFTER_AARET"}


def test_a_rule_that_is_declared_and_not_listed_does_not_load() -> None:
    other = replace(RULES[0], id="R99")
    with pytest.raises(ImportError, match=r"not listed: .'R99'."):
        require_whole([*RULES, other], RULES)


def test_a_rule_listed_twice_does_not_load() -> None:
    with pytest.raises(ImportError, match=r"listed twice: .'R3a'."):
        require_whole(RULES, [*RULES, CHAIN[0].rules[0]])


@pytest.mark.parametrize("module", sorted(Path(rule_list.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_a_code_is_written_where_it_is_declared_and_nowhere_else(module: Path) -> None:
    texts = [
        node.value
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in CODES
    ]
    if module.stem not in ("lov_tekst", "lov_tekst_words"):  # the outcomes of a text are held against the codes below
        assert max(Counter(texts).values(), default=1) == 1


def test_outcomes_of_a_text_are_codes() -> None:
    assert {outcome.value for outcome in Outcome} - {"PARAGRAF"} <= set(RULEBOOK.values_of("lov_kilde"))


@pytest.mark.parametrize("state", CHAIN, ids=lambda state: state.name)
def test_contracts_know_the_same_codes_and_columns(state: DataState) -> None:
    columns = CONTRACTS[state.name].columns
    assert {column.name for column in state.columns} == set(columns)
    for column in {rule.column for rule in state.rules if rule.column}:
        (check,) = columns[column].checks
        assert set(check.statistics["allowed_values"]) == set(RULEBOOK.values_of(column))


@pytest.mark.parametrize("state", CHAIN, ids=lambda state: state.name)
def test_rows_of_a_state_stand_in_the_order_of_the_raw_data(state: DataState) -> None:
    assert [column.name for column in state.columns if column.ascending] == ["raekke"] == [state.columns[0].name]


def test_the_least_that_a_column_may_hold() -> None:
    least = {column.name: column.at_least for state in CHAIN for column in state.columns if column.at_least is not None}
    assert least == {"indleveringsdato": date(2022, 7, 1), "foed_dato": date(1800, 1, 1)}


def test_reports_have_a_sentence_for_every_reason() -> None:
    reasons = {reason for of_step in REASONS.values() for reason in of_step}
    corrected = {name for rule in RULES if rule.severity == "corrects" for name in rule.names}
    assert set(RULEBOOK.in_words) == reasons | corrected


def test_the_rules_say_which_columns_of_the_raw_data_they_look_at() -> None:
    """The chain reads those and no more, so that a rule finds a field of the layout by naming it."""
    rules = [rule for state in CHAIN for rule in state.rules] + list(ODDITIES)
    assert {column for rule in rules for column in rule.reads} <= set(CONTRACTS["raw"].columns)
    assert all(rule.reads for rule in ODDITIES)

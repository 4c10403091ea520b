"""The list of rules holds every code a step can give, once, and in the order the rules apply."""

import ast
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from hjalp_pipeline.contracts.states import CONTRACTS
from hjalp_pipeline.delivery.codes import FindingCode
from hjalp_pipeline.rules import rule_list
from hjalp_pipeline.rules.rule_list import INTAKE_REASONS, RULES, STEPS, reasons_of

#: The only reasons for which a row may leave, as the rules write them.
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
    assert {step: set(reasons_of(step)) for step in STEPS} == REASONS
    assert set(INTAKE_REASONS) == set(FindingCode)


def test_ids_are_unique_and_in_order() -> None:
    ids = [rule.id for rule in RULES]
    assert max(Counter(ids).values()) == 1
    steps = [*STEPS, "tables", "suppressed", "microdata"]
    chained = [steps.index(rule.step) for rule in RULES if rule.id.startswith("R")]
    assert chained == sorted(chained)
    assert [rule.id[0] for rule in RULES] == sorted((rule.id[0] for rule in RULES), reverse=True), "oddities last"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_it_is(rule: rule_list.Rule) -> None:
    assert rule.title_da
    assert rule.codes or rule.severity in ("selects", "derives")
    assert all(code.isupper() and code.isascii() for code in rule.codes)


def test_a_step_gives_a_code_once() -> None:
    codes = Counter((rule.step, code) for rule in RULES for code in rule.codes)
    assert max(codes.values()) == 1


def test_every_code_written_in_the_rules_stands_in_the_list() -> None:
    """Reads the modules: a reason that no test happens to bring about must not be missing either."""
    here = Path(rule_list.__file__).parent
    known = set(chain.from_iterable(rule.codes for rule in RULES)) | {"PARAGRAF", "K1", "K2", "K3", "K4"}
    for module in ("systems", "gengangere", "period", "cpr", "dates", "paragraph", "kommune", "oddities"):
        tree = ast.parse((here / f"{module}.py").read_text(encoding="utf-8"))
        texts = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        codes = {text for text in texts if len(text) > 2 and text.isupper() and text.replace("_", "").isalnum()}
        assert codes <= known, module


@pytest.mark.parametrize(
    ("contract", "column"),
    [("dates_corrected", "rettelse"), ("paragraph_enriched", "lov_kilde"), ("kommune_assigned", "kommune_kilde")],
)
def test_the_contracts_know_the_same_codes(contract: str, column: str) -> None:
    (check,) = CONTRACTS[contract].columns[column].checks
    listed = {code for rule in RULES if rule.step == contract and rule.severity != "removes" for code in rule.codes}
    assert set(check.statistics["allowed_values"]) == listed - {"OVER_20_AAR", "LOV_NAVN_UKENDT"}

"""docs/rules.md is made of the list of rules, and leaves nothing of it out."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from hjalp_pipeline.delivery.codes import RejectionCode
from hjalp_pipeline.reference.rules_page import SEVERITIES, rules_page
from hjalp_pipeline.rules.rule import Severity
from hjalp_pipeline.statistic import Statistic, declared

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("name", "page"), [("hjalp", "rules.md"), ("hand", "rules-hand.md")])
def test_the_page_is_what_the_list_makes(name: str, page: str) -> None:
    made = rules_page(declared(name))
    remake = f"python -m hjalp_pipeline.reference.rules_page {name} > docs/{page}"
    assert (DOCS / page).read_text(encoding="utf-8") == made, remake


def test_every_rule_has_its_place_and_every_code_its_sentence(statistic: Statistic) -> None:
    page = rules_page(statistic)
    at = [page.index(f"\n### {rule.id} {rule.title_da}\n") for rule in statistic.rulebook.rules]
    assert at == sorted(at)
    for rule, begin, end in zip(statistic.rulebook.rules, at, [*at[1:], len(page)], strict=True):
        told = page[begin:end]
        assert rule.source in told
        assert all(f"| `{code.name}` | {code.text_da} |" in told for code in rule.codes)
    assert all(f"| `{code}` |" in page for code in RejectionCode)


def test_every_severity_is_explained() -> None:
    assert list(SEVERITIES) == list(get_args(Severity))

"""The article rules of both statistics, on whole tables of figures by a formula: length, headline, no empty field."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from functools import cache
from typing import get_args

import pytest

from hjalp_pipeline.publishing.article.article import article, article_html
from hjalp_pipeline.publishing.article.finding_rules import HEADLINE_WORDS, WORDS
from hjalp_pipeline.publishing.article.grammar import words
from hjalp_pipeline.publishing.table import Language, Text
from hjalp_pipeline.statistic import declared
from hjalp_pipeline.storage.root import STATISTICS
from hjalp_tests.publishing.article.made_up import BESIDE

TIMES = {"hjalp": ("2023", "2024"), "hand": ("2023K4", "2024K4")}
#: The figures of a case: of one time alone, of fewer or more than before, and how many of a hundred cells are hidden.
CASES = {"rising": (2, 0), "falling": (-2, 0), "one time": (0, 0), "some hidden": (1, 30), "nearly all hidden": (1, 98)}


@cache
def files(statistic: str, case: str) -> dict[str, bytes]:
    """The csv files of a release. Totals are no sums: the rules of an article add up nothing that has a total."""
    step, hidden = CASES[case]
    times = TIMES[statistic][-1:] if case == "one time" else TIMES[statistic]
    found = {}
    for spec in declared(statistic).tables:
        codes = [dimension.variable.codes for dimension in spec.dimensions]
        rows = [";".join([*(name.upper() for name in spec.codes), "TID", "INDHOLD"])]
        for number, cell in enumerate(itertools.product(*codes)):
            base = 300 + number * 7919 % 600
            for place, time in enumerate(times):
                figure = str(base + step * place * (base // 10)) if number * 31 % 100 >= hidden else ".."
                if spec.decimals and figure != "..":
                    figure = f"{figure[:-1]},{figure[-1]}"
                rows.append(";".join([*cell, time, figure]))
        found[spec.csv] = ("\ufeff" + "".join(f"{row}\r\n" for row in rows)).encode()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("statistic", STATISTICS)
def test_an_article_is_whole(statistic: str, case: str, language: Language) -> None:
    rules = declared(statistic).article
    assert rules is not None
    beside = replace(BESIDE, links=dict.fromkeys(rules.tables, Text("https://example.dk", "https://example.dk")))
    found = article(rules, files(statistic, case), beside, language)
    assert found is not None
    assert words(found.headline) <= HEADLINE_WORDS
    told = [
        found.headline,
        found.lead,
        found.about,
        *(part for one in found.sections for part in (one.heading, one.text)),
    ]
    for text in told:
        assert not re.search(r"[{}]|\.\.|  |None", text), text
        assert not text or text[0].isupper() or text[0].isdigit(), text
    if case != "nearly all hidden":
        assert WORDS[0] <= found.words <= WORDS[1], found.words
        assert len(found.sections) == 2
        assert found.exhibit is not None
    assert article_html(rules, files(statistic, case), beside, language)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_sentence_needs_none_before_it(statistic: str) -> None:
    """Any of them may be left out: none begins with a pronoun, and a change says since when."""
    rules = declared(statistic).article
    assert rules is not None
    for text in (text for one in (rules.figure, *rules.sections) for text in (*one.told, *one.more)):
        for told in text:
            assert not re.match(r"(Det|Den|De|It|They|This|Mindst er den) ", told), told
            assert "er_pct}" not in told or re.search("{(before|then)}", told), told


@pytest.mark.parametrize("statistic", STATISTICS)
def test_its_columns_and_codes_are_those_of_its_tables(statistic: str) -> None:
    rules, tables = declared(statistic).article, {spec.id: spec for spec in declared(statistic).tables}
    assert rules is not None
    rankings = [rules.figure, *rules.sections]
    for table, at in [(rules.total.table, rules.total.at), *((one.table, one.at) for one in rankings)]:
        variables = {dimension.column.upper(): dimension.variable for dimension in tables[table].dimensions}
        assert set(at) <= set(variables)
        assert all(code in variables[column].codes for column, code in at.items())
    for one in rankings:
        dimensions = {dimension.column.upper(): dimension.variable for dimension in tables[one.table].dimensions}
        assert dimensions[one.by].codes == rules.variables[one.by].codes
        assert set(one.leave_out) <= set(rules.variables[one.by].codes)
        assert one.decimals == tables[one.table].decimals
    assert rules.total.stock == tables[rules.total.table].time.stock

"""What docs/analysts.md asks is answered, in the columns it shows; the answers themselves are a demo's (``golden/``)."""

from __future__ import annotations

import re

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.production.relations import relations
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.terminal.analysts_page import PAGE, answer, answered, questions

pytestmark = pytest.mark.slow

TEXT = PAGE.read_text(encoding="utf-8")
QUESTIONS = questions(TEXT)


def columns(printed: str) -> list[str]:
    """The names in the first line of a table."""
    return printed.splitlines()[0].split()


def without_answers(page: str) -> str:
    for _, printed in questions(page).values():
        page = page.replace(printed, "", 1)
    return page


def rows(printed: str) -> int:
    (number,) = re.findall(r"^\(([\d,]+) rows?\)$", printed, re.MULTILINE)
    return int(number.replace(",", ""))


def test_ten_questions() -> None:
    assert list(QUESTIONS) == list(range(1, 11))
    assert len(re.findall("^## ", TEXT, re.MULTILINE)) == 10
    assert all(rows(printed) == len(printed.splitlines()) - 2 > 1 for _, printed in QUESTIONS.values())


@pytest.mark.parametrize("number", QUESTIONS)
def test_a_question(root: DataRoot, number: int) -> None:
    sql, shown = QUESTIONS[number]
    assert columns(answer(sql)) == columns(shown)


def test_most_have_an_answer_in_a_small_country(root: DataRoot) -> None:
    """A question that nobody can answer would pass with its columns alone."""
    assert {number for number, (sql, _) in QUESTIONS.items() if rows(answer(sql))} >= {1, 3, 4, 5, 7, 8, 9, 10}


def test_the_page_is_written_anew_by_the_same_questions(root: DataRoot) -> None:
    again = answered(TEXT)
    assert again != TEXT, "another country"
    assert {number: sql for number, (sql, _) in questions(again).items()} == {
        n: sql for n, (sql, _) in QUESTIONS.items()
    }
    assert without_answers(again) == without_answers(TEXT)


def test_every_relation_is_named(root: DataRoot) -> None:
    """On the page or in that of a quarter; tables and data states by their kind."""
    quarter = PAGE.with_name("quarter.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([\w.]+)`", TEXT + quarter))
    names = {relation.name.rpartition(".")[2] for relation in relations(root)}
    kinds = {f"{kind}hjalp{nr}{end}" for nr in "123" for kind, end in (("", ""), ("suppressed_", ""), ("", "_newest"))}
    assert names - told - kinds - set(root.declared.rulebook.states) == set()


def test_the_example_of_the_help(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["query", "--help"])
    (example,) = re.findall(r'hjalp query "(.*?)"', " ".join(capsys.readouterr().out.split()))
    assert rows(answer(example)) == 2

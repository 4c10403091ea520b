"""The reader of lov_tekst (R7) on texts that were decided, their neighbours and our own cases, each a line of a file."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import usable_codes
from hjalp_pipeline.statistics.hjalp.rules import lov_tekst
from hjalp_pipeline.statistics.hjalp.rules.lov_tekst import Outcome, Reading

HERE = Path(__file__).parent
#: For a loan issued on 2025-08-01 in a delivery of 2025K3: a code of later changes none of this.
USABLE = usable_codes(Kvartal(2025, 3).first_day, Kvartal(2025, 3).last_day)


def read_lov_tekst(text: str | None) -> Reading:
    return lov_tekst.read_lov_tekst(text, USABLE)


def rows(name: str, quoting: Literal[0, 3] = csv.QUOTE_NONE) -> list[dict[str, str]]:
    """A file of cases."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";", quoting=quoting))


def otherwise(cases: Iterable[tuple[str, str | None]]) -> list[tuple[str, str | None, str | None]]:
    """Of texts and their codes ("" or None: none) those that are read otherwise: text, code, what was read."""
    read = ((text, code or None, read_lov_tekst(text).code) for text, code in cases)
    return [case for case in read if case[1] != case[2]]


def test_decided_texts() -> None:
    """The statistic's owner decided these for a loan issued on 2025-08-01 in a delivery of 2025K3."""
    cases = rows("lov_tekst_cases.csv", csv.QUOTE_MINIMAL)
    assert otherwise((row["lov_tekst"], row["lov_navn_opret"]) for row in cases) == []
    assert len(cases) > 400


def _neighbours() -> list[tuple[str, str]]:
    """Text and code by the last semicolon of each line: the texts hold some themselves."""
    lines = (HERE / "lov_tekst_neighbours.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [(text, code) for text, _, code in (line.rpartition(";") for line in lines)]


def test_their_neighbours() -> None:
    assert otherwise(_neighbours()) == []
    assert len(_neighbours()) > 500


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_case_does_not_matter_to_decided_texts(change: Callable[[str], str]) -> None:
    texts = [row["lov_tekst"] for row in rows("lov_tekst_cases.csv", csv.QUOTE_MINIMAL)]
    texts += [text for text, _ in _neighbours()]
    assert [text for text in texts if read_lov_tekst(change(text)) != read_lov_tekst(text)] == []


def _unescape(text: str) -> str:
    """Characters nobody can see stand as \\uXXXX in the file of cases."""
    head, *rest = text.split("\\u")
    return head + "".join(chr(int(part[:4], 16)) + part[4:] for part in rest)


def test_owners_examples() -> None:
    cases = rows("lov_tekst_examples.csv")
    assert otherwise((row["lov_tekst"], row["expected"]) for row in cases) == []
    assert len(cases) >= 30


def test_further_cases() -> None:
    cases = rows("lov_tekst_more.csv")
    wrong = {
        row["lov_tekst"]: read
        for row in cases
        if (read := read_lov_tekst(_unescape(row["lov_tekst"])))
        != Reading(row["code"] or None, Outcome[row["outcome"]])
    }
    assert wrong == {}
    assert len(cases) > 300

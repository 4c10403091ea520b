"""What may be a CPR number in a note or an id: every way of writing one is found, ordinary ids and notes are not."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.dialogue.approval.cpr_like import CPR_LIKE_ID, holds_cpr


def hidden(*ids: str) -> list[bool]:
    return pl.Series(ids, dtype=pl.String).str.contains(CPR_LIKE_ID).to_list()


@pytest.mark.parametrize(
    "text",
    [
        "2505881234",
        "250588-1234",
        "250588 1234",
        " 2505881234 ",
        "8505881234",
        "9999999999",
        "ID250588-1234/2",
        "0025058812341",
        "010203.1234",
        "010203_1234",
        "010203/1234",
        "010203--1234",
        "010203 - 1234",
        "A010203\u20131234",
        "010203\u200d1234",
        "01-02-03-1234",
        "01.02.03-1234",
        "01/02 - 03 / 1234",
        "0102 03 1234",
        "01021903-1234",
        "01-02-2003-1234",
        "0102 18031234",
    ],
)
def test_ids_that_are_not_shown(text: str) -> None:
    assert hidden(text) == [True]


@pytest.mark.parametrize(
    "text",
    [
        "540-3",
        "U101234567",
        "100000007",
        "540-HJM-0100000007",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "3313991234567",
        "udlån-2024-000123",
        "2024-000123",
        "20240102",
        "12345678",
        "2024-01-02",
        "02-01-2024",
        "2024-01-02 / 540",
        "01-02-03----1234",
        "01-02-2103-123",
        "",
    ],
)
def test_ids_that_are_shown(text: str) -> None:
    assert hidden(text) == [False]


@pytest.mark.parametrize(
    "text",
    [
        "vedr. 2505881234",
        "250588-1234",
        "250588 - 1234",
        "(250588.1234)",
        "12345678901",
        "01 02 03 1234",
        "pr. 01.02.03-1234",
        "01-02-03-1234.",
        "0102 031234",
        "01021903-1234",
        "d. 01-02-1903 / 1234",
        "010203_1234",
        "01 02 03 12 34",
    ],
)
def test_notes_that_are_refused(text: str) -> None:
    assert holds_cpr(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ring 33 17 33 17",
        "tlf. 39173917",
        "brev 20.05.2025 kl. 09.30",
        "sag 2025-114, side 2",
        "20.05.2025",
        "540-2024-01-02",
        "tlf. +45 39 17 31 40",
    ],
)
def test_notes_that_are_taken(text: str) -> None:
    assert not holds_cpr(text)


BETWEEN = st.text(alphabet="-./_ \u2013", max_size=3)


@given(st.text(max_size=5), st.dates(), st.booleans(), BETWEEN, BETWEEN, BETWEEN, st.integers(0, 9999))
def test_a_number_with_a_date_is_found_whatever_stands_around_it(
    around: str, birth: dt.date, century: bool, first: str, second: str, third: str, serial: int
) -> None:
    year = f"{1858 + birth.year % 200:04d}" if century else f"{birth.year % 100:02d}"
    text = f"{around}{birth:%d}{first}{birth:%m}{second}{year}{third}{serial:04d}{around}"
    assert hidden(text) == [True]
    assert holds_cpr(text)

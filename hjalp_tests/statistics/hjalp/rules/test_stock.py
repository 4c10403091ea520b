"""R10: the stock ultimo a year, and R6's part in it."""

from datetime import date

import polars as pl
import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.statistics.hjalp.rules.dates import on_loan_ultimo
from hjalp_pipeline.statistics.hjalp.rules.stock import SCHEMA, age_group, reference_years, stock
from hjalp_tests.rules.made_up import day

LOAN = pl.Schema(
    {
        "person": pl.UInt32,
        "komnr_statbank": pl.String,
        "koen": pl.UInt8,
        "foed_dato": pl.Date,
        "doddato": pl.Date,
        "udleveringsdato": pl.Date,
        "indleveringsdato": pl.Date,
        "udgaar_fra_aar": pl.Int32,
    }
)


def loans(*rows: tuple[int, str, str, str | None, int | None]) -> pl.DataFrame:
    """Loans of person, kommune, udleveret, indleveret, udgaar_fra_aar; a person's sex goes with its number."""
    values = [
        (person, komnr, 2 - person % 2, date(1950, 1, 1), None, day(out), day(back), aar)
        for person, komnr, out, back, aar in rows
    ]
    return pl.DataFrame(values, schema=LOAN, orient="row")


CASES = [
    # udleveret, indleveret, udgaar_fra_aar -> on loan ultimo 2024
    ("2024-12-31", None, 2045, True),  # issued on 31 December
    ("2025-01-01", None, 2045, False),
    ("2023-01-01", "2024-12-30", None, False),
    ("2023-01-01", "2024-12-31", None, False),  # returned or died on 31 December
    ("2023-01-01", "2025-01-01", None, True),
    ("2024-12-31", "2024-12-31", None, False),
    ("2024-12-31", "2025-01-01", None, True),
    ("2004-12-31", None, 2025, True),  # R6: 2025 is the first year that leaves it out
    ("2004-12-30", None, 2024, False),
    ("2003-01-01", None, 2023, False),
    ("1990-01-01", "2025-01-01", None, True),  # closed loans are believed
]


@pytest.mark.parametrize(("udleveret", "indleveret", "aar", "expected"), CASES)
def test_on_loan(udleveret: str, indleveret: str | None, aar: int | None, expected: bool) -> None:
    frame = loans((1, "101", udleveret, indleveret, aar))
    assert frame.filter(on_loan_ultimo(2024)).height == expected
    assert stock(frame, [2024])["udlaan"].to_list() == ([1] if expected else [])


def test_a_row_per_year_person_and_kommune() -> None:
    frame = loans(
        (2, "147", "2023-01-01", None, 2043),
        (1, "101", "2023-01-01", None, 2043),
        (1, "101", "2024-01-01", None, 2044),
        (1, "147", "2024-01-01", None, 2044),
        (2, "147", "2022-01-01", "2024-01-01", None),
    )
    found = stock(frame, [2023, 2024])
    assert found.schema == SCHEMA
    assert found.rows() == [
        (2023, 1, "101", 1, "7074", 1),
        (2023, 2, "147", 2, "7074", 2),
        (2024, 1, "101", 1, "7074", 2),
        (2024, 1, "147", 1, "7074", 1),
        (2024, 2, "147", 2, "7074", 1),
    ]


def test_the_age_group_moves_with_the_year_and_stops_with_death() -> None:
    frame = loans((1, "101", "2023-01-01", "2027-01-01", None))
    assert stock(frame, [2024, 2025])["aldersgruppe"].to_list() == ["7074", "7579"]
    died = frame.with_columns(doddato=date(2024, 12, 31))
    assert stock(died, [2024, 2025])["aldersgruppe"].to_list() == ["7074", "7074"]


def test_nothing_to_count() -> None:
    for found in (stock(loans(), [2023, 2024]), stock(loans((1, "101", "2023-01-01", None, 2043)), [])):
        assert (found.height, found.schema) == (0, SCHEMA)


def test_reference_years() -> None:
    assert list(reference_years(Kvartal(2024, 4))) == [2022, 2023, 2024]
    assert list(reference_years(Kvartal(2025, 1))) == [2022, 2023, 2024, 2025]


GROUPS = {
    "0024": (0, 24),
    "2549": (25, 49),
    "5059": (50, 59),
    "6064": (60, 64),
    "6569": (65, 69),
    "7074": (70, 74),
    "7579": (75, 79),
    "8084": (80, 84),
    "8589": (85, 89),
    "90-": (90, 125),
}


def test_every_age_has_its_group() -> None:
    ages = pl.DataFrame({"alder": pl.Series(range(126), dtype=pl.Int32)})
    found = ages.select(gruppe=age_group(pl.col("alder")))["gruppe"].to_list()
    assert found == [code for code, (lower, upper) in GROUPS.items() for _ in range(lower, upper + 1)]

"""H4: dates and death."""

import pytest

from hjalp_tests.rules.made_up import Person, day, register
from hjalp_tests.statistics.hand.rules.made_services import chained, in_state, raw, reasons, service

KEPT = [
    # start, end, died -> end after H4, correction
    ("2023-01-01", None, None, None, None),
    ("2023-01-01", "2024-01-01", None, "2024-01-01", None),
    ("2023-01-01", "2023-01-01", None, "2023-01-01", None),  # one day
    ("2023-01-01", None, "2024-06-15", "2024-06-15", "RETTET_DOED"),
    ("2024-06-15", None, "2024-06-15", "2024-06-15", "RETTET_DOED"),  # started on the day of death
    ("2023-01-01", "2024-06-14", "2024-06-15", "2024-06-14", None),
    ("2023-01-01", "2024-06-15", "2024-06-15", "2024-06-15", None),  # ended on the day of death
    ("2023-01-01", "2024-06-16", "2024-06-15", "2024-06-15", "RETTET_DOED"),  # a day after: no 31 days here
    ("2023-01-01", "9999-12-31", "2024-06-15", "2024-06-15", "RETTET_DOED"),
    ("2024-02-29", None, "2024-02-29", "2024-02-29", "RETTET_DOED"),
]
REMOVED = [
    ("2024-06-16", None, "2024-06-15", "STARTET_EFTER_DOED"),
    ("2024-06-16", "2024-06-20", "2024-06-15", "STARTET_EFTER_DOED"),
    ("2024-06-16", "2024-06-10", "2024-06-15", "STARTET_EFTER_DOED"),  # though it also ends before it starts
    ("2023-01-02", "2023-01-01", None, "SLUT_FOER_START"),
    ("2023-01-02", "2023-01-01", "2024-06-15", "SLUT_FOER_START"),
]


@pytest.mark.parametrize(("start", "slut", "doed", "after", "rettelse"), KEPT)
def test_kept(start: str, slut: str | None, doed: str | None, after: str | None, rettelse: str | None) -> None:
    people = register(Person(doed=doed))
    rows = in_state("cpr_validated", raw([service(ydelse_start=start, ydelse_slut=slut)]), people).frame
    step = in_state("dates_corrected", rows, people)
    row = step.frame.row(0, named=True)
    assert (row["ydelse_start"], row["ydelse_slut"], row["doddato"]) == (day(start), day(after), day(doed))
    assert row["rettelse"] == rettelse
    assert dict(step.remarks) == ({rettelse: 1} if rettelse else {})


@pytest.mark.parametrize(("start", "slut", "doed", "reason"), REMOVED)
def test_removed(start: str, slut: str | None, doed: str | None, reason: str) -> None:
    result = chained([service(ydelse_start=start, ydelse_slut=slut)], register(Person(doed=doed)))
    assert reasons(result) == {0: reason}

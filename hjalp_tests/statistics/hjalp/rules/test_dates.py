"""R5, R3 again and R6: dates and death, and open loans too old to be believed."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.rules.rule import Context
from hjalp_pipeline.rules.step import Step
from hjalp_pipeline.statistics.hjalp.rules.dates import grow_too_old, issued_after
from hjalp_tests.rules.made_up import Person, correct_indleveringsdato, day, loan, raw, register, validate_cpr


def corrected(udleveret: str, indleveret: str | None, doed: str | None) -> Step:
    people = register(Person(doed=doed))
    rows = raw([loan(udleveringsdato=udleveret, indleveringsdato=indleveret)])
    return correct_indleveringsdato(validate_cpr(rows, people).frame, people)


KEPT = [
    # udleveret, indleveret, died -> indleveret after R5, correction
    ("2023-01-01", None, None, None, None),
    ("2023-01-01", "2024-01-01", None, "2024-01-01", None),
    # 2: an open loan ends on the day of death
    ("2023-01-01", None, "2024-06-15", "2024-06-15", "RETTET_DOED"),
    ("2024-06-15", None, "2024-06-15", "2024-06-15", "RETTET_DOED"),  # issued on that day
    ("1990-01-01", None, "2024-06-15", "2024-06-15", "RETTET_DOED"),
    # 3: more than 31 days after
    ("2023-01-01", "2024-06-14", "2024-06-15", "2024-06-14", None),
    ("2023-01-01", "2024-06-15", "2024-06-15", "2024-06-15", None),
    ("2023-01-01", "2024-06-16", "2024-06-15", "2024-06-16", None),
    ("2023-01-01", "2024-07-15", "2024-06-15", "2024-07-15", None),
    ("2023-01-01", "2024-07-16", "2024-06-15", "2024-07-16", None),  # exactly 31
    ("2023-01-01", "2024-07-17", "2024-06-15", "2024-06-15", "RETTET_DOED_31"),
    ("2023-01-01", "2026-01-01", "2024-06-15", "2024-06-15", "RETTET_DOED_31"),
    ("2023-01-01", "2024-03-31", "2024-02-29", "2024-03-31", None),
    ("2023-01-01", "2024-04-01", "2024-02-29", "2024-02-29", "RETTET_DOED_31"),
    ("2023-01-01", "2023-01-31", "2023-01-01", "2023-01-31", None),  # died on the day of issue
    ("2023-01-01", "2023-02-02", "2023-01-01", "2023-01-01", "RETTET_DOED_31"),
    # 4: equal dates stay
    ("2023-01-01", "2023-01-01", None, "2023-01-01", None),
    # R3 again
    ("2010-01-01", None, "2022-07-01", "2022-07-01", "RETTET_DOED"),
    ("2010-01-01", "2022-07-31", "2022-06-30", "2022-07-31", None),  # 31 days after, so it stays
]
REMOVED = [
    # 1: issued after death, also when 4 would hold as well
    ("2024-06-16", None, "2024-06-15", "UDLEVERET_EFTER_DOED"),
    ("2024-06-16", "2024-06-20", "2024-06-15", "UDLEVERET_EFTER_DOED"),
    ("2024-06-16", "2024-06-10", "2024-06-15", "UDLEVERET_EFTER_DOED"),
    # 4: returned before it was issued
    ("2023-01-02", "2023-01-01", None, "INDLEVERET_FOER_UDLEVERING"),
    ("2024-06-15", "2024-06-14", "2024-06-15", "INDLEVERET_FOER_UDLEVERING"),
    ("2023-01-02", "2023-01-01", "2024-06-15", "INDLEVERET_FOER_UDLEVERING"),
    # R3 again
    ("2010-01-01", None, "2022-06-30", "IKKE_AKTIV"),
    ("2010-01-01", "2022-08-01", "2022-06-30", "IKKE_AKTIV"),  # 32 days after
    ("2010-01-01", "2024-01-01", "1999-12-31", "UDLEVERET_EFTER_DOED"),
]


@pytest.mark.parametrize(("udleveret", "indleveret", "doed", "after", "rettelse"), KEPT)
def test_kept(
    udleveret: str, indleveret: str | None, doed: str | None, after: str | None, rettelse: str | None
) -> None:
    """R5: what death does to a return date, up to 31 days after it and beyond; what is kept."""
    step = corrected(udleveret, indleveret, doed)
    assert dict(step.removed) == {}
    row = step.frame.row(0, named=True)
    assert (row["indleveringsdato"], row["rettelse"], row["doddato"]) == (day(after), rettelse, day(doed))
    assert row["indleveringsdato_leveret"] == day(indleveret), "the delivered date is kept beside the corrected one"
    assert dict(step.remarks) == ({rettelse: 1} if rettelse else {})


@pytest.mark.parametrize(("udleveret", "indleveret", "doed", "reason"), REMOVED)
def test_removed(udleveret: str, indleveret: str | None, doed: str | None, reason: str) -> None:
    """R5, R3: issued after the death, returned before the issue, or over before the statistic begins: removed, with its reason."""
    step = corrected(udleveret, indleveret, doed)
    assert (dict(step.removed), step.frame.height) == ({reason: 1}, 0)


DAYS = st.dates(date(2022, 6, 1), date(2022, 9, 1))


@given(st.lists(st.tuples(DAYS, st.none() | DAYS, st.none() | DAYS), max_size=20))
def test_against_the_rule_read_row_by_row(rows: list[tuple[date, date | None, date | None]]) -> None:
    """R5 once more, in its order, one row at a time."""
    kept, removed = [], []
    for udleveret, delivered, doed in rows:
        indleveret = delivered
        if doed is not None and udleveret > doed:
            removed.append("UDLEVERET_EFTER_DOED")
            continue
        if doed is not None and (indleveret is None or indleveret > doed + timedelta(days=31)):
            indleveret = doed
        if indleveret is not None and indleveret < udleveret:
            removed.append("INDLEVERET_FOER_UDLEVERING")
        elif indleveret is not None and indleveret < date(2022, 7, 1):
            removed.append("IKKE_AKTIV")
        else:
            kept.append((udleveret, delivered, indleveret))
    people = register(*(Person(pnr=f"{n:010d}", doed=str(doed) if doed else None) for n, (*_, doed) in enumerate(rows)))
    frame = pl.DataFrame(
        [(n, *dates[:2]) for n, dates in enumerate(rows)],
        schema={"person": pl.UInt32, "udleveringsdato": pl.Date, "indleveringsdato": pl.Date},
        orient="row",
    )
    step = correct_indleveringsdato(frame, people)
    assert step.frame.select("udleveringsdato", "indleveringsdato_leveret", "indleveringsdato").rows() == kept
    assert step.removed == {reason: removed.count(reason) for reason in sorted(set(removed))}


# ---- R6
YEARS = [
    # issued, first year that leaves it out
    ("2004-12-30", 2024),  # before 31 December 2004
    ("2004-12-31", 2025),  # exactly 20 years ultimo 2024: still believed
    ("2005-01-01", 2025),
    ("2004-01-01", 2024),
    ("2003-12-31", 2024),
    ("2003-12-30", 2023),
    ("1980-02-29", 2000),
]


@pytest.mark.parametrize(("issued", "aar"), YEARS)
def test_first_year_left_out(issued: str, aar: int) -> None:
    """R6: an open loan issued more than 20 years before the end of a year is not believed from that year on."""
    assert corrected(issued, None, None).frame["udgaar_fra_aar"].to_list() == [aar]


def test_closed_loans_do_not_grow_too_old() -> None:
    for indleveret, doed in (("2024-01-01", None), (None, "2024-01-01")):
        frame = corrected("1980-01-01", indleveret, doed).frame
        assert frame["udgaar_fra_aar"].to_list() == [None]
    assert frame.schema["udgaar_fra_aar"] == pl.Int32


def test_first_year_by_the_definition() -> None:
    """The first Y with udleveringsdato < 31 December (Y - 20), for every day of some years."""
    days = [date(1999, 1, 1) + timedelta(days=n) for n in range(6 * 366)]
    frame = pl.DataFrame({"udleveringsdato": days}).with_columns(indleveringsdato=pl.lit(None, dtype=pl.Date))
    found = grow_too_old(frame, Context(register(), "101", Kvartal(2024, 4), None))["udgaar_fra_aar"].to_list()
    assert found == [next(aar for aar in range(2015, 2030) if issued < date(aar - 20, 12, 31)) for issued in days]


def test_what_is_issued_after_the_last_reference_year() -> None:
    """R13: on 31 December is within the year."""
    days = pl.DataFrame({"udleveringsdato": [date(2023, 1, 1), date(2024, 12, 31), date(2025, 1, 1)]})
    assert days.select(issued_after(2024)).to_series().to_list() == [False, False, True]

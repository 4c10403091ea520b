"""R3: inside the statistic from 1 July 2022."""

import pytest

from hjalp_tests.rules.made_up import Person, loan, raw, register, validate_cpr

CASES = [
    # udleveret, indleveret, removed
    ("2010-01-01", "2022-06-30", True),
    ("2010-01-01", "2022-07-01", False),
    ("2010-01-01", "2022-07-02", False),
    ("2010-01-01", "1999-12-31", True),
    ("2010-01-01", None, False),
    ("2022-07-01", "2022-07-01", False),
    ("2024-01-01", "2022-06-30", True),  # returned before it was issued, but R3 comes before R5
]


@pytest.mark.parametrize(("udleveret", "indleveret", "removed"), CASES)
def test_boundary(udleveret: str, indleveret: str | None, removed: bool) -> None:
    frame = raw([loan(udleveringsdato=udleveret, indleveringsdato=indleveret)])
    step = validate_cpr(frame, register(Person()))
    assert dict(step.removed) == ({"IKKE_AKTIV": 1} if removed else {})


def test_it_comes_before_the_cpr_number() -> None:
    frame = raw([loan(pnr="abc", indleveringsdato="2022-06-30"), loan(pnr="abc")])
    assert validate_cpr(frame, register(Person())).removed == {"IKKE_AKTIV": 1, "CPR_FIKTIVT": 1}

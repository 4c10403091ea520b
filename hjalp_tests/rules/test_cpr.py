"""R4: the register decides; the form only tells why a number it does not know was removed."""

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_tests.rules.made_up import Person, loan, raw, register, validate_cpr

FORMS = [
    # number, reason when the register does not know it
    ("0101501234", "CPR_UKURANT"),
    ("3112991234", "CPR_UKURANT"),
    ("0101070000", "CPR_UKURANT"),
    # not ten digits, letters, blanks
    ("", "CPR_FIKTIVT"),
    ("1", "CPR_FIKTIVT"),
    ("101501234", "CPR_FIKTIVT"),
    ("00101501234", "CPR_FIKTIVT"),
    ("010150-1234", "CPR_FIKTIVT"),
    ("010150123 ", "CPR_FIKTIVT"),
    ("010150123A", "CPR_FIKTIVT"),
    ("010150UKEN", "CPR_FIKTIVT"),
    ("ukendt", "CPR_FIKTIVT"),
    ("٠١٠١٥٠١٢٣٤", "CPR_FIKTIVT"),
    ("0101501234567890123456", "CPR_FIKTIVT"),
    # no such date
    ("0001501234", "CPR_FIKTIVT"),
    ("3201501234", "CPR_FIKTIVT"),
    ("3104501234", "CPR_FIKTIVT"),
    ("3004501234", "CPR_UKURANT"),
    ("3106501234", "CPR_FIKTIVT"),
    ("3109501234", "CPR_FIKTIVT"),
    ("3111501234", "CPR_FIKTIVT"),
    ("3112501234", "CPR_UKURANT"),
    ("3101501234", "CPR_UKURANT"),
    ("3107501234", "CPR_UKURANT"),
    ("3108501234", "CPR_UKURANT"),
    ("0100501234", "CPR_FIKTIVT"),
    ("0113501234", "CPR_FIKTIVT"),
    ("0199501234", "CPR_FIKTIVT"),
    ("4201501234", "CPR_FIKTIVT"),
    ("4301501234", "CPR_FIKTIVT"),
    ("9901501234", "CPR_FIKTIVT"),
    # 29 February, century by the seventh digit
    ("3002521234", "CPR_FIKTIVT"),
    ("2902520234", "CPR_UKURANT"),  # 1952
    ("2902510234", "CPR_FIKTIVT"),  # 1951
    ("2902000234", "CPR_FIKTIVT"),  # 1900 was no leap year
    ("2902003999", "CPR_FIKTIVT"),  # 1900
    ("2902004000", "CPR_UKURANT"),  # 2000 was
    ("2902005000", "CPR_UKURANT"),
    ("2902008999", "CPR_UKURANT"),
    ("2902009000", "CPR_UKURANT"),
    ("2902040234", "CPR_UKURANT"),  # 1904
    ("2902044000", "CPR_UKURANT"),  # 2004
    ("2902364000", "CPR_UKURANT"),  # 2036
    ("2902374000", "CPR_FIKTIVT"),  # 1937
    ("2902404000", "CPR_UKURANT"),  # 1940
    ("2902565000", "CPR_UKURANT"),  # 2056
    ("2902605000", "CPR_UKURANT"),  # 1860
    ("2902585000", "CPR_FIKTIVT"),  # 1858
    # day + 60: replacement numbers
    ("6101501234", "CPR_FIKTIVT"),
    ("7112501234", "CPR_FIKTIVT"),
    ("9112501234", "CPR_FIKTIVT"),
    # all-equal digits, also where they would be a date
    *((digit * 10, "CPR_FIKTIVT") for digit in "0123456789"),
    ("1111111112", "CPR_UKURANT"),
    # the last four digits are no part of the date
    ("0101000001", "CPR_UKURANT"),
    ("3112999999", "CPR_UKURANT"),
]


def test_an_unknown_number() -> None:
    for place, (pnr, reason) in enumerate(FORMS):
        step = validate_cpr(raw([loan(pnr=pnr)]), register(Person(pnr="0202501234")))
        assert (place, dict(step.removed), step.frame.height) == (place, {reason: 1}, 0)


def test_a_known_number_is_kept_whatever_its_form() -> None:
    others = [Person(pnr="ZZZ"), Person(pnr="4000000000")]
    for place, (pnr, _) in enumerate(FORMS):
        people = register(Person(pnr="0000000001"), Person(pnr=pnr, koen=2), *others)
        step = validate_cpr(raw([loan(pnr=pnr)]), people)
        assert (place, dict(step.removed), step.frame.height) == (place, {}, 1)
        assert people.persons["koen"].gather(step.frame["person"]).to_list() == [2], place


def test_all_in_one_frame() -> None:
    """What one row is does not depend on its neighbours."""
    step = validate_cpr(raw([loan(pnr=pnr) for pnr, _ in FORMS]), register())
    reasons = [reason for _, reason in FORMS]
    assert step.removed == {code: reasons.count(code) for code in ("CPR_FIKTIVT", "CPR_UKURANT")}


def _says_the_rule(pnr: str) -> str:
    """The reading of R4 written once more, with the calendar of Python."""
    year, seventh = int(pnr[4:6]), int(pnr[6])
    if seventh <= 3:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    try:
        date(century + year, int(pnr[2:4]), int(pnr[:2]))
    except ValueError:
        return "CPR_FIKTIVT"
    return "CPR_FIKTIVT" if len(set(pnr)) == 1 else "CPR_UKURANT"


@pytest.mark.parametrize("month", range(1, 13))
def test_the_last_day_of_a_month_is_one_and_the_next_is_none(month: int) -> None:
    last = calendar.monthrange(1923, month)[1]
    numbers = [f"{day:02d}{month:02d}231234" for day in (1, last, last + 1)]
    step = validate_cpr(raw([loan(pnr=pnr) for pnr in numbers]), register())
    assert step.gone["aarsag"].to_list() == ["CPR_UKURANT", "CPR_UKURANT", "CPR_FIKTIVT"]


DATES = st.tuples(
    st.sampled_from(["00", "01", "28", "29", "30", "31", "32", "42", "61", "91"]),
    st.integers(0, 13).map("{:02d}".format),
    st.sampled_from(["00", "01", "04", "36", "37", "57", "58", "60", "96", "99"]),
    st.integers(0, 9999).map("{:04d}".format),
).map("".join)


@given(st.lists(DATES, min_size=1, max_size=40))
def test_against_the_calendar(numbers: list[str]) -> None:
    step = validate_cpr(raw([loan(pnr=pnr) for pnr in numbers]), register())
    reasons = [_says_the_rule(pnr) for pnr in numbers]
    assert step.removed == {code: reasons.count(code) for code in sorted(set(reasons))}

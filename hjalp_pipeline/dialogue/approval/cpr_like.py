"""What may be a CPR number in a text a person or a system made up, such as a note or a loan's id; wide on purpose."""

import re

#: What may stand between day, month, year and the last four digits; the same to Python's engine and to that of polars,
#: which disagree about ``\w``.
_BETWEEN = "[^0-9A-Za-z]{0,3}"
#: A year of two digits, or of four.
_YEAR = "(?:18|19|20)?[0-9]{2}"
#: Day (also 60 higher, as replacement numbers have it).
_DAY = "(?:0[1-9]|[12][0-9]|3[01]|6[1-9]|[78][0-9]|9[01])"
_MONTH = "(?:0[1-9]|1[0-2])"
_DATED = _BETWEEN.join((_DAY, _MONTH, _YEAR, "[0-9]{4}"))
#: An id that must not be shown: ten digits and nothing else, or a number with a date at any place in it.
CPR_LIKE_ID = rf"^\s*[0-9]{{10}}\s*$|{_DATED}"
#: The same said two digits at a time; then they must be a date: a telephone number with its country is said so too.
_IN_PAIRS = _BETWEEN.join((_DAY, _MONTH, _YEAR, "[0-9]{2}", "[0-9]{2}"))
#: In running text the digits need not be a date.
IN_TEXT = re.compile(_BETWEEN.join((r"\d{2}", r"\d{2}", r"(?:18|19|20)?\d{2}", r"\d{4}")) + f"|{_IN_PAIRS}")


def holds_cpr(text: str) -> bool:
    """Whether a text looks as if it holds a CPR number."""
    return IN_TEXT.search(text) is not None

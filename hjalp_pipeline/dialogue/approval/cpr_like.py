"""What may be a CPR number in a text a person or a system made up, such as a note or a loan's id; wide on purpose."""

import re

#: Day (also 60 higher, as replacement numbers have it), month, year, four digits, anywhere in a text.
_DATED = r"(0[1-9]|[12][0-9]|3[01]|6[1-9]|[78][0-9]|9[01])(0[1-9]|1[0-2])[0-9]{2}[- ]?[0-9]{4}"
#: An id that must not be shown: ten digits and nothing else, or a number with a date at any place in it.
CPR_LIKE_ID = rf"^\s*[0-9]{{10}}\s*$|{_DATED}"
#: In running text any six and four digits, whatever stands between them.
_IN_TEXT = re.compile(r"\d{6}[\W_]{0,3}\d{4}")


def holds_cpr(text: str) -> bool:
    """Whether a text looks as if it holds a CPR number."""
    return _IN_TEXT.search(text) is not None

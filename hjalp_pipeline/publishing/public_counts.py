"""How a count may be told to everybody, so that no hidden figure can be worked out from it, also not by comparing releases.

What a kommune that comes in late adds to a count of the whole country would tell that its hidden figure is small. So counts
of the whole country are rounded to hundreds, and small numbers are told in words, never as 0, 1 or 2. Of a single kommune
there are only whole per cent of its records, and none when it has few.
"""

from hjalp_pipeline.pages.template import danish_percent

#: Counts of the whole country are rounded to so many.
ROUNDED = 100
#: A kommune, or a period, with fewer records inside the statistic gets no shares of its own: of 200, what rounds to 1 % is 1 or 2
#: records; of one more it may be 3.
FEWEST_ROWS = 201
#: A count of so many can carry shares with a decimal; of fewer the rounding shows in the first place.
_FINE = 1000 * ROUNDED
FEW = "færre end 3"
_UP_TO_NINE, _TENS = "3-9", 10


def rounded(number: int) -> int:
    """To the nearest hundred, half up."""
    return (2 * number + ROUNDED) // (2 * ROUNDED) * ROUNDED


def enough(rows: int) -> bool:
    """Whether shares of so many records may be told."""
    return rows >= FEWEST_ROWS


def per_cent(part: int, whole: int) -> int:
    """Whole per cent, half away from zero."""
    return (200 * part + whole) // (2 * whole)


def share_told(part: int, whole: int) -> str:
    """The share of a rounded count, with no more digits than the rounding leaves sure: 38 %, 5,1 %, under 0,1 %; empty of none."""
    if not whole:
        return ""
    decimals = int(whole >= _FINE)
    least = 10.0 ** -(2 + decimals)
    return (
        danish_percent(part / whole, decimals) if part >= least * whole else f"under {danish_percent(least, decimals)}"
    )


def told(number: int) -> str:
    """A small number as the public may know it: whether it is below 3, below 10, else to the nearest ten."""
    if number < 3:
        return FEW
    return _UP_TO_NINE if number < _TENS else f"ca. {(number + _TENS // 2) // _TENS * _TENS}"

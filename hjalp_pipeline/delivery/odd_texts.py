"""Texts that are well-formed and hardly what was meant, in whatever statistic: numbers that programs have spoilt."""

import polars as pl

_SIGNS = r"[^\p{L}\p{N}]*"
#: A digit of any script and the signs behind it.
_DIGIT = rf"(?:\p{{Nd}}{_SIGNS})"
_NINE, _TEN = (f"^{_SIGNS}{_DIGIT}{{{count}}}$" for count in (9, 10))
_DECIMALS = "^[0-9]{9,10}[.,]0+$"
_PLAIN = "^[0-9]{10}$"


def spoilt_number(text: pl.Expr) -> pl.Expr:
    """Whether a person's number that is none must once have been one: nine digits, or ten with signs between or around them.

    Ten plain digits are a number like any other, and letters are a system's own; null is null.
    """
    return text.str.contains(f"{_NINE}|{_DECIMALS}") | (text.str.contains(_TEN) & ~text.str.contains(_PLAIN))

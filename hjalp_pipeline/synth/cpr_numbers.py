"""Made-up CPR numbers: out of a random stream, nobody's.

They have the form of real ones, so that what tells of a number's form can be tried: date of birth, a seventh digit that
tells the century, even for women, and modulus 11, which all real numbers satisfy but those of the birth dates on which they
ran out (``data/cpr_dates_without_mod11.csv``, cpr.dk). The statistic must not care (rule R4).
"""

from datetime import date
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hjalp_pipeline.synth.sources import Days, Flags, day, read_rows

_WEIGHTS: Final = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
#: Sequence numbers of the centuries: born 1858-1899, 1900-1936, 1937-1999, 2000-2036.
_BLOCKS: Final = (tuple(range(5, 9)), tuple(range(4)), (0, 1, 2, 3, 4, 9), tuple(range(4, 10)))
#: Residue class of the dates whose numbers need not satisfy modulus 11.
_FREE: Final = 11
#: Numbers of one date and sex that are kept out of the register: well-formed and unknown.
_RESERVED: Final = 20


@cache
def _numbers() -> NDArray[np.int16]:
    """Sequence numbers in the order they are given, shape (4 centuries, 2 sexes, 12 residues, n).

    Those that satisfy modulus 11 come first (181 or 272 of a date and sex), then, as of the real ones, the others.
    """
    rng = np.random.Generator(np.random.PCG64(11))
    table = np.zeros((4, 2, 12, 1700), dtype=np.int16)
    for century, blocks in enumerate(_BLOCKS):
        numbers = np.concatenate([np.arange(block * 1000, block * 1000 + 1000) for block in blocks])
        digits = np.stack([numbers // 1000, numbers // 100 % 10, numbers // 10 % 10, numbers % 10])
        sums = (digits * np.array(_WEIGHTS[6:])[:, None]).sum(axis=0)
        for woman in range(2):
            for residue in range(12):
                order = rng.permutation(np.flatnonzero(numbers % 2 == 1 - woman))
                if residue != _FREE:
                    order = order[np.argsort((sums[order] + residue) % 11 != 0, kind="stable")]
                table[century, woman, residue] = numbers[order][:1700]
    return table


@cache
def _free_days() -> NDArray[np.int32]:
    """Birth dates whose numbers need not satisfy modulus 11."""
    rows = read_rows("cpr_dates_without_mod11.csv")
    return np.array([day(date.fromisoformat(row["birth_date"])) for row in rows], dtype=np.int32)


def _parts(birth: Days) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The six digits of the birth date as a number, its century class and its residue class."""
    dates = birth.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    in_month = (dates - months).astype(np.int64) + 1
    digits = np.stack([in_month // 10, in_month % 10, month // 10, month % 10, year // 10 % 10, year % 10])
    residue = (digits * np.array(_WEIGHTS[:6])[:, None]).sum(axis=0) % 11
    century = np.digitize(year, [1900, 1937, 2000])
    return in_month * 10_000 + month * 100 + year % 100, century, np.where(np.isin(birth, _free_days()), _FREE, residue)


def assign_pnr(birth: Days, woman: Flags, rng: np.random.Generator) -> NDArray[np.uint32]:
    """One number per person, all different; as whole numbers (ten digits with leading zeros when written)."""
    key = birth.astype(np.int64) * 2 + woman
    order = np.lexsort((rng.integers(0, 1 << 40, len(key)), key))
    ordered = key[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    rank = _RESERVED + np.arange(len(key)) - np.repeat(starts, np.diff(np.r_[starts, len(key)]))
    if len(rank) and rank.max() >= _numbers().shape[-1]:
        raise ValueError("more births on one day than CPR numbers: the scale is too large")
    six, century, residue = _parts(birth[order])
    pnr = np.empty(len(key), dtype=np.uint32)
    pnr[order] = six * 10_000 + _numbers()[century, woman[order].astype(np.int64), residue, rank]
    return pnr


def unknown_pnr(count: int, rng: np.random.Generator) -> NDArray[np.uint32]:
    """Numbers of the right form that nobody in the register has."""
    birth = rng.integers(day(date(1925, 1, 1)), day(date(2004, 1, 1)), count).astype(np.int32)
    six, century, residue = _parts(birth)
    woman, place = rng.integers(0, 2, count), rng.integers(0, _RESERVED, count)
    numbers = six * 10_000 + _numbers()[century, woman, residue, place]
    return np.asarray(numbers, dtype=np.uint32)

"""Quarters (kvartaler) as the statistic writes them: ``2024K4``."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_FORM = re.compile(r"([0-9]{4})K([1-4])")


@dataclass(frozen=True, order=True, slots=True)
class Kvartal:
    """One quarter of a year; orders by time."""

    aar: int
    nr: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2024K4``; raises ValueError naming the form otherwise."""
        match = _FORM.fullmatch(text)
        if match is None or int(match[1]) == 0:
            raise ValueError(f"not a quarter of the form 2024K4: {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.aar:04d}K{self.nr}"

    @property
    def first_day(self) -> date:
        """First day of the quarter."""
        return date(self.aar, 3 * self.nr - 2, 1)

    @property
    def last_day(self) -> date:
        """Last day of the quarter."""
        return self.next().first_day - timedelta(days=1)

    @property
    def deadline(self) -> date:
        """Ordinary deadline: the 14th of the month after the quarter."""
        return self.next().first_day.replace(day=14)

    def next(self) -> Self:
        """The quarter after."""
        return type(self)(self.aar + self.nr // 4, self.nr % 4 + 1)

    def previous(self) -> Self:
        """The quarter before."""
        return type(self)(self.aar, self.nr - 1) if self.nr > 1 else type(self)(self.aar - 1, 4)


#: First quarter of the statistic: it covers 1 July 2022 and on (seed 2.1).
FIRST_KVARTAL = Kvartal(2022, 3)


def quarters_until(last: Kvartal) -> tuple[Kvartal, ...]:
    """All quarters of the statistic from its first up to and including ``last``."""
    found = [FIRST_KVARTAL]
    while found[-1] < last:
        found.append(found[-1].next())
    return tuple(found)

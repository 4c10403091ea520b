"""What tables show: some years, or the quarters from one to another."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from hjalp_pipeline.codelists.periods import Kvartal

#: A time as a table holds it: a year of a statistic by years, else a text, ``2024K4`` or ``2024``.
Time = int | str


@dataclass(frozen=True)
class Span:
    """Quarters in the order of time, and whether figures are told by quarter (else by year, and the years are whole)."""

    quarters: tuple[Kvartal, ...]
    by_quarter: bool

    @classmethod
    def of_years(cls, years: Iterable[int]) -> Self:
        """All quarters of some years, told by year."""
        return cls(tuple(Kvartal(aar, nr) for aar in years for nr in range(1, 5)), by_quarter=False)

    @classmethod
    def of_quarters(cls, first: Kvartal, last: Kvartal) -> Self:
        """From one quarter to another; none when the last comes before the first."""
        return cls(first.until(last) if first <= last else (), by_quarter=True)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years a quarter lies in."""
        return tuple(dict.fromkeys(quarter.aar for quarter in self.quarters))

    @cached_property
    def whole_years(self) -> tuple[int, ...]:
        """The years whose four quarters are all there."""
        return tuple(aar for aar in self.years if sum(quarter.aar == aar for quarter in self.quarters) == 4)

    @cached_property
    def times(self) -> tuple[Time, ...]:
        """What figures are told by: two spans share figures where they share one of these."""
        return tuple(map(str, self.quarters)) if self.by_quarter else self.years

"""What a delivery is for: a quarter (``2024K4``) or a month (``2024M11``); as text both stand in the order of time."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Self

#: The months in Danish.
MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A period of a year; those of one kind order by time. ``parse`` and ``of`` are for a kind or, of a text, for any.

    ``attribute``: what the kind is called in xml and in views; ``pattern``: how it is written, also as the name of a folder;
    ``noun``: in names of jobs and assets; ``*_da``: in Danish sentences.
    """

    aar: int
    nr: int

    attribute: ClassVar[str] = "periode"
    pattern: ClassVar[str] = ""
    example: ClassVar[str] = ""
    word: ClassVar[str] = "period"
    noun: ClassVar[str] = "periode"
    noun_da: ClassVar[str] = "periode"
    the_da: ClassVar[str] = "perioden"
    each_da: ClassVar[str] = "hver periode"
    same_da: ClassVar[str] = "samme periode"
    a_da: ClassVar[str] = "en periode"
    many_da: ClassVar[str] = "perioder"
    it_da: ClassVar[str] = "den"
    letter: ClassVar[str] = ""
    months: ClassVar[int] = 0

    @classmethod
    def kinds(cls) -> "tuple[type[Period], ...]":
        """The kinds a text is read as."""
        return (Kvartal, Maaned) if cls is Period else (cls,)

    @classmethod
    def is_form_of(cls, text: str) -> bool:
        """Whether a text is one of these periods. The calendar ends with the year 9999: it has no day after that."""
        return any(re.fullmatch(f"(?!0000|9999){kind.pattern}", text) is not None for kind in cls.kinds())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2024K4``, ``2024M11``; raises ValueError naming the form otherwise."""
        for kind in cls.kinds():
            if kind.is_form_of(text):
                return kind(int(text[:4]), int(text[5:]))  # type: ignore[return-value]  # a kind is what was asked for, or one of it
        forms = " or ".join(kind.example for kind in cls.kinds())
        raise ValueError(f"not a {cls.word} of the form {forms}: {text!r}")

    @classmethod
    def of(cls, day: date) -> Self:
        """The period of a kind that a day lies in."""
        return cls(day.year, (day.month - 1) // cls.months + 1)

    def __str__(self) -> str:
        return f"{self.aar:04d}K{self.nr}"

    @property
    def in_words(self) -> str:
        """As a Danish sentence says it: ``1. kvartal 2025``, ``november 2024``."""
        return f"{self.nr}. kvartal {self.aar}"

    @property
    def first_day(self) -> date:
        """First day of the period."""
        return date(self.aar, (self.nr - 1) * self.months + 1, 1)

    @property
    def last_day(self) -> date:
        """Last day of the period."""
        return self.next().first_day - timedelta(days=1)

    @property
    def deadline(self) -> date:
        """Ordinary deadline: the 14th of the month after the period."""
        return self.next().first_day.replace(day=14)

    def next(self) -> Self:
        """The period after."""
        year = 12 // self.months
        return type(self)(self.aar + self.nr // year, self.nr % year + 1)

    def previous(self) -> Self:
        """The period before."""
        return type(self)(self.aar, self.nr - 1) if self.nr > 1 else type(self)(self.aar - 1, 12 // self.months)

    def until(self, last: Self) -> tuple[Self, ...]:
        """This period and all after it up to and including ``last``; at least this one."""
        found = [self]
        while found[-1] < last:
            found.append(found[-1].next())
        return tuple(found)


@dataclass(frozen=True, order=True, slots=True)
class Kvartal(Period):
    """One quarter of a year: ``2024K4``."""

    attribute: ClassVar[str] = "kvartal"
    pattern: ClassVar[str] = "[0-9]{4}K[1-4]"
    example: ClassVar[str] = "2024K4"
    word: ClassVar[str] = "quarter"
    noun: ClassVar[str] = "kvartal"
    noun_da: ClassVar[str] = "kvartal"
    the_da: ClassVar[str] = "kvartalet"
    each_da: ClassVar[str] = "hvert kvartal"
    same_da: ClassVar[str] = "samme kvartal"
    a_da: ClassVar[str] = "et kvartal"
    many_da: ClassVar[str] = "kvartaler"
    it_da: ClassVar[str] = "det"
    letter: ClassVar[str] = "K"
    months: ClassVar[int] = 3


@dataclass(frozen=True, order=True, slots=True)
class Maaned(Period):
    """One month: ``2024M11``."""

    pattern: ClassVar[str] = "[0-9]{4}M(0[1-9]|1[0-2])"
    example: ClassVar[str] = "2024M11"
    word: ClassVar[str] = "month"
    noun: ClassVar[str] = "maaned"
    noun_da: ClassVar[str] = "måned"
    the_da: ClassVar[str] = "måneden"
    each_da: ClassVar[str] = "hver måned"
    same_da: ClassVar[str] = "samme måned"
    a_da: ClassVar[str] = "en måned"
    many_da: ClassVar[str] = "måneder"
    it_da: ClassVar[str] = "den"
    letter: ClassVar[str] = "M"
    months: ClassVar[int] = 1

    def __str__(self) -> str:
        return f"{self.aar:04d}M{self.nr:02d}"

    @property
    def in_words(self) -> str:
        """As a Danish sentence says it."""
        return f"{MONTHS[self.nr - 1]} {self.aar}"

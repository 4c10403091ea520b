"""What law and Statistics Denmark fix: kommuner, paragraphs, age groups, quarters. Typed in again, on purpose."""

from __future__ import annotations

import datetime as dt

_CODES = """
    101 147 151 153 155 157 159 161 163 165 167 169 173 175 183 185 187 190 201 210 217 219 223 230 240
    250 253 259 260 265 269 270 306 316 320 326 329 330 336 340 350 360 370 376 390 400 410 420 430 440
    450 461 479 480 482 492 510 530 540 550 561 563 573 575 580 607 615 621 630 657 661 665 671 706 707
    710 727 730 740 741 746 751 756 760 766 773 779 787 791 810 813 820 825 840 846 849 851 860
"""
KOMNR: tuple[str, ...] = tuple(_CODES.split())
"""The 98. Christiansoe (411) is not a kommune."""

PARAGRAPH_FROM: dict[str, dt.date] = {
    "SEL_83": dt.date(2022, 7, 1),
    "SEL_83A": dt.date(2022, 7, 1),
    "SEL_86": dt.date(2022, 7, 1),
    "SEL_112": dt.date(2022, 7, 1),
    "SEL_113": dt.date(2022, 7, 1),
    "SEL_114": dt.date(2022, 7, 1),
    "SEL_116": dt.date(2022, 7, 1),
    "SEL_128": dt.date(2022, 7, 1),
    "AML_15": dt.date(2022, 7, 1),
    "SUL_138": dt.date(2022, 7, 1),
    "SUL_140": dt.date(2022, 7, 1),
    "AEL_10": dt.date(2025, 7, 1),
}
"""First day each code may be used. None of them has ended."""

AGE_GROUPS: tuple[str, ...] = ("0024", "2549", "5059", "6064", "6569", "7074", "7579", "8084", "8589", "90-")


def quarter_days(kvartal: str) -> tuple[dt.date, dt.date]:
    """First and last day of `2024K4`."""
    year, nr = int(kvartal[:4]), int(kvartal[5])
    first = dt.date(year, 3 * nr - 2, 1)
    next_first = dt.date(year + 1, 1, 1) if nr == 4 else dt.date(year, 3 * nr + 1, 1)
    return first, next_first - dt.timedelta(days=1)


def paragraph_usable(code: str, kvartal: str, udleveringsdato: dt.date) -> bool:
    """R7: is any day of the delivery's quarter, or the day of issue, from its first day to a year after its last (none has one)?"""
    if code not in PARAGRAPH_FROM:
        return False
    _, last = quarter_days(kvartal)
    return last >= PARAGRAPH_FROM[code] or udleveringsdato >= PARAGRAPH_FROM[code]


def age_on(born: dt.date, day: dt.date) -> int:
    """Whole years."""
    years = day.year - born.year
    if (day.month, day.day) < (born.month, born.day):
        years -= 1
    return years


def age_ultimo(born: dt.date, died: dt.date | None, year: int) -> int:
    """R9: age on 31 December, or on the day of death when that came before."""
    day = dt.date(year, 12, 31)
    if died is not None and died < day:
        day = died
    return age_on(born, day)


def age_group(age: int) -> str:
    """Code of the age group on the StatBank."""
    if age < 25:
        return "0024"
    if age < 50:
        return "2549"
    if age < 60:
        return "5059"
    if age >= 90:
        return "90-"
    lower = age - age % 5
    return f"{lower}{lower + 4}"

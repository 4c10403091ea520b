"""What looks odd in a kommune's year, told in the approval report so that somebody looks before approving (seed 3.4, 5.3).

Never a reason to change or remove a row. Each check asks for a size below which chance alone could make the pattern.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.report_spec import Oddity

#: A flow has a usual size when at least so many other quarters are known and their median is at least so high.
FEWEST_OTHERS = 3
FEWEST_USUAL = 20
#: A quarter has dropped to zero when it holds at most this share of the usual number.
ZERO_SHARE = 0.01
#: A quarter is unusually large when it holds at least so many times the usual number.
MANY_TIMES = 3
#: All issue dates on one day: at least this share of a quarter's loans, of at least so many.
ONE_DAY_SHARE = 0.5
FEWEST_ONE_DAY = 40
#: One paragraph alone: at least this share of a year's loans that have a paragraph, of at least so many.
ONE_PARAGRAPH_SHARE = 0.99
FEWEST_ONE_PARAGRAPH = 60
#: Service-like HMI numbers: at least this share of a year's loans under § 112 has a local number, and at least so many.
SERVICE_SHARE = 0.1
FEWEST_SERVICE = 25


@dataclass(frozen=True, slots=True)
class Year:
    """What the checks look at for one kommune and year.

    ``issued`` and ``returned``: loans by quarter, also of quarters before the year; ``largest_day``: by quarter the day
    with most issues and their number; ``paragraphs``: loans issued in the year by paragraph, those without left out;
    ``local``: loans issued in the year under § 112 by local HMI number; ``under_112``: all of them.
    """

    aar: int
    issued: Mapping[Kvartal, int]
    returned: Mapping[Kvartal, int]
    largest_day: Mapping[Kvartal, tuple[date, int]]
    paragraphs: Mapping[str, int]
    local: Mapping[str, int]
    under_112: int


def oddities(year: Year) -> list[Oddity]:
    """Everything odd about a kommune's year, in the order of the report."""
    quarters = [Kvartal(year.aar, nr) for nr in range(1, 5)]
    found = [
        odd
        for series, what in ((year.issued, "udleverede"), (year.returned, "indleverede"))
        for kvartal in quarters
        for odd in _of_quarter(series, kvartal, what)
    ]
    found += [odd for kvartal in quarters for odd in one_day(year.issued, year.largest_day, kvartal)]
    return [*found, *one_paragraph(year.aar, year.paragraphs), *service_numbers(year.aar, year.local, year.under_112)]


def usual(series: Mapping[Kvartal, int], kvartal: Kvartal) -> float | None:
    """The median of the other quarters of the same and the year before, None when they are too few or too small."""
    others = [n for other, n in series.items() if other != kvartal and 0 <= kvartal.aar - other.aar <= 1]
    middle = median(others) if len(others) >= FEWEST_OTHERS else 0
    return middle if middle >= FEWEST_USUAL else None


def _of_quarter(series: Mapping[Kvartal, int], kvartal: Kvartal, what: str) -> Iterator[Oddity]:
    middle, count = usual(series, kvartal), series.get(kvartal, 0)
    if middle is None:
        return
    if count <= ZERO_SHARE * middle:
        yield Oddity(
            "NUL",
            str(kvartal),
            f"{_count(count, what)} i {kvartal}, mod normalt omkring {_da(middle)}. Se efter, om hele kvartalet er kommet med "
            "i udtrækket fra jeres system.",
        )
    elif count >= MANY_TIMES * middle:
        yield Oddity(
            "MANGE",
            str(kvartal),
            f"{_count(count, what)} i {kvartal}, mod normalt omkring {_da(middle)}. Se efter, om udlån er overført, lagt ind "
            "samlet eller registreret dobbelt i det kvartal.",
        )


def one_day(
    issued: Mapping[Kvartal, int], largest_day: Mapping[Kvartal, tuple[date, int]], kvartal: Kvartal
) -> Iterator[Oddity]:
    """Half of a quarter's loans or more issued on one day, as after a change of system."""
    count = issued.get(kvartal, 0)
    if kvartal not in largest_day or count < FEWEST_ONE_DAY:
        return
    day, on_day = largest_day[kvartal]
    if on_day >= ONE_DAY_SHARE * count:
        yield Oddity(
            "EN_DAG",
            str(kvartal),
            f"{_da(on_day)} af {_da(count)} udlån i {kvartal} har samme udleveringsdato, {day:%d.%m.%Y}. Se efter, om datoen er "
            "dagen for en overførsel mellem systemer i stedet for den dag, hjælpemidlet blev udleveret.",
        )


def one_paragraph(aar: int, paragraphs: Mapping[str, int]) -> Iterator[Oddity]:
    """All loans of a year under one paragraph, as when a system fills it in by default."""
    count = sum(paragraphs.values())
    if count < FEWEST_ONE_PARAGRAPH:
        return
    code, most = max(paragraphs.items(), key=lambda entry: (entry[1], entry[0]))
    if most >= ONE_PARAGRAPH_SHARE * count:
        yield Oddity(
            "EN_PARAGRAF",
            str(aar),
            f"{_da(most)} af de {_da(count)} udlån fra {aar}, der har en paragraf, er registreret under {code}. Se efter, om "
            "jeres system udfylder paragraffen automatisk.",
        )


def service_numbers(aar: int, local: Mapping[str, int], under_112: int) -> Iterator[Oddity]:
    """Many loans under § 112 with numbers a kommune gives out itself, which often stand for services (seed 5.3)."""
    count = sum(local.values())
    if count < FEWEST_SERVICE or count < SERVICE_SHARE * under_112:
        return
    most = sorted(local, key=lambda number: (-local[number], number))[:3]
    yield Oddity(
        "YDELSER",
        str(aar),
        f"{_da(count)} af {_da(under_112)} udlån efter servicelovens § 112 i {aar} har et lokalt HMI-nummer (flest: "
        f"{', '.join(most)}). Se efter, om det er ydelser, gebyrer eller kørsel: de er ikke hjælpemidler og skal ikke leveres.",
    )


def _count(count: int, what: str) -> str:
    return f"{_da(count)} {what}" if count else f"Ingen {what}"


def _da(value: float) -> str:
    return f"{round(value):,}".replace(",", ".")

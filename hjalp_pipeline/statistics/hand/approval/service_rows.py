"""A kommune's persons and full-time services by quarter and code, as its report shows them beside the year before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.report_spec import Change, Key
from hjalp_pipeline.statistics.hand.approval import day_sums as maal
from hjalp_pipeline.statistics.hand.codelists.first_quarters import FIRST_KVARTAL
from hjalp_pipeline.statistics.hand.codelists.services import SERVICES

TEXTS = {service.code: service.text_da for service in SERVICES}
_FROM = {service.code: service.from_quarter for service in SERVICES}


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code and its figures of the quarters shown (null: before the code or the tables)."""

    kode: str
    tekst: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class FlowRow:
    """Services begun and ended in a quarter or under a code, in the year and the one before (null: not known)."""

    kode: str
    tekst: str
    begyndt: int
    begyndt_foer: int | None
    sluttet: int
    sluttet_foer: int | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Services of the year under a code, and those of them without a target group."""

    kode: str
    tekst: str
    ydelser: int
    uden: int


def quarters_of(aar: int) -> tuple[Kvartal, ...]:
    """The quarters a report shows: of the year before and the year."""
    return Kvartal(aar - 1, 1).until(Kvartal(aar, 4))


def full_time(days: int, quarter: Kvartal) -> float:
    """Full-time services of a quarter, one decimal, half away from zero (H9)."""
    length = (quarter.last_day - quarter.first_day).days + 1
    return (20 * days + length) // (2 * length) / 10


def of_code(figures: Mapping[Key, int], what: str, kode: str, quarter: Kvartal) -> int | None:
    """A figure of a quarter; null before the code."""
    if quarter < _FROM.get(kode, FIRST_KVARTAL):
        return None
    return figures.get((what, str(quarter), kode), 0)


def persons(figures: Mapping[Key, int], aar: int) -> list[CodeRow]:
    """Persons by code, those of all codes last; codes without any are left out."""
    return list(_rows(figures, aar, maal.PERSONER, lambda number, _quarter: number))


def services(figures: Mapping[Key, int], aar: int) -> list[CodeRow]:
    """Full-time services by code, those of all codes last."""
    return list(_rows(figures, aar, maal.DAGE, full_time))


def _rows(figures: Mapping[Key, int], aar: int, what: str, told: Callable[[int, Kvartal], float]) -> Iterator[CodeRow]:
    for kode, tekst in (TEXTS | {"": "I alt"}).items():
        found = [(of_code(figures, what, kode, quarter), quarter) for quarter in quarters_of(aar)]
        if any(number for number, _ in found):
            yield CodeRow(kode, tekst, [None if number is None else told(number, quarter) for number, quarter in found])


def without_any(figures: Mapping[Key, int], aar: int) -> list[str]:
    """Texts of the codes in force that no person had in the year or the year before."""
    shown = {row.kode for row in persons(figures, aar)}
    return [tekst for kode, tekst in TEXTS.items() if kode not in shown and _FROM[kode] <= Kvartal(aar, 4)]


def by_quarter(figures: Mapping[Key, int], aar: int) -> list[FlowRow]:
    """Services begun and ended by quarter."""
    return [_flow(figures, "", f"{nr}. kvartal", aar, [nr]) for nr in range(1, 5)]


def by_code(figures: Mapping[Key, int], aar: int) -> list[FlowRow]:
    """Services begun and ended by code; codes without any are left out."""
    rows = [_flow(figures, kode, tekst, aar, range(1, 5)) for kode, tekst in TEXTS.items()]
    return [row for row in rows if any((row.begyndt, row.begyndt_foer, row.sluttet, row.sluttet_foer))]


def _flow(figures: Mapping[Key, int], kode: str, tekst: str, aar: int, numbers: Sequence[int]) -> FlowRow:
    def summed(what: str, year: int) -> int | None:
        known = [of_code(figures, what, kode, Kvartal(year, nr)) for nr in numbers]
        return None if None in known else sum(number or 0 for number in known)

    return FlowRow(
        kode,
        tekst,
        summed(maal.BEGYNDT, aar) or 0,
        summed(maal.BEGYNDT, aar - 1),
        summed(maal.SLUTTET, aar) or 0,
        summed(maal.SLUTTET, aar - 1),
    )


def by_group(figures: Mapping[Key, int], aar: int) -> list[GroupRow]:
    """Services of the year and those without a target group by code, those of all codes last."""
    rows = [
        GroupRow(kode, tekst, *(figures.get((what, str(aar), kode), 0) for what in (maal.YDELSER, maal.UDEN_GRUPPE)))
        for kode, tekst in (TEXTS | {"": "I alt"}).items()
    ]
    return [row for row in rows if row.ydelser]


def changed(figures: Mapping[Key, int], before: Mapping[Key, int], aar: int) -> list[Change]:
    """Figures of the two years that have changed since the report before, in the order of the report."""
    years = (str(aar), str(aar - 1))
    shown = (maal.PERSONER, maal.DAGE, maal.BEGYNDT, maal.SLUTTET)
    keys = {key for key in {**figures, **before} if key[0] in shown and key[1][:4] in years}
    order = sorted(keys, key=lambda key: (bool(key[2]), shown.index(key[0]), -int(key[1][:4]), key[1], key[2]))
    return [
        Change(label(key), before.get(key, 0), figures.get(key, 0), bool(key[2]))
        for key in order
        if figures.get(key, 0) != before.get(key, 0)
    ]


def label(key: Key) -> str:
    """A figure in words."""
    what, periode, kode = key
    words = {
        maal.PERSONER: "Personer",
        maal.DAGE: "Ydelsernes dage",
        maal.BEGYNDT: "Begyndte ydelser",
        maal.SLUTTET: "Sluttede ydelser",
    }
    return f"{words[what]} i {periode}" + (f", {TEXTS.get(kode, kode)}" if kode else "")

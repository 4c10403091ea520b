"""What looks odd in a kommune's year, told in the approval report so that somebody looks before approving.

Never a reason to change or remove a row. Each check asks for a size below which chance alone could make the pattern [chosen].
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.report_spec import Oddity
from hjalp_pipeline.statistics.hand.approval.service_rows import TEXTS

#: What is usual of a code is known when there are at least so many other quarters.
FEWEST_OTHERS = 4
#: A code has vanished when a quarter holds at most this share of the usual number, and that is at least so high.
ZERO_SHARE = 0.01
FEWEST_USUAL = 20
#: A quarter is unusually large when it holds at least so many times the usual number, or of the fewest that are usual.
MANY_TIMES = 3
#: A code has moved when a quarter is so many times the one before, or the other way, and the larger of both so high.
JUMP_TIMES = 2
FEWEST_MOVED = 40
#: A new code may rise as it will for so many quarters.
NEW_QUARTERS = 4
#: A code is missing whole when so many persons were to be expected by what other kommuner have.
FEWEST_EXPECTED = 20
#: Target groups are missing when at least this share of a code's services has none, of at least so many.
GROUPS_SHARE = 0.5
FEWEST_SERVICES = 40


@dataclass(frozen=True, slots=True)
class Seen:
    """What the checks look at for one kommune and year.

    ``persons``: by code and quarter, from the code's first quarter on, those of years before included; ``expected``: persons
    by code that a kommune of its size has in the last quarter; ``groups``: services of the year by code, and those without
    target group.
    """

    aar: int
    persons: Mapping[str, Mapping[Kvartal, int]]
    expected: Mapping[str, float]
    groups: Mapping[str, tuple[int, int]]


def oddities(seen: Seen) -> list[Oddity]:
    """Everything odd about a kommune's year, by code."""
    return [
        odd
        for kode in TEXTS
        for odd in (*_of_code(seen, kode), *_missing(seen, kode), *_without_groups(seen.aar, kode, seen.groups))
    ]


def usual(series: Mapping[Kvartal, int], quarter: Kvartal) -> float | None:
    """The median of all other quarters, so that what was wrong for some years is seen; None when they are too few."""
    others = [number for other, number in series.items() if other != quarter]
    return median(others) if len(others) >= FEWEST_OTHERS else None


def _of_code(seen: Seen, kode: str) -> Iterator[Oddity]:
    series = seen.persons.get(kode, {})
    quarters = [quarter for quarter in series if quarter.aar == seen.aar]
    zero: dict[Kvartal, float] = {}
    many: dict[Kvartal, float] = {}
    for quarter in quarters:
        middle = usual(series, quarter)
        if middle is None:
            continue
        if middle >= FEWEST_USUAL and series[quarter] <= ZERO_SHARE * middle:
            zero[quarter] = middle
        elif series[quarter] >= MANY_TIMES * max(middle, FEWEST_USUAL):
            many[quarter] = middle
    for code, found, words in (
        ("NUL", zero, "Se efter, om ydelsen er kommet med i udtrækket fra jeres system."),
        (
            "MANGE",
            many,
            "Se efter, om ydelser er registreret under den forkerte kode, eller om afsluttede ydelser mangler en slutdato.",
        ),
    ):
        if found:
            numbers = ", ".join(f"{_da(series[quarter])} i {quarter}" for quarter in found)
            yield Oddity(
                code,
                str(min(found)),
                f"{TEXTS[kode]}: personer {numbers}, mod normalt omkring {_da(median(found.values()))}. {words}",
            )
    told = zero.keys() | many.keys()
    yield from (
        odd for quarter in quarters if not told & {quarter, quarter.previous()} for odd in _jump(series, kode, quarter)
    )


def _jump(series: Mapping[Kvartal, int], kode: str, quarter: Kvartal) -> Iterator[Oddity]:
    """A quarter far from the one before."""
    earlier = quarter.previous()
    if earlier not in series:
        return
    before, now = series[earlier], series[quarter]
    few, most = sorted((before, now))
    new = now > before and sum(other < quarter for other in series) < NEW_QUARTERS
    if most >= FEWEST_MOVED and most >= JUMP_TIMES * few and not new:
        yield Oddity(
            "SPRING",
            str(quarter),
            f"{TEXTS[kode]}: fra {_da(before)} personer i {earlier} til {_da(now)} i {quarter}. Se efter, om ydelser er oprettet "
            "eller afsluttet samlet, om koden er skiftet, eller om en del mangler i udtrækket.",
        )


def _missing(seen: Seen, kode: str) -> Iterator[Oddity]:
    """A code the kommune has never had, though others of its size have."""
    expected = seen.expected.get(kode, 0)
    if expected >= FEWEST_EXPECTED and not any(seen.persons.get(kode, {}).values()):
        yield Oddity(
            "MANGLER",
            str(seen.aar),
            f"{TEXTS[kode]}: ingen personer i noget kvartal, mod omkring {_da(expected)} i andre kommuner af jeres størrelse. Se "
            "efter, om ydelsen mangler i udtrækket eller er registreret under en anden kode.",
        )


def _without_groups(aar: int, kode: str, groups: Mapping[str, tuple[int, int]]) -> Iterator[Oddity]:
    services, without = groups.get(kode, (0, 0))
    if services >= FEWEST_SERVICES and without >= GROUPS_SHARE * services:
        yield Oddity(
            "UDEN_MAALGRUPPE",
            str(aar),
            f"{TEXTS[kode]}: {_da(without)} af {_da(services)} ydelser i {aar} har ingen målgruppe, vi kender. Se efter, om "
            "målgrupperne er registreret og kommer med i udtrækket.",
        )


def _da(value: float) -> str:
    return f"{round(value):,}".replace(",", ".")

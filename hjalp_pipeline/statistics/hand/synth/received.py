"""Services as persons really received them: who, which, from when to when, from which kommune. Faults come later.

How many receive each service in a quarter follows ``data/services_received.csv``: published figures where there are any
(the office's news on HANDIC, 2021-2025), fitted in between so that persons, services and rows of the register come out as
published. Persons come with a day of the year's rate, stay for a time that is exponential, and leave, die or move; a stay is
broken now and then and taken up again days later. ``data/received_together.csv``: who has a home with support often has
somewhere to go by day as well.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.statistics.hand.synth.recipients import Recipients
from hjalp_pipeline.synth.country import Country
from hjalp_pipeline.synth.sources import NEVER, NOW, Days, Flags, Ints, day, read_rows, stream

#: The data hold services from this day on; those who then had one got it earlier.
BEGINNING: Final = day(date(2013, 10, 1))
#: Last day any delivery tells about.
LAST_DAY: Final = NOW
_YEAR: Final = 365.2425
_QUARTER_YEARS: Final = 0.25
_ROWS: Final = read_rows("services_received.csv", __package__)
CODES: Final = tuple(row["code"] for row in _ROWS)
#: Days between a service and its resumption, at least; and how many at most.
BREAK_DAYS: Final = (2, 45)
#: Breaks a year of a running service; 577,915 rows in all follow from it.
BREAKS: Final = 0.195
#: So many of those who have a service die or leave the country in a year.
LEAVING: Final = 0.008
#: Of the services of a new code, begun before the code was there.
SHARE_EARLY: Final = 0.03
#: Days within which a new code's first persons come.
_FIRST_DAYS: Final = 60
#: Day of the quarter that the table's figures are set at: its middle.
_MIDDLE: Final = 45
#: Persons of a country of scale 1: how many there are tells the scale.
PERSONS: Final = 10_000_000
#: Open services of a kommune, so that the smallest delivers at any scale.
FEWEST: Final = 3
_FOR_THE_FEWEST: Final = CODES.index("31202")
_LONG_AGO: Final = 40 * _YEAR


@dataclass(frozen=True, slots=True)
class Services:
    """Services of a country or a kommune; arrays of equal length. ``end``: last day, NEVER while it runs.

    ``code``: place in CODES, ``kom``: where the person lived when it began.
    """

    person: Ints
    code: Ints
    start: Days
    end: Days
    kom: Ints

    def __len__(self) -> int:
        """Number of services."""
        return len(self.person)

    def take(self, rows: NDArray[np.integer] | Flags) -> "Services":
        """These rows, in this order."""
        return Services(*(getattr(self, field.name)[rows] for field in fields(self)))

    @staticmethod
    def concat(parts: list["Services"]) -> "Services":
        """All rows of the parts, in their order."""
        return Services(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Services)))


Stays = tuple[Ints, Days, Days]


def make_services(country: Country) -> Services:
    """Every service of the country, ordered by kommune, day, person and code."""
    recipients, scale = Recipients(country), len(country.persons) / PERSONS
    stays: dict[str, Stays] = {}
    beside = read_rows("received_together.csv", __package__)
    hosts = {row["beside"] for row in beside}
    for number, row in sorted(enumerate(_ROWS), key=lambda one: (one[1]["code"] not in hosts, one[0])):
        rng = stream(country.seed, 20, number)
        parts = []
        together = np.zeros(len(_knots()))
        for other in (pair for pair in beside if pair["code"] == row["code"]):
            host = next(one for one in _ROWS if one["code"] == other["beside"])
            together += float(other["share"]) * _received(host)
            parts.append(_beside(stays[other["beside"]], float(other["share"]), rng))
        alone = np.maximum(_received(row) - together, 0) * scale
        parts.append(_alone(row, alone, recipients, hosts=[stays[code] for code in stays if code in hosts], rng=rng))
        stays[row["code"]] = tuple(np.concatenate(part) for part in zip(*parts, strict=True))  # type: ignore[assignment]
    whole = [
        _broken(CODES.index(code), stay, stream(country.seed, 21, CODES.index(code))) for code, stay in stays.items()
    ]
    every = _placed(Services.concat(whole), recipients)
    every = Services.concat([every, _at_least_a_few(every, country)])
    return every.take(np.lexsort((every.code, every.person, every.start, every.kom)))


def _knots() -> NDArray[np.int64]:
    """The days that the table tells of, and the last day, at which its last figures still hold."""
    quarters = [Kvartal.parse(name) for name in _ROWS[0] if Kvartal.is_form_of(name)]
    return np.array([*(day(quarter.first_day) + _MIDDLE for quarter in quarters), LAST_DAY])


def _received(row: dict[str, str]) -> NDArray[np.float64]:
    """Persons that receive it in a quarter, at each knot; before the first day of a code its first figure."""
    figures = np.array([float(row[name]) for name in row if Kvartal.is_form_of(name)])
    figures = np.r_[figures, figures[-1]]
    return np.asarray(np.where(figures > 0, figures, figures[figures > 0][0]))


def _alone(
    row: dict[str, str], received: NDArray[np.float64], recipients: Recipients, *, hosts: list[Stays], rng: np.random.Generator
) -> Stays:  # fmt: skip
    """Stays of persons who come for this service: those of its first day, and those who came since."""
    years, first = float(row["years"]), day(date.fromisoformat(row["first_day"]))
    # Persons of a quarter are those of a day and the quarter's newcomers.
    is_new = first != BEGINNING
    standing = (received - (_second_half(received) if is_new else 0)) / (1 + _QUARTER_YEARS / years)
    days = np.arange(first, LAST_DAY + 1)
    on_day = np.interp(days, _knots(), standing)
    # Who is not there yet is not followed by anybody: the first persons of a new code come over some weeks.
    followed = np.minimum((days - first) / _FIRST_DAYS, 1) if is_new else 1
    rate = np.clip(np.gradient(on_day) + followed * on_day * (1 / years + LEAVING) / _YEAR, 0, None)
    arrivals = np.cumsum(rate) + rng.random()
    coming = np.repeat(days, np.diff(np.floor(np.r_[arrivals[0] - rate[0], arrivals]).astype(np.int64)))
    there = round(on_day[0])
    if not is_new:
        known, since = np.full(there, first), np.minimum(rng.exponential(years * _YEAR, there), _LONG_AGO)
    else:
        known = first + rng.integers(0, _FIRST_DAYS, there)
        since = np.where(rng.random(there) < SHARE_EARLY, rng.integers(30, 200, there), 0)
    at = np.r_[known, coming].astype(np.int32)
    back = np.r_[since, np.zeros(len(coming))].astype(np.int32)
    person = recipients.choose(at, (int(row["youngest"]), int(row["typical"]), int(row["oldest"])), rng)
    _already_served(person, at, hosts, float(row["also_served"]), rng)
    start = np.maximum(at - back, recipients.grown_up(person)).astype(np.int32)
    end = at + 1 + rng.exponential(years * _YEAR, len(at))
    return person, np.minimum(start, at), np.minimum(end, recipients.leaves(person)).astype(np.int32)


def _second_half(received: NDArray[np.float64]) -> NDArray[np.float64]:
    """By how many the persons of a quarter grow after its middle: the table's figures hold them. Only new codes grow so fast that
    it counts.
    """
    growth = np.diff(received) / np.diff(_knots()) * _YEAR
    return np.asarray(np.append(growth, 0.0) * (_QUARTER_YEARS / 2))


def _already_served(person: Ints, at: Days, hosts: list[Stays], part: float, rng: np.random.Generator) -> None:
    """Replace some persons by those who have a service beside it already."""
    if part == 0:
        return
    who, start, end = (np.concatenate(parts) for parts in zip(*hosts, strict=True))
    for row in np.flatnonzero(rng.random(len(person)) < part):
        drawn = rng.integers(0, len(who), 64)
        fit = drawn[(start[drawn] <= at[row]) & (end[drawn] > at[row])]
        person[row] = who[fit[0]] if len(fit) else person[row]


def _beside(host: Stays, part: float, rng: np.random.Generator) -> Stays:
    """A share of the stays of another service, begun some weeks later and ended with it."""
    person, start, end = host
    begun = start + rng.integers(0, 60, len(person))
    chosen = (rng.random(len(person)) < part) & (begun < end)
    return person[chosen], begun[chosen].astype(np.int32), end[chosen]


def _broken(code: int, stay: Stays, rng: np.random.Generator) -> Services:
    """Stays as services: broken off now and then, and taken up again."""
    person, start, end = stay
    from_day, until = np.maximum(start, BEGINNING), np.minimum(end, LAST_DAY)
    breaks = rng.poisson(np.clip(until - from_day, 0, None) / _YEAR * BREAKS)
    who = np.repeat(np.arange(len(person)), breaks)
    last = (from_day[who] + rng.random(len(who)) * (until[who] - from_day[who])).astype(np.int64)
    again = last + rng.integers(*BREAK_DAYS, len(who))
    stays, first = np.r_[np.arange(len(person)), who], np.r_[start, again]
    order = np.lexsort((first, stays))
    stays, first = stays[order], first[order]
    following = np.r_[stays[1:] == stays[:-1], False]
    stop = np.r_[start, last][order]
    finish = np.where(following, np.r_[stop[1:], 0], end[stays])
    kept = (finish >= first) & (first <= LAST_DAY)
    stays, first, finish = stays[kept], first[kept], finish[kept]
    return Services(
        person[stays],
        np.full(len(stays), code, dtype=np.int32),
        first.astype(np.int32),
        np.where(finish > LAST_DAY, NEVER, finish).astype(np.int32),
        np.zeros(len(stays), dtype=np.int32),
    )


def _placed(services: Services, recipients: Recipients) -> Services:
    """With the kommune each begins in."""
    kom = recipients.lives_in(services.person, services.start)
    return Services(services.person, services.code, services.start, services.end, kom)


def _at_least_a_few(services: Services, country: Country) -> Services:
    """Services that run, for kommuner so small, at this scale, that chance gave them almost none."""
    persons = country.persons
    counts = np.bincount(services.kom[services.end == NEVER], minlength=len(KOMNR))
    parts = [services.take(np.zeros(0, dtype=np.int64))]
    for kommune in np.flatnonzero(counts < FEWEST):
        people = np.flatnonzero((persons.home == kommune) & (persons.departure == NEVER))
        grown = people[np.argsort(persons.birth[people], kind="stable")][: FEWEST * 2 : 2].astype(np.int32)
        count = len(grown)
        start = np.maximum(persons.arrival[grown], day(date(2016, 1, 4))) + np.arange(count) * 11
        parts.append(
            Services(
                grown,
                np.full(count, _FOR_THE_FEWEST, dtype=np.int32),
                start.astype(np.int32),
                np.full(count, NEVER, dtype=np.int32),
                np.full(count, kommune, dtype=np.int32),
            )
        )
    return Services.concat(parts)

"""Loans as they really happened: who, what, from when to when, from which kommune. Faults come later (faults.py).

A person becomes a user at an age drawn from a hazard that rises with age, gets some devices at once and more over the
years, and keeps each for weeks, years, or until death. At scale 1: 8.0 million loans in the systems in the newest quarter,
some 2.2 million on loan at any time by 380,000 persons. Systems forgot most loans that ended long before 1 July 2022.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.statistics.hjalp.synth.products import Catalogue
from hjalp_pipeline.statistics.hjalp.synth.senders import KVARTALER
from hjalp_pipeline.synth.addresses import Addresses, Spells, is_missing
from hjalp_pipeline.synth.population import Persons
from hjalp_pipeline.synth.sources import CHRISTIANSOE, NEVER, Days, Flags, Ints, day, stream

#: Last day any delivery tells about.
LAST_DAY: Final = day(KVARTALER[-1].last_day)
STATISTIC_START: Final = day(date(2022, 7, 1))
_DAILY_FROM: Final = day(date(2015, 1, 1))
_LONG_FROM: Final = day(date(1988, 1, 1))
_YEAR: Final = 365.2425
#: Loans a year of a user; how many at the start; how long they last.
RATE: Final = 2.06
RATE_LONG: Final = 0.12
FIRST_LOANS: Final = 1.7
SHARE_SHORT: Final = 0.47
SHARE_MEDIUM: Final = 0.40
SHORT_YEARS: Final = 0.6
MEDIUM_YEARS: Final = 3.6
HAZARD: Final = 1.37
#: Of loans that last until death: never recorded as returned, returned late, returned exactly 31 days after.
SHARE_NEVER_RETURNED: Final = 0.48
SHARE_RETURNED_LATE: Final = 0.08
SHARE_DAY_31: Final = 0.02
SHARE_HOLIDAY: Final = 0.004
SHARE_BED_BLOCKS: Final = 0.3
FEWEST: Final = 6


@dataclass(frozen=True, slots=True)
class Loans:
    """Loans of a country or a kommune; arrays of equal length. ``returned`` NEVER: still on loan, or never recorded.

    ``kom`` is the kommune that issued the loan, ``residence`` where the person lived then (the issuer when nowhere) and
    ``recorded`` the day the system learnt of the loan.
    """

    person: Ints
    issued: Days
    returned: Days
    recorded: Days
    product: Ints
    kom: Ints
    residence: Ints

    def __len__(self) -> int:
        """Number of loans."""
        return len(self.person)

    def take(self, rows: Ints) -> "Loans":
        """These rows, in this order."""
        return Loans(*(getattr(self, field.name)[rows] for field in fields(self)))

    @staticmethod
    def concat(parts: list["Loans"]) -> "Loans":
        """All rows of the parts, in their order."""
        return Loans(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Loans)))


def make_loans(persons: Persons, spells: Spells, addresses: Addresses, catalogue: Catalogue, seed: int) -> Loans:
    """Every loan of the country, ordered by issuing kommune and day."""
    bounds = np.searchsorted(persons.home, np.arange(len(KOMNR) + 1)).astype(np.int64)
    parts = []
    for kommune in range(len(KOMNR)):
        people = np.arange(bounds[kommune], bounds[kommune + 1], dtype=np.int32)
        rng = stream(seed, 4, kommune)
        loans = _of_kommune(people, persons, rng)
        parts.append(_with_issuer(loans, kommune, spells, addresses, catalogue=catalogue, rng=rng))
    every = Loans.concat(parts)
    few = _at_least_a_few(every, persons, spells, addresses, catalogue=catalogue, bounds=bounds, seed=seed)
    every = Loans.concat([every, few])
    kept = ~_forgotten(every, seed)
    order = np.lexsort((every.product, every.person, every.issued, every.kom))
    return every.take(order[kept[order]].astype(np.int32))


def _onset_age(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    ages = np.arange(0, 111, 0.25)
    cumulated = HAZARD * (0.0006 * ages + 2e-5 / 0.092 * np.expm1(0.092 * ages))
    return np.asarray(np.interp(rng.exponential(1.0, count), cumulated, ages, right=200.0))


def _of_kommune(people: Ints, persons: Persons, rng: np.random.Generator) -> tuple[Ints, Days, Days]:
    """Person, day issued, day returned of loans to people whose last home is one kommune."""
    busy = rng.lognormal(0, 0.18)
    age = _onset_age(len(people), rng) / (1 + (busy - 1) * 0.2)
    onset = np.maximum(persons.birth[people] + (age * _YEAR).astype(np.int64), persons.arrival[people])
    short_time = (age < 67) & (rng.random(len(people)) < 0.6)
    left = np.minimum(persons.death[people], persons.departure[people])
    end = np.where(short_time, onset + rng.exponential(1.4 * _YEAR, len(people)), left)
    end = np.minimum(np.minimum(end, left), LAST_DAY + 1).astype(np.int64)
    user = (onset < end) & (end > _DAILY_FROM)
    people, onset, end, short_time = people[user], onset[user], end[user], short_time[user]
    appetite = rng.gamma(2.5, 1 / 2.5, len(people)) * busy
    start = np.maximum(onset, _DAILY_FROM)
    daily = rng.poisson(np.clip(end - start, 0, None) / _YEAR * RATE * appetite)
    first = np.where(onset >= _DAILY_FROM, 1 + rng.poisson(FIRST_LOANS, len(people)), 0)
    early = np.clip(np.minimum(end, _DAILY_FROM) - np.maximum(onset, _LONG_FROM), 0, None)
    long = rng.poisson(early / _YEAR * RATE_LONG * appetite)
    who = np.concatenate([np.repeat(np.arange(len(people)), n) for n in (daily, first, long)])
    kind = np.repeat([0, 1, 2], [daily.sum(), first.sum(), long.sum()])
    lower = np.where(kind == 2, np.maximum(onset[who], _LONG_FROM), start[who])
    upper = np.where(kind == 2, np.minimum(end[who], _DAILY_FROM), end[who])
    upper = np.where(kind == 1, np.minimum(onset[who] + 30, upper), upper)
    issued = lower + (rng.random(len(who)) * (upper - lower)).astype(np.int64)
    lasts = rng.random(len(who))
    years = np.where(
        lasts < SHARE_SHORT, rng.exponential(SHORT_YEARS, len(who)), rng.exponential(MEDIUM_YEARS, len(who))
    )
    forever = (kind == 2) | (lasts >= SHARE_SHORT + SHARE_MEDIUM)
    returned = np.where(forever, NEVER, issued + 1 + (years * _YEAR).astype(np.int64))
    stopped = short_time[who]
    returned = np.where(stopped, np.minimum(returned, end[who] + rng.integers(0, 60, len(who))), returned)
    return (
        people[who],
        issued.astype(np.int32),
        _after_death(returned, persons.death[people[who]], issued, rng).astype(np.int32),
    )


def _after_death(returned: Days, death: Days, issued: Days, rng: np.random.Generator) -> Days:
    """Loans that outlive their user come back some time after the death, or the system is never told."""
    count = len(returned)
    draw = rng.random(count)
    lag = np.minimum(rng.exponential(13, count).astype(np.int64), 30)
    late = 32 + rng.exponential(120, count).astype(np.int64)
    back = death + np.where(draw < SHARE_RETURNED_LATE, late, np.where(draw > 1 - SHARE_DAY_31, 31, lag))
    silent = (draw >= SHARE_RETURNED_LATE) & (draw < SHARE_RETURNED_LATE + SHARE_NEVER_RETURNED)
    back = np.where(silent, NEVER, back)
    result = np.where((death < NEVER) & (returned >= death), back, returned)
    return np.where(result > LAST_DAY, NEVER, np.maximum(result, issued))


def _with_issuer(
    loans: tuple[Ints, Days, Days], home: int, spells: Spells, addresses: Addresses, *, catalogue: Catalogue,
    rng: np.random.Generator,
) -> Loans:  # fmt: skip
    """Add product, kommune of residence on the day and issuing kommune; blow bed blocks up to four equal loans."""
    person, issued, returned = loans
    product = catalogue.draw(len(person), rng)
    address = spells.address_at(person, issued)
    safe = np.maximum(address, 0)
    residence = addresses.kom_at(safe, issued)
    nowhere = (address < 0) | is_missing(safe) | (residence >= CHRISTIANSOE)
    residence = np.where(nowhere, home, residence).astype(np.int32)
    kom = residence.copy()
    holiday = rng.random(len(kom)) < SHARE_HOLIDAY
    kom[holiday] = rng.integers(0, len(KOMNR), int(holiday.sum()))
    central = catalogue.sight[product] & np.isin(residence, catalogue.sight_members) & (rng.random(len(kom)) < 0.5)
    kom[central] = catalogue.sight_hub
    late = rng.random(len(kom)) < 0.015
    recorded = issued + np.where(late, rng.integers(1, 100, len(kom)), 0)
    four = catalogue.blocks[product] & (rng.random(len(kom)) < SHARE_BED_BLOCKS)
    rows = np.repeat(np.arange(len(kom)), np.where(four, 4, 1))
    return Loans(person, issued, returned, recorded.astype(np.int32), product, kom, residence).take(
        rows.astype(np.int32)
    )


def _forgotten(loans: Loans, seed: int) -> Flags:
    """Loans that ended so long ago that the kommune's system has dropped them; memories differ."""
    memory = np.array([stream(seed, 5, kommune).uniform(0.5, 8.0) for kommune in range(len(KOMNR))])
    forgets = (STATISTIC_START - memory * _YEAR).astype(np.int32)
    return np.asarray(loans.returned < forgets[loans.kom])


def _at_least_a_few(
    loans: Loans, persons: Persons, spells: Spells, addresses: Addresses, *, catalogue: Catalogue,
    bounds: NDArray[np.int64], seed: int,
) -> Loans:  # fmt: skip
    """Open loans for kommuner so small, at this scale, that chance gave them almost none."""
    counts = np.bincount(loans.kom, minlength=len(KOMNR))
    parts = [loans.take(np.zeros(0, dtype=np.int32))]
    for kommune in np.flatnonzero(counts < FEWEST * 3):
        rng = stream(seed, 6, int(kommune))
        people = np.arange(bounds[kommune], bounds[kommune + 1], dtype=np.int32)
        alive = people[(persons.death[people] == NEVER) & (persons.departure[people] == NEVER)]
        oldest = alive[np.argsort(persons.birth[alive], kind="stable")][: FEWEST // 2]
        who = np.repeat(oldest, 4)
        moved_in = np.maximum(persons.arrival[who], day(date(2018, 1, 1)))
        issued = moved_in + (rng.random(len(who)) * (LAST_DAY - 400 - moved_in)).astype(np.int64)
        returned = np.where(np.arange(len(who)) % 4 == 3, issued + 200, NEVER)
        made = (who, issued.astype(np.int32), returned.astype(np.int32))
        part = _with_issuer(made, int(kommune), spells, addresses, catalogue=catalogue, rng=rng)
        here = np.full(len(part), kommune, dtype=np.int32)
        parts.append(Loans(part.person, part.issued, part.returned, part.recorded, part.product, here, here))
    return Loans.concat(parts)

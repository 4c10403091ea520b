"""Addresses and who lived where when: the address history (befbop) and the address register (befadr).

Sizes at scale 1: 47 million spells, 5.4 million address rows. Spells are ``from <= day < to``; those of one person never
overlap.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.synth.population import Persons, inhabitants
from hjalp_pipeline.synth.sources import CHRISTIANSOE, KOM_CODES, NEVER, NOW, Days, Ints, day, share, stream

SPELLS: Final = 47_000_000
ADDRESSES: Final = 5_300_000
#: Bits of a day in the key ``person << _BITS | first day``; days since 1970 stay below 2**15.
_BITS: Final = 15
SHARE_MOVED_ADDRESS: Final = 0.02
SHARE_MISSING_ADDRESS: Final = 0.003
_REFORM: Final = day(date(2007, 1, 1))


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses in blocks by kommune (index of KOM_CODES): ``kom_before`` before day ``changed``, ``kom`` from then on."""

    kom: Ints
    kom_before: Ints
    changed: Days

    def kom_at(self, address: Ints, days: Days | int) -> Ints:
        """Kommune (index) of addresses at days."""
        return np.where(days < self.changed[address], self.kom_before[address], self.kom[address])


@dataclass(frozen=True, slots=True)
class Spells:
    """Address spells by person and day; ``key`` = person and first day, ``until`` = first day after (NEVER: still)."""

    key: NDArray[np.int64]
    until: Days
    address: Ints

    @property
    def person(self) -> Ints:
        """Row number of the person."""
        return (self.key >> _BITS).astype(np.int32)

    @property
    def since(self) -> Days:
        """First day of the spell."""
        return (self.key & ((1 << _BITS) - 1)).astype(np.int32)

    def address_at(self, person: Ints, days: Days) -> Ints:
        """Address of persons at days, -1 when they had none."""
        wanted = person.astype(np.int64) << _BITS | np.maximum(days, 0)
        place = np.searchsorted(self.key, wanted, side="right") - 1
        safe = np.maximum(place, 0)
        found = (place >= 0) & (self.key[safe] >> _BITS == person) & (self.until[safe] > days)
        return np.where(found, self.address[safe], -1).astype(np.int32)


def is_missing(address: Ints) -> NDArray[np.bool_]:
    """Addresses that stand in the history but not in the address register."""
    return share(address, 71) < SHARE_MISSING_ADDRESS


def make_addresses(scale: float, seed: int) -> tuple[Addresses, Ints]:
    """All addresses, and the first address of each kommune (one more entry than kommuner: the end)."""
    rng = stream(seed, 2, 0)
    sizes = inhabitants(scale)
    counts = np.maximum(8, np.round(ADDRESSES * scale * sizes / sizes.sum())).astype(np.int64)
    counts = np.r_[counts, np.full(len(KOM_CODES) - len(KOMNR), 5)]
    kom = np.repeat(np.arange(len(KOM_CODES), dtype=np.int32), counts)
    moved = (rng.random(len(kom)) < SHARE_MOVED_ADDRESS) & (kom < len(KOMNR))
    neighbour = np.clip(kom + rng.choice((-1, 1), len(kom)), 0, len(KOMNR) - 1).astype(np.int32)
    dates = np.array([_REFORM] * 3 + [day(date(2015, 7, 1)), day(date(2023, 5, 1)), day(date(2024, 9, 1))])
    changed = np.where(moved, dates[rng.integers(0, len(dates), len(kom))], -1).astype(np.int32)
    return Addresses(kom, np.where(moved, neighbour, kom), changed), np.r_[0, np.cumsum(counts)].astype(np.int32)


def make_spells(persons: Persons, first_address: Ints, scale: float, seed: int) -> Spells:
    """The address history of everyone who ever had an address."""
    rng = stream(seed, 2, 1)
    until = np.minimum(persons.departure, NOW + 1)
    span = np.maximum(until - persons.arrival, 0)
    resident = span > 0
    rate = max(SPELLS * scale - resident.sum(), 0) / max(int(span[resident].sum()), 1)
    moves = rng.poisson(rate * span)
    mover = np.repeat(np.arange(len(persons), dtype=np.int32), moves)
    # People move more when they are young, or newly arrived, than later.
    days = persons.arrival[mover] + (rng.random(len(mover)) ** 1.5 * span[mover]).astype(np.int32)
    first = np.flatnonzero(resident)
    key = np.concatenate([first << _BITS | persons.arrival[first], mover.astype(np.int64) << _BITS | days])
    del mover, days
    key.sort()
    key = key[np.r_[True, key[1:] != key[:-1]]]
    person = (key >> _BITS).astype(np.int32)
    since = (key & ((1 << _BITS) - 1)).astype(np.int32)
    last = np.r_[person[1:] != person[:-1], True]
    end = np.where(last, persons.departure[person], np.r_[since[1:], 0]).astype(np.int32)
    gap = (rng.random(len(key)) < 0.03) & ~last & (end - since > 90)
    end[gap] = (since + (end - since) * 0.6)[gap].astype(np.int32)
    kommune = persons.home[person]
    elsewhere = (rng.random(len(key)) < 0.22) & ~last
    weights = inhabitants(1.0) / inhabitants(1.0).sum()
    kommune[elsewhere] = rng.choice(len(weights), int(elsewhere.sum()), p=weights).astype(np.int32)
    odd = rng.random(len(key)) < 0.0002
    kommune[odd] = CHRISTIANSOE + rng.choice(len(KOM_CODES) - CHRISTIANSOE, int(odd.sum()), p=(0.1, 0.5, 0.4))
    size = np.diff(first_address)[kommune]
    address = first_address[kommune] + (rng.random(len(key)) * size).astype(np.int32)
    return Spells(key, np.where(end > NOW, NEVER, end).astype(np.int32), address.astype(np.int32))

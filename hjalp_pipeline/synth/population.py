"""Persons: birth, death, sex, home kommune, when they came and left, and their fictitious CPR numbers.

Sizes at scale 1: 10.0 million persons, of whom 6.0 million live in the country, 3.1 million are dead and the rest have
left it or never lived in it (the published size of BEF and DOD).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.synth.cpr_numbers import assign_pnr
from hjalp_pipeline.synth.sources import CHRISTIANSOE, NEVER, NOW, Days, Flags, Ints, read_rows, stream

DEAD: Final = 3_110_000
GONE: Final = 870_000
CHRISTIANSOE_PERSONS: Final = 92
#: Tiny kommuner keep this many inhabitants however small the scale is, so that all 98 deliver.
SMALLEST_KOMMUNE: Final = 12
#: First day of the address history.
HISTORY_START: Final = 365
_IPF_ROUNDS: Final = 30


@dataclass(frozen=True, slots=True)
class Persons:
    """Everyone who ever stood in the register; arrays of equal length, home kommuner in blocks.

    ``arrival`` and ``departure`` bound the time with an address (equal: never had one), ``known_from`` is the day the
    register learnt of the person and ``death_known`` the day it learnt of the death.
    """

    birth: Days
    death: Days
    death_known: Days
    woman: Flags
    home: Ints
    arrival: Days
    departure: Days
    known_from: Days
    pnr: NDArray[np.uint32]

    def __len__(self) -> int:
        """Number of persons."""
        return len(self.birth)


def make_persons(scale: float, seed: int) -> Persons:
    """All persons of a country of the given scale."""
    living = _living(scale, stream(seed, 1, 0))
    dead = _dead(scale, stream(seed, 1, 1))
    gone = _gone(scale, stream(seed, 1, 2))
    birth, death, woman, home, arrival, departure = (
        np.concatenate(part) for part in zip(living, dead, gone, strict=True)
    )
    rng = stream(seed, 1, 3)
    order = np.lexsort((rng.integers(0, 1 << 40, len(birth)), home))
    birth, death, woman, home, arrival, departure = (x[order] for x in (birth, death, woman, home, arrival, departure))
    late = rng.random(len(birth)) < 0.01
    lag = np.where(late, rng.integers(30, 250, len(birth)), rng.integers(0, 9, len(birth)))
    death_known = np.where(death == NEVER, NEVER, np.minimum(death + lag, NOW)).astype(np.int32)
    known_from = np.where(
        departure > arrival, np.maximum(birth, np.where(arrival == HISTORY_START, birth, arrival)), birth
    )
    return Persons(
        birth, death, death_known, woman, home, arrival, departure, known_from.astype(np.int32),
        assign_pnr(birth, woman, stream(seed, 1, 4)),
    )  # fmt: skip


def inhabitants(scale: float) -> NDArray[np.int64]:
    """Persons living in each of the 98 kommuner, in the order of their codes."""
    sizes = {row["komnr"]: int(row["befolkning"]) for row in read_rows("kommune_sizes.csv")}
    return np.array([max(round(sizes[code] * scale), SMALLEST_KOMMUNE) for code in KOMNR], dtype=np.int64)


def age_profile() -> NDArray[np.float64]:
    """Share of each (age, sex) in each kommune, shape (98, 111 * 2), rows sum to 1.

    A tilt by age gives each kommune its share of people over 65, proportional fitting restores the national profile.
    """
    profile = read_rows("national_age_sex.csv")
    national = np.array([[int(row["maend"]), int(row["kvinder"])] for row in profile], dtype=np.float64)
    rows = {row["komnr"]: row for row in read_rows("kommune_sizes.csv")}
    size = np.array([float(rows[code]["befolkning"]) for code in KOMNR])
    old = np.array([float(rows[code]["andel65"]) for code in KOMNR]) / 100
    ages = np.arange(len(national))
    national_old = national[65:].sum() / national.sum()
    odds = np.log(old / (1 - old)) - np.log(national_old / (1 - national_old))
    tilt = np.exp(odds[:, None] * np.clip((ages[None, :] - 20) / 55, 0, 1.2))
    cells = np.repeat(tilt, 2, axis=1) * national.reshape(1, -1)
    for _ in range(_IPF_ROUNDS):
        cells *= (national.reshape(-1) / national.sum() * size.sum() / np.maximum(cells.sum(axis=0), 1e-9))[None, :]
        cells *= (size / cells.sum(axis=1))[:, None]
    return np.asarray(cells / cells.sum(axis=1, keepdims=True))


Part = tuple[Days, Days, Flags, Ints, Days, Days]


def _living(scale: float, rng: np.random.Generator) -> Part:
    sizes, profile = inhabitants(scale), age_profile()
    births, women, homes = [], [], []
    for kommune, size in enumerate(sizes):
        counts = rng.multinomial(size, profile[kommune])
        cell = np.repeat(np.arange(len(counts)), counts)
        births.append(NOW - ((cell // 2 + rng.random(size)) * 365.2425).astype(np.int32))
        women.append(cell % 2 == 1)
        homes.append(np.full(size, kommune, dtype=np.int32))
    few = max(3, round(CHRISTIANSOE_PERSONS * scale))
    births.append(NOW - rng.integers(3_000, 29_000, few))
    women.append(rng.random(few) < 0.5)
    homes.append(np.full(few, CHRISTIANSOE, dtype=np.int32))
    birth = np.concatenate(births).astype(np.int32)
    immigrant = rng.random(len(birth)) < 0.13
    came = birth + (rng.beta(1.6, 2.2, len(birth)) * (NOW - birth)).astype(np.int32)
    arrival = np.maximum(np.where(immigrant, came, birth), HISTORY_START).astype(np.int32)
    never = np.full(len(birth), NEVER, dtype=np.int32)
    return birth, never, np.concatenate(women), np.concatenate(homes), np.minimum(arrival, NOW - 1), never.copy()


def _homes(count: int, rng: np.random.Generator, *, old: bool) -> Ints:
    weights = inhabitants(1.0).astype(np.float64)
    if old:
        weights *= age_profile()[:, 130:].sum(axis=1)
    return rng.choice(len(weights), count, p=weights / weights.sum()).astype(np.int32)


def _dead(scale: float, rng: np.random.Generator) -> Part:
    count = round(DEAD * scale)
    woman = rng.random(count) < 0.495
    death = rng.integers(0, NOW, count)
    # Gompertz ages at death, with the modal age rising a tenth of a year each year, and a few who died young.
    mode = np.where(woman, 85.0, 81.0) - (NOW - death) / 3652.4
    age = mode + np.where(woman, 9.0, 10.0) * np.log(np.maximum(-np.log1p(-rng.random(count)), 1e-12))
    age = np.where((age < 0) | (rng.random(count) < 0.02), rng.random(count) * 70, age)
    birth = death - (np.minimum(age, 107.9) * 365.2425).astype(np.int32)
    arrival = np.minimum(np.maximum(birth, HISTORY_START), death)
    departure = np.where(death > arrival, death + 1, arrival)
    left = rng.random(count) < 0.01
    departure = np.where(left, arrival + ((departure - arrival) * rng.random(count)).astype(np.int64), departure)
    parts = (x.astype(np.int32) for x in (birth, death))
    return (*parts, woman, _homes(count, rng, old=True), arrival.astype(np.int32), departure.astype(np.int32))  # type: ignore[return-value]


def _gone(scale: float, rng: np.random.Generator) -> Part:
    """People who emigrated, and people with a number who never lived in the country."""
    count = round(GONE * scale)
    birth = NOW - rng.integers(365, 32_000, count)
    arrival = np.maximum(birth + (rng.random(count) * (NOW - birth) * 0.8).astype(np.int64), HISTORY_START)
    departure = arrival + 30 + (rng.random(count) * (NOW - arrival - 30)).astype(np.int64)
    never_here = rng.random(count) < 0.3
    departure = np.where(never_here | (departure <= arrival), arrival, departure)
    never = np.full(count, NEVER, dtype=np.int32)
    return (
        birth.astype(np.int32), never, rng.random(count) < 0.48, _homes(count, rng, old=False),
        arrival.astype(np.int32), departure.astype(np.int32),
    )  # fmt: skip

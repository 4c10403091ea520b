"""Who receives services: persons of a fitting age who live in the country on the day, and where they live."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hjalp_pipeline.synth.addresses import is_missing
from hjalp_pipeline.synth.country import Country
from hjalp_pipeline.synth.sources import CHRISTIANSOE, NEVER, Days, Ints

_YEAR: Final = 365.2425
#: Age from which a service can be had, in days.
GROWN_UP: Final = 6_575
#: A woman is taken so much less often than a man.
WOMEN: Final = 0.84
_ROUNDS: Final = 60
#: Persons around the one of exactly the age drawn, of whom one is taken: so many per cent of all, to each side.
_AROUND: Final = 0.4


class Recipients:
    """The persons of a country, in the order of their births."""

    def __init__(self, country: Country) -> None:
        """Sort the persons; those who left before there were data are no candidates."""
        persons = country.persons
        self.country, self.persons = country, persons
        order = np.argsort(persons.birth, kind="stable")
        self.order = order[np.minimum(persons.departure, persons.death)[order] > GROWN_UP].astype(np.int32)
        self.births = persons.birth[self.order]

    def choose(self, at: Days, ages: tuple[int, int, int], rng: np.random.Generator) -> Ints:
        """A person for each day, who lives in the country then, of an age between the first and the last, mostly the middle."""
        found = np.full(len(at), -1, dtype=np.int32)
        around = max(3, int(len(self.order) * _AROUND / 100))
        for _ in range(_ROUNDS):
            open_rows = np.flatnonzero(found < 0)
            if not len(open_rows):
                return found
            age = rng.triangular(*ages, len(open_rows))
            place = np.searchsorted(self.births, at[open_rows] - (age * _YEAR).astype(np.int64))
            place = np.clip(place + rng.integers(-around, around + 1, len(place)), 0, len(self.order) - 1)
            person = self.order[place]
            fits = self._lives(person, at[open_rows]) & (~self.persons.woman[person] | (rng.random(len(place)) < WOMEN))
            found[open_rows[fits]] = person[fits]
        raise ValueError("nobody of that age lives in the country")

    def _lives(self, person: Ints, at: Days) -> NDArray[np.bool_]:
        persons = self.persons
        grown = at - persons.birth[person] >= GROWN_UP
        return grown & (persons.arrival[person] <= at) & (persons.departure[person] > at)

    def grown_up(self, person: Ints) -> Days:
        """The day each became eighteen, or came to the country."""
        return np.maximum(self.persons.birth[person] + GROWN_UP, self.persons.arrival[person])

    def leaves(self, person: Ints) -> Days:
        """The last day each lives in the country: that of a death, or of a departure."""
        departure = self.persons.departure[person]
        return np.where(departure == NEVER, NEVER, departure - 1).astype(np.int32)

    def lives_in(self, person: Ints, days: Days) -> Ints:
        """Kommune (place in KOMNR) where persons live at days; the home where no address tells."""
        address = self.country.spells.address_at(person, days)
        safe = np.maximum(address, 0)
        kom = self.country.addresses.kom_at(safe, days)
        nowhere = (address < 0) | is_missing(safe) | (kom >= CHRISTIANSOE)
        home = np.minimum(self.persons.home[person], CHRISTIANSOE - 1)
        return np.where(nowhere, home, kom).astype(np.int32)

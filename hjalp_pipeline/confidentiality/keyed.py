"""What the office's key decides: how dear each cell is to hide, and from which figure on it need not be hidden.

The program is public. Without a key whoever runs it on every table that agrees with a publication can rule out those that
lead to another pattern. With one he would have to try every key. What the key decides of a cell follows from the table, the
codes and the time alone, not from the release: every version of a year is made with the same.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from hjalp_pipeline.confidentiality.system import THRESHOLD, Bools, Ints, Name, System

#: Bytes of a key.
KEY_BYTES = 32
#: A cell of 3 is hidden for its own sake with this probability, and one of v with CHANCE * (3 / v) ** FALL.
CHANCE, FALL = 0.3, 4
_BITS = 62
#: Bits of a price's factor: a price of 2**32 times it is still a whole number of 64 bits.
_FINE = 30


@dataclass(frozen=True)
class OfficeKey:
    """The key of the office. Its text never shows it; ``digest`` is what may be written down."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """ValueError unless it is of the right length."""
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")

    @property
    def digest(self) -> str:
        """SHA-256 of the key, by which releases are pinned to it. A key of random bytes cannot be found from it."""
        return hashlib.sha256(self.secret).hexdigest()

    def attempt(self, number: int) -> "OfficeKey":
        """A key made of this one, another for every number; the first, 0, is the key itself."""
        if not number:
            return self
        return OfficeKey(hashlib.blake2b(str(number).encode(), digest_size=KEY_BYTES, key=self.secret).digest())

    def numbers(self, use: str, names: Sequence[Name]) -> Ints:
        """For each name a whole number from 0 to 2**62 - 1, int64 [n]: keyed BLAKE2b of use and name."""
        return np.array([self._number(use, name) for name in names], dtype=np.int64)

    def _number(self, use: str, name: Name) -> int:
        message = "\x1f".join((use, *name)).encode()
        return int.from_bytes(hashlib.blake2b(message, digest_size=8, key=self.secret).digest(), "big") >> 64 - _BITS


def priced(system: System, key: OfficeKey) -> System:
    """The system with each price times a factor in [1, 2) of the key's. The last part of a name is its release, and left out."""
    part = key.numbers("price", [name[:-1] for name in system.names]) >> _BITS - _FINE
    return replace(system, cost=system.cost + ((system.cost * part) >> _FINE))


def thresholds(names: Sequence[Name], key: OfficeKey) -> Ints:
    """For each cell the figure below which the key hides it for its own sake, int64 [n], THRESHOLD or more.

    A figure of v is below it with the probability ``CHANCE * (THRESHOLD / v) ** FALL``, so no figure up to 100,000 is too
    large for it.
    """
    number = key.numbers("threshold", [name[:-1] for name in names])
    # v is below the threshold when (number + 1) / 2**62 <= CHANCE * (3 / v)**4; two square roots are the same everywhere.
    reach = np.floor(THRESHOLD * np.sqrt(np.sqrt(CHANCE * 2.0**_BITS / (number + 1.0)))).astype(np.int64)
    return np.asarray(np.maximum(THRESHOLD, reach + 1), dtype=np.int64)


def wished(system: System, key: OfficeKey) -> Bools:
    """Cells that may be shown and are hidden for their own sake, because the key says so; bool [n]."""
    small = system.values < thresholds(system.names, key)
    return np.asarray(small & ~system.open & ~system.primary & (system.values >= THRESHOLD), dtype=np.bool_)

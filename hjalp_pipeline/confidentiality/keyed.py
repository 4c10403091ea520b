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
#: A cell of 3 is hidden for its own sake with this probability, one of 6 with a quarter of it: it falls with the square.
CHANCE = 0.3
_BITS = 32


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

    def numbers(self, use: str, names: Sequence[Name]) -> Ints:
        """For each name a whole number from 0 to 2**32 - 1, int64 [n]: keyed BLAKE2b of use and name."""
        return np.array([self._number(use, name) for name in names], dtype=np.int64)

    def _number(self, use: str, name: Name) -> int:
        message = "\x1f".join((use, *name)).encode()
        return int.from_bytes(hashlib.blake2b(message, digest_size=_BITS // 8, key=self.secret).digest(), "big")


def priced(system: System, key: OfficeKey) -> System:
    """The system with each price times a factor in [1, 2) of the key's. The last part of a name is its release, and left out."""
    factor = key.numbers("price", [name[:-1] for name in system.names])
    return replace(system, cost=system.cost + ((system.cost * factor) >> _BITS))


def thresholds(names: Sequence[Name], key: OfficeKey) -> Ints:
    """For each cell the figure below which the key hides it for its own sake, int64 [n], THRESHOLD or more.

    A figure of v is below it with the probability ``CHANCE * (THRESHOLD / v) ** 2``. No figure is too large for it.
    """
    number = key.numbers("threshold", [name[:-1] for name in names])
    # v is below the threshold when (number + 1) / 2**32 <= CHANCE * 9 / v**2.
    reach = np.floor(THRESHOLD * np.sqrt(CHANCE * 2.0**_BITS / (number + 1.0))).astype(np.int64)
    return np.asarray(np.maximum(THRESHOLD, reach + 1), dtype=np.int64)


def decoys(system: System, key: OfficeKey) -> Bools:
    """Cells that may be shown and are hidden for their own sake, because the key says so; bool [n]."""
    small = system.values < thresholds(system.names, key)
    return np.asarray(small & ~system.open & ~system.primary & (system.values >= THRESHOLD), dtype=np.bool_)

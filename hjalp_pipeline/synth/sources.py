"""Tables the made-up country is built from, the days it knows, and its random streams."""

import csv
from datetime import date
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hjalp_pipeline.codelists.kommuner import KOMNR

Ints = NDArray[np.int32]
Days = NDArray[np.int32]
Flags = NDArray[np.bool_]

#: Register extracts, oldest first; the newest is the world as it is.
EXTRACTS: Final = (date(2025, 4, 4), date(2025, 10, 3))
#: A day later than all others: still resident, still alive, still on loan.
NEVER: Final = 32_000
#: Kommuner as the register writes them: the 98, Christiansø and two that are not Danish kommuner.
KOM_CODES: Final = (*KOMNR, "411", "955", "960")
CHRISTIANSOE: Final = len(KOMNR)


def day(value: date) -> int:
    """Days since 1 January 1970, the unit of all dates inside this package."""
    return (value - date(1970, 1, 1)).days


NOW: Final = day(EXTRACTS[-1])


def read_rows(name: str, package: str = "hjalp_pipeline.synth") -> list[dict[str, str]]:
    """Rows of ``data/{name}`` in a package as dicts of strings, in file order."""
    text = files(package).joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def stream(seed: int, *path: int) -> np.random.Generator:
    """The random stream of one part of the country; independent of the order and threads in which parts are made."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=path)))


def mix(values: NDArray[np.integer], salt: int) -> NDArray[np.uint64]:
    """Scramble whole numbers (splitmix64): a stable random number for an id, whatever file it appears in."""
    with np.errstate(over="ignore"):
        z = values.astype(np.uint64) + np.uint64((salt * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def share(values: NDArray[np.integer], salt: int) -> NDArray[np.float64]:
    """Stable uniform numbers in [0, 1) for ids."""
    return (mix(values, salt) >> np.uint64(11)).astype(np.float64) / float(1 << 53)

"""``codelists/settings.toml``: what a statistician may set, one table for each matter; what is left out is as here.

Another matter is another dataclass in ``SECTIONS``: its fields are the keys, their defaults the program's own.
"""

import tomllib
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import Field, Strict

from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Faults, Says, checked

_Number = Annotated[int, Strict(), Field(ge=1), Says("must be a whole number of at least 1", shown=True)]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what nothing refers to is kept (source 2.1: what is not active in the period is deleted).

    ``results_days``: typed copies, computed results, half-read files; ``deliveries_years`` and ``extracts_years``: from
    the end of the quarter and the date of the extract, after which they are named for removal.
    """

    results_days: _Number = 90
    deliveries_years: _Number = 5
    extracts_years: _Number = 5


SECTIONS: dict[str, type] = {"retention": Retention}
_FILE = "codelists/settings.toml"
T = TypeVar("T")


def read_settings(root: DataRoot, kind: type[T]) -> T:
    """The settings of one matter. InputError names every key that is unknown or no whole number of at least 1."""
    path = root.file(_FILE)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"{_FILE}: {fault}") from None
    unknown = sorted(set(content) - set(SECTIONS))
    if unknown:
        raise InputError(f"{_FILE}: [{unknown[0]}] is none of {', '.join(SECTIONS)}")
    name = next(name for name, one in SECTIONS.items() if one is kind)
    given = content.get(name, {})
    if not isinstance(given, dict):
        raise InputError(f"{_FILE}, {name}: must be a table, [{name}]")
    try:
        return checked(kind, given, f"[{name}]")
    except Faults as fault:
        raise InputError(f"{_FILE}, {fault}") from None

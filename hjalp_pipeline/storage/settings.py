"""``codelists/settings.toml``: what a statistician may set, one table for each matter; what is left out is as here.

Another matter is another dataclass in ``SECTIONS``: its fields are the keys, their defaults the program's own.
"""

import tomllib
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import Field, Strict

from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Faults, Means, Says, checked

_Number = Annotated[int, Strict(), Field(ge=1), Says("must be a whole number of at least 1", shown=True)]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what nothing refers to is kept (source 2.1: what is not active in the period is deleted)."""

    results_days: Annotated[
        _Number, Means("So many days typed copies, computed results and half-read files are kept.")
    ] = 90
    deliveries_years: Annotated[
        _Number, Means("So many years after the end of their {period} deliveries are named for removal.")
    ] = 5
    extracts_years: Annotated[
        _Number, Means("So many years after their date register extracts are named for removal.")
    ] = 5


SECTIONS: dict[str, type] = {"retention": Retention}
SETTINGS_FILE = "codelists/settings.toml"
T = TypeVar("T")


def read_settings(root: DataRoot, kind: type[T]) -> T:
    """The settings of one matter. InputError names every key that is unknown or no whole number of at least 1."""
    path = root.file(SETTINGS_FILE)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"{SETTINGS_FILE}: {fault}") from None
    unknown = sorted(set(content) - set(SECTIONS))
    if unknown:
        raise InputError(f"{SETTINGS_FILE}: [{unknown[0]}] is none of {', '.join(SECTIONS)}")
    name = next(name for name, one in SECTIONS.items() if one is kind)
    given = content.get(name, {})
    if not isinstance(given, dict):
        raise InputError(f"{SETTINGS_FILE}, {name}: must be a table, [{name}]")
    try:
        return checked(kind, given, f"[{name}]")
    except Faults as fault:
        raise InputError(f"{SETTINGS_FILE}, {fault}") from None

"""``codelists/settings.toml``: what a statistician may set, one table for each matter; what is left out is as here.

Another matter is another dataclass in ``SECTIONS``: its fields are the keys, their defaults the program's own.
"""

import tomllib
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what nothing refers to is kept (source 2.1: what is not active in the period is deleted).

    ``results_days``: typed copies, computed results, half-read files; ``deliveries_years`` and ``extracts_years``: from
    the end of the quarter and the date of the extract, after which they are named for removal.
    """

    results_days: int = 90
    deliveries_years: int = 5
    extracts_years: int = 5


SECTIONS: dict[str, type] = {"retention": Retention}
_FILE = "codelists/settings.toml"
T = TypeVar("T")


def read_settings(root: DataRoot, kind: type[T]) -> T:
    """The settings of one matter. InputError names the key that is unknown or no whole number of at least 1."""
    path = root.path / _FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"{_FILE}: {fault}") from None
    unknown = sorted(set(content) - set(SECTIONS))
    if unknown:
        raise InputError(f"{_FILE}: [{unknown[0]}] is none of {', '.join(SECTIONS)}")
    name = next(name for name, one in SECTIONS.items() if one is kind)
    given = content.get(name, {})
    known = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    for key, value in given.items() if isinstance(given, dict) else [(name, given)]:
        if key not in known:
            raise InputError(f"{_FILE}: {key} is none of {', '.join(known)}")
        _check(key, value)
    return kind(**given)


def _check(key: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InputError(f"{_FILE}: {key} must be a whole number of at least 1, not {value!r}")

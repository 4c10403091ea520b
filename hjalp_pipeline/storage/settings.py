"""``codelists/settings.toml``: what a statistician may set, one table for each matter; what is left out is as here.

Another matter is another dataclass in ``SECTIONS``: its fields are the keys, their defaults the program's own.
"""

import stat
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, Strict

from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.mail_settings import Mail, password_in
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


def _folder(text: str) -> str:
    if text and not Path(text).is_absolute():
        raise ValueError("must be the whole path of a folder")
    return text


@dataclass(frozen=True, slots=True)
class Site:
    """The pages of ``hjalp site``, when a release opens."""

    written: Annotated[
        Annotated[bool, Strict(), Says("must be true or false")],
        Means(
            "Whether the released tables are written as pages (`hjalp site`) when a release opens, while `hjalp ui` runs."
        ),
    ] = True
    folder: Annotated[
        Annotated[str, Strict(), AfterValidator(_folder), Says("must be the whole path of a folder")],
        Means("Where; empty: `site/` in the data root."),
    ] = ""


SECTIONS: dict[str, type] = {"retention": Retention, "mail": Mail, "site": Site}
SETTINGS_FILE = "codelists/settings.toml"
T = TypeVar("T")


def read_settings(root: DataRoot, kind: type[T]) -> T:
    """The settings of one matter. InputError names every key that is unknown or holds what it may not."""
    return _read(root, kind, {})


def read_mail(root: DataRoot) -> Mail | None:
    """The settings of mails to the office; None without the table: none is sent."""
    mail = _read(root, Mail, None)
    if mail is not None:
        faults = [f"{SETTINGS_FILE}, {key}: {rule}" for key, rule in mail.contradictions()]
        if faults:
            raise InputError("; ".join(faults), faults)
        read_password(root, mail)
    return mail


def read_password(root: DataRoot, mail: Mail) -> str | None:
    """The password of the account on the mail server; None without one. InputError never quotes what stands in the file."""
    if mail.password_file is None:
        return None
    path = root.folder / mail.password_file
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise ValueError("must name a file")
        if mode & 0o077:
            raise ValueError("is for its owner alone: chmod 600")
        return password_in(path.read_text(encoding="ascii"))
    except UnicodeDecodeError:
        why = "must hold plain letters, digits and signs alone"
    except OSError as fault:
        why = f"cannot be read: {fault.strerror}"
    except ValueError as fault:
        why = str(fault)
    raise InputError(f"{SETTINGS_FILE}, password_file: {why}")


#: How the settings of each matter are read.
READERS: tuple[Callable[[DataRoot], Any], ...] = (
    lambda root: read_settings(root, Retention),
    lambda root: read_settings(root, Site),
    read_mail,
)


def _read(root: DataRoot, kind: type[T], without: Any) -> T | Any:
    """The settings of a matter, from ``without`` where its table is not there; None then, when that is None."""
    path = root.file(SETTINGS_FILE)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"{SETTINGS_FILE}: {fault}") from None
    unknown = sorted(set(content) - set(SECTIONS))
    if unknown:
        raise InputError(f"{SETTINGS_FILE}: [{unknown[0]}] is none of {', '.join(SECTIONS)}")
    name = next(name for name, one in SECTIONS.items() if one is kind)
    given = content.get(name, without)
    if given is None:
        return None
    if not isinstance(given, dict):
        raise InputError(f"{SETTINGS_FILE}, {name}: must be a table, [{name}]")
    try:
        return checked(kind, given, f"[{name}]")
    except Faults as fault:
        raise InputError(
            f"{SETTINGS_FILE}, {fault}", [f"{SETTINGS_FILE}, {key}: {rule}" for key, rule in fault.faults]
        ) from None

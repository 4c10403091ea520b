"""``portal/portal.toml``: which login the web dialogue trusts, and what the office may set."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, Strict

from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.typed import Faults, Means, Says, checked

_Text = Annotated[str, Strict(), Field(min_length=1), Says("must be a text")]
_Number = Annotated[int, Strict(), Field(ge=1), Says("must be a whole number of at least 1", shown=True)]
#: The claim of NemLog-in's level of assurance, and the levels that are enough.
NSIS = "https://data.gov.dk/concept/core/nsis/loa"
SETTINGS = "portal.toml"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
ENOUGH = frozenset({"Substantial", "High", "substantial", "high"})


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """The keys of ``portal.toml``."""

    issuer: Annotated[_Text, Means("The OpenID provider, https://login.example.dk.")]
    client_id: Annotated[_Text, Means("What the provider calls the web dialogue.")]
    client_secret_file: Annotated[_Text, Means("The file in portal/ with the client's secret, chmod 600.")] = "secret"  # noqa: S105 (the name of a file)
    level_claim: Annotated[_Text, Means("The claim with the level of assurance.")] = NSIS
    database: Annotated[str, Strict(), Says("must be a text"), Means("URL of another database, postgresql://...")] = ""
    requests_a_minute: Annotated[_Number, Means("Requests of one session a minute.")] = 60
    logins_a_minute: Annotated[_Number, Means("Logins from one address a minute.")] = 10
    contact: Annotated[str, Strict(), Says("must be a text"), Means("Whom kommuner can call, as pages show it.")] = (
        "Danmarks Statistik"
    )
    executive_order: Annotated[
        str, Strict(), Says("must be a text"), Means("Where the executive order on these deliveries stands.")
    ] = "https://www.retsinformation.dk"
    secret: Annotated[str, Means("Not a key of the file.")] = field(default="", repr=False)


def read_portal_settings(folder: Path) -> PortalSettings:
    """The settings with the secret read; InputError names each key that is wrong."""
    path = folder / SETTINGS
    if not path.is_file():
        raise InputError(
            "portal/portal.toml is missing: it names the login (issuer, client_id); docs/portal.md says how. "
            "`hjalp portal --demo` needs none"
        )
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        if "secret" in given:
            raise InputError("portal/portal.toml, secret: stands in a file of its own, client_secret_file")
        settings = checked(PortalSettings, given, "portal.toml")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"portal/portal.toml: {fault}") from None
    except Faults as fault:
        raise InputError(f"portal/portal.toml, {fault}") from None
    return checked(PortalSettings, {**_as_given(settings), "secret": _secret(folder, settings)}, "portal.toml")


def _as_given(settings: PortalSettings) -> Mapping[str, Any]:
    parts = urlsplit(settings.issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise InputError("portal/portal.toml, issuer: must begin with https://")
    return {name: getattr(settings, name) for name in PortalSettings.__slots__}


def _secret(folder: Path, settings: PortalSettings) -> str:
    path = folder / settings.client_secret_file
    try:
        if path.stat().st_mode & 0o077:
            raise InputError("portal/portal.toml, client_secret_file: is for its owner alone: chmod 600")
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(f"portal/portal.toml, client_secret_file: cannot be read ({type(fault).__name__})") from None

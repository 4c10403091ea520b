"""The settings of what stands beside every table (``table.Publication``) and of what is told to machines (``Terms``), and what
they are unless a statistician says otherwise.

``publication.csv`` beside this module has the program's own, ``codelists/publication.csv`` of a data root other ones.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files

from hjalp_pipeline.publishing.table import Publication, Text

#: Whose figures they are.
SOURCE = Text("Danmarks Statistik", "Statistics Denmark")
#: Settings by name as a list has them: the Danish and the English text.
Settings = Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Terms:
    """What catalogues of data ask beside a table, as addresses: the licence, who publishes, the theme by the EU's list of data themes.

    ``theme_text``: what the theme is called. ``agency``: the publisher's short name, in whose name structures are given (SDMX).
    """

    license: str
    publisher: str
    theme: str
    theme_text: Text
    agency: str


_ADDRESSES = ("license", "publisher", "theme")
#: Settings that are the same in every language: the English field is not asked for.
_ONE_LANGUAGE = ("update_frequency", "official_statistics", *_ADDRESSES, "agency")
_YES_NO = {"ja": True, "nej": False}
#: Their names.
SETTINGS = tuple(field.name for part in (Publication, Terms) for field in fields(part))


def default_settings() -> dict[str, Text]:
    """The settings that come with the program."""
    text = files("hjalp_pipeline.publishing").joinpath("publication.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    return {row["setting"]: checked_setting(row["setting"], row["da"], row["en"]) for row in rows}


def checked_setting(name: str, da: str, en: str) -> Text:
    """One setting as a file may hold it; ValueError says what is wrong."""
    if name not in SETTINGS:
        raise ValueError(f"{name!r} is none of {', '.join(SETTINGS)}")
    found = Text(da, da if name in _ONE_LANGUAGE else en)
    for language, text in zip(("da", "en"), found, strict=True):
        if not text or '"' in text or not text.isprintable():
            raise ValueError(f"{name} must have a text in {language}, without quotation marks and line breaks")
    if name == "official_statistics" and da not in _YES_NO:
        raise ValueError(f"official_statistics must be ja or nej, not {da!r}")
    if name in _ADDRESSES and not re.fullmatch(r"https?://[^\s<>\\^`{|}]+", da):
        raise ValueError(f"{name} must be an address (https://...), not {da!r}")
    if name == "agency" and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", da):
        raise ValueError(f"agency must be a letter, then letters, digits, _ and -, not {da!r}")
    return found


def publication_of(table: str, settings: Settings) -> Publication:
    """What stands beside a table: the given settings, the program's own for the rest, ``{table}`` in the link filled in."""
    of = {**default_settings(), **settings}
    return Publication(
        of["contact"],
        of["refperiod"],
        of["update_frequency"].da,
        _YES_NO[of["official_statistics"].da],
        Text(*(text.replace("{table}", table) for text in of["link"])),
    )


def terms_of(settings: Settings) -> Terms:
    """What is told to machines: the given settings, the program's own for the rest."""
    of = {**default_settings(), **settings}
    return Terms(of["license"].da, of["publisher"].da, of["theme"].da, of["theme_text"], of["agency"].da)

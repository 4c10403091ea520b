"""What is wrong with a header: which of the agreed columns are missing or doubled, and where there is one nobody agreed on.

An unknown heading is delivered text, perhaps a record's: its place is told, never the text.
"""

from collections.abc import Sequence

from hjalp_pipeline.delivery.layouts.layout import Layout

#: Places of unknown columns that are told; a header that is none may have thousands.
_TOLD = 5
#: What others part columns by.
_SIGNS = {",": "komma", "\t": "tabulator", "|": "lodret streg", ";": "semikolon i ét felt"}


def column_faults(found: Sequence[str | None], layout: Layout) -> str:
    """Danish sentences about the headings of a file (None: an empty cell of a sheet, which is no heading)."""
    there = [name for name in found if name in layout.by_name]
    between = _between(found, layout)
    if between:
        return f"Kolonnenavnene står der, men adskilt af {between}."
    meant = {place: _meant(name, layout) for place, name in enumerate(found, start=1) if _is_unknown(name, layout)}
    spelt = {place: name for place, name in meant.items() if name and name not in there}
    if not there and not spelt:
        return "Ingen af kolonnenavnene står der."
    missing = [name for name in layout.names if name not in (*there, *spelt.values())]
    doubled = [name for name in layout.names if there.count(name) > 1]
    unknown = [place for place in meant if place not in spelt]
    return " ".join(
        [
            *([f"Mangler: {', '.join(missing)}."] if missing else []),
            *([f"Mere end én gang: {', '.join(doubled)}."] if doubled else []),
            *(f"Kolonne {place} skal skrives {name}." for place, name in list(spelt.items())[:_TOLD]),
            *([f"Det samme gælder {len(spelt) - _TOLD} til."] if len(spelt) > _TOLD else []),
            *([f"Ingen aftalt kolonne: nr. {_places(unknown)}."] if unknown else []),
        ]
    )


def _between(found: Sequence[str | None], layout: Layout) -> str | None:
    """What parts the agreed names in a heading that holds them all; None when that is not what is wrong."""
    held = [name for name in found if name]
    if len(held) != 1:
        return None
    parted = {word: held[0].split(sign) for sign, word in _SIGNS.items()}
    return next(
        (word for word, names in parted.items() if {_meant(name, layout) for name in names} >= {*layout.names}), None
    )


def _is_unknown(name: str | None, layout: Layout) -> bool:
    return name is not None and name not in layout.by_name


def _meant(name: str | None, layout: Layout) -> str | None:
    """The column that differs in capital letters, blanks and quotes alone."""
    plain = (name or "").strip(" \t\"'\ufeff\xa0").lower()
    return plain if plain in layout.by_name else None


def _places(places: Sequence[int]) -> str:
    told = ", ".join(map(str, places[:_TOLD]))
    return f"{told} og {len(places) - _TOLD} til" if len(places) > _TOLD else told

"""Who sends: the systems of each kommune and their habits, collaborations, and changes of system.

Fixed, not drawn: the same kommune has the same system in every made-up country, so that stories can be told about it.
"""

from datetime import date
from typing import Final

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal, Period
from hjalp_pipeline.synth.source_systems import Collaboration, Sender

#: Quarters that every kommune delivers.
KVARTALER: Final = tuple(Kvartal.parse(text) for text in ("2024K4", "2025K1", "2025K2", "2025K3"))


#: Three stand throughout, one ends and one starts between the deliveries; both days lie well inside a quarter.
COLLABORATIONS: Final = (
    Collaboration("219", "201", date(2022, 7, 1)),
    Collaboration("219", "250", date(2022, 7, 1)),
    Collaboration("410", "480", date(2022, 7, 1), date(2025, 8, 15)),
    Collaboration("661", "665", date(2022, 7, 1)),
    Collaboration("661", "671", date(2022, 7, 1)),
    Collaboration("787", "773", date(2025, 5, 10)),
)

#: System: supplier, format, encoding. Names are made up, but for the one the contract's example uses.
SYSTEMS: Final = {
    "nexus": ("Leverandør A", "csv", "utf-8"),
    "omsorgsdepot": ("Leverandør B", "csv", "utf-8"),
    "depot5": ("Leverandør C", "csv", "windows-1252"),
    "lager-one": ("Leverandør D", "csv", "utf-8"),
    "hjm-xml": ("Leverandør E", "xml", "utf-8"),
    "eget-depot": ("Kommunen selv", "xml", "utf-8"),
    "dialog": ("Danmarks Statistik", "xlsx", ""),
}

_START: Final = Kvartal(2022, 3)
_DIALOG: Final = ("155", "492", "563", "741", "825")
_OWN: Final = ("101", "751", "846")
_XML: Final = ("151", "190", "230", "270", "350", "430", "479", "573", "615", "706", "740", "820")
_SYSTEM_OF: Final = {
    **dict.fromkeys(_DIALOG, "dialog"),
    **dict.fromkeys(_OWN, "eget-depot"),
    **dict.fromkeys(_XML, "hjm-xml"),
    "540": "nexus",
    "773": "lager-one",
}
_CSV_TURN: Final = ("nexus", "omsorgsdepot", "nexus", "depot5", "nexus", "lager-one", "omsorgsdepot")

#: Changes of system (seed 5.3: four in 2022-2024): old system, last quarter of it, carried forward, new system.
CHANGES: Final = {
    "185": ("depot5", Kvartal(2025, 1), False, "nexus"),
    "326": ("omsorgsdepot", Kvartal(2023, 4), True, "nexus"),
    "370": ("lager-one", Kvartal(2022, 4), False, "omsorgsdepot"),
    "657": ("depot5", Kvartal(2024, 3), True, "omsorgsdepot"),
}
#: Tårnby's data begin here, in the old system and in the new (seed 8.7).
TAARNBY: Final = "185"
TAARNBY_FROM: Final = date(2024, 1, 1)


def members(komnr: str, kvartal: Period) -> tuple[str, ...]:
    """Kommuner whose loans the kommune reports in the quarter, itself first; empty when another reports for it."""
    if any(row.komnr_medlem == komnr and row.active(kvartal) for row in COLLABORATIONS):
        return ()
    return (
        komnr,
        *(row.komnr_medlem for row in COLLABORATIONS if row.komnr_indberetter == komnr and row.active(kvartal)),
    )


def make_senders() -> tuple[Sender, ...]:
    """All rows of ``systems.csv``, by kommune and time."""
    senders: list[Sender] = []
    always_reported = {
        row.komnr_medlem for row in COLLABORATIONS if row.from_date <= _START.first_day and row.to_date is None
    }
    for turn, komnr in enumerate(code for code in KOMNR if code not in always_reported):
        if komnr in CHANGES:
            old, last, carry, new = CHANGES[komnr]
            senders.append(_sender(komnr, old, _START, last, turn, carry=carry))
            senders.append(_sender(komnr, new, last.next(), None, turn))
            continue
        first, last_quarter = _bounds(komnr)
        system = _SYSTEM_OF.get(komnr, _CSV_TURN[turn % len(_CSV_TURN)])
        senders.append(_sender(komnr, system, first, last_quarter, turn))
    return tuple(senders)


def _bounds(komnr: str) -> tuple[Kvartal, Kvartal | None]:
    """First and last quarter a kommune delivers itself, when a collaboration ends or starts on the way."""
    for row in COLLABORATIONS:
        if row.komnr_medlem == komnr:
            if row.to_date is not None:
                return Kvartal.of(row.to_date), None
            return _START, Kvartal.of(row.from_date).previous()
    return _START, None


def _sender(komnr: str, system: str, first: Kvartal, last: Kvartal | None, turn: int, *, carry: bool = False) -> Sender:
    _, form, encoding = SYSTEMS[system]
    plain = form == "csv" and komnr not in CHANGES
    return Sender(
        komnr, system, form, encoding, first, last, carry,
        crlf=form == "csv" and (system == "depot5" or turn % 11 == 3),
        bom=form == "csv" and encoding == "utf-8" and (system == "lager-one" or turn % 13 == 5),
        permuted=form == "csv" and (system == "lager-one" or turn % 17 == 2),
        hyphen=plain and turn % 9 == 4,
        empty_elements=system == "eget-depot",
    )  # fmt: skip

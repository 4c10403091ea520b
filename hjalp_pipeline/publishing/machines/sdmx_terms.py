"""What structures and data of SDMX share: what things are called, and how a sign is told by the code lists of SDMX.

A hidden figure has one code, whatever it was hidden for: ``CONF_STATUS`` C. SDMX also has codes for what is hidden for its own
sake and what is hidden to protect another; which of them a figure has would help whoever wants to work it out.
"""

import re
from typing import NamedTuple

from hjalp_pipeline.publishing.machines.described import Described
from hjalp_pipeline.publishing.statbank import HIDDEN, NO_POPULATION, NOT_TAKING_PART
from hjalp_pipeline.publishing.table import TableForm, Text, Variable

TIME, VALUE, FREQUENCY = "TIME_PERIOD", "OBS_VALUE", "FREQ"
STATUS, CONFIDENTIALITY = "OBS_STATUS", "CONF_STATUS"
UNIT, DECIMALS, LICENCE, CITATION = "UNIT_MEASURE", "DECIMALS", "LICENCE", "CITATION"
#: What each is called, in the order of columns; the last four are of a whole table.
NAMES = {
    FREQUENCY: Text("hyppighed", "frequency"),
    TIME: Text("tid", "time period"),
    VALUE: Text("værdi", "observation value"),
    STATUS: Text("observationens status", "observation status"),
    CONFIDENTIALITY: Text("fortrolighed", "confidentiality status"),
    UNIT: Text("enhed", "unit of measure"),
    DECIMALS: Text("decimaler", "decimals"),
    LICENCE: Text("licens", "licence"),
    CITATION: Text("kildehenvisning", "citation"),
}
OF_A_TABLE = (UNIT, DECIMALS, LICENCE, CITATION)


class Standard(NamedTuple):
    """A code list of SDMX itself: its name, version, what it is called, and the codes of it that are used."""

    id: str
    version: str
    text: Text
    codes: dict[str, Text]


OBS_STATUS = Standard(
    "CL_OBS_STATUS",
    "2.3",
    Text("Observationens status", "Observation status"),
    {
        "A": Text("Normal værdi", "Normal value"),
        "L": Text("Manglende værdi: findes, men er ikke indsamlet", "Missing value; data exist but were not collected"),
        "M": Text("Manglende værdi: kan ikke findes", "Missing value; data cannot exist"),
        "O": Text("Manglende værdi", "Missing value"),
        "Q": Text("Manglende værdi: undertrykt", "Missing value; suppressed"),
    },
)
CONF_STATUS = Standard(
    "CL_CONF_STATUS",
    "1.3",
    Text("Fortrolighed", "Confidentiality status"),
    {
        "C": Text("Fortrolig", "Confidential statistical information"),
        "F": Text("Fri til offentliggørelse", "Free (free for publication)"),
    },
)
FREQ = Standard(
    "CL_FREQ",
    "2.1",
    Text("Hyppighed", "Frequency"),
    {"A": Text("Årlig", "Annual"), "Q": Text("Kvartalsvis", "Quarterly")},
)
#: Status and confidentiality of what a sign stands for.
_STATUS = {HIDDEN: ("Q", "C"), NOT_TAKING_PART: ("L", "F"), NO_POPULATION: ("M", "F")}
_OTHER_SIGN = ("O", "F")


def status_of(cell: int | str) -> tuple[str, str]:
    """``OBS_STATUS`` and ``CONF_STATUS`` of a figure or of the sign in its place."""
    return _STATUS.get(cell, _OTHER_SIGN) if isinstance(cell, str) else ("A", "F")


def version(of: Described) -> str:
    """A release as a version of SDMX 3.0: 2024v2 is 2024.2.0."""
    return f"{of.release.replace('v', '.')}.0"


def component(variable: Variable) -> str:
    """What a variable is called as a dimension."""
    if variable.role == "time":
        return TIME
    named = re.sub(r"[^A-Za-z0-9_-]", _spelt, variable.code)
    return named if named[0].isalpha() and named not in NAMES else f"V_{named}"


def code(written: str) -> str:
    """A code with the letters SDMX lets one have; others by their number (``+`` is ``_x2B``)."""
    return re.sub(r"[^A-Za-z0-9_@$-]", _spelt, written)


def period(written: str) -> str:
    """A year, or a quarter as SDMX writes it: 2024K1 is 2024-Q1."""
    return written.replace("K", "-Q")


def frequency(table: TableForm) -> str:
    """How often a table has figures."""
    return "Q" if table.by_quarter else "A"


def _spelt(letter: re.Match[str]) -> str:
    return f"_x{ord(letter[0]):X}"

"""Names of delivery files: ``{kvartal}/{komnr}_{system}_{received}.{csv|xml|xlsx}`` (interfaces.md, "Delivery")."""

import re
from dataclasses import dataclass
from datetime import datetime

from hjalp_pipeline.codelists.periods import Period

FORMATS = ("csv", "xml", "xlsx")

_NAME = re.compile(
    r"(?P<komnr>[0-9]{3})_(?P<system>[a-z0-9-]+)_"
    r"(?P<stamp>(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})T(?P<hh>[0-9]{2})(?P<mm>[0-9]{2})(?P<ss>[0-9]{2}))"
    r"\.(?P<format>csv|xml|xlsx)"
)
# Wider than a CPR number on purpose (any digits of Unicode, longer runs, up to three separators): a name masked without
# need costs nothing. Lines up with six digits, a separator, four digits anywhere in the name.
_CPR_LIKE = re.compile(r"(?:\d[\W_]{0,3}){9,}\d")
_MASK = "******-****"


@dataclass(frozen=True, order=True)
class DeliveryName:
    """What the folder and the name of a file say about a delivery; ``received`` is Danish local time, without zone."""

    kvartal: str
    komnr: str
    system: str
    received: datetime
    format: str

    @property
    def stem(self) -> str:
        """The name without extension, ``540_nexus_20250110T081500``."""
        # not %Y: it does not pad years before 1000
        r = self.received
        return f"{self.komnr}_{self.system}_{r.year:04}{r:%m%dT%H%M%S}"

    @property
    def filename(self) -> str:
        """The name with extension, ``540_nexus_20250110T081500.csv``."""
        return f"{self.stem}.{self.format}"


def _received(match: re.Match[str]) -> datetime | None:
    try:
        return datetime(*(int(match[part]) for part in ("y", "m", "d", "hh", "mm", "ss")))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:  # 30 February, 25 o'clock
        return None


def parse_name(folder: str, filename: str, *, period: type[Period] = Period) -> DeliveryName | None:
    """Read a delivery's folder (``2024K4``) and file name; None means the caller rejects it with ``FILNAVN``.

    None when the name has another form, the date or time does not exist, the folder is no ``period`` or the extension
    is unknown. Upper case letters and characters outside ASCII are never part of a name.
    """
    match = _NAME.fullmatch(filename)
    if match is None or not period.is_form_of(folder):
        return None
    received = _received(match)
    if received is None:
        return None
    return DeliveryName(folder, match["komnr"], match["system"], received, match["format"])


def name_faults(folder: str, filename: str, *, period: type[Period] = Period) -> list[str]:
    """What of a folder and a name ``parse_name`` cannot read, a Danish sentence each, none with a word of the name."""
    faults = [] if period.is_form_of(folder) else [f"Mappen hedder ikke som {period.noun_da} ({period.example})."]
    stem, _, extension = filename.rpartition(".")
    if extension not in FORMATS:
        faults.append(f"Efter punktummet står ikke {', '.join(FORMATS[:-1])} eller {FORMATS[-1]}.")
        stem = stem or filename
    parts = stem.split("_")
    if len(parts) != len(_PARTS):
        return [*faults, f"Navnet har ikke tre dele (kommunenummer_system_tidspunkt), men {len(parts)}."]
    for (pattern, fault), part in zip(_PARTS, parts, strict=True):
        if not re.fullmatch(pattern, part):
            faults.append(fault)
    match = _NAME.fullmatch(filename)
    if match is not None and _received(match) is None:
        faults.append("Tidspunktet findes ikke i kalenderen.")
    return faults


#: The parts of a name between its underscores, and what is said of one of another form.
_PARTS = (
    ("[0-9]{3}", "Kommunenummeret er ikke tre cifre."),
    ("[a-z0-9-]+", "Systemets navn er ikke af små bogstaver a-z, cifre og bindestreger."),
    ("[0-9]{8}T[0-9]{6}", "Tidspunktet har ikke formen ÅÅÅÅMMDDTttmmss."),
)


def safe_name(filename: str) -> str:
    """The file name as it may stand in a log or a receipt: whatever looks like a CPR number is masked.

    The time stamp of a well-formed name is kept; unprintable characters become ``?`` so that a name cannot forge lines
    of a log.
    """
    match = _NAME.fullmatch(filename)
    if match is not None and _received(match) is not None:
        start = match.start("stamp")
        return _CPR_LIKE.sub(_MASK, filename[:start]) + filename[start:]
    masked = _CPR_LIKE.sub(_MASK, filename)
    return "".join(char if char.isprintable() else "?" for char in masked)

"""What a made-up country consists of. Plain data, no behaviour."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, str | None]
"""A record as the sender writes it: field -> text, None = empty."""


@dataclass
class SystemRow:
    """A row of systems.csv; `to_quarter` "" = still."""

    komnr: str
    system: str
    format: str
    encoding: str
    from_quarter: str
    to_quarter: str
    carry_forward: str


@dataclass
class Delivery:
    """A file in the inbox.

    `flaw` makes it one that is rejected: None, or one of `FLAWS` (countries/write.py says what each does).
    """

    kvartal: str
    komnr: str
    system: str
    received: str
    format: str
    encoding: str
    records: list[Record]
    flaw: str | None = None
    crlf: bool = False
    bom: bool = False
    reverse_columns: bool = False


@dataclass
class Extract:
    """A register extract: rows as tuples in the column order of the interface.

    person (pnr, koen, foed_dag), dod (pnr, doddato), befbop (pnr, adresse_id, bop_vfra, bop_vtil), befadr (adresse_id,
    kom, adr_vfra, adr_vtil), folketal (aar, kom, koen, alder, antal; cells that are not named are written as zeros).
    """

    person: list[tuple[str, int, dt.date]]
    dod: list[tuple[str, dt.date]]
    befbop: list[tuple[str, str, dt.date, dt.date | None]]
    befadr: list[tuple[str, str, dt.date, dt.date | None]]
    folketal: list[tuple[int, str, int, int, int]]


@dataclass
class Country:
    """A whole data root.

    `approvals`: file name -> rows (decided_at, aar, komnr, kind, decision, decided_by, note).
    `releases`: name -> the definition as `tomllib` would read it (datetimes as datetimes).
    """

    kvartaler: list[str]
    kommuner: list[str]
    systems: list[SystemRow]
    collaborations: list[tuple[str, str, str, str]]
    extensions: list[tuple[str, str, str, str]]
    deliveries: list[Delivery]
    extracts: dict[str, Extract]
    approvals: dict[str, list[tuple[str, int, str, str, str, str, str]]]
    releases: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Short: a whole one is larger than a failing test can show."""
        return f"Country({self.kvartaler}, {self.kommuner}, {len(self.deliveries)} deliveries)"

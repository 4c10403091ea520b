"""What a quarter comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hjalp_tests.naive.deliveries import DeliveryReport

Loan = dict[str, Any]
Ledger = dict[tuple[str, str, str | None], int]


@dataclass
class QuarterResult:
    """A quarter after R9.

    - `ledger`: (komnr_indberetter, step, reason) -> rows. Reason None = rows kept by the step, always there; a
      reason of removal is there only when it removed something.
    - `loans`: the rows left, each a dictionary: the delivered fields, `kvartal_leverance`, `system`, the derived ones.
    - `deliveries`: file name -> report, for every file in the quarter's folder.
    - `in_force`: komnr -> the deliveries in force, newest system first, carried-forward ones included.
    """

    kvartal: str
    extract: str
    ledger: Ledger = field(default_factory=dict)
    loans: list[Loan] = field(default_factory=list)
    deliveries: dict[str, DeliveryReport] = field(default_factory=dict)
    in_force: dict[str, list[DeliveryReport]] = field(default_factory=dict)
    filled: list[tuple[str, str, str]] = field(default_factory=list)
    """(komnr, udlaan_id, field) that a removed genganger filled."""
    udfyldt_lov: dict[str, int] = field(default_factory=dict)
    """komnr -> rows after R2 that a removed genganger filled."""

    def count(self, komnr: str, step: str, reason: str | None, rows: int = 1) -> None:
        """Add to the ledger."""
        key = (komnr, step, reason)
        self.ledger[key] = self.ledger.get(key, 0) + rows

"""What a month comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hjalp_tests.naive.result import QuarterResult

Service = dict[str, Any]


@dataclass
class MonthResult(QuarterResult):
    """A month after H6 (`kvartal` is the month of those without an override, `loans` the services kept).

    `remarks`: (komnr, code) -> rows: `RETTET_DOED` (rows H4 corrected, whatever became of them), `UDFYLDT` (rows
    that an older one filled in). `months`: komnr -> the month it was run for. `covered`: members on the last day of theirs,
    whether they have delivered or not.
    """

    remarks: dict[tuple[str, str], int] = field(default_factory=dict)
    months: dict[str, str] = field(default_factory=dict)
    covered: set[str] = field(default_factory=set)

    def remark(self, komnr: str, code: str) -> None:
        """Count a row."""
        self.remarks[komnr, code] = self.remarks.get((komnr, code), 0) + 1

    def reasons(self, komnr: str) -> dict[str | None, int]:
        """The ledger of a kommune without steps: reason -> rows, None = kept."""
        found: dict[str | None, int] = {None: sum(row["handlekommune"] == komnr for row in self.loans)}
        for (of, _, reason), rows in self.ledger.items():
            if of == komnr and rows:
                found[reason] = found.get(reason, 0) + rows
        return found

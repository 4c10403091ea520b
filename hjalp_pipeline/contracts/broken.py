"""What is said of a frame and its contract, for those who need no Pandera: it takes part of a second to load."""

from collections.abc import Mapping
from dataclasses import dataclass

from hjalp_pipeline.codelists.few import told


class ContractError(Exception):
    """A frame that breaks its contract. Carries counts by ``column:check`` only."""

    def __init__(self, report: "Report", where: str) -> None:
        """``where`` names the partition, for the message."""
        self.report = report
        broken = ", ".join(f"{name} ({told(rows)})" for name, rows in report.failures.items())
        super().__init__(f"contract {report.contract} is broken in {where}: {broken}")
        self._where = where

    def __reduce__(self) -> "tuple[type[ContractError], tuple[Report, str]]":
        """As it goes from a worker to the run."""
        return type(self), (self.report, self._where)


@dataclass(frozen=True)
class Report:
    """Outcome of one validation: contract, rows looked at, failing rows by ``column:check`` (empty = it holds)."""

    contract: str
    rows: int
    failures: Mapping[str, int]

    @property
    def passed(self) -> bool:
        """Whether the contract holds."""
        return not self.failures

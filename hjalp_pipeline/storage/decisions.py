"""Reading ``approvals/*.csv``: what kommuner have decided (R12)."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from hjalp_pipeline.rules.approval import Decision
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.danish_time import danish_time
from hjalp_pipeline.storage.lists import Komnr, Year, choice, columns_of, read_list
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Holds, Means, Written


def _kind(text: str, known: ValidationInfo) -> str:
    statistic: Statistic = known.context  # type: ignore[assignment]  # read_approvals tells it
    return choice(text, statistic.approval.kinds)


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """A line of ``approvals/*.csv`` as it is written."""

    decided_at: Annotated[
        datetime,
        Written(str, danish_time, str),
        Holds("a point in time, 2025-05-20T09:30, Danish time unless it says otherwise"),
        Means("When it was decided. The latest counts."),
    ]
    aar: Annotated[Year, Means("The year.")]
    komnr: Annotated[Komnr, Means("Who has decided.")]
    kind: Annotated[str, AfterValidator(_kind), Holds("one of {kinds}"), Means("What of the year.")]
    decision: Annotated[
        str,
        AfterValidator(lambda text: choice(text, ("godkendt", "afvist"))),
        Holds("godkendt or afvist"),
        Means("Approved or rejected."),
    ]
    decided_by: Annotated[str, Means("Who says so.")]
    note: Annotated[str, Holds("text", "none"), Means("Anything else. No CPR number.")]

    def row(self) -> Decision:
        """What R12 looks at."""
        return Decision(self.decided_at, self.aar, self.komnr, self.kind, self.decision == "godkendt")


#: Columns of ``approvals/*.csv``.
APPROVAL_COLUMNS = columns_of(ApprovalLine)


def read_approvals(root: DataRoot) -> list[Decision]:
    """All decisions of ``approvals/*.csv`` by file name and record (R12)."""
    return [decision for path in approval_files(root) for decision in decisions_in(root, path)]


def decisions_in(root: DataRoot, path: Path) -> list[Decision]:
    """The decisions of one file, by record."""
    return read_list(path, ApprovalLine, ApprovalLine.row, statistic=root.declared)


def approval_files(root: DataRoot) -> list[Path]:
    """Files of decisions by name; hidden ones and empty ones hold none."""
    found = sorted(root.approvals.glob("*.csv"))
    return [path for path in found if not path.name.startswith(".") and path.stat().st_size]

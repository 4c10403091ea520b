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
from hjalp_pipeline.typed import Written


def _kind(text: str, known: ValidationInfo) -> str:
    statistic: Statistic = known.context  # type: ignore[assignment]  # read_approvals tells it
    return choice(text, statistic.approval.kinds)


@dataclass(frozen=True, slots=True)
class _Approval:
    decided_at: Annotated[datetime, Written(str, danish_time, str)]
    aar: Year
    komnr: Komnr
    kind: Annotated[str, AfterValidator(_kind)]
    decision: Annotated[str, AfterValidator(lambda text: choice(text, ("godkendt", "afvist")))]
    decided_by: str
    note: str

    def row(self) -> Decision:
        return Decision(self.decided_at, self.aar, self.komnr, self.kind, self.decision == "godkendt")


#: Columns of ``approvals/*.csv``.
APPROVAL_COLUMNS = columns_of(_Approval)


def read_approvals(root: DataRoot) -> list[Decision]:
    """All decisions of ``approvals/*.csv`` by file name and record (R12)."""
    return [
        decision
        for path in approval_files(root)
        for decision in read_list(path, _Approval, _Approval.row, statistic=root.declared)
    ]


def approval_files(root: DataRoot) -> list[Path]:
    """Files of decisions by name; hidden ones and empty ones hold none."""
    found = sorted(root.approvals.glob("*.csv"))
    return [path for path in found if not path.name.startswith(".") and path.stat().st_size]

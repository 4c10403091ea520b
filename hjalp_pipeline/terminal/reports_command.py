"""The command ``reports``: approval reports of a year, a thin call of the job."""

from datetime import date

from hjalp_pipeline.defs.approval_reports import AAR_TAG, FRIST_TAG
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.commands import show_errors
from hjalp_pipeline.terminal.printing import err, out
from hjalp_pipeline.terminal.status_command import known_quarter


def run_reports(root: DataRoot, aar: int, quarter: str | None, until: str | None) -> int:
    """Write the reports; 2 when the command makes no sense, 1 when they cannot be made."""
    if quarter is None:
        quarters = Lake(root).quarters()
        if not quarters:
            err.print(f"[red]no {root.declared.period.word} has been run; run one first")
            return 2
        quarter = quarters[-1]
    kvartal = known_quarter(root, quarter)
    if kvartal is None:
        return 2
    tags = {AAR_TAG: str(aar)}
    if until is not None:
        try:
            tags[FRIST_TAG] = date.fromisoformat(until).isoformat()
        except ValueError:
            err.print(f"{until!r} is not a day of the form 2025-06-20", style="red", markup=False)
            return 2
    outcome = run_job(root, "godkendelsesrapporter", kvartal, tags)
    if not outcome.success:
        show_errors(outcome.errors)
        return 1
    out.print(f"98 reports of {aar} from {kvartal} in approvals/reports/{aar}/ (html and xlsx, for the owner alone)")
    return 0

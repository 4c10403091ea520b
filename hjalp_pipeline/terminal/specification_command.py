"""The command ``specification``: the requirement specification and the vendors' error rates, as pages."""

from datetime import date

from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.defs.reminder_assets import DATE_TAG
from hjalp_pipeline.dialogue.specification.pages import OVERVIEW
from hjalp_pipeline.dialogue.specification.vendors import PAGE
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import err, out


def run_specification(root: DataRoot, day: str | None) -> int:
    """Write ``specification/`` as it is on a day (default: today); 2 when that is no day, 1 when the job fails."""
    try:
        tags = {DATE_TAG: date.fromisoformat(day).isoformat()} if day else {}
    except ValueError:
        err.print(f"{day!r} is not a day of the form 2025-07-01", style="red", markup=False)
        return 2
    outcome = run_job(root, "specification", None, tags)
    if not outcome.success:
        for error in outcome.errors:
            err.print(error, style="red", markup=False)
        return 1
    pages = [OVERVIEW, *([PAGE] if root.declared.vendors else [])]
    out.print(f"written: {', '.join(root.name(root.specification / page) for page in pages)}")
    return 0

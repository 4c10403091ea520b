"""The command ``verify``: every difference between what stands and what was written. It reads alone, and starts no run."""

from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import err, out


def run_verify(root: DataRoot, release: str | None) -> int:
    """Name each difference; 1 when there is one, 2 when the name is no release's."""
    if release is not None and not is_release_name(release):
        err.print(f"{release!r} is not the name of a release (2024v1)", style="red", markup=False)
        return 2
    verdict = verify(root, release)
    for note in verdict.notes:
        out.print(note, style="dim", markup=False)
    for fault in verdict.faults:
        err.print(fault, style="red", markup=False)
    what = release or "releases and lake"
    if verdict.faults:
        err.print(f"{what}: {len(verdict.faults)} differences in {verdict.files} files", style="red", markup=False)
        return 1
    out.print(f"{what}: {verdict.files} files are as they were written", style="green", markup=False)
    return 0

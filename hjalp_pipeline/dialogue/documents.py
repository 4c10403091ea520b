"""The documents for people that a release holds, in the order they are written: each may read the ones before it."""

from collections.abc import Sequence
from pathlib import Path

from hjalp_pipeline.dialogue.approval.reports import write_release_reports
from hjalp_pipeline.dialogue.quality.quality_files import write_quality
from hjalp_pipeline.production.release.making import Documents
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs


def _reports(inputs: ReleaseInputs, earlier: Sequence[str], building: Path) -> None:
    if inputs.statistic.approval_report:
        write_release_reports(inputs, earlier, building)


def _quality(inputs: ReleaseInputs, earlier: Sequence[str], building: Path) -> None:
    if inputs.statistic.quality:
        write_quality(inputs, earlier, building)


#: Each for the statistics that declare it.
DOCUMENTS: tuple[Documents, ...] = (_reports, _quality)

"""The documents for people that a release holds, in the order they are written: each may read the ones before it."""

from hjalp_pipeline.dialogue.approval.reports import write_release_reports
from hjalp_pipeline.dialogue.quality.declaration import write_quality
from hjalp_pipeline.production.release.making import Documents

DOCUMENTS: tuple[Documents, ...] = (write_release_reports, write_quality)

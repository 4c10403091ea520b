"""Between drafts and deliveries: what a draft begins with, and the file it becomes."""

from uuid import uuid4

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.portal.checks import encoding_of
from hjalp_pipeline.portal.drafts import Draft, rows_of
from hjalp_pipeline.portal.receipts_read import newest_accepted
from hjalp_pipeline.portal.typed_records import records_of, write_records
from hjalp_pipeline.portal.upload_store import add_upload
from hjalp_pipeline.portal.upload_stream import Taken
from hjalp_pipeline.portal.visit import Visit
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.files import replacing
from hjalp_pipeline.storage.fingerprints import sha256


def records_before(visit: Visit, system: str) -> tuple[str, list[dict[str, str]], int]:
    """The newest accepted delivery of a system: its file name, its records as text, and how many bad ones are left out."""
    before = newest_accepted(visit.root, visit.komnr, system)
    if before is None:
        return "", [], 0
    period = Period.parse(before.period)
    encoding = encoding_of(read_systems(visit.root), visit.komnr, system, before.name.format, period)
    path = visit.root.inbox / before.period / before.filename
    records, bad = records_of(visit.statistic, path, before.name, encoding)
    return before.filename, records, bad


def to_upload(visit: Visit, draft: Draft, encoding: str) -> str:
    """Make the file of a draft and have it checked like one that was uploaded; returns the upload's id."""
    upload, values = uuid4().hex, draft.values
    path = visit.portal.place.uploads / upload
    layout = visit.statistic.layouts.of(values["period"])
    with replacing(path) as temporary:
        write_records(temporary, values["format"], encoding, layout, (row.record for row in rows_of(visit, draft)))
    taken = Taken(upload, sha256(path), path.stat().st_size, {})
    chosen = {name: values[name] for name in ("period", "system", "format")}
    add_upload(visit, taken, chosen, test=False)
    return upload

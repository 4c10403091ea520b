"""Reading that is begun while the run is still being prepared: importing Dagster takes seconds, and workers have nothing to do.

What is read is kept by its content, as always; whether it is used is decided by the run.
"""

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Thread

from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.production.inbox.delivery_reader import Reading
from hjalp_pipeline.production.inbox.quarter_inbox import QuarterInbox
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.storage.codelists import InputError, read_collaborations, read_systems
from hjalp_pipeline.storage.files import is_locked
from hjalp_pipeline.storage.inbox import InboxFile
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.lake_version import is_open, open_lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers.how_many import WorkersError

_BEGUN: dict[tuple[Path, str], tuple[Thread, Inbox]] = {}


def begin(root: DataRoot, kvartal: str, kommuner: Iterable[str] | None = None) -> None:
    """Begin to read the new deliveries of a period, of all kommuner or some, when there are many.

    Nothing is begun in a lake of another version, or beside another run of the period. Whatever is wrong is left for the run
    to say.
    """
    lake = Lake(root)
    with contextlib.suppress(InputError, WorkersError, ValueError, OSError):
        root.declared.period.parse(kvartal)
        if (root.lake.is_dir() and not is_open(root)) or is_locked(lake.lock_path(kvartal)):
            return
        quarter = QuarterInbox(Inbox(lake, read_systems(root)), kvartal, read_collaborations(root))
        files = quarter.wanted(None if kommuner is None else quarter.together_with(kommuner))
        if quarter.inbox.much_is_new(files):
            if not root.lake.is_dir():
                open_lake(root)
            # A run that is interrupted or refused before it asks for this does not wait for it.
            thread = Thread(target=_read, args=(quarter.inbox, files), name="reading ahead", daemon=True)
            _BEGUN[root.folder, kvartal] = thread, quarter.inbox
            thread.start()


def _read(inbox: Inbox, files: Iterable[tuple[InboxFile, DeliveryName | None]]) -> None:
    with contextlib.suppress(BaseException):  # also a panic of a Rust library: the run meets it again, and says it
        inbox.read_ahead(files)


def begun(root: DataRoot, kvartal: str, systems: Sequence[SystemRow]) -> dict[Path, Reading]:
    """What ``begin`` has read of a period by path, once: waits until all of it is read.

    Nothing when it was read by other rows of systems.csv than ``systems``.
    """
    thread, inbox = _BEGUN.pop((root.folder, kvartal), (None, None))
    if thread is None or inbox is None:
        return {}
    thread.join()
    return inbox.read_so_far() if inbox.systems == tuple(systems) else {}

"""The rejected files of a quarter, and what of each is wrong; nothing of what they hold."""

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.delivery.codes import RejectionCode
from hjalp_pipeline.delivery.names import name_faults, safe_name
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot


def details(root: DataRoot, kvartal: str) -> dict[str, str]:
    """What is wrong with each rejected file that has been read, a Danish sentence or more, by the name it is shown by."""
    inbox = Inbox(Lake(root), read_systems(root))
    known = (inbox.known(file, name) for file, name in inbox.files(kvartal))
    return {
        safe_name(one.file.filename): one.verdict.detail
        for one in known
        if one is not None and not one.accepted and one.verdict.detail
    }


def of_no_kommune(root: DataRoot, kvartal: str) -> list[tuple[str, str, str]]:
    """Files that no row of the gate tells of, because their names name no kommune: name as it is shown, code, what is wrong."""
    inbox = Inbox(Lake(root), read_systems(root))
    found = []
    for file, name in inbox.files(kvartal):
        shown = safe_name(file.filename)
        if name is None:
            faults = name_faults(file.folder, file.filename, period=root.declared.period)
            found.append((shown, str(RejectionCode.FILNAVN), " ".join(faults)))
        elif name.komnr not in NAVN:
            found.append((shown, str(RejectionCode.UKENDT_AFSENDER), "Nummeret er ikke et af de 98 kommuners."))
    return found

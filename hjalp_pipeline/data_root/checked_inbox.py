"""What is wrong with the names in the inbox: files and folders that are never read, and names that will be rejected."""

from collections.abc import Iterator
from datetime import date

from hjalp_pipeline.data_root.wrong import PAGE, Wrong
from hjalp_pipeline.delivery.names import name_faults, parse_name, safe_name
from hjalp_pipeline.production.inbox.registered import sender_of, unknown_part
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.storage.codelists import SYSTEMS, InputError, read_systems
from hjalp_pipeline.storage.inbox import InboxFile, list_inbox, passed_over, period_folders, stray_entries
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot


def wrong_inbox(root: DataRoot, today: date) -> Iterator[Wrong]:
    """What nobody will read, and the files that will be rejected by their names alone and have no receipt yet."""
    word, example = root.declared.period.word, root.declared.period.example
    for name in stray_entries(root):
        yield Wrong(
            f"inbox/{safe_name(name)} is never read: it is no folder of a {word}",
            f"deliveries lie in a folder called by their {word}, inbox/{example}/",
        )
    known = root.declared.periods(today)
    for period in period_folders(root):
        if period not in known:
            yield Wrong(
                f"inbox/{period} is never run: the statistic has deliveries for {known[0]} to {known[-1]}",
                f"put its files into the folder of the {word} they are for",
            )
        for name in passed_over(root, str(period)):
            yield Wrong(f"inbox/{period}/{safe_name(name)} is never opened", "deliveries are files")
    try:
        systems = read_systems(root) if SYSTEMS.stands(root) else []
    except (InputError, OSError):
        systems = []  # who may send what is told when the list can be read
    for file in list_inbox(root):
        yield from _rejected(root, systems, file)


def _rejected(root: DataRoot, systems: list[SystemRow], file: InboxFile) -> Iterator[Wrong]:
    name = parse_name(file.folder, file.filename, period=root.declared.period)
    if name is None:
        code, why = "FILNAVN", " ".join(name_faults(file.folder, file.filename, period=root.declared.period))
        do = f"names are KOMNR_SYSTEM_YYYYMMDDTHHMMSS.csv, .xml or .xlsx: {PAGE}"
    elif systems and sender_of(systems, name) is None:  # without any the list itself is what is missing
        code, why = "UKENDT_AFSENDER", unknown_part(systems, name)
        do = f"a row for it in {SYSTEMS.place}, or the kommune sends it under the agreed name"
    else:
        return
    if safe_name(file.filename) not in told_rejected(root, file.folder):
        yield Wrong(f"inbox/{file.folder}/{safe_name(file.filename)} will be rejected ({code}): {why}", do)


def told_rejected(root: DataRoot, folder: str) -> set[str]:
    """Files of a folder that were rejected when it was last run: they have receipts."""
    lake = Lake(root)
    if not lake.frame_path("leverancer", folder).is_file():
        return set()
    try:
        frame = lake.frame("leverancer", folder)
    except InputError:
        return set()
    return set(frame.filter(status="rejected").get_column("filename"))

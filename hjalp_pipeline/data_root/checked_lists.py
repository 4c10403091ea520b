"""What is wrong with what people write: code lists, settings, decisions, the log of reminders, and files nobody reads."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from hjalp_pipeline.data_root.folders import READERS, known_names
from hjalp_pipeline.data_root.wrong import PAGE, Wrong, nearest, wrong_in
from hjalp_pipeline.dialogue.reminders.day_lists import SENT_COLUMNS, read_sent
from hjalp_pipeline.storage import settings
from hjalp_pipeline.storage.approvals import require_appendable
from hjalp_pipeline.storage.decisions import APPROVAL_COLUMNS, approval_files, decisions_in
from hjalp_pipeline.storage.inbox import README
from hjalp_pipeline.storage.key_file import read_key
from hjalp_pipeline.storage.lists import NOT_UTF8
from hjalp_pipeline.storage.root import DataRoot


def wrong_lists(root: DataRoot) -> Iterator[Wrong]:
    """Faults of the code lists that are there, by list and line."""
    found: dict[str, Wrong] = {}
    for one, read in READERS:
        if one.stands(root):
            do = f"the columns are {one.header(root.declared)}; what each may hold: {PAGE}"
            for wrong in wrong_in(root, partial(read, root), do):
                saved = wrong.what.endswith(NOT_UTF8)
                told = replace(wrong, do="save it as UTF-8 (a spreadsheet calls it CSV UTF-8)") if saved else wrong
                found.setdefault(wrong.what, told)  # a list that looks into another tells the other's faults
    yield from found.values()


def wrong_names(root: DataRoot) -> Iterator[Wrong]:
    """Files of ``codelists/`` whose name is nearly that of a list that is not there or holds nothing."""
    there = {one.place for one, read in READERS if one.stands(root) and _holds(root, read)}
    for name in unread(root):
        meant = nearest(name, known_names())
        if meant and f"codelists/{meant}" not in there:
            yield Wrong(f"codelists/{name} is not read: no list is called so", f"if {meant} is meant, call it so")


def _holds(root: DataRoot, read: object) -> bool:
    """Whether a list says anything, if only something wrong."""
    rows: list[object] = []
    faults = list(wrong_in(root, lambda: rows.extend(read(root)), ""))  # type: ignore[operator]
    return bool(rows or faults)


def unread(root: DataRoot) -> list[str]:
    """Names of what lies in ``codelists/`` and is no list."""
    if not root.codelists.is_dir():
        return []
    names = sorted(path.name for path in root.codelists.iterdir())
    return [name for name in names if name not in (*known_names(), README) and not name.startswith((".", "~"))]


def wrong_settings(root: DataRoot) -> Iterator[Wrong]:
    """Faults of ``settings.toml``, and of the office's key."""
    do = f"the tables and keys there are: {PAGE}"
    found = [wrong for read in settings.READERS for wrong in wrong_in(root, partial(read, root), do)]
    yield from dict.fromkeys(found)
    yield from wrong_in(root, partial(read_key, root), f"what the key is: {PAGE}")


def wrong_decisions(root: DataRoot) -> Iterator[Wrong]:
    """Faults of the files in ``approvals/``, and of the log of what was sent to kommuner."""
    do = f"the columns are {';'.join(APPROVAL_COLUMNS)}; what each may hold: {PAGE}"
    for path in approval_files(root):
        faults = list(wrong_in(root, partial(decisions_in, root, path), do))
        yield from faults
        if not faults and re.fullmatch(r"[0-9]{4}\.csv", path.name):  # what `hjalp approve` appends to
            yield from wrong_in(root, partial(require_appendable, path), do)
    log = f"the columns are {';'.join(SENT_COLUMNS)}; `hjalp remind --sent` writes it"
    yield from wrong_in(root, partial(read_sent, root), log)

"""What has not been done yet, in the order in which it is done: the first of it is the next step."""

import shlex
from collections.abc import Iterator
from datetime import datetime

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.data_root.folders import EXAMPLE
from hjalp_pipeline.publishing.definition import Definition, is_release_name
from hjalp_pipeline.storage.codelists import SYSTEMS, InputError, read_systems
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.decisions import approval_files
from hjalp_pipeline.storage.inbox import list_inbox
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.registers import extracts
from hjalp_pipeline.storage.root import ENVIRONMENT_VARIABLE, DataRoot


def next_steps(root: DataRoot, planned: list[Definition], now: datetime) -> Iterator[str]:
    """A sentence for each thing that is missing; none when everything that is defined is made."""
    if not root.codelists.is_dir():
        other = any(not path.name.startswith(".") for path in root.path.iterdir()) and not root.registers.is_dir()
        doubt = f" (it holds other things: is it the folder that {ENVIRONMENT_VARIABLE} should name?)" if other else ""
        yield f"{root.statistic}/ is not made: {root.command('init')} {shlex.quote(str(root.path))} makes it, with every code list{doubt}"
    if _senders(root) == set():
        lacks = "has no rows" if SYSTEMS.stands(root) else "is missing"
        yield f"{SYSTEMS.place} {lacks}: one for each system of each kommune that is in"
    if not extracts(root):
        yield "registers/ holds no extract: a folder called by its date, registers/2025-04-04/, with its five files"
    period = root.declared.period
    known = {str(one) for one in root.declared.periods(now.date())}
    delivered = sorted({file.folder for file in list_inbox(root)} & known)
    if not delivered:
        yield f"inbox/ has no delivery: they lie in inbox/{period.example}/, by {period.word}"
    ran = Lake(root).quarters()
    waiting = [one for one in delivered if one > max(ran, default="")]  # older ones may be there to be carried forward
    for one in waiting[-1:]:
        yield f"{one} has deliveries and has not been run: {root.command('run')} --{period.word} {one}"
    if delivered and not waiting:
        yield from _towards_a_release(root, ran, planned, now)


def _towards_a_release(root: DataRoot, ran: list[str], planned: list[Definition], now: datetime) -> Iterator[str]:
    if not approval_files(root):
        reports = f"{root.command('reports')} --{root.declared.period.word} {ran[-1]} --aar YEAR"
        answer = f"{root.command('approve')} --aar YEAR --kommune 101 --kind ALLE --decision godkendt --by WHO"
        yield f"no kommune has approved a year: {reports}, then for each that has answered {answer}"
    if not any(is_release_name(path.stem) for path in root.releases.glob("*.toml")):
        yield f"no release is defined: copy releases/{EXAMPLE} under the name of one, releases/2024v1.toml, and set its keys"
    for one in planned:
        release = f"{root.command('release')} {one.release}"
        if one.approvals_until > now:
            until = one.approvals_until.astimezone(DANISH_TIME)
            yield f"{one.release} is defined and can be made after {until:%Y-%m-%d %H:%M}: {release}"
        else:
            yield f"{one.release} is defined and not made: {release}"


def remarks(root: DataRoot) -> Iterator[str]:
    """What is worth knowing and neither wrong nor missing."""
    senders = _senders(root)
    if senders and len(senders) < len(KOMNR):
        yield f"{len(senders)} kommuner have a system; the others are not yet in, or another kommune reports for them"


def _senders(root: DataRoot) -> set[str] | None:
    """The kommuner that have a system; None while the list cannot be read."""
    try:
        return {row.komnr for row in read_systems(root)} if SYSTEMS.stands(root) else set()
    except (InputError, OSError):
        return None

"""What a fault that nobody foresaw costs: the kommune it was met at, and no other."""

from hjalp_pipeline.contracts.broken import ContractError
from hjalp_pipeline.production.disk import disk_sentence, is_of_everybody
from hjalp_pipeline.production.internal import InternalError
from hjalp_pipeline.rules.step import LedgerError
from hjalp_pipeline.storage.lists import InputError
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers.fault import ErrorInWorkerError, Failed, is_of_the_task, withheld


def why_of_one(fault: BaseException, root: DataRoot) -> str | None:
    """What to say of a fault met at one kommune, so that the others go on; null when it is no kommune's and has to be raised.

    A full disk, a code list that cannot be used and an interruption meet everyone; a file that the disk does not give is one
    kommune's. A message of the program's own holds no value of a record; any other is withheld.
    """
    if not is_of_the_task(fault) or isinstance(fault, InputError) or is_of_everybody(fault):
        return None
    if isinstance(fault, ContractError | LedgerError | InternalError | ErrorInWorkerError):
        return str(fault)
    return disk_sentence(fault, root) or withheld(fault)


def why_failed(task: Failed, root: DataRoot) -> str | None:
    """The same of a task that failed in a process of its own."""
    try:
        task.raised()
    except BaseException as fault:
        return why_of_one(fault, root)

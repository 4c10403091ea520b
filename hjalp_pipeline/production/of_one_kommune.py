"""What a fault that nobody foresaw costs: the kommune it was met at, and no other."""

from hjalp_pipeline.contracts.broken import ContractError
from hjalp_pipeline.production.internal import InternalError
from hjalp_pipeline.rules.step import LedgerError
from hjalp_pipeline.storage.lists import InputError
from hjalp_pipeline.workers.fault import ErrorInWorkerError, Failed, is_of_the_task, withheld


def why_of_one(fault: BaseException) -> str | None:
    """What to say of a fault met at one kommune, so that the others go on; null when it is no kommune's and has to be raised.

    What the disk refuses, a code list that cannot be used and an interruption meet everyone. A message of the program's own
    holds no value of a record; any other is withheld.
    """
    if not is_of_the_task(fault) or isinstance(fault, OSError | InputError):
        return None
    own = isinstance(fault, ContractError | LedgerError | InternalError | ErrorInWorkerError)
    return str(fault) if own else withheld(fault)


def why_failed(task: Failed) -> str | None:
    """The same of a task that failed in a process of its own."""
    try:
        task.raised()
    except BaseException as fault:
        return why_of_one(fault)

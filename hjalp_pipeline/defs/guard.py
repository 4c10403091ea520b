"""Nothing a record holds may reach an event or a log, not even through an exception of a library that quotes a value."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath

import dagster as dg

from hjalp_pipeline.contracts.validation import ContractError
from hjalp_pipeline.production.release_inputs import ReleaseRefused
from hjalp_pipeline.production.tables import IncompleteTableError
from hjalp_pipeline.publishing.definition import DefinitionError
from hjalp_pipeline.rules.step import LedgerError
from hjalp_pipeline.storage.codelists import InputError

#: Exceptions whose messages the program words itself, without any value of a record.
_OWN = (ContractError, DefinitionError, IncompleteTableError, InputError, LedgerError, ReleaseRefused)


@contextmanager
def guarded() -> Iterator[None]:
    """Let the program's own errors through with their message; of any other only its type and where it arose."""
    try:
        yield
    except dg.Failure:
        raise
    except _OWN as fault:
        raise dg.Failure(str(fault), allow_retries=False) from None
    except BaseException as fault:
        # A panic of a library written in Rust is no Exception, and quotes values all the same.
        if not isinstance(fault, Exception) and type(fault).__name__ != "PanicException":
            raise
        raise dg.Failure(
            f"{type(fault).__name__} at {_places(fault)} (message withheld: it may quote a record)"
        ) from None


def _places(fault: BaseException) -> str:
    """File, function and line of the innermost frames, ours and the library's."""
    frames = traceback.extract_tb(fault.__traceback__)[-4:]
    return " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)

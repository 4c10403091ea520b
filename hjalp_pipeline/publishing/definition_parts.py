"""Parts of a release definition that several of its keys are made of: a kommune, a table of reasons by kommune."""

from typing import Annotated

from pydantic import AfterValidator

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.typed import Says, Sentence


def _kommune(komnr: str) -> str:
    if komnr not in NAVN:
        raise ValueError("is not one of the 98 kommuner")
    return komnr


def in_order(table: dict[str, str]) -> dict[str, str]:
    """A table in the order of its keys."""
    return dict(sorted(table.items()))


Komnr = Annotated[str, AfterValidator(_kommune)]
Reasons = Annotated[
    dict[Komnr, Annotated[Sentence, Says("must be a sentence")]],
    AfterValidator(in_order),
    Says("must be a table of komnr and a sentence"),
]

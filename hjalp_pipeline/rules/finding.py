"""What is wrong with a record of a delivery, as intake finds it and a receipt tells it."""

from typing import NamedTuple


class Finding(NamedTuple):
    """Number of the record in its file (1 = first), name of the field ("" for the whole record), code of what is wrong."""

    record: int
    field: str
    code: str

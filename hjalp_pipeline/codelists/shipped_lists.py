"""Reading the lists that ship with the program."""

import csv
from importlib.resources import files


def read_codelist(name: str, delimiter: str = ";", package: str = "hjalp_pipeline.codelists") -> list[dict[str, str]]:
    """Rows of the list ``name`` in ``package`` as dicts of strings, in file order."""
    text = files(package).joinpath(name).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=delimiter))

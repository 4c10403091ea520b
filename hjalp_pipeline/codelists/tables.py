"""Reading the code lists that ship with the program."""

import csv
from importlib.resources import files


def read_codelist(name: str, delimiter: str = ";") -> list[dict[str, str]]:
    """Rows of ``codelists/{name}`` as dicts of strings, in file order."""
    text = files("hjalp_pipeline.codelists").joinpath(name).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=delimiter))

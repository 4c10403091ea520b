"""``codelists/publication.csv``: what stands beside every table, where a statistician says otherwise than the program."""

from hjalp_pipeline.publishing.publication import checked_setting
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.storage.codelists import InputError, read_list
from hjalp_pipeline.storage.root import DataRoot


def read_publication(root: DataRoot) -> dict[str, Text]:
    """The settings by name; those left out are the program's own. InputError names file, record and rule."""
    path = root.codelists / "publication.csv"
    if not path.is_file():
        return {}

    def convert(row: dict[str, str]) -> tuple[str, Text]:
        return row["setting"], checked_setting(row["setting"], row["da"], row["en"])

    rows = read_list(path, ("setting", "da", "en"), convert)
    names = [name for name, _ in rows]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"codelists/publication.csv: {', '.join(twice)} stands twice")
    return dict(rows)

"""``codelists/publication.csv``: what stands beside every table, where a statistician says otherwise than the program."""

from hjalp_pipeline.publishing.publication import checked_setting
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.storage.lists import read_list, same_key
from hjalp_pipeline.storage.root import DataRoot


def read_publication(root: DataRoot) -> dict[str, Text]:
    """The settings by name; those left out are the program's own. InputError names file, line and rule."""
    path = root.codelists / "publication.csv"
    if not path.is_file():
        return {}

    def convert(row: dict[str, str]) -> tuple[str, Text]:
        return row["setting"], checked_setting(row["setting"], row["da"], row["en"])

    return dict(read_list(path, ("setting", "da", "en"), convert, same_key))

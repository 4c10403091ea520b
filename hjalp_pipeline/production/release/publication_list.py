"""``codelists/publication.csv``: what stands beside every table, where a statistician says otherwise than the program."""

from dataclasses import dataclass

from hjalp_pipeline.publishing.publication import checked_setting
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.storage.lists import read_list, unique
from hjalp_pipeline.storage.root import DataRoot


@dataclass(frozen=True, slots=True)
class _Setting:
    setting: str
    da: str
    en: str

    def text(self) -> Text:
        return checked_setting(self.setting, self.da, self.en)

    def checked(self) -> "_Setting":
        self.text()
        return self


def read_publication(root: DataRoot) -> dict[str, Text]:
    """The settings by name; those left out are the program's own. InputError names file, line and rule."""
    path = root.codelists / "publication.csv"
    if not path.is_file():
        return {}

    return {row.setting: row.text() for row in read_list(path, _Setting, _Setting.checked, unique("setting"))}

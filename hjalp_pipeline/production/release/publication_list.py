"""``codelists/publication.csv``: what stands beside every table, where a statistician says otherwise than the program."""

from dataclasses import dataclass
from typing import Annotated

from hjalp_pipeline.publishing.publication import SETTINGS, checked_setting
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.storage.lists import unique
from hjalp_pipeline.storage.maintained_list import MaintainedList
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Holds, Means


@dataclass(frozen=True, slots=True)
class _Setting:
    setting: Annotated[str, Holds(f"one of {', '.join(SETTINGS)}"), Means("What is said.")]
    da: Annotated[
        str, Means("In Danish. Of official_statistics ja or nej; license, publisher and theme are addresses.")
    ]
    en: Annotated[
        str,
        Holds("text", "as in Danish, of update_frequency, official_statistics, license, publisher, theme and agency"),
        Means("In English."),
    ]

    def text(self) -> Text:
        return checked_setting(self.setting, self.da, self.en)

    def checked(self) -> "_Setting":
        self.text()
        return self


PUBLICATION = MaintainedList(
    "publication",
    _Setting,
    "What stands beside every table: whom to ask, what the figures are of, how often they come, where they are, under which licence.",
    "Without a row for a setting the program has a text of its own",
    ("contact;Danmarks Statistik, Velfærd, 39 17 39 17;Statistics Denmark, Welfare, +45 39 17 39 17",),
)


def read_publication(root: DataRoot) -> dict[str, Text]:
    """The settings by name; those left out are the statistic's, else the program's own. InputError names file, line and rule."""
    return dict(root.declared.publication) | {
        row.setting: row.text() for row in PUBLICATION.read(root, _Setting.checked, unique("setting"))
    }

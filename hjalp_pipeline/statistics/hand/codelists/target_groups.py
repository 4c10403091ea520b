"""Target groups: the codes that are delivered, and the groups of HAND03A they belong to (H9)."""

from collections.abc import Iterable
from dataclasses import dataclass

from hjalp_pipeline.codelists.shipped_lists import read_codelist
from hjalp_pipeline.statistics.hand.codelists.english_texts import GROUP_TEXTS


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """A group of the table; ``beginning`` is empty for the one of those that belong to no other."""

    code: str
    text_da: str
    text_en: str
    beginning: str

    def holds(self, code: str) -> bool:
        """Whether a code is the group's own or begins with it and a dot."""
        return bool(self.beginning) and f"{code}.".startswith(f"{self.beginning}.")


TARGET_GROUPS: tuple[TargetGroup, ...] = tuple(
    TargetGroup(row["group"], row["text_da"], GROUP_TEXTS[row["group"]], row["codes_begin_with"])
    for row in read_codelist("maalgrupper.csv", package=__package__)
)
#: The group of a service none of whose codes belongs to a group.
(UNKNOWN_GROUP,) = (group.code for group in TARGET_GROUPS if not group.beginning)
#: Texts of the codes that kommuner deliver. Others are accepted.
TARGET_CODES: dict[str, str] = {
    row["code"]: row["text_da"] for row in read_codelist("maalgruppekoder.csv", package=__package__)
}


def groups_of(codes: Iterable[str]) -> tuple[str, ...]:
    """The groups some codes belong to, ascending, each once; the unknown one alone when there is none."""
    found = {group.code for code in codes for group in TARGET_GROUPS if group.holds(code)}
    return tuple(sorted(found)) or (UNKNOWN_GROUP,)

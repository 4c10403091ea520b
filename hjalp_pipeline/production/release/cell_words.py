"""Cells in Danish words, for the office: "Høje-Taastrup, Mænd, 90 år og derover" for a kommune's code, a sex and an age."""

from collections.abc import Sequence

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.confidentiality.model import Name
from hjalp_pipeline.production.release.person_readers import CALLED
from hjalp_pipeline.publishing.table import enumerated
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.table_spec import TableSpec

#: Who can tell a cell, by the word that its name has.
_WHO = {**NAVN, CALLED[1]: "en, der er alene i en celle", CALLED[2]: "to, der er sammen i en celle"}


class CellWords:
    """The words of a statistic's cells."""

    def __init__(self, statistic: Statistic, newest: str = "") -> None:
        """``newest``: the release whose cells are named without it."""
        self._of = {spec.id: spec for spec in statistic.tables}
        self._newest = newest
        self._tables = len(statistic.tables) > 1

    def spec(self, table: str) -> TableSpec:
        """The table of an id or a name. KeyError when there is none."""
        return self._of[table.upper()]

    def codes(self, table: str, codes: Sequence[str]) -> list[str]:
        """Each code of a cell in words."""
        return [one.word(code) for one, code in zip(self.spec(table).dimensions, codes, strict=True)]

    def cell(self, table: str, codes: Sequence[str], *times: str) -> str:
        """A cell with the id of its table before it, its times after it."""
        return f"{self.spec(table).id}: {', '.join([*self.codes(table, codes), *times])}"

    def name(self, name: Name) -> str:
        """A cell of a system by its name: table, codes, time, and the release it came with, told where it is another."""
        table, *codes, time, release = name
        came, _, owners = release.partition(", ")
        told = [f"som i {came}"] if came != self._newest else []
        if owners:
            told.append(f"kan ses af {enumerated((_WHO.get(owner, owner) for owner in owners.split()), 'og')}")
        return self.cell(table, codes, time) + (f" ({', '.join(told)})" if told else "")

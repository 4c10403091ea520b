"""Small numbers of the statistic itself: what its rules and its data do to few services or persons, told and not corrected."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date

import polars as pl

from hjalp_pipeline.quality_spec import ALL, Small
from hjalp_pipeline.statistics.hand.codelists.target_groups import UNKNOWN_GROUP
from hjalp_pipeline.statistics.hand.rules.overlaps import OPEN
from hjalp_pipeline.statistics.hand.rules.stock import target_groups

#: Columns that are looked at, as delivered and of the data states.
DELIVERED = ("pnr", "modt_ydelse_kode")
STATES = {
    "cpr_validated": ("person",),
    "kommune_assigned": ("komnr_statbank", "koen", "foed_dato"),
    "spells_united": ("ydelse_start", "ydelse_slut", "begynder", "maalgruppe"),
}
#: The statistic is about adults.
GROWN_UP = 18
BEFORE_CODE, AFTER_SPAN, SEX_DIFFERS = "FOER_KODEN", "EFTER_PERIODEN", "KOEN_UENS"
UNDER_18, TWICE = f"UNDER_{GROWN_UP}", "FLERE_KOMMUNER"
#: Services without a target group: of all, and with a kommune's number behind it of one that reports; no small numbers.
WITHOUT_GROUP = "UDEN_MAALGRUPPE"
#: What is counted, by code, in the order told.
TITLES: Mapping[str, str] = {
    TWICE: "Personer, der har samme ydelse fra flere kommuner i løbet af året og tælles med i hver af dem",
    UNDER_18: f"Personer med en ydelse, der er under {GROWN_UP} år ved årets udgang",
    BEFORE_CODE: "Ydelser, der er begyndt, før deres kode gælder, og tælles fra den dag",
    AFTER_SPAN: "Ydelser, der begynder efter udgivelsens sidste år og derfor ikke tælles med",
    SEX_DIFFERS: "Ydelser, hvor CPR-nummerets tiende ciffer siger et andet køn end registeret",
}
OF_ALL = (BEFORE_CODE, AFTER_SPAN, SEX_DIFFERS)


class ServiceCounting:
    """Services and persons of one release by code and year or ``ALL``, exactly. Confidential."""

    def __init__(self, taking_part: Mapping[int, frozenset[str]]) -> None:
        """``taking_part``: kommuner by year, ascending."""
        self._taking_part = taking_part
        self._counts: dict[Small, int] = {}
        self._young: dict[str, set[int]] = {}
        self._served: dict[str, list[pl.DataFrame]] = {}

    def add(self, reporter: str, _members: Collection[str], rows: pl.DataFrame) -> None:
        """Count what a kommune has reported."""
        services = rows.with_columns(
            ydelse_slut=pl.col("ydelse_slut").fill_null(OPEN), uden=target_groups(rows) == UNKNOWN_GROUP
        )
        found = {
            BEFORE_CODE: pl.col("ydelse_start") < pl.col("begynder"),
            AFTER_SPAN: pl.col("ydelse_start") > date(max(self._taking_part), 12, 31),
            SEX_DIFFERS: pl.col("pnr") % 2 != pl.col("koen") % 2,
            WITHOUT_GROUP: pl.col("uden"),
            without_group_of(reporter): pl.col("uden"),
        }
        row = services.select(holds.sum().alias(code) for code, holds in found.items()).row(0, named=True)
        for code, number in row.items():
            self._counts[code, ALL] = self._counts.get((code, ALL), 0) + int(number)
        for aar, first, last in self._years():
            spell = (pl.col("begynder") <= last) & (pl.col("ydelse_slut") >= first)
            inside = services.filter(spell, pl.col("komnr_statbank").is_in(sorted(self._taking_part[aar])))
            born = date(aar - GROWN_UP, 12, 31)
            young = inside.filter(pl.col("foed_dato") > born).get_column("person")
            self._young.setdefault(str(aar), set()).update(young)
            served = inside.select("person", "modt_ydelse_kode", "komnr_statbank").unique()
            self._served.setdefault(str(aar), []).append(served)

    def counts(self, _published: Callable[[str], pl.DataFrame]) -> dict[Small, int]:
        """Everything counted."""
        young = {(UNDER_18, aar): len(persons) for aar, persons in self._young.items()}
        twice = {(TWICE, aar): several(pl.concat(parts)) for aar, parts in self._served.items()}
        return self._counts | young | twice

    def _years(self) -> Iterator[tuple[int, date, date]]:
        return ((aar, date(aar, 1, 1), date(aar, 12, 31)) for aar in self._taking_part)


def without_group_of(komnr: str) -> str:
    """The code of a kommune's own services without a target group."""
    return f"{WITHOUT_GROUP}_{komnr}"


def several(served: pl.DataFrame) -> int:
    """Persons who have a service of the same code from several kommuner; a row a person, code and kommune."""
    of_code = served.group_by("person", "modt_ydelse_kode").len().filter(pl.col("len") > 1)
    return of_code.get_column("person").n_unique()

"""The services of a release as HANDIC has them, one kommune at a time, with their target groups (H10, H12)."""

from collections.abc import Iterator, Mapping

import polars as pl

from hjalp_pipeline.microdata_spec import Microdata, ReleaseFacts
from hjalp_pipeline.publishing.export import NOTE_DA
from hjalp_pipeline.publishing.microdata import Register
from hjalp_pipeline.rules.cpr import cpr_marks, delivered_number
from hjalp_pipeline.statistics.hand.codelists.first_quarters import PUBLISHED_FROM
from hjalp_pipeline.statistics.hand.microdata.handic import ALL, ALL_SINCE, HANDIC, HANDICM, NONE, SOME

#: The quarter since when the tables of persons are published; GODKENDTPERIODE tells it apart [chosen].
SINCE = PUBLISHED_FROM["hand02a"]
_INTRO = (
    "HANDIC har en række for hver ydelse, der er inden for statistikken, også fra kommuner, der ikke deltager i tabellerne. "
    "HANDICM har en række for hver målgruppe af en ydelse; MAAL_KEY knytter de to sammen.",
    "Koder er tekst, også når de består af cifre. Datoer er datoer. Filernes variable bærer labels og kodetekster fra denne "
    "kodebog.",
    NOTE_DA,
    "Data er personhenførbare og må kun bruges inden for den aftale, de er udleveret under.",
)


#: What is known of a service before it has a number.
_MADE = ("maalgruppe", *(name for name in HANDIC.schema if name != "MAAL_KEY"))


def approved_period(facts: ReleaseFacts, komnr: str) -> int:
    """GODKENDTPERIODE of a kommune: which of the release's quarters it has approved (H10)."""
    approved = {
        quarter: facts.decisions.get((quarter.aar, komnr, f"K{quarter.nr}"), False) for quarter in facts.quarters
    }
    since = [yes for quarter, yes in approved.items() if quarter >= SINCE]
    if all(approved.values()):
        return ALL
    if since and all(since):
        return ALL_SINCE
    return SOME if any(approved.values()) else NONE


class Services:
    """The services of one release. Numbers those that have target groups, in the order of the file."""

    def __init__(self, facts: ReleaseFacts) -> None:
        """``facts``: of the release."""
        self.facts = facts
        self.left_out: Mapping[str, int] = {}
        self._numbered = 0
        self._groups: list[pl.DataFrame] = []

    def rows(self, komnr: str, inside: pl.DataFrame) -> pl.DataFrame:
        """HANDIC of a kommune, in the register's order, from its services with what every data state added, and from the
        archive.
        """
        parts = [self._delivered(komnr, inside)]
        if self.facts.archived is not None:
            parts.append(self._archived(komnr, self.facts.archived))
        made = pl.concat(parts).sort(HANDIC.order)
        has = pl.col("maalgruppe").is_not_null()
        key = pl.when(has).then(has.cast(pl.Int32).cum_sum() + self._numbered)
        keyed = made.with_columns(MAAL_KEY=key)
        groups = keyed.filter(has).select("MAAL_KEY", MAALGRUPPE=pl.col("maalgruppe").str.split(" "))
        self._groups.append(groups.explode("MAALGRUPPE").with_columns(VERSION=pl.lit(self.facts.release)))
        self._numbered += groups.height
        return keyed.select(*HANDIC.schema)

    def _archived(self, komnr: str, rows: pl.DataFrame) -> pl.DataFrame:
        """The archive's services as they were, but for what tells of this release."""
        period = pl.lit(approved_period(self.facts, komnr), dtype=pl.Int32)
        own = rows.filter(pl.col("HANDLEKOMMUNE") == komnr)
        return own.with_columns(GODKENDTPERIODE=period, VERSION=pl.lit(self.facts.release)).select(_MADE)

    def _delivered(self, komnr: str, inside: pl.DataFrame) -> pl.DataFrame:
        return inside.select(
            "maalgruppe",
            **cpr_marks(),
            AFDELING_UUID="afdeling_uuid",
            BETALINGSKOMMUNE="betalingskommune",
            FUNK_VURD="funk_vurd",
            GODKENDTPERIODE=pl.lit(approved_period(self.facts, komnr), dtype=pl.Int32),
            HANDLEKOMMUNE=pl.lit(komnr),
            MODT_YDELSE_KODE="modt_ydelse_kode",
            PNR=delivered_number(),
            PRODNR="prodnr",
            VERSION=pl.lit(self.facts.release),
            YDELSE_SLUT="ydelse_slut",
            YDELSE_START="ydelse_start",
        ).select(_MADE)

    def others(self) -> Iterator[tuple[str, Register, pl.DataFrame]]:
        """HANDICM, a row a target group of a service."""
        yield HANDICM.name, HANDICM, pl.concat([pl.DataFrame(schema=HANDICM.schema), *self._groups], how="diagonal")


MICRODATA = Microdata("Handicap og udsatte (voksne)", _INTRO, (HANDIC, HANDICM), Services)

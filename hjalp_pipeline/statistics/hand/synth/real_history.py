"""The register's own history (HANDIC, updates of 2021-2025), to be played: what went wrong, and what is put right when.

The files are of the months the real releases were made from, and the steps tell the real days; but for the archive, which came
a year later. The made-up country has no register extract before 2025, so its releases come out in the spring of that year.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Maaned
from hjalp_pipeline.statistics.hand.synth.programme import Programme, Round
from hjalp_pipeline.statistics.hand.synth.received import CODES
from hjalp_pipeline.statistics.hand.synth.spoiled_services import KINDS
from hjalp_pipeline.statistics.hand.synth.vendor_systems import Change
from hjalp_pipeline.synth.sources import NEVER, day, share

#: 05/12/2022: Frederikshavn, Norddjurs, Odsherred and Kalundborg, whose data a new method lost.
LOST: Final = ("813", "707", "306", "326")
_LAST_OF_OLD: Final = Maaned(2022, 8)
#: 28/06/2023: Frederiksberg, too many § 102 from 2020K2 to 2022K4; corrected a year later.
TOO_MANY: Final = "147"
TREATMENT: Final = CODES.index("30013")
_SUPPORT: Final = CODES.index("31202")
FROM_DAY: Final = day(date(2020, 4, 1))
TO_DAY: Final = day(date(2022, 12, 31))
CORRECTED_FROM: Final = "2024M08"
SHARE_TOO_MANY: Final = 0.6
#: Added to the number of a row, so that a planted one has an id of its own: the last kind there is.
_PLANTED: Final = KINDS - 1
#: 31/03/2025: Hørsholm, only a part of whose data was in.
IN_PART: Final = "223"
#: Systems that have dropped what ended long ago when the archive begins, and until when.
FORGETFUL: Final = ("420", "710")
FORGOTTEN_UNTIL: Final = day(date(2019, 12, 31))
FORGETFUL_FROM: Final = "2025M05"
ARCHIVE_UNTIL: Final = date(2021, 12, 31)
#: The largest move, in per cent, that the office lets pass without an explanation in this story.
LIMIT: Final = 10

MONTHS: Final = tuple(Maaned.parse(name) for name in ("2021M08", "2022M09", "2023M05", "2024M08", "2025M02", "2025M05"))
CHANGES: Final = {
    "813": Change("systematic", _LAST_OF_OLD, carried=True, new="team-online"),
    "707": Change("dxc", _LAST_OF_OLD, carried=True, new="systematic"),
    "306": Change("dxc", _LAST_OF_OLD, carried=True, new="kmd"),
    "326": Change("team-online", _LAST_OF_OLD, carried=True, new="systematic"),
}


def planted(komnr: str, month: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of a kommune as its file of a month holds them in the story."""
    if komnr == TOO_MANY and month < CORRECTED_FROM:
        of_support = (pl.col("code") == _SUPPORT) & (pl.col("start") < TO_DAY) & (pl.col("end") > FROM_DAY)
        some = pl.Series(share(rows["number"].to_numpy(), 551) < SHARE_TOO_MANY)
        wrong = rows.filter(of_support & some & (pl.col("number") % KINDS == 0)).with_columns(
            number=pl.col("number") + _PLANTED,
            code=pl.lit(TREATMENT, pl.Int32),
            modt_ydelse_kode=pl.lit(CODES[TREATMENT]),
            start=pl.max_horizontal("start", pl.lit(FROM_DAY)).cast(pl.Int32),
            end=pl.lit(TO_DAY, pl.Int32),
            end_recorded=pl.lit(TO_DAY, pl.Int32),
            double=pl.lit(value=False),
            bad=pl.lit(0, pl.Int8),
        )
        wrong = wrong.with_columns(recorded=pl.max_horizontal("start", "recorded"))
        return pl.concat([rows, wrong.select(rows.columns)])
    if komnr in FORGETFUL and month >= FORGETFUL_FROM:
        return rows.filter((pl.col("end") > FORGOTTEN_UNTIL) | (pl.col("end") == NEVER))
    return rows


def definition(period: str, last_quarter: str, day_of_2025: date, *, more: str = "") -> str:
    """Text of a release's definition; all begin with 2020K1. ``more``: further keys, then tables."""
    return (
        f'period = "{period}"\nfirst_quarter = "2020K1"\nlast_quarter = "{last_quarter}"\nregisters = "2025-04-04"\n'
        f"publish_at = {day_of_2025}T08:00:00+02:00\napprovals_until = {day_of_2025 - timedelta(days=2)}T12:00:00+02:00\n"
        f"refuse_unprotectable = false\n{more}"
    )


_LIMITED: Final = f"max_move_pct = {LIMIT}\n"
_2021: Final = ("2022M09", "2021K4", date(2025, 5, 7))
_2023: Final = ("2024M08", "2023K4", date(2025, 6, 4))
#: Definitions by release; those with a limit are tried first, and stand as they were published afterwards.
DEFINITIONS: Final = {
    "2020v1": definition("2021M08", "2020K4", date(2025, 4, 30)),
    "2021v1": definition(*_2021),
    "2021v2": definition("2022M09", "2021K4", date(2025, 5, 14)),
    "2022v1": definition("2023M05", "2022K4", date(2025, 5, 21), more=_LIMITED),
    "2023v1": definition(*_2023),
    "2023v2": definition("2024M08", "2023K4", date(2025, 6, 18), more=f'[period_overrides]\n{IN_PART} = "2025M02"\n'),
    "2024v1": definition(
        "2025M05", "2024K4", date(2025, 7, 2), more=f'archive = "2023v2"\narchive_until = {ARCHIVE_UNTIL}\n'
    ),
}
TRIED: Final = {"2021v1": definition(*_2021, more=_LIMITED), "2023v1": definition(*_2023, more=_LIMITED)}


def _rounds() -> tuple[Round, ...]:
    """Every kommune approves every year before its first release."""
    begins = {2020: (2021, 9, 1), 2021: (2022, 9, 20), 2022: (2023, 6, 5), 2023: (2024, 8, 28), 2024: (2025, 6, 2)}
    return tuple(
        Round(f"{aar}-runde1.csv", aar, datetime(*ymd, 6, tzinfo=UTC), kommuner=KOMNR) for aar, ymd in begins.items()
    )


HISTORY: Final = Programme(
    MONTHS,
    CHANGES,
    _rounds(),
    {},  # each definition is written in its step
    instead={(CORRECTED_FROM, IN_PART): "half"},
    plant=planted,
    listed_wrongly=LOST,
)

"""The faults the source names, at plausible rates. Each function changes some loans and leaves the others alone."""

from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hjalp_pipeline.statistics.hjalp.synth.loans import LAST_DAY, Loans
from hjalp_pipeline.synth.sources import NEVER, Days, day

#: Shares of all loans unless the name says otherwise.
SHARE_ISSUED_AFTER_DEATH_OF_DEAD: Final = 0.01  # seed 3.5
SHARE_RETURNED_BEFORE_ISSUED: Final = 0.006  # seed 3.5, of returned loans
SHARE_SAME_DAY: Final = 0.003
SHARE_FUTURE: Final = 0.0003
SHARE_CLEAN_UP: Final = 0.012  # seed 5.3: returns registered when a depot is cleaned up
SHARE_FICTITIOUS_PNR: Final = 0.015  # seed 5.3: institutions
SHARE_UNKNOWN_PNR: Final = 0.005  # seed 3.5: ukurante CPR-numre
SHARE_DUPLICATE_ID: Final = 0.0005  # R2: the same udlaan_id twice in one file
SHARE_BAD_RECORD: Final = 0.0025  # interfaces: records that cannot be read
MOST_BAD_RECORDS: Final = 0.015  # of a kommune's loans, so that a tiny one is not rejected by chance
LATE_RETURN_DAYS: Final = 25

#: Bad records: 1, 2 dates, 3 no id, 4 komnr, 5 hminr, 6 hmiiso, 7 return date, 8 no issue date, 9 long id, 10 no pnr.
BAD_KINDS: Final = tuple(range(1, 11))
_CLEAN_UP_DAYS: Final = tuple(day(date(*ymd)) for ymd in ((2022, 11, 30), (2023, 6, 30), (2023, 12, 31), (2024, 10, 1)))


def spoil_dates(loans: Loans, death: Days, rng: np.random.Generator) -> Loans:
    """Issued after death, returned before issued, issued in the future, returned on the day of a clean-up."""
    count = len(loans)
    issued, returned, recorded = loans.issued.copy(), loans.returned.copy(), loans.recorded.copy()
    clean_up = _CLEAN_UP_DAYS[int(rng.integers(0, len(_CLEAN_UP_DAYS)))]
    swept = (rng.random(count) < SHARE_CLEAN_UP) & (issued < clean_up) & (returned > clean_up) & (death > clean_up)
    returned[swept] = clean_up
    same = (rng.random(count) < SHARE_SAME_DAY) & (returned < NEVER)
    returned[same] = issued[same]
    after = death + rng.integers(1, 300, count)
    ghost = (rng.random(count) < SHARE_ISSUED_AFTER_DEATH_OF_DEAD) & (after < LAST_DAY)
    issued[ghost] = after[ghost]
    returned[ghost & (returned < issued)] = NEVER
    backwards = (rng.random(count) < SHARE_RETURNED_BEFORE_ISSUED) & (returned < NEVER) & ~ghost
    returned[backwards] = issued[backwards] - rng.integers(1, 60, int(backwards.sum()))
    recorded = np.maximum(recorded, np.where(ghost, issued, recorded))
    future = (rng.random(count) < SHARE_FUTURE) & (returned == NEVER)
    issued[future] += 3_652 + rng.integers(0, 30, int(future.sum())) * 365
    return replace(
        loans, issued=issued.astype(np.int32), returned=returned.astype(np.int32), recorded=recorded.astype(np.int32)
    )


def return_recorded(loans: Loans, rng: np.random.Generator) -> Days:
    """The day the system learnt of the return: soon, sometimes a quarter or two late."""
    lag = np.where(
        rng.random(len(loans)) < 0.04, rng.integers(30, 220, len(loans)), rng.integers(0, LATE_RETURN_DAYS, len(loans))
    )
    known = np.maximum(np.maximum(loans.returned, loans.recorded) + lag, loans.recorded)
    return np.where(loans.returned == NEVER, NEVER, np.minimum(known, NEVER - 1)).astype(np.int32)


def bad_records(count: int, rng: np.random.Generator) -> NDArray[np.int8]:
    """What is wrong with the form of each record: 0 nothing, else one of BAD_KINDS."""
    wanted = min(int(rng.binomial(count, SHARE_BAD_RECORD)), int(count * MOST_BAD_RECORDS))
    kinds = np.zeros(count, dtype=np.int8)
    kinds[rng.choice(count, wanted, replace=False)] = rng.choice(BAD_KINDS, wanted)
    return kinds

"""The records of one kommune as its systems hold them: everything a delivery can say about a loan, and since when."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.statistics.hjalp.synth.faults import (
    SHARE_DUPLICATE_ID,
    SHARE_FICTITIOUS_PNR,
    SHARE_UNKNOWN_PNR,
    bad_records,
    return_recorded,
    spoil_dates,
)
from hjalp_pipeline.statistics.hjalp.synth.law import law_columns
from hjalp_pipeline.statistics.hjalp.synth.loans import Loans
from hjalp_pipeline.statistics.hjalp.synth.products import Catalogue
from hjalp_pipeline.synth.population import Persons
from hjalp_pipeline.synth.sources import Days, Ints, stream
from hjalp_pipeline.synth.wrong_pnr import spoil_pnr

#: Kommuner that give no paragraphs at all (the first two do not get their paragraph variable approved).
WITHOUT_PARAGRAPHS: Final = ("167", "813", "492")
_MANDATORY: Final = 19_358  # 1 January 2023: the paragraph became mandatory (seed 5.3)
SHARE_NO_HMINR: Final = 0.004
SHARE_NO_ISO: Final = 0.03
SHARE_SHORT_ISO: Final = 0.02
SHARE_NO_PAYER: Final = 0.03
SHARE_OTHER_PAYER: Final = 0.02
SHARE_UNKNOWN_PAYER: Final = 0.001


def make_records(
    kommune: int, loans: Loans, first_id: int, *, persons: Persons, catalogue: Catalogue, seed: int
) -> pl.DataFrame:
    """All records a kommune's systems ever hold, one row per loan.

    Columns: ``loan`` (number of the loan in the country), the fields of a delivery but id and komnr, dates as days,
    ``recorded`` and ``return_recorded`` (days the system learnt of them), ``lov_navn_2025k3``, ``bad``, ``double``.
    """
    rng = stream(seed, 7, kommune)
    first = _first_of_equal(loans)
    loans = spoil_dates(loans, persons.death[loans.person], rng).take(first)
    count = len(loans)
    laws = law_columns(catalogue.paragraph, loans.product, _chance(KOMNR[kommune], loans.issued, rng), rng)
    product = pl.Series(loans.product)
    iso = pl.Series(catalogue.hmiiso).gather(product)
    short = pl.Series(rng.random(count) < SHARE_SHORT_ISO)
    spaced = pl.Series(rng.random(count) < 0.01)
    no_iso = pl.Series(rng.random(count) < SHARE_NO_ISO)
    no_hmi = pl.Series(rng.random(count) < SHARE_NO_HMINR)
    frame = pl.DataFrame({
        "loan": np.arange(first_id, first_id + count, dtype=np.uint64),
        "kom": np.full(count, kommune, dtype=np.int32),
        "komnr_betaling": _payer(loans, rng),
        "pnr": spoil_pnr(
            persons.pnr[loans.person], rng, fictitious=SHARE_FICTITIOUS_PNR, unknown=SHARE_UNKNOWN_PNR
        ),
        "hminr": pl.Series(catalogue.hminr).gather(product),
        "hmiiso": iso,
        "hminavn": pl.Series(catalogue.hminavn).gather(product),
        "issued": loans.issued,
        "returned": loans.returned,
        "recorded": loans.recorded,
        "return_recorded": return_recorded(loans, rng),
        "bad": bad_records(count, rng),
        "double": rng.random(count) < SHARE_DUPLICATE_ID,
    }).with_columns(laws)  # fmt: skip
    frame = frame.with_columns(
        hminr=pl.when(~no_hmi).then("hminr"),
        hmiiso=pl.when(no_iso | (pl.col("hmiiso") == ""))
        .then(None)
        .when(short)
        .then(pl.col("hmiiso").str.slice(0, 6))
        .when(spaced & (pl.col("hmiiso").str.len_bytes() == 8))
        .then(pl.format("{} {}-{}", *(pl.col("hmiiso").str.slice(*part) for part in ((0, 2), (2, 2), (4, 4)))))
        .otherwise("hmiiso"),
    )  # fmt: skip
    # The blocks of a bed are equal rows with ids of their own (seed 5.3).
    return frame[first].with_columns(frame.select("loan", "bad", "double"))


def _first_of_equal(loans: Loans) -> Ints:
    """For each loan the first of the equal ones before it, or itself; equal loans stand together."""
    same = np.zeros(len(loans), dtype=bool)
    for values in (loans.person, loans.product, loans.issued, loans.returned):
        same[1:] |= values[1:] != values[:-1]
    same[1:] = ~same[1:]
    return np.maximum.accumulate(np.where(same, 0, np.arange(len(loans)))).astype(np.int32)


def _chance(komnr: str, issued: Days, rng: np.random.Generator) -> NDArray[np.float64]:
    """How likely a loan of this kommune carries a code: kommuner differ, and older loans less often do."""
    level = float(rng.beta(7, 2.2))
    if komnr in WITHOUT_PARAGRAPHS:
        return np.zeros(len(issued))
    return np.where(issued < _MANDATORY, level * 0.8, min(level * 1.05, 1.0))


def _payer(loans: Loans, rng: np.random.Generator) -> pl.Series:
    """The paying kommune: mostly the person's own, sometimes another, nobody or an unknown code (seed 2.4)."""
    count = len(loans)
    payer = loans.residence.astype(np.int64)
    other = rng.random(count) < SHARE_OTHER_PAYER
    payer[other] = rng.integers(0, len(KOMNR), int(other.sum()))
    payer[rng.random(count) < SHARE_UNKNOWN_PAYER] = len(KOMNR)
    payer[rng.random(count) < SHARE_NO_PAYER] = len(KOMNR) + 1
    return pl.Series([*KOMNR, "999", None], dtype=pl.String).gather(pl.Series(payer))

"""Each fault the source names is there, at a plausible rate."""

import polars as pl
import pytest

from hjalp_pipeline.statistics.hjalp.synth.law import HARD_TEXTS, UNKNOWN_CODES
from hjalp_tests.synth.conftest import Country


@pytest.fixture(scope="module")
def rows(country: Country, newest: pl.DataFrame) -> pl.DataFrame:
    """The newest records with dates, and birth and death from the register."""
    digits = pl.col("pnr").str.replace("-", "")
    number = pl.when(digits.str.contains(r"^\d{8,10}$")).then(digits.str.zfill(10)).otherwise(digits)
    return (
        newest.with_columns(
            number=number,
            ud=pl.col("udleveringsdato").str.to_date(strict=False),
            ind=pl.col("indleveringsdato").str.to_date(strict=False),
        )
        .join(country.register("person"), left_on="number", right_on="pnr", how="left")
        .join(country.register("dod"), left_on="number", right_on="pnr", how="left")
    )


DEAD = pl.col("doddato").is_not_null()
LAG = (pl.col("ind") - pl.col("doddato")).dt.total_days()
FORMS = pl.col("number").str.contains(r"^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{6}$")
SHARES = {
    "issued after death": (DEAD & (pl.col("ud") > pl.col("doddato")), 0.0005, 0.004),
    "dead and never returned": (DEAD & pl.col("indleveringsdato").is_null(), 0.04, 0.09),
    "returned long after death": (LAG > 31, 0.001, 0.02),
    "returned 31 days after death": (LAG == 31, 0.0001, 0.01),
    "returned before issued": (pl.col("ind") < pl.col("ud"), 0.001, 0.006),
    "returned on the day of issue": (pl.col("ind") == pl.col("ud"), 0.001, 0.01),
    "open for twenty years": (pl.col("ind").is_null() & ~DEAD & (pl.col("ud").dt.year() < 2004), 0.003, 0.03),
    "closed before the statistic": (pl.col("indleveringsdato") < "2022-07-01", 0.25, 0.35),
    "issued in the future": (pl.col("ud").dt.year() > 2025, 0.00002, 0.001),
    "fictitious number": (pl.col("koen").is_null() & ~FORMS, 0.008, 0.025),
    "unknown number": (pl.col("koen").is_null() & FORMS, 0.002, 0.01),
    "no paragraph": (pl.col("lov_navn").is_null(), 0.25, 0.45),
    "paragraph in the text alone": (pl.col("lov_navn").is_null() & pl.col("lov_tekst").is_not_null(), 0.03, 0.2),
    "unknown code": (pl.col("lov_navn").is_in(UNKNOWN_CODES), 0.0005, 0.01),
    "hard text": (pl.col("lov_tekst").is_in(HARD_TEXTS), 0.01, 0.2),
    "Ældrelov on older loans": ((pl.col("lov_navn") == "AEL_10") & (pl.col("udleveringsdato") < "2025-07-01"), 0.001, 0.05),
    "local product": (pl.col("hminr").str.contains(r"^9\d{4,5}$"), 0.008, 0.04),
    "transport": (pl.col("hminavn").str.starts_with("Flextrafik"), 0.001, 0.02),
    "unknown class": (pl.col("hmiiso").str.starts_with("77"), 0.0002, 0.01),
    "no payer": (pl.col("komnr_betaling").is_null(), 0.01, 0.05),
    "other payer": (pl.col("komnr_betaling") != pl.col("komnr_indberetter"), 0.01, 0.1),
    "unknown payer": (pl.col("komnr_betaling") == "999", 0.0001, 0.004),
    "impossible date": (pl.col("udleveringsdato") == "2024-02-30", 0.00002, 0.002),
    "Danish date": (pl.col("udleveringsdato").str.contains(r"^\d\d-\d\d-\d{4}$"), 0.00002, 0.002),
    "no id": (pl.col("udlaan_id").is_null(), 0.00002, 0.002),
    "wrong komnr": (pl.col("komnr_indberetter") == "0", 0.00002, 0.002),
    "letters in hminr": (pl.col("hminr").str.contains("[A-Z]"), 0.00002, 0.002),
    "hyphen in the number": (pl.col("pnr").str.contains(r"^\d{6}-\d{4}$"), 0.03, 0.3),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fault", SHARES)
def test_fault_occurs_at_a_plausible_rate(rows: pl.DataFrame, fault: str) -> None:
    condition, low, high = SHARES[fault]
    assert low < rows.select(condition.fill_null(value=False).mean()).item() < high


def test_bad_records_never_reject_a_delivery_by_chance(country: Country, newest: pl.DataFrame) -> None:
    date = r"^\d{4}-\d\d-\d\d$"
    bad = (
        pl.any_horizontal(pl.col("udlaan_id", "komnr_indberetter", "pnr", "udleveringsdato").is_null())
        | (pl.col("udlaan_id").str.len_chars() > 36)
        | (pl.col("komnr_indberetter") == "0")
        | ~pl.col("udleveringsdato").str.contains(date)
        | (pl.col("udleveringsdato") == "2024-02-30")
        | ~pl.col("indleveringsdato").fill_null("2024-01-01").str.contains(date)
        | (pl.col("hminr") == "12A45")
        | (pl.col("hmiiso") == "122")
    )
    per_file = newest.group_by("file").agg(bad.fill_null(value=False).mean().alias("share"))
    assert per_file["share"].max() < 0.05  # type: ignore[operator]
    assert newest.select(bad.fill_null(value=False).mean()).item() < 0.005


def test_equal_rows_with_ids_of_their_own(newest: pl.DataFrame) -> None:
    blocks = newest.filter(pl.col("hminavn").str.starts_with("Sengeklodser"))
    equal = blocks.group_by(pl.all().exclude("udlaan_id", "indleveringsdato")).agg(pl.col("udlaan_id").n_unique())
    assert (equal["udlaan_id"] == 4).sum() > 3


def test_the_same_id_twice_in_a_file(newest: pl.DataFrame) -> None:
    twice = newest.drop_nulls("udlaan_id").group_by("file", "udlaan_id").len()
    assert 3 < (twice["len"] > 1).sum() < newest.height * 0.002


def test_kommuner_without_any_paragraph(newest: pl.DataFrame) -> None:
    for komnr in ("167", "813", "492"):
        own = newest.filter(pl.col("file").str.starts_with(komnr))
        assert own["lov_navn"].null_count() == own.height > 0


def test_the_new_code_appears_in_the_newest_quarter_only(country: Country) -> None:
    assert (country.in_force("2025K2", "101")["lov_navn"] != "AEL_10").all()
    assert (country.in_force("2025K3", "101")["lov_navn"] == "AEL_10").any()

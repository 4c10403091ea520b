"""Each fault the source names is there, at a plausible rate, and the deliveries break as announced."""

from datetime import date

import polars as pl
import pytest

from hjalp_pipeline.statistics.hand.synth.groups_given import UNKNOWN
from hjalp_pipeline.statistics.hand.synth.programme import STORIES
from hjalp_pipeline.statistics.hand.synth.received import CODES
from hjalp_pipeline.statistics.hand.synth.spoiled_services import AGAIN, MISSING, UNKNOWN_CODES
from hjalp_pipeline.statistics.hand.synth.vendor_systems import MEMBER, OWN_CODES, REPORTER, SYSTEMS
from hjalp_tests.statistics.hand.synth.made import Made

pytestmark = pytest.mark.slow  # each makes a release or a country of its own

SPELL = ["pnr", "handlekommune", "modt_ydelse_kode"]


@pytest.fixture(scope="module")
def rows(country: Made, newest: pl.DataFrame) -> pl.DataFrame:
    """The records with dates, and birth and death from the register, ordered by person, kommune, code and day."""
    return (
        newest.with_columns(
            number=pl.col("pnr").str.replace("-", "").str.zfill(10),
            first=pl.col("ydelse_start").str.to_date(strict=False),
            last=pl.col("ydelse_slut").str.to_date(strict=False),
        )
        .join(country.register("person"), left_on="number", right_on="pnr", how="left")
        .join(country.register("dod"), left_on="number", right_on="pnr", how="left")
        .sort(*SPELL, "first", "last")
        .with_columns(before=pl.col("last").shift().over(SPELL), begun=pl.col("first").shift().over(SPELL))
    )


SHARES = {
    "begun after death": (pl.col("first") > pl.col("doddato"), 0.0002, 0.01),
    "ended after death": (pl.col("last") > pl.col("doddato"), 0.001, 0.03),
    "open though dead": (pl.col("doddato").is_not_null() & pl.col("ydelse_slut").is_null(), 0.002, 0.03),
    "ended before begun": (pl.col("last") < pl.col("first"), 0.0005, 0.006),
    "ended before there were data": (pl.col("last") < date(2013, 10, 1), 0.004, 0.02),
    "unknown code": (pl.col("modt_ydelse_kode").is_in(UNKNOWN_CODES), 0.001, 0.006),
    "nobody's number": (pl.col("koen").is_null(), 0.001, 0.01),
    "no target group": (pl.col("maalgruppe").is_null(), 0.03, 0.1),
    "two target groups": (pl.col("maalgruppe").str.contains(" "), 0.05, 0.3),
    "unknown target group": (pl.col("maalgruppe").is_in(UNKNOWN), 0.001, 0.006),
    "touching": ((pl.col("first") - pl.col("before")).dt.total_days() == 1, 0.002, 0.02),
    "overlapping": ((pl.col("first") <= pl.col("before")) & (pl.col("begun") < pl.col("first")), 0.001, 0.02),
    "reported again": (pl.col("first") == pl.col("begun"), 0.001, 0.02),
    "other payer": (pl.col("betalingskommune") != pl.col("handlekommune"), 0.03, 0.1),
    "unit with a leading zero": (pl.col("prodnr").str.starts_with("0"), 0.02, 0.4),
}


@pytest.mark.parametrize("fault", SHARES)
def test_the_fault_is_there(rows: pl.DataFrame, fault: str) -> None:
    which, least, most = SHARES[fault]
    assert least < rows.filter(which).height / rows.height < most


def test_ended_services_are_reported_again_in_two_kommuner_above_all(rows: pl.DataFrame) -> None:
    again = (pl.col("first") == pl.col("begun")).fill_null(value=False).mean().alias("again")
    of = dict(rows.group_by("handlekommune").agg(again).iter_rows())
    assert min(of[komnr] for komnr in AGAIN) > 3 * sum(of.values()) / len(of)


def test_a_service_is_missing_whole_in_some_kommuner(rows: pl.DataFrame) -> None:
    there = set(rows.select("handlekommune", "modt_ydelse_kode").unique().iter_rows())
    assert not set(MISSING) & there
    assert {code for _, code in there} >= set(CODES) - {"32004", "32002"}


def test_one_kommune_reports_for_another_but_for_its_assistance(country: Made, newest: pl.DataFrame) -> None:
    own = pl.col("modt_ydelse_kode").is_in([CODES[place] for place in OWN_CODES])
    newest = newest.with_columns(pl.col("pnr").str.replace("-", "").str.zfill(10))
    of_member = newest.filter(pl.col("file").str.contains(f"/{MEMBER}_"))
    assert of_member.filter(own).height >= 3
    assert 0 < of_member.filter(~own).height < of_member.height
    twice = of_member.filter(~own).join(
        newest.filter(pl.col("file").str.contains(f"/{REPORTER}_")), on=["pnr", "ydelse_start"]
    )
    assert twice.height >= 1
    assert (country.root / "codelists/collaborations.csv").read_text().splitlines()[1] == "183;187;2013-10-01;"


def test_an_old_system_is_carried_forward_and_the_new_one_lacks_groups(newest: pl.DataFrame) -> None:
    old, new = (newest.filter(pl.col("file").str.contains(f"/370_{system}_")) for system in ("kmd", "systematic"))
    both = old.join(new, on=["pnr", "modt_ydelse_kode", "ydelse_start"], suffix="_new")
    assert 0 < both.height < min(old.height, new.height)
    assert both["maalgruppe_new"].null_count() > both["maalgruppe"].null_count()


def test_every_way_of_rejection_occurs_and_every_system_delivers(country: Made) -> None:
    deliveries = country.summary.deliveries
    assert {row.story for row in deliveries} == set(STORIES)
    assert {(row.sender.system, row.sender.format) for row in deliveries} - {("ukendt", "csv")} == {
        (system, form) for system, (_, form, _) in SYSTEMS.items()
    }
    good = [row for row in deliveries if row.code is None]
    assert all(country.read(f"{row.period}/{row.name}").height == row.records > 0 for row in good[::7])


def test_broken_encoding_is_broken(country: Made) -> None:
    (broken,) = (row for row in country.summary.deliveries if row.story == "encoding")
    with pytest.raises(UnicodeDecodeError):
        (country.root / "inbox" / str(broken.period) / broken.name).read_bytes().decode(broken.sender.encoding)

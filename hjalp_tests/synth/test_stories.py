"""The kommuner with a story: Sønderborg, Tårnby, and the changes of system."""

import polars as pl

from hjalp_tests.synth.conftest import Country

LOAN = ["pnr", "hminr", "udleveringsdato"]


def test_soenderborg_is_deficient_and_delivers_again(country: Country) -> None:
    full = country.in_force("2025K3", "540").height
    assert country.in_force("2024K4", "540").height < 0.6 * full
    assert country.in_force("2025K1", "540").height < 0.6 * full
    assert not [row for row in country.summary.deliveries if (str(row.period), row.sender.komnr) == ("2025K2", "540")]


def test_taarnby_has_data_from_2024_on_and_a_new_system(country: Country) -> None:
    systems = {}
    for kvartal in country.summary.kvartaler:
        rows = country.in_force(kvartal, "185")
        assert rows["udleveringsdato"].drop_nulls().str.contains(r"^2024|^202[5-9]|^20[3-9]|-20\d\d$").all()
        systems[kvartal] = {row.sender.system for row in country.summary.deliveries
                            if (str(row.period), row.sender.komnr) == (kvartal, "185")}  # fmt: skip
    assert systems["2025K1"] == {"depot5"}
    assert systems["2025K2"] == {"nexus"}
    assert country.in_force("2025K1", "185")["lov_navn"].null_count() == country.in_force("2025K1", "185").height
    assert country.in_force("2025K3", "185")["lov_navn"].null_count() < country.in_force("2025K3", "185").height
    carried = country.table("codelists/systems.csv").filter(pl.col("komnr") == "185")["carry_forward"]
    assert set(carried) == {"no"}


def test_carried_forward_systems_left_their_last_delivery(country: Country) -> None:
    systems = country.table("codelists/systems.csv").filter(pl.col("carry_forward") == "yes")
    assert dict(zip(systems["komnr"], systems["to_quarter"], strict=True)) == {"326": "2023K4", "657": "2024K3"}
    for komnr, last in zip(systems["komnr"], systems["to_quarter"], strict=True):
        old, new = country.in_force(last, komnr), country.in_force("2025K1", komnr)
        assert not set(old["udlaan_id"].drop_nulls()) & set(new["udlaan_id"].drop_nulls())
        both = new.drop_nulls(LOAN).join(old.drop_nulls(LOAN), on=LOAN, suffix="_old")
        assert both.height > 10
        assert both.filter(pl.col("lov_navn").is_null() & pl.col("lov_navn_old").is_not_null()).height > 0
        assert old.drop_nulls(LOAN).join(new, on=LOAN, how="anti").height > 10


def test_an_older_row_may_know_a_return_the_newer_does_not(country: Country) -> None:
    found = 0
    for komnr, last in (("326", "2023K4"), ("657", "2024K3")):
        old, new = country.in_force(last, komnr), country.in_force("2025K1", komnr)
        both = new.drop_nulls(LOAN).join(old.drop_nulls(LOAN), on=LOAN, suffix="_old")
        found += both.filter(pl.col("indleveringsdato").is_null() & pl.col("indleveringsdato_old").is_not_null()).height
    assert found > 0

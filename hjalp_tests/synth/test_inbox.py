"""Deliveries keep the contract, or break it in the announced way."""

import re
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.statistics.hjalp.synth.deliveries import STORIES
from hjalp_pipeline.statistics.hjalp.synth.senders import KVARTALER, make_senders
from hjalp_pipeline.synth.source_systems import Delivery
from hjalp_tests.synth.conftest import Country
from hjalp_tests.synth.reading import csv_text, read_delivery

NAME = re.compile(r"(\d{3})_([a-z0-9-]+)_(\d{8}T\d{6})\.(csv|xml|xlsx)")


def _path(country: Country, delivery: Delivery) -> Path:
    return country.root / "inbox" / str(delivery.period) / delivery.name


def _read_strictly(path: Path, delivery: Delivery) -> None:
    if delivery.sender.encoding == "utf-8":
        path.read_bytes().decode("utf-8")
    read_delivery(path)


def test_every_name_parses_and_every_file_is_announced(country: Country) -> None:
    found = {str(path.relative_to(country.root / "inbox")) for path in (country.root / "inbox").rglob("*.*")}
    assert found == {f"{row.period}/{row.name}" for row in country.summary.deliveries}
    assert all(NAME.fullmatch(name.split("/")[1]) for name in found)


@pytest.mark.slow
def test_accepted_files_hold_what_they_say(country: Country) -> None:
    for delivery in country.summary.deliveries:
        if delivery.code is None:
            assert read_delivery(_path(country, delivery)).height == delivery.records > 0


def test_every_way_of_rejection_occurs_and_is_broken(country: Country) -> None:
    assert {row.story for row in country.summary.deliveries} == set(STORIES)
    for delivery in country.summary.deliveries:
        if delivery.story in ("wrong_count", "truncated", "truncated_xml", "columns", "encoding"):
            with pytest.raises((AssertionError, SyntaxError, UnicodeDecodeError)):
                _read_strictly(_path(country, delivery), delivery)
    formats = {row.story: row.sender.format for row in country.summary.deliveries if row.code is not None}
    assert formats.pop("truncated_xml") == "xml"
    assert set(formats.values()) == {"csv"}
    encodings = {row.sender.encoding for row in country.summary.deliveries if row.story == "encoding"}
    assert encodings == {"utf-8"}


def test_the_system_list_knows_the_senders(country: Country) -> None:
    systems = country.table("codelists/systems.csv")
    assert systems.columns == [
        "komnr", "system", "leverandoer", "format", "encoding", "from_quarter", "to_quarter", "carry_forward",
    ]  # fmt: skip
    rows = {(row["komnr"], row["system"], row["format"]): row for row in systems.iter_rows(named=True)}
    for delivery in country.summary.deliveries:
        row = rows.get((delivery.sender.komnr, delivery.sender.system, delivery.sender.format))
        known = row is not None and row["from_quarter"] <= str(delivery.period) <= (row["to_quarter"] or "9999")
        assert known == (delivery.story != "stranger")


def test_formats_and_habits() -> None:
    newest = [sender for sender in make_senders() if sender.active(KVARTALER[-1])]
    counts = {form: sum(sender.format == form for sender in newest) for form in ("csv", "xml", "xlsx")}
    assert counts["xlsx"] == 5
    assert 12 <= counts["xml"] <= 18
    assert counts["csv"] > 65
    for habit in ("crlf", "bom", "permuted", "hyphen"):
        assert 3 < sum(getattr(sender, habit) for sender in newest) < 40
    assert any(sender.encoding == "windows-1252" for sender in newest)


def test_habits_are_visible_in_the_files(country: Country) -> None:
    for delivery in country.summary.deliveries:
        if delivery.story == "full" and delivery.sender.format == "csv":
            content = _path(country, delivery).read_bytes()
            assert (b"\r\n" in content) == delivery.sender.crlf
            assert content.startswith(b"\xef\xbb\xbf") == delivery.sender.bom
            header = csv_text(_path(country, delivery)).splitlines()[0]
            assert header.startswith("udlaan_id;komnr_indberetter;komnr_betaling") or delivery.sender.permuted


def test_every_kommune_is_reported(country: Country) -> None:
    together = country.table("codelists/collaborations.csv")
    for kvartal in KVARTALER:
        senders = {row.sender.komnr for row in country.summary.deliveries if row.period == kvartal and not row.code}
        day = str(kvartal.last_day)
        members = together.filter((pl.col("from_date") <= day) & (pl.col("to_date").fill_null("9999") > day))
        missing = {"540", "550"} if str(kvartal) == "2025K2" else set()
        assert senders | set(members["komnr_medlem"]) == set(KOMNR) - missing
        assert not senders & set(members["komnr_medlem"])


def test_times_of_arrival_respect_the_deadline_or_an_extension(country: Country) -> None:
    extended = {
        (row["komnr"], row["quarter"]): row for row in country.table("codelists/extensions.csv").iter_rows(named=True)
    }
    late = 0
    for row in country.summary.deliveries:
        key = (row.sender.komnr, str(row.period))
        deadline = date.fromisoformat(extended[key]["new_deadline"]) if key in extended else row.period.deadline
        assert row.received.date() > row.period.last_day
        late += row.received.date() > deadline + timedelta(days=1)
    assert late == 2


def test_a_bad_delivery_may_come_after_a_good_one(country: Country) -> None:
    by_sender: dict[tuple[str, str], list[Delivery]] = {}
    for row in country.summary.deliveries:
        by_sender.setdefault((row.sender.komnr, str(row.period)), []).append(row)
    orders = {tuple(row.code is None for row in rows) for rows in by_sender.values()}
    assert {(True,), (False, True), (True, False), (True, True), (False,)} <= orders


@pytest.mark.slow
def test_quarters_are_consistent(country: Country) -> None:
    for komnr in ("101", "159", "851"):
        for kvartal in KVARTALER[:-1]:
            before = country.in_force(str(kvartal), komnr).unique("udlaan_id", keep="last", maintain_order=True)
            after = country.in_force(str(kvartal.next()), komnr).unique("udlaan_id", keep="last", maintain_order=True)
            both = before.drop_nulls("udlaan_id").join(after, on="udlaan_id", how="left", suffix="_next")
            same = both.select(pl.col("pnr").eq_missing(pl.col("pnr_next")).all(),
                               pl.col("udleveringsdato").eq_missing(pl.col("udleveringsdato_next")).all())  # fmt: skip
            assert same.row(0) == (True, True)
            returned = both.filter(pl.col("indleveringsdato").is_not_null())
            assert (returned["indleveringsdato"] == returned["indleveringsdato_next"]).all()
            assert both["indleveringsdato"].null_count() > both["indleveringsdato_next"].null_count()
            assert after.height > before.height


def test_hub_reports_its_members_loans(country: Country) -> None:
    spells, addresses = country.register("befbop"), country.register("befadr")
    homes = spells.filter(pl.col("bop_vtil").is_null()).join(addresses, on="adresse_id").select("pnr", "kom")
    loans = country.in_force("2025K1", "219").with_columns(pl.col("pnr").str.replace("-", "")).join(homes, on="pnr")
    kommuner = loans["kom"].value_counts().sort("count", descending=True)["kom"].head(3)
    assert set(kommuner) == {"219", "201", "250"}
    assert set(loans["komnr_indberetter"].drop_nulls()) <= {"219", "0"}
    # A collaboration that ends: the member's loans move into its own delivery.
    assert country.in_force("2025K3", "410").height < country.in_force("2025K2", "410").height
    assert country.in_force("2025K3", "480").height > 10
    assert Kvartal.parse("2025K2") in {row.period for row in country.summary.deliveries}

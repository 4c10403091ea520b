"""Error rates by vendor: whose a delivery is, what is counted, the page and the view."""

from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.dialogue.specification.vendors import PLOTTED, vendor_rates, vendors_html, write_vendors
from hjalp_pipeline.production.analysts import make_catalog
from hjalp_pipeline.production.inbox.delivery_list import LEVERANCER_SCHEMA
from hjalp_pipeline.production.quarter.quarter_run import unknown_codes_schema
from hjalp_pipeline.production.vendor_view import counts, vendor_select
from hjalp_pipeline.statistic import declared
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.storage.duck import select_text
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.systems_frame import SYSTEMS_SCHEMA
from hjalp_tests.pages.axe import assert_accessible

SYSTEMS = """komnr;system;leverandoer;format;encoding;from_quarter;to_quarter;carry_forward
540;nexus;Leverandør A;csv;utf-8;2022K3;2025K1;no
540;nexus;Leverandør B;csv;utf-8;2025K2;;no
101;depot;Leverandør A;csv;utf-8;2022K3;;no
101;depot;Leverandør C <& søn>;xml;utf-8;2022K3;;no
155;lager;;csv;utf-8;2022K3;;no
"""
Row = tuple[str, str, str | None, str | None, str, str | None, int, int]


def sent(kvartal: str, name: str, code: str | None = None, records: int = 100, bad: int = 0) -> Row:
    komnr, system, *_ = name.split("_") if "_" in name else (None, None)
    return kvartal, name, komnr, system, "rejected" if code else "accepted", code, records, bad


DELIVERIES = [
    sent("2025K1", "540_nexus_20250410T080000.csv", bad=2),
    sent("2025K1", "540_nexus_20250411T080000.csv", "ANTAL", records=70),
    sent("2025K1", "101_depot_20250410T080000.csv", bad=1),
    sent("2025K1", "101_depot_20250410T090000.xml", "FOR_MANGE_FEJL", bad=40),
    sent("2025K1", "101_depot_20250410T090000.xlsx", "UKENDT_AFSENDER", records=0),
    sent("2025K1", "155_lager_20250410T090000.csv"),
    sent("2025K1", "noget.txt", "FILNAVN", records=0),
    sent("2025K1", "noget.txt", "FILNAVN", records=0),  # two names masked alike are two files
    sent("2025K2", "540_nexus_20250710T080000.csv", bad=5),
]


def frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame([(*row, "0" * 64) for row in rows], schema=LEVERANCER_SCHEMA, orient="row")


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """What intake leaves of two quarters, and the code list."""
    found = DataRoot(tmp_path)
    found.codelists.mkdir(parents=True)
    (found.codelists / "systems.csv").write_text(SYSTEMS, encoding="utf-8")
    unknown = [
        ("2025K1", "540", "540_nexus_20250410T080000.csv", 90, 30),
        ("2025K1", "101", "101_depot_20250410T080000.csv", 60, 0),
        ("2025K1", "101", "101_depot_20250410T090000.xml", 5, 5),  # not in force any more: it has been rejected since
    ]
    Lake(found).save_frame(
        "lov_navn_ukendt", "2025K1", pl.DataFrame(unknown, schema=unknown_codes_schema(STATISTIC), orient="row")
    )
    for kvartal in ("2025K1", "2025K2"):
        Lake(found).save_frame("leverancer", kvartal, frame([row for row in DELIVERIES if row[0] == kvartal]))
    return found


EXPECTED = [
    # vendor, quarter, kommuner, deliveries, rejected, records, bad, loans, loans whose code is none
    ("Leverandør A", "2025K1", 2, 4, 2, 200, 3, 150, 30),
    ("Leverandør B", "2025K2", 1, 1, 0, 100, 5, 0, 0),
    ("Leverandør C <& søn>", "2025K1", 1, 1, 1, 100, 40, 0, 0),
    ("ukendt", "2025K1", 1, 3, 2, 100, 0, 0, 0),
]


def test_rates(root: DataRoot) -> None:
    rates = vendor_rates(root)
    assert [row[:9] for row in rates.rows()] == EXPECTED
    shares = {row[0]: row[9:] for row in rates.rows()}
    assert shares["Leverandør A"] == (0.5, 0.015, 0.2)
    assert shares["Leverandør C <& søn>"] == (1.0, 0.4, None)


@pytest.mark.slow
def test_the_view_is_the_same(root: DataRoot) -> None:
    make_catalog(root)
    with duckdb.connect(str(root.catalog), read_only=True) as connection:
        rows = connection.sql("select * from leverandoerer order by leverandoer, kvartal").fetchall()
    assert rows == vendor_rates(root).rows()


@pytest.mark.slow
def test_without_anything(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    assert vendor_rates(root).is_empty()
    assert "Ingen leverancer er læst endnu." in vendors_html(vendor_rates(root), STATISTIC)
    make_catalog(root)
    with duckdb.connect(str(root.catalog), read_only=True) as connection:
        assert connection.sql("select * from leverandoerer").fetchall() == []


def test_the_page(root: DataRoot) -> None:
    rates = write_vendors(root)
    path = root.specification / "leverandoerer.html"
    page = path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600, "for the office alone"
    assert page == vendors_html(rates, STATISTIC)
    assert "Leverandør C &lt;&amp; søn&gt;" in page
    assert "<& søn>" not in page
    assert page.count("<svg") == 3
    for words in ("1,50 %", "40,00 %", "50,00 %", "20,00 %", "Tallene for 2025K2"):
        assert words in page
    assert "leverandører med flest poster" not in page
    assert_accessible(path)


def test_a_plot_shows_the_largest_and_the_tables_all() -> None:
    rows = [
        (f"V{number}", "2025K1", 1, 1, 0, 100 * (9 - number), number, 10, 1, 0.0, number / 100, 0.1)
        for number in range(PLOTTED + 2)
    ]
    schema = [
        "leverandoer",
        "kvartal",
        "kommuner",
        "leverancer",
        "afviste",
        "poster",
        "fejlposter",
        "udlaan",
        "lov_navn_ukendt",
    ]
    schema += ["andel_afviste", "andel_fejlposter", "andel_lov_navn_ukendt"]
    rates = pl.DataFrame(rows, schema=schema, orient="row")
    page = vendors_html(rates, STATISTIC)
    assert f"De {PLOTTED} leverandører med flest poster." in page
    plots = page.split('<div class="chart">')[1:]
    assert all("V0" in plot.split("</svg>")[0] and "V7" not in plot.split("</svg>")[0] for plot in plots)
    assert page.count('<th scope="row">V7</th>') == 4


names = st.sampled_from(["540_nexus_1.csv", "101_depot_1.csv", "101_depot_1.xml", "999_x_1.csv", "x"])
outcomes = st.sampled_from([None, "ANTAL", "FOR_MANGE_FEJL"])
deliveries = st.builds(sent, st.sampled_from(["2025K1", "2025K2"]), names, outcomes, st.just(50), st.integers(0, 50))
systems = st.builds(
    lambda komnr, system, vendor, form, first, last: (komnr, system, vendor, form, "utf-8", first, last, False),
    st.sampled_from(["540", "101"]),
    st.sampled_from(["nexus", "depot"]),
    st.sampled_from(["A", "B", " "]),
    st.sampled_from(["csv", "xml"]),
    st.sampled_from(["2022K3", "2025K2"]),
    st.sampled_from([None, "2025K1"]),
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(deliveries, max_size=12), lines=st.lists(systems, max_size=8))
def test_every_delivery_counts_once_whatever_the_code_list(rows: list[Row], lines: list[tuple[object, ...]]) -> None:
    table = [(number, *line) for number, line in enumerate(lines, 1)]
    relations = {"leverancer": frame(rows), "systems": pl.DataFrame(table, schema=SYSTEMS_SCHEMA, orient="row")}
    named = {(row[0], row[2], row[1], 10, 4) for row in rows if row[2]}
    relations["lov_navn_ukendt"] = pl.DataFrame(sorted(named), schema=unknown_codes_schema(STATISTIC), orient="row")
    rates = select_text(vendor_select(STATISTIC), relations)
    assert rates["leverancer"].sum() == len(rows)
    assert rates["afviste"].sum() == sum(row[4] == "rejected" for row in rows)
    read = [row for row in rows if row[5] != "ANTAL"]
    assert (rates["poster"].sum(), rates["fejlposter"].sum()) == (sum(r[6] for r in read), sum(r[7] for r in read))
    assert rates["udlaan"].sum() == 10 * sum(row[2] is not None and row[4] == "accepted" for row in rows)
    assert rates["lov_navn_ukendt"].sum() * 10 == rates["udlaan"].sum() * 4
    assert rates.select("leverandoer", "kvartal").is_duplicated().sum() == 0


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("hjalp", ("udlaan", "lov_navn_ukendt", "andel_lov_navn_ukendt")),
        ("hand", ("ydelse", "ydelse_ukendt", "andel_ydelse_ukendt")),
    ],
)
def test_one_select_has_the_names_of_each_statistic(name: str, columns: tuple[str, ...]) -> None:
    statistic = declared(name)
    text = vendor_select(statistic)
    assert "{" not in text
    assert counts(statistic) == columns
    period = statistic.period.attribute
    relations = {
        "leverancer": LEVERANCER_SCHEMA.to_frame().rename({"kvartal": period}),
        columns[1]: unknown_codes_schema(statistic).to_frame(),
        "systems": SYSTEMS_SCHEMA.to_frame(),
    }
    assert set(select_text(text, relations).columns) > {"leverandoer", period, *columns}


def test_a_page_on_vendors_needs_a_code_that_is_followed() -> None:
    with pytest.raises(ValueError, match=r"hjalp: .*Statistic\.unknown"):
        vendor_select(replace(STATISTIC, unknown=None))

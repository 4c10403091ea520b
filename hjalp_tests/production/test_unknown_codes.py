"""R7: a ``lov_navn`` that is no code on any day is counted by kommune and vendor, and told apart from "no text"."""

from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.dialogue.approval.reports import write_reports
from hjalp_pipeline.dialogue.specification.vendors import vendor_rates
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.dialogue.approval.made_up import book, page, plain, sheets
from hjalp_tests.production.world import KVARTAL, country, delivery, loan, run, system, write_world

NAMES: list[tuple[str | None, str | None]] = [
    *[("SEL112", None)] * 4,  # a vendor that spells codes its own way
    ("§ 112", "SEL § 112"),  # the text is read as always
    ("SEL_112", None),
    (None, None),
    ("AEL_10", None),  # a code, but not of 2024
]


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """540 has a system of its own and one it has left, both with unknown codes; 101 has none."""
    changes = {"pnr": "0101609001", "udleveringsdato": "2024-02-15", "indleveringsdato": None}
    rows = [loan("540", nr, lov_navn=navn, lov_tekst=tekst, **changes) for nr, (navn, tekst) in enumerate(NAMES)]
    rows.append(loan("540", 90, lov_navn="SEL112", pnr="2902004001"))  # CPR_UKURANT: not a row after R5
    old = [loan("540", 50, lov_navn="servicelov112", lov_tekst=None, **changes)]
    made = country(
        kvartaler=["2024K3", KVARTAL],
        systems=[
            system("101"),
            system("155"),
            system("540", from_quarter="2024K4"),
            system("540", "gammel", to_quarter="2024K3", carry_forward="yes"),
        ],
        deliveries=[
            delivery("101", [loan("101", nr, lov_navn="SEL_112") for nr in range(5)]),
            delivery("540", rows),
            delivery("540", old, kvartal="2024K3", system="gammel", received="20241002T081500"),
        ],
    )
    found = write_world(tmp_path, made)
    run(found)
    return found


def test_counted_by_kommune(root: DataRoot) -> None:
    remarks = Lake(root).frame("remarks", KVARTAL).filter(step="paragraph_enriched", komnr_indberetter="540")
    counts = dict(remarks.select("code", "rows").iter_rows())
    assert counts == {
        "LOV_NAVN_UKENDT": 6,
        "UKENDT_KODE": 5,
        "LOV_TEKST": 1,
        "LOV_NAVN": 1,
        "TOM": 1,
        "IKKE_I_KRAFT": 1,
    }
    others = Lake(root).frame("remarks", KVARTAL).filter(code="LOV_NAVN_UKENDT")
    assert others["komnr_indberetter"].to_list() == ["540"]


@pytest.mark.slow
def test_counted_by_delivery_and_vendor(root: DataRoot) -> None:
    stored = Lake(root).frame("lov_navn_ukendt", KVARTAL)
    assert stored.rows() == [
        (KVARTAL, "101", "101_nexus_20250102T081500.csv", 5, 0),
        (KVARTAL, "540", "540_nexus_20250102T081500.csv", 8, 5),
    ]
    run(root, "2024K3")
    rates = vendor_rates(root).group_by("kvartal").agg(pl.col("udlaan", "lov_navn_ukendt").sum()).sort("kvartal")
    assert rates.rows() == [("2024K3", 1, 1), (KVARTAL, 13, 5)], "what is carried forward counts where it was delivered"


@pytest.mark.slow
def test_told_in_the_approval_report(root: DataRoot) -> None:
    write_reports(root, 2024, KVARTAL)
    assert "6 af de 9 udlån, I har inden for statistikken, har en lov_navn , der ikke er en kode" in plain(page(root))
    assert "lov_navn er ingen kode i værdisættet, og der er ingen fritekst" in plain(page(root))
    about = {str(row[0]): row[1] for row in next(iter(sheets(book(root)).values()))}
    assert about["Heraf med en lov_navn, der ikke er en kode (LOV_NAVN_UKENDT)"] == 6
    assert "LOV_NAVN_UKENDT" not in page(root, "101")

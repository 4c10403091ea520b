"""Small numbers of the services, counted from what was planted; and the part of the declaration that is made of them."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl

from hjalp_pipeline.quality_spec import ALL, Facts
from hjalp_pipeline.statistics.hand.quality import service_counts as small
from hjalp_pipeline.statistics.hand.quality.services_quality import QUALITY, of_kommune

SCHEMA = {
    "pnr": pl.UInt32,
    "person": pl.UInt32,
    "komnr_statbank": pl.String,
    "koen": pl.UInt8,
    "foed_dato": pl.Date,
    "modt_ydelse_kode": pl.String,
    "ydelse_start": pl.Date,
    "begynder": pl.Date,
    "ydelse_slut": pl.Date,
    "maalgruppe": pl.String,
}
MAN, OLD = 1, date(1970, 1, 1)


def service(komnr: str, person: int, **changes: Any) -> dict[str, Any]:
    start = changes.get("ydelse_start", date(2023, 1, 1))
    return {
        "pnr": 101700000 + 2 * person + 1,
        "person": person,
        "komnr_statbank": komnr,
        "koen": MAN,
        "foed_dato": OLD,
        "modt_ydelse_kode": "31202",
        "ydelse_start": start,
        "begynder": start,
        "ydelse_slut": None,
        "maalgruppe": "1.1",
    } | changes


def counted(*of_kommuner: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    counting = small.ServiceCounting({2023: frozenset({"101", "155"}), 2024: frozenset({"101", "155"})})
    for rows in of_kommuner:
        counting.add(rows[0]["komnr_statbank"], (), pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    return {key: n for key, n in counting.counts(lambda _name: pl.DataFrame()).items() if n}


def test_nothing_odd() -> None:
    assert counted([service("101", 1), service("101", 2)]) == {}


def test_each_is_counted() -> None:
    found = counted(
        [
            service("101", 1),
            service("101", 1, modt_ydelse_kode="30013"),
            service("101", 2, foed_dato=date(2006, 1, 1)),  # 17 ultimo 2023, 18 ultimo 2024
            service("101", 3, ydelse_start=date(2019, 1, 1), begynder=date(2020, 7, 1), modt_ydelse_kode="31181"),
            service("101", 4, ydelse_start=date(2025, 1, 1)),
            service("101", 5, koen=2, maalgruppe=None),
            service("101", 6, maalgruppe="9"),
        ],
        # The same service as in 101 until the end of 2023; one of another code is not the same.
        [
            service("155", 1, ydelse_slut=date(2023, 12, 31)),
            service("155", 2, modt_ydelse_kode="30013"),
            service("155", 7, maalgruppe="9 4"),
        ],
        [service("540", 1), service("540", 8, foed_dato=date(2010, 1, 1))],  # takes no part
    )
    assert found == {
        (small.TWICE, "2023"): 1,
        (small.UNDER_18, "2023"): 1,
        (small.BEFORE_CODE, ALL): 1,
        (small.AFTER_SPAN, ALL): 1,
        (small.SEX_DIFFERS, ALL): 1,
        (small.WITHOUT_GROUP, ALL): 2,
        (small.without_group_of("101"), ALL): 2,
    }


def test_what_is_told_is_rounded() -> None:
    facts = Facts(
        years=(2024,),
        kept=1000,
        remarks={},
        corrections={"RETTET_DOED": 100},
        reported={},
        counts={(small.WITHOUT_GROUP, ALL): 149},
        flows={
            ("personer", "2024K4"): 749,
            ("dage", "2024K4"): 92 * 651,
            ("begyndt", "2024K4"): 51,
            ("sluttet", "2024K4"): 49,
            ("personer", "2023K4"): 700,
        },
    )
    told = QUALITY.tell(facts)
    assert told.page["without_group"] == 0.1
    assert list(told.trends) == [
        {"kvartal": "2024K4", "personer": 700, "kvartalsydelser": 700, "begyndt": 100, "sluttet": 0}
    ]
    assert told.concepts["S.18.5.1"].value == {"ydelse_slut": 0.1}


def test_a_kommune_with_few_services_has_no_shares() -> None:
    def shares(services: int) -> tuple[object, ...]:
        entry: Any = SimpleNamespace(
            rows={"spells_united": services, "cpr_validated": 297, "dates_corrected": 250},
            ledger=[("cpr_validated", "CPR_UKURANT", 3), ("cpr_validated", None, 297)],
            remarks={"dates_corrected": {"RETTET_DOED": 5}},
        )
        return of_kommune("101", entry, 7)[2:]

    assert shares(201) == (3, 1, 2)
    assert shares(199) == of_kommune("101", None, 0)[2:] == (None, None, None)

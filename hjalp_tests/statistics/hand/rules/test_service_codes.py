"""H5: codes, and from which day each counts."""

from datetime import date

import pytest

from hjalp_pipeline.statistics.hand.codelists.services import SERVICES
from hjalp_tests.rules.made_up import day
from hjalp_tests.statistics.hand.rules.made_services import chained, reasons, service

CASES = [
    # code, start, end -> reason or the day it counts from
    ("31202", "2010-01-01", "2013-09-30", "KODE_PERIODE"),  # the data begin on 1 October 2013
    ("31202", "2010-01-01", "2013-10-01", "2013-10-01"),
    ("31202", "2013-10-02", "2014-06-30", "2013-10-02"),  # before the tables, and kept
    ("31202", "2010-01-01", None, "2013-10-01"),
    ("31181", "2019-01-01", "2020-06-30", "KODE_PERIODE"),  # 2020K3
    ("31181", "2019-01-01", "2020-07-01", "2020-07-01"),
    ("31181", "2020-07-01", "2020-07-01", "2020-07-01"),
    ("31181", "2020-07-02", None, "2020-07-02"),
    ("31183", "2023-01-01", "2023-12-31", "KODE_PERIODE"),  # 2024K1
    ("31183", "2023-01-01", None, "2024-01-01"),
    ("32004", "2023-01-01", "2024-06-30", "KODE_PERIODE"),  # 2024K3
    ("32004", "2023-01-01", "2024-07-01", "2024-07-01"),
    ("32005", "2023-01-01", None, "YDELSE_UKENDT"),
    ("1", "2010-01-01", "2010-01-02", "YDELSE_UKENDT"),
]


@pytest.mark.parametrize(("kode", "start", "slut", "expected"), CASES)
def test_cases(kode: str, start: str, slut: str | None, expected: str) -> None:
    result = chained([service(modt_ydelse_kode=kode, ydelse_start=start, ydelse_slut=slut)])
    if expected.isascii() and expected[0].isdigit():
        assert reasons(result) == {}
        row = result.states["spells_united"].row(0, named=True)
        assert row["begynder"] == day(expected)
        assert (row["ydelse_start"], row["ydelse_slut"]) == (day(start), day(slut)), "as delivered in the microdata"
    else:
        assert reasons(result) == {0: expected}


def test_the_list() -> None:
    first = {service.code: service.counts_from for service in SERVICES}
    assert len(first) == 21
    assert sorted(set(first.values())) == [date(2013, 10, 1), date(2020, 7, 1), date(2024, 1, 1), date(2024, 7, 1)]
    assert sum(service.in_hand05 for service in SERVICES) == 17
    assert [service.code for service in SERVICES if service.exempt_from_cover] == ["30117", "31132"]

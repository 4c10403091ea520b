"""The tiny pools that services are drawn from: each holds the boundary and both its neighbours."""

from __future__ import annotations

import datetime as dt

D = dt.date

KOMMUNER = ("101", "155", "183", "187", "461", "540")
SPANS: tuple[tuple[str, str, int], ...] = (
    # first and last quarter of a release, and how likely
    ("2023K4", "2024K4", 4),
    ("2020K1", "2020K4", 3),
    ("2024K1", "2024K3", 3),
    ("2017K3", "2018K2", 2),
    ("2021K3", "2022K4", 2),
    ("2019K4", "2020K3", 2),
)
EXTRACT_NAMES = ("2025-04-04", "2025-10-03")

KNOWN: tuple[tuple[str, int, D], ...] = (
    # 20, 30, 60, 80 years on the last day of a quarter, the day before and the day after
    ("3112043001", 1, D(2004, 12, 31)),
    ("0101053002", 2, D(2005, 1, 1)),
    ("3006003003", 1, D(2000, 6, 30)),
    ("0107003004", 2, D(2000, 7, 1)),
    ("3112443005", 1, D(1944, 12, 31)),
    ("0101453006", 2, D(1945, 1, 1)),
    ("2902443007", 1, D(1944, 2, 29)),
    ("0110643008", 2, D(1964, 10, 1)),
    ("0101703009", 1, D(1970, 1, 1)),
    ("0101813010", 2, D(1981, 1, 1)),
    ("0101823011", 1, D(1982, 1, 1)),
    ("0101833012", 2, D(1983, 1, 1)),
    ("0101553013", 2, D(1955, 1, 1)),
    ("0101563014", 1, D(1956, 1, 1)),
    # enough of the same age and sex for a figure that is shown
    *((f"{10 + n}01793{n:03d}", 1, D(1979, 1, 10 + n)) for n in range(7)),
    *((f"{10 + n}03773{n:03d}", 2, D(1977, 3, 10 + n)) for n in range(4)),
    # known to the register although no real number looks like this
    ("7101609001", 2, D(1960, 1, 11)),
    ("AB01609001", 1, D(1960, 1, 1)),
)
WRITTEN_OTHERWISE = ("010170-3009", " 0101703009", "010181-3010")
UNKNOWN = ("0101609002", "2902004001", "6101609002", "1111111111", "123", "010160900A", "2902000001")

DEATHS = (D(2017, 9, 30), D(2020, 7, 1), D(2024, 2, 28), D(2024, 9, 30), D(2024, 12, 31))

CODES = (
    *("30011", "30011", "30011", "30013", "31202", "31202"),
    *("30117", "31132"),  # reported by the member itself
    *("31181", "31182", "31183", "31211", "32001", "32004"),  # younger than the tables
    *("99999", "3001", "03001"),  # no codes
)
BEGINNINGS = (D(2013, 10, 1), D(2015, 1, 1), D(2018, 1, 1), D(2020, 7, 1), D(2024, 1, 1), D(2024, 7, 1))
ENDS_OF_ARCHIVES = (D(2017, 12, 31), D(2020, 6, 30), D(2021, 12, 31), D(2024, 3, 31))
TARGETS: tuple[str | None, ...] = (
    None,
    "1.1.1",
    "1.1.1 1.2.2",
    "1.2.1.4  1.1.2",
    "1.2.1.4 1.2.1.4",
    "2",
    "3 4",
    "1.3",  # begins with no group
    "1",
    "11.1",
    "2.7 1.3",
    "4",
)
UUIDS = (None, None, "0A1b2C3d-0000-1111-2222-ABCDEFabcdef", "ffffffff-0000-1111-2222-abcdefabcdef")
PRODUCTIONS = (None, "1003456789", "0003456789")
BAD: tuple[dict[str, str | None], ...] = (
    {"ydelse_id": None},
    {"ydelse_id": "1" * 51},
    {"handlekommune": "999"},
    {"betalingskommune": "K54"},
    {"pnr": None},
    {"pnr": "1,01E+09"},
    {"modt_ydelse_kode": None},
    {"modt_ydelse_kode": "300111"},
    {"modt_ydelse_kode": "3001x"},
    {"ydelse_start": None},
    {"ydelse_start": "2024-02-30"},
    {"ydelse_slut": "01-02-2024"},
    {"maalgruppe": "1.1.1,1.2.1"},
    {"maalgruppe": "1..1"},
    {"maalgruppe": "1.1."},
    {"funk_vurd": "5"},
    {"prodnr": "12345678901"},
    {"prodnr": "P123456789"},
    {"afdeling_uuid": "ffffffff-0000-1111-2222-abcdefabcde"},
    {"afdeling_uuid": "gfffffff-0000-1111-2222-abcdefabcdef"},
)

"""The tiny pools that values are drawn from: each holds the boundary and both its neighbours."""

from __future__ import annotations

import datetime as dt

D = dt.date

KOMMUNER = ("101", "155", "185", "461", "540", "851")
KVARTALER = ("2024K4", "2025K1", "2025K2", "2025K3")
EXTRACT_NAMES = ("2025-04-04", "2025-10-03")

KNOWN: tuple[tuple[str, int, D], ...] = (
    # age boundaries ultimo 2023, 2024, 2025
    ("0101609001", 1, D(1960, 1, 1)),
    ("3112343001", 2, D(1934, 12, 31)),
    ("0101353002", 1, D(1935, 1, 1)),
    ("3112999002", 2, D(1999, 12, 31)),
    ("0101004003", 1, D(2000, 1, 1)),
    ("2902443004", 2, D(1944, 2, 29)),
    ("0107593005", 1, D(1959, 7, 1)),
    ("1506393006", 2, D(1939, 6, 15)),
    ("3112743007", 1, D(1974, 12, 31)),
    # known to the register although no real number looks like this
    ("7101609001", 2, D(1960, 1, 11)),
    ("AB01609001", 1, D(1960, 1, 1)),
    ("0000000000", 2, D(1950, 5, 5)),
    ("3002509001", 1, D(1950, 3, 1)),
    ("12345", 2, D(1948, 8, 8)),
)
WRITTEN_OTHERWISE = ("010160-9001", " 0101609001", "311234-3001 ", "010135-3002", "150639-3006")
UNKNOWN_REAL = (
    "0101609002",
    "010160-9002",
    "2902004001",  # 29 February 2000 is a day
    "2902605001",  # 29 February 1860
    "2902005001",  # 29 February 2000 again, by another seventh digit
    "3112589001",
)
UNKNOWN_FICTIVE = (
    "6101609002",  # day + 60
    "1111111111",
    "010160900A",
    "123",
    "01016090011",
    "3102609001",
    "2902000001",  # 29 February 1900 is no day
    "2902575001",  # 29 February 2057 is no day
    "0113609001",
    "FIKTIV",
)

DEATHS = (
    D(2022, 5, 30),  # + 31 days = 30 June 2022
    D(2022, 5, 31),  # + 31 days = 1 July 2022
    D(2022, 6, 30),
    D(2022, 7, 1),
    D(2023, 12, 31),
    D(2024, 2, 28),
    D(2024, 11, 30),  # + 31 days = 31 December 2024
    D(2024, 12, 1),  # + 31 days = 1 January 2025
    D(2024, 12, 31),
    D(2025, 1, 1),
)

BORN_LATE = ("3112343001", "3112999002", "3112743007")
"""Birthday on 31 December: when they die in December, the age at death is another group than ultimo the year."""
DECEMBER_DEATHS = (D(2024, 12, 1), D(2024, 12, 15), D(2023, 12, 1), D(2023, 12, 30))

ABSOLUTE_DATES: tuple[tuple[D, D | None], ...] = (
    (D(2020, 3, 3), None),
    (D(2020, 3, 3), D(2022, 6, 30)),
    (D(2020, 3, 3), D(2022, 7, 1)),
    (D(2022, 7, 1), D(2022, 7, 1)),
    (D(2022, 7, 1), D(2022, 6, 30)),
    (D(2023, 5, 5), D(2023, 5, 4)),
    (D(2023, 5, 5), D(2023, 5, 5)),
    (D(2023, 5, 5), D(2023, 5, 6)),
    (D(2023, 12, 31), None),
    (D(2024, 1, 1), None),
    (D(2022, 1, 15), D(2023, 12, 31)),
    (D(2022, 1, 15), D(2024, 1, 1)),
    (D(2022, 1, 15), D(2024, 12, 31)),
    (D(2022, 1, 15), D(2025, 1, 1)),
    (D(2024, 12, 31), None),
    (D(2024, 12, 31), D(2024, 12, 31)),
    (D(2025, 1, 1), None),
    (D(2003, 12, 30), None),
    (D(2003, 12, 31), None),
    (D(2004, 12, 30), None),
    (D(2004, 12, 31), None),
    (D(2005, 1, 1), None),
    (D(2005, 12, 31), D(2026, 1, 1)),
    (D(2003, 12, 30), D(2025, 2, 1)),
    (D(2025, 6, 30), None),
    (D(2025, 7, 1), None),
)
AROUND_DEATH: tuple[tuple[int, int | None], ...] = (
    # days after the date of death: issued, returned
    (-1, None),
    (0, None),
    (1, None),
    (0, 0),
    (1, 1),
    (-10, -1),
    (-10, 0),
    (-10, 30),
    (-10, 31),
    (-10, 32),
    (-10, 400),
    (31, 31),
    (-400, 31),
    (-400, 31),
    (-400, 32),
    (-1, -2),
)

NEW_CODE_DATES: tuple[tuple[D, D | None], ...] = (
    (D(2025, 6, 30), None),
    (D(2025, 7, 1), None),
    (D(2025, 7, 1), D(2025, 7, 1)),
)
"""Around the first day of AEL_10."""

LAW: tuple[tuple[str | None, str | None], ...] = (
    (None, None),
    ("SEL_112", None),
    ("SEL_83A", "SEL § 112"),
    (None, "SEL § 116, stk. 1"),
    (None, "§112"),
    (None, "112"),
    (" SEL_113 ", None),
    ("sel_112", None),
    ("SEL_100", "Servicelovens § 113 b"),
    ("SEL112", None),
    ("§ 112", "§ 112 d. 15-03-2024"),
    ("AEL_10", None),
    ("AEL_10", "SEL § 86"),
    (None, "Ældreloven § 10"),
    (None, "SEL § 83, § 112"),
    (None, "Sundhedslovens §140"),
    (None, "Sundhedsloven § 112"),
    (None, "SEL § 100"),
    (None, "ASL § 15"),
    (None, "§ 112 og § 10"),
    (None, "SEL § 113, ikke § 112"),
    (None, "Uge 40 - § 113 b, partshørt efter forvaltningsloven"),
    ("SUL_138", 'bevilget; "efter" § 83 a'),
)
HMINR = (None, "12345", "012345", "54321")

PLACES: tuple[tuple[str, tuple[tuple[str, D, D | None], ...]], ...] = (
    # adresse_id, spells (kom, from, to): `*` and `+` are replaced by kommuner of the country
    ("A1", (("*", D(1990, 1, 1), None),)),
    ("A2", (("*", D(1990, 1, 1), D(2023, 5, 5)), ("+", D(2023, 5, 5), None))),
    ("A3", (("411", D(1990, 1, 1), None),)),
    ("A4", (("+", D(1990, 1, 1), D(2022, 1, 15)),)),
    ("A5", (("760", D(1990, 1, 1), None),)),
    ("A6", (("*", D(2020, 3, 3), D(2020, 3, 3)), ("+", D(2020, 3, 4), None))),
    ("A7", (("961", D(1990, 1, 1), None),)),
    # overlapping: begun last, begun on one day, one inside the other, one that holds no day, the end before the beginning
    ("A8", (("*", D(1990, 1, 1), None), ("+", D(2022, 1, 15), D(2024, 1, 1)))),
    ("A9", (("*", D(1990, 1, 1), None), ("+", D(1990, 1, 1), D(2023, 5, 5)), ("760", D(2025, 1, 1), D(2024, 1, 1)))),
)
MOVES: tuple[tuple[tuple[int, D, D | None], ...], ...] = (
    # how a person lives: (which of three drawn addresses, from, to)
    ((0, D(1990, 1, 1), None),),
    ((0, D(1990, 1, 1), D(2020, 3, 3)), (1, D(2020, 3, 3), None)),
    ((0, D(1990, 1, 1), D(2022, 1, 15)), (1, D(2022, 1, 16), None)),
    ((0, D(1990, 1, 1), D(2023, 5, 5)), (1, D(2023, 5, 5), D(2023, 5, 5)), (2, D(2023, 5, 5), D(2024, 12, 31))),
    (),
    ((1, D(2023, 12, 31), None),),
    # overlapping spells
    ((0, D(1990, 1, 1), None), (1, D(2020, 3, 3), D(2024, 1, 1))),
    ((0, D(1990, 1, 1), None), (1, D(1990, 1, 1), D(2023, 5, 5))),
    ((0, D(2022, 1, 15), None), (1, D(1990, 1, 1), None), (2, D(2023, 5, 5), D(2023, 5, 6))),
    ((0, D(1990, 1, 1), None), (0, D(2020, 3, 3), None), (1, D(2023, 12, 31), D(2020, 3, 3))),
)

SPELLS: tuple[tuple[str, str], ...] = (
    # of collaborations
    ("2020-01-01", "2023-05-05"),
    ("2020-01-01", "2023-05-04"),
    ("2021-01-01", ""),
    ("2022-01-01", "2024-12-31"),
    ("2022-01-01", "2023-12-31"),
    ("2025-01-01", ""),
    ("2025-04-01", "2025-06-30"),
)

BAD: tuple[dict[str, str | None], ...] = (
    {"udlaan_id": None},
    {"pnr": None},
    {"udleveringsdato": None},
    {"udleveringsdato": "2023-02-30"},
    {"udleveringsdato": "05-05-2023"},
    {"indleveringsdato": "20230505"},
    {"komnr_indberetter": "999"},
    {"komnr_indberetter": "5400"},
    {"komnr_indberetter": None},
    {"komnr_betaling": "54"},
    {"hminr": "1234567"},
    {"hminr": "12a"},
    {"hmiiso": "12 2"},
    {"udlaan_id": "x" * 37},
    {"udleveringsdato": None, "hminr": "1234567"},  # the first bad field in field order is hminr
    {"pnr": None, "indleveringsdato": "i morgen"},
)
HMIISO = (None, "122203", "12 22 03", "12-22", "12", "12220301")
ANTAL = (16, 48, 80, 400, 1, 3, 0)
"""Population of a single year of age; 1 of 16 and 1 of 80 lie half-way between two tenths of a per cent."""
ALDRE = (0, 24, 25, 49, 50, 59, 60, 64, 65, 69, 70, 74, 75, 79, 80, 84, 85, 89, 90, 101)

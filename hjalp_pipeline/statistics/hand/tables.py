"""HAND01, 02A, 03A, 05, 06 and 07 as they are declared (H9-H11)."""

import polars as pl

from hjalp_pipeline.publishing.statbank import NO_POPULATION, NOT_TAKING_PART
from hjalp_pipeline.publishing.table import Symbol, Text
from hjalp_pipeline.statistics.hand.codelists.first_quarters import PUBLISHED_FROM
from hjalp_pipeline.statistics.hand.dimensions import ALDER, KON, MLGRP, OMRADE, YDELSESTYPE, YEARLY_TYPE
from hjalp_pipeline.statistics.hand.masks import hidden_groups, hidden_years
from hjalp_pipeline.table_parts import Distinct, Ratio
from hjalp_pipeline.table_spec import QUARTERS, WHOLE_YEARS, Column, Sign, TableSpec, Texts

_ABSENT = Symbol(
    NOT_TAKING_PART,
    Text(
        "Kommunen deltager ikke, eller en anden kommune indberetter ydelsen for den",
        "The municipality does not take part, or another municipality reports the benefit for it",
    ),
)
_BEFORE = Symbol(NO_POPULATION, Text("Ydelsen begynder senere", "The benefit begins later"))
#: One sign means both in HAND06.
_NOTHING = Symbol(
    NO_POPULATION,
    Text(
        "Ydelsen begynder senere, eller der er ingen befolkning at sætte i forhold til",
        "The benefit begins later, or there is no population to relate to",
    ),
)
_SERVICES, _RECIPIENTS = (
    Text("Handicapydelser", "Disability services"),
    Text("Modtagere af handicapydelser", "Recipients of disability services"),
)
_NUMBER = Text("Antal", "Number")
_FULL_TIME = Text(
    "Ydelserne er omregnet til helårs- eller kvartalsydelser: summen af deres dage i perioden divideret med periodens dage.",
    "Benefits are converted into full-time ones: the sum of their days in the period divided by the days of the period.",
)
_ONCE = Text(
    "En person med samme ydelse fra flere kommuner tæller kun med én gang.",
    "A person with the same benefit from several municipalities is counted only once.",
)
_GROUPS = Text(
    "En ydelse med målgrupper i flere grupper tæller med i hver af dem.",
    "A benefit with target groups in several groups is counted in each of them.",
)
_POPULATION = Text(
    "Antallet er pr. 1.000 indbyggere i kommunen ved udgangen af året før.",
    "The number is per 1,000 inhabitants of the municipality at the end of the year before.",
)
_UNITED, _KOMMUNE, _CODE, _CPR = (
    ("spells_united", "ydelse"),
    ("kommune_assigned", "ydelse"),
    ("code_known", "ydelse"),
    ("cpr_validated", "ydelse"),
)
_REGISTER = ("registers", "befolkning")
_SPELL = ((_UNITED, "begynder"), (_UNITED, "ydelse_slut"), (_CODE, "taeller_fra"))

_HOLDS = Column("gaelder", "1, hvor ydelsen gælder, tom = perioden ligger før den")
_DAYS = Column("dage", "Ydelsernes dage i perioden, tom = intet tal")
_OF_PERIOD = Column("naevner", "Periodens dage")
_BEHIND = Column("personer", "Personer bag tallet (til diskretionering), tom = intet tal")
_TENTHS = Column("tiendedele", "Omregnede ydelser i tiendedele, tom = intet tal")
_PERSONS = Column("antal", "Personer med en dag i kvartalet, tom = intet tal")
_SIGNS = (Sign(_BEFORE, "gaelder"), Sign(_ABSENT, "dage"))
_NO_DAY_WITHOUT_PERSON = ("no_day_without_person", (pl.col("personer") == 0) == (pl.col("dage") == 0))

#: Target groups, ages and sexes are told from then on.
_FROM_2018 = QUARTERS.since(PUBLISHED_FROM["hand02a"])

HAND07 = TableSpec(
    "hand07",
    "hand/hand07",
    (OMRADE, YDELSESTYPE),
    Distinct("person"),
    (_HOLDS, _PERSONS),
    "antal",
    Texts(_RECIPIENTS, _NUMBER),
    (Sign(_BEFORE, "gaelder"), Sign(_ABSENT, "antal")),
    "Persons with a service in the quarter by kommune and code. *Modtagere efter område og ydelsestype.*",
    adds_up_to="hand02a",
    rows="hand/rows_quarter",
    time=QUARTERS,
    made_from=(_UNITED,),
    lineage={"antal": ((_KOMMUNE, "komnr_statbank"), (_CPR, "person"), *_SPELL)},
)
HAND02A = TableSpec(
    "hand02a",
    "hand/hand02a",
    (YDELSESTYPE, ALDER, KON),
    Distinct("person"),
    (_HOLDS, _PERSONS),
    "antal",
    Texts(_RECIPIENTS, _NUMBER, (_ONCE,)),
    (Sign(_BEFORE, "gaelder"),),
    "Persons with a service in the quarter by code, age and sex. *Modtagere efter ydelsestype, alder og køn.*",
    rows="hand/rows_quarter",
    time=_FROM_2018,
    made_from=(_UNITED,),
    lineage={"antal": ((_KOMMUNE, "koen"), (_KOMMUNE, "foed_dato"), (_CPR, "person"), *_SPELL)},
)
HAND01 = TableSpec(
    "hand01",
    "hand/hand01",
    (OMRADE, YDELSESTYPE),
    Ratio("dage", "naevner", 10),
    (_HOLDS, _DAYS, _OF_PERIOD, _TENTHS),
    "tiendedele",
    Texts(_SERVICES, _NUMBER, (_FULL_TIME,)),
    _SIGNS,
    "Full-time services of the quarter by kommune and code. *Ydelser efter område og ydelsestype.*",
    decimals=1,
    shares_mask_of="hand07",
    rows="hand/rows_quarter",
    time=QUARTERS,
    made_from=(_UNITED, ("tables", "hand07")),
    lineage={"tiendedele": ((_KOMMUNE, "komnr_statbank"), *_SPELL)},
)
HAND06 = TableSpec(
    "hand06",
    "hand/hand06",
    (OMRADE, YDELSESTYPE),
    Ratio("dage", "naevner", 10_000),
    (
        _HOLDS,
        _DAYS,
        Column("naevner", "Kvartalets dage gange kommunens folketal ved udgangen af året før, tom = intet tal"),
        Column("tiendedele", "Omregnede ydelser pr. 1.000 indbyggere i tiendedele, tom = intet tal"),
    ),
    "tiendedele",
    Texts(
        Text(
            f"{_SERVICES.da} (Antal pr. 1.000 indbyggere)",
            f"{_SERVICES.en} (Number per 1,000 inhabitants)",
        ),
        Text("Pr. 1.000 indb.", "Per 1,000 capita"),
        (_FULL_TIME, _POPULATION),
    ),
    (Sign(_NOTHING, "gaelder"), Sign(_ABSENT, "dage"), Sign(_NOTHING, "tiendedele")),
    "HAND01 per 1,000 inhabitants. *Ydelser pr. 1.000 indbyggere efter område og ydelsestype.*",
    decimals=1,
    shares_mask_of="hand07",
    rows="hand/rows_quarter",
    time=QUARTERS,
    made_from=(_REGISTER, ("tables", "hand01")),
    lineage={"tiendedele": ((("tables", "hand01"), "dage"), (_REGISTER, "folketal"))},
)
HAND05 = TableSpec(
    "hand05",
    "hand/hand05",
    (OMRADE, YEARLY_TYPE),
    Ratio("dage", "naevner", 10),
    (_HOLDS, _DAYS, _OF_PERIOD, _BEHIND, _TENTHS),
    "tiendedele",
    Texts(_SERVICES, _NUMBER, (_FULL_TIME,)),
    _SIGNS,
    "Full-time services of the year by kommune and code. *Ydelser i året efter område og ydelsestype.*",
    decimals=1,
    checks=(_NO_DAY_WITHOUT_PERSON,),
    behind="personer",
    mask=hidden_years,
    mask_of=("hand07",),
    rows="hand/rows_year",
    time=WHOLE_YEARS,
    made_from=(_UNITED,),
    lineage={"tiendedele": ((_KOMMUNE, "komnr_statbank"), *_SPELL)},
)
HAND03A = TableSpec(
    "hand03a",
    "hand/hand03a",
    (YDELSESTYPE, MLGRP),
    Ratio("dage", "naevner", 10),
    (_HOLDS, _DAYS, _OF_PERIOD, _BEHIND, _TENTHS),
    "tiendedele",
    Texts(_SERVICES, _NUMBER, (_FULL_TIME, _GROUPS)),
    (Sign(_BEFORE, "gaelder"),),
    "Full-time services of the quarter by code and target group. *Ydelser efter ydelsestype og målgruppe.*",
    decimals=1,
    checks=(_NO_DAY_WITHOUT_PERSON,),
    behind="personer",
    mask=hidden_groups,
    mask_of=("hand07",),
    rows="hand/rows_group",
    time=_FROM_2018,
    made_from=(_UNITED,),
    lineage={"tiendedele": ((_UNITED, "maalgruppe"), *_SPELL)},
)

#: Each after those it is counted from.
TABLES = (HAND07, HAND02A, HAND01, HAND06, HAND05, HAND03A)

"""The rules in the order they apply: what may change or remove a service, and nothing else may.

The tuples are the program. To add a rule, declare it in the module that holds its function and name it here. A rule that is
declared and not listed does not load. The order is H1, H2, H3, H4, H5, H7, H6.
"""

from datetime import date

import polars as pl

import hjalp_pipeline.statistics.hand.rules as folder
from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.rules.rule import RAEKKE, DataState, StateColumn
from hjalp_pipeline.rules.rulebook import Rulebook, declared_in, require_whole
from hjalp_pipeline.statistics.hand.codelists.first_quarters import FIRST_MAANED
from hjalp_pipeline.statistics.hand.rules import (
    combining,
    covered_members,
    dates,
    oddities,
    overlaps,
    persons,
    service_codes,
    stock,
)

_START, _END, _CODE = ("raw", "ydelse_start"), ("raw", "ydelse_slut"), ("raw", "modt_ydelse_kode")
_DEATH, _PERSON = ("register", "doddato"), ("cpr_validated", "person")
_ENDED = ("dates_corrected", "ydelse_slut")

CPR_VALIDATED = DataState(
    "cpr_validated",
    (
        RAEKKE,
        StateColumn(
            "person",
            pl.UInt32,
            "Personens plads i det forberedte registerudtræk",
            sources=(("raw", "pnr"), ("raw", "pnr_tekst"), ("register", "pnr")),
        ),
    ),
    "Services to persons the register knows",
    "Ydelser med gyldigt personnummer",
    (persons.PERSON, persons.UNKNOWN),
)
DATES_CORRECTED = DataState(
    "dates_corrected",
    (
        RAEKKE,
        StateColumn(
            "ydelse_slut", pl.Date, "Slutdato efter H4, tom = løber", nullable=True, sources=(_END, _PERSON, _DEATH)
        ),
        StateColumn("rettelse", pl.String, "Hvorfor datoen er rettet", nullable=True, sources=(_END, _DEATH)),
        StateColumn("doddato", pl.Date, "Dødsdato fra registeret", nullable=True, sources=(_PERSON, _DEATH)),
    ),
    "End dates corrected by death, impossible dates removed",
    "Slutdatoer rettet efter dødsfald",
    (dates.DEATH, dates.AFTER_DEATH, dates.ENDED_BY_DEATH, dates.BEFORE_START),
    checks=(
        ("not_ended_before_start", pl.col("ydelse_slut") >= pl.col("ydelse_start")),
        ("not_started_after_death", pl.col("ydelse_start") <= pl.col("doddato")),
        (
            "ended_by_death",
            pl.col("doddato").is_null() | (pl.col("ydelse_slut").fill_null(overlaps.OPEN) <= pl.col("doddato")),
        ),
    ),
)
CODE_KNOWN = DataState(
    "code_known",
    (
        RAEKKE,
        StateColumn(
            "taeller_fra",
            pl.Date,
            "Første dag, en ydelse med koden tæller",
            at_least=FIRST_MAANED.first_day,
            sources=(_CODE,),
        ),
    ),
    "Services whose code is known and had begun before they ended",
    "Ydelser med kendt kode",
    (service_codes.FIRST_DAY, service_codes.UNKNOWN_CODE, service_codes.BEFORE_CODE),
    checks=(("not_ended_before_code", pl.col("ydelse_slut") >= pl.col("taeller_fra")),),
)
KOMMUNE_ASSIGNED = DataState(
    "kommune_assigned",
    (
        RAEKKE,
        StateColumn("komnr_statbank", pl.String, "Handlekommunen", KOMNR, sources=(("raw", "system"),)),
        StateColumn("koen", pl.UInt8, "Køn fra registeret", (1, 2), sources=(_PERSON, ("register", "koen"))),
        StateColumn(
            "foed_dato",
            pl.Date,
            "Fødselsdato fra registeret",
            at_least=date(1800, 1, 1),
            sources=(_PERSON, ("register", "foed_dag")),
        ),
    ),
    "The kommune, sex and date of birth; without what another kommune reports",
    "Handlekommune, køn og fødselsdato",
    (covered_members.COVERED, covered_members.KOMMUNE, persons.SEX_AND_BIRTH),
)
SPELLS_UNITED = DataState(
    "spells_united",
    (
        RAEKKE,
        StateColumn("ydelse_start", pl.Date, "Startdato efter H6", sources=(_START,)),
        StateColumn("ydelse_slut", pl.Date, "Slutdato efter H6, tom = løber", nullable=True, sources=(_ENDED,)),
        StateColumn(
            "begynder",
            pl.Date,
            "Første dag, ydelsen tæller",
            at_least=FIRST_MAANED.first_day,
            sources=(_START, ("code_known", "taeller_fra")),
        ),
        StateColumn(
            "maalgruppe", pl.String, "Målgruppekoder, hver én gang", nullable=True, sources=(("raw", "maalgruppe"),)
        ),
        *(
            StateColumn(name, pl.String, text, nullable=True, sources=(("raw", name),))
            for name, text in zip(
                overlaps.LATEST,
                ("Betalingskommunen", "Funktionsvurderingen", "Produktionsnummeret", "Afdelingens UUID"),
                strict=True,
            )
        ),
    ),
    "Spells that overlap or touch made one: every service inside the statistic",
    "Forløb, der overlapper eller rører hinanden, er ét",
    (overlaps.UNION, overlaps.UNITED),
    checks=(
        ("united_not_ended_before_start", pl.col("ydelse_slut") >= pl.col("ydelse_start")),
        ("counts_before_it_ends", pl.col("ydelse_slut") >= pl.col("begynder")),
    ),
    whole=True,
)

RULEBOOK = Rulebook(
    raw=(combining.IN_FORCE, combining.SAME_ID, combining.SAME_SERVICE, combining.FILL),
    oddities=oddities.ODDITIES,
    chain=(CPR_VALIDATED, DATES_CORRECTED, CODE_KNOWN, KOMMUNE_ASSIGNED, SPELLS_UNITED),
    selected=(stock.COUNTED,),
)

require_whole(declared_in(folder, leave_out="rule_list"), RULEBOOK.rules)

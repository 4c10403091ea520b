"""The rules in the order they apply: what may change or remove a loan, and nothing else may (seed 3.6).

The tuples are the program. To add a rule, declare it in the module that holds its function and name it here. A rule that is
declared and not listed does not load.
"""

from datetime import date

import polars as pl

import hjalp_pipeline.statistics.hjalp.rules as folder
from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.rules.rule import RAEKKE, DataState, StateColumn
from hjalp_pipeline.rules.rulebook import Rulebook, declared_in, require_whole
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS
from hjalp_pipeline.statistics.hjalp.rules import (
    combining,
    dates,
    kommune,
    oddities,
    paragraph,
    period,
    persons,
    stock,
)

_ISSUED, _RETURNED, _DEATH = ("raw", "udleveringsdato"), ("raw", "indleveringsdato"), ("register", "doddato")
_PERSON = ("cpr_validated", "person")
_TEXTS = (("raw", "lov_navn"), ("raw", "lov_tekst"), _ISSUED)
_LIVED = (_PERSON, _ISSUED, ("register", "kom"))

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
        StateColumn(
            "indleveringsdato",
            pl.Date,
            "Indleveringsdato som leveret",
            at_least=period.STATISTIC_BEGINS,
            nullable=True,
            stored=False,
        ),
    ),
    "Loans inside the period with a CPR number the register knows",
    "Udlån i perioden med gyldigt personnummer",
    (period.AS_DELIVERED, persons.PERSON, persons.UNKNOWN),
)
DATES_CORRECTED = DataState(
    "dates_corrected",
    (
        RAEKKE,
        StateColumn(
            "indleveringsdato",
            pl.Date,
            "Indleveringsdato efter R5, tom = stadig udlånt",
            at_least=period.STATISTIC_BEGINS,
            nullable=True,
            sources=(_RETURNED, _DEATH),
        ),
        StateColumn("rettelse", pl.String, "Hvorfor datoen er rettet", nullable=True, sources=(_RETURNED, _DEATH)),
        StateColumn("doddato", pl.Date, "Dødsdato fra registeret", nullable=True, sources=(_PERSON, _DEATH)),
        StateColumn(
            "udgaar_fra_aar",
            pl.Int32,
            "Første referenceår et åbent udlån er for gammelt til (R6)",
            nullable=True,
            sources=(_ISSUED, _RETURNED, _DEATH),
        ),
    ),
    "Return dates corrected by death, impossible dates removed, R6 year",
    "Indleveringsdatoer rettet efter dødsfald",
    (
        dates.DEATH,
        dates.AFTER_DEATH,
        dates.CLOSED_BY_DEATH,
        dates.LATE_RETURN,
        dates.BEFORE_ISSUE,
        period.AS_CORRECTED,
        dates.TOO_OLD,
    ),
    checks=(
        ("not_returned_before_issue", pl.col("indleveringsdato") >= pl.col("udleveringsdato")),
        ("not_issued_after_death", pl.col("udleveringsdato") <= pl.col("doddato")),
        ("none_open_after_death", pl.col("doddato").is_null() | pl.col("indleveringsdato").is_not_null()),
        (
            "only_open_loans_grow_too_old",
            pl.col("udgaar_fra_aar").is_null() == pl.col("indleveringsdato").is_not_null(),
        ),
    ),
)
PARAGRAPH_ENRICHED = DataState(
    "paragraph_enriched",
    (
        RAEKKE,
        StateColumn(
            "lov_navn_opret",
            pl.String,
            "Paragraf af værdisættet, af lov_navn eller lov_tekst",
            [code.code for code in PARAGRAPHS],
            nullable=True,
            sources=_TEXTS,
        ),
        StateColumn("lov_kilde", pl.String, "Hvor paragraffen kommer fra, eller hvorfor der ingen er", sources=_TEXTS),
    ),
    "Legal basis `lov_navn_opret` from code or free text",
    "Paragraf af lov_navn eller lov_tekst",
    (paragraph.PARAGRAPH, paragraph.UNKNOWN_CODE),
    checks=(
        (
            "paragraph_has_a_source",
            pl.col("lov_navn_opret").is_not_null()
            == pl.col("lov_kilde").is_in([paragraph.LOV_NAVN.name, paragraph.LOV_TEKST.name]),
        ),
    ),
)
KOMMUNE_ASSIGNED = DataState(
    "kommune_assigned",
    (
        RAEKKE,
        StateColumn("komnr_statbank", pl.String, "Statistikbankkommune", KOMNR, sources=_LIVED),
        StateColumn("kommune_kilde", pl.String, "Gren af R8", sources=_LIVED),
        StateColumn("koen", pl.UInt8, "Køn, 1 mand, 2 kvinde", (1, 2), sources=(_PERSON, ("register", "koen"))),
        StateColumn(
            "foed_dato",
            pl.Date,
            "Fødselsdato fra registeret",
            at_least=date(1800, 1, 1),
            sources=(_PERSON, ("register", "foed_dag")),
        ),
    ),
    "`komnr_statbank`, sex and date of birth: every loan inside the statistic",
    "Statistikbankkommune, køn og fødselsdato",
    (kommune.STATBANK, persons.SEX_AND_BIRTH),
)

RULEBOOK = Rulebook(
    raw=(combining.IN_FORCE, combining.SAME_ID, combining.SAME_LOAN, combining.FILL),
    oddities=oddities.ODDITIES,
    chain=(CPR_VALIDATED, DATES_CORRECTED, PARAGRAPH_ENRICHED, KOMMUNE_ASSIGNED),
    selected=(stock.ULTIMO, dates.NOT_YET),
)

require_whole(declared_in(folder, leave_out="rule_list"), RULEBOOK.rules)

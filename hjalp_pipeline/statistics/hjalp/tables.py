"""HJALP1-3 as they are declared (R10-R12, seed 8.6)."""

import polars as pl

from hjalp_pipeline.publishing.statbank import NO_POPULATION, NOT_TAKING_PART
from hjalp_pipeline.publishing.table import Symbol, Text
from hjalp_pipeline.statistics.hjalp.dimensions import ALDER, KOEN, KOMMUNE
from hjalp_pipeline.table_parts import Distinct, Share, Sum
from hjalp_pipeline.table_spec import Bound, Column, Sign, TableSpec, Texts, Words

ABSENT = Symbol(NOT_TAKING_PART, Text("Kommunen deltager ikke", "The municipality does not take part"))
_NO_POPULATION = Symbol(NO_POPULATION, Text("Ingen befolkning at sætte i forhold til", "No population to relate to"))
FEW_PERSONS = Text(
    "Et antal hjælpemidler er også diskretioneret, når det stammer fra færre end 3 personer.",
    "A number of devices is also confidential when it stems from fewer than 3 persons.",
)
ONCE = Text(
    "En person, der låner af flere kommuner, tæller med i hver af dem, men kun én gang i hele landet.",
    "A person who borrows from several municipalities counts in each of them, but only once in all Denmark.",
)
_POPULATION = Text(
    "Andelen er i procent af befolkningen ultimo året i samme kommune, køn og aldersgruppe; for hele landet i procent af "
    "befolkningen i de kommuner, der deltager. En prik (.) står, hvor der ingen befolkning er.",
    "The share is per cent of the population at the end of the year of the same municipality, sex and age group; for all "
    "Denmark of the population of the municipalities that take part. One dot (.) stands where there is no population.",
)
_LENT = Text("udlånt fra de kommunale hjælpemiddeldepoter", "lent by the municipal depots of assistive devices")
_RECIPIENTS = Text(f"Modtagere af hjælpemidler {_LENT.da}", f"Recipients of assistive devices {_LENT.en}")
_NUMBER = Text("Antal", "Number")
_LOANS, _DATES, _CPR = ("kommune_assigned", "udlaan"), ("dates_corrected", "udlaan"), ("cpr_validated", "udlaan")
_REGISTER = ("registers", "befolkning")

HJALP1 = TableSpec(
    "hjalp1",
    "hjalp/hjalp1",
    (KOMMUNE,),
    Sum("udlaan"),
    (
        Column("antal", "Hjælpemidler på lån ultimo året, tom = deltager ikke"),
        Column("personer", "Personer bag tallet (til diskretionering)"),
    ),
    "antal",
    Texts(Text(f"Hjælpemidler {_LENT.da}", f"Assistive devices {_LENT.en}"), _NUMBER, (FEW_PERSONS,)),
    (Sign(ABSENT, "antal"),),
    "Loans ultimo the year by kommune. *Udlånte hjælpemidler ultimo året efter kommune.*",
    checks=(
        ("persons_at_most_loans", pl.col("personer") <= pl.col("antal")),
        ("no_loan_without_person", (pl.col("personer") == 0) == (pl.col("antal") == 0)),
    ),
    behind="personer",
    words=Words("udlånte hjælpemidler", "Udlån"),
    made_from=(_LOANS,),
    lineage={"antal": ((_LOANS, "komnr_statbank"), (_DATES, "indleveringsdato"), (_DATES, "udgaar_fra_aar"))},
)
HJALP2 = TableSpec(
    "hjalp2",
    "hjalp/hjalp2",
    (KOMMUNE, KOEN, ALDER),
    Distinct("person"),
    (Column("antal", "Modtagere ultimo året, tom = deltager ikke"),),
    "antal",
    Texts(_RECIPIENTS, _NUMBER, (ONCE,)),
    (Sign(ABSENT, "antal"),),
    "Persons ultimo the year by kommune, sex and age. *Modtagere ultimo året efter kommune, køn og alder.*",
    at_most="hjalp1",
    at_most_da="Antallet af personer er højst lige så stort som antallet af udlån.",
    bound=Bound("hjalp3", "folketal"),
    words=Words("personer med hjælpemidler", "Personer"),
    made_from=(_LOANS,),
    lineage={"antal": ((_LOANS, "komnr_statbank"), (_LOANS, "koen"), (_LOANS, "foed_dato"), (_CPR, "person"))},
)
HJALP3 = TableSpec(
    "hjalp3",
    "hjalp/hjalp3",
    (KOMMUNE, KOEN, ALDER),
    Share("hjalp2", "folketal", 1000),
    (
        Column("folketal", "Folketal ultimo året i cellen"),
        Column("promille", "Modtagere i promille af folketallet (procent med en decimal), tom = intet tal"),
    ),
    "promille",
    Texts(
        Text(f"{_RECIPIENTS.da}, andel (af befolkningen)", f"{_RECIPIENTS.en}, share (of the population)"),
        Text("Procent", "Per cent"),
        (ONCE, _POPULATION),
    ),
    (Sign(ABSENT, "folketal"), Sign(_NO_POPULATION, "promille")),
    "HJALP2 in per cent of the population. *Modtagere i procent af befolkningen.*",
    decimals=1,
    shares_mask_of="hjalp2",
    made_from=(_REGISTER,),
    lineage={"promille": ((("tables", "hjalp2"), "antal"), (_REGISTER, "folketal"))},
)

#: Each after those it is counted from.
TABLES = (HJALP1, HJALP2, HJALP3)

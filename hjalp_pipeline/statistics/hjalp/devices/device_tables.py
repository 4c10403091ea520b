"""HJALP4 and HJALP5 as they are declared: types of devices, under development (seed 2.1, 4.1).

They are counted of the same loans and persons as HJALP1 and HJALP2, whose figures their totals are.
"""

import polars as pl

from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.statistic import FinerStock
from hjalp_pipeline.statistics.hjalp.devices.device_dimensions import (
    ENHED,
    ISOKLASSE,
    ISOUNDER,
    LANDET,
    LOVNAVN,
    PERSONER,
    UDLAAN,
)
from hjalp_pipeline.statistics.hjalp.devices.device_stock import COLUMNS, READS, device_stock
from hjalp_pipeline.statistics.hjalp.devices.device_types import CLASS_OF, TYPE_I_ALT
from hjalp_pipeline.statistics.hjalp.dimensions import KOMMUNE
from hjalp_pipeline.statistics.hjalp.tables import ABSENT, FEW_PERSONS, ONCE
from hjalp_pipeline.table_parts import ByUnit, Distinct, PartsOf, Same, Sum
from hjalp_pipeline.table_spec import Column, Sign, TableSpec, Texts

FINER = FinerStock(COLUMNS, READS, device_stock, (__package__,))
_UNITS = ByUnit("enhed", {PERSONER: Distinct("person"), UDLAAN: Sum("udlaan")})
_COLUMNS = (
    Column("antal", "Personer eller udlån ultimo året, tom = deltager ikke"),
    Column("personer", "Personer bag tallet (til diskretionering)"),
)
_CHECKS = (
    ("persons_at_most_figure", pl.col("personer") <= pl.col("antal")),
    ("nothing_without_person", (pl.col("personer") == 0) == (pl.col("antal") == 0)),
)
_CONTENTS = Text("Modtagere og hjælpemidler", "Recipients and assistive devices")
_SEVERAL = Text(
    "En person med hjælpemidler af flere typer eller efter flere paragraffer tæller med én gang ved hver af dem og én gang i alt: "
    "antallet af personer i alt er mindre end summen.",
    "A person with devices of several types or by several legal bases counts once in each of them and once in the total: the total "
    "of persons is less than the sum.",
)
_TYPES = Text(
    "Typen er klassen i ISO 9999 efter hjælpemidlets ISO-kode. De danske titler er Danmarks Statistiks egen oversættelse og ikke "
    "officielle. Lokale og fiktive HMI-numre (90000-99999 og 900000-999999) er en gruppe for sig, uanset ISO-kode; nogle af dem er "
    "ydelser. Uoplyst er de øvrige uden ISO-kode eller med en, der ikke er en underklasse i ISO 9999.",
    "The type is the class in ISO 9999 by the ISO code of the device. The Danish titles are Statistics Denmark's own translation and "
    "not official. Local and fictitious HMI numbers (90000-99999 and 900000-999999) are a group of their own, whatever their ISO "
    "code; some of them are services. Not stated are all others without an ISO code or with one that is no subclass in ISO 9999.",
)
_NOT_RETURNED = Text(
    "Et hjælpemiddel er et produkt, der kan leveres tilbage og lånes ud igen. Proteser, ortoser, parykker, stomi- og "
    "inkontinenshjælpemidler og lignende leveres ikke tilbage, og kommunerne indberetter dem forskelligt: tallene for dem er ikke "
    "dækkende.",
    "A device is a product that can be returned and lent again. Prostheses, orthoses, wigs, aids for stomas and incontinence and the "
    "like are not returned, and municipalities report them differently: figures for them are not complete.",
)
_NOTES = (ONCE, _SEVERAL, FEW_PERSONS, _TYPES, _NOT_RETURNED)
_LOANS, _RAW, _LAW = ("kommune_assigned", "udlaan"), ("raw", "udlaan"), ("paragraph_enriched", "udlaan")
_DATES, _CPR = ("dates_corrected", "udlaan"), ("cpr_validated", "udlaan")
_BEHIND = (
    (_LOANS, "komnr_statbank"),
    (_CPR, "person"),
    (_DATES, "indleveringsdato"),
    (_RAW, "hmiiso"),
    (_RAW, "hminr"),
)

HJALP5 = TableSpec(
    "hjalp5",
    "hjalp/hjalp5",
    (KOMMUNE, ISOKLASSE, ENHED),
    _UNITS,
    _COLUMNS,
    "antal",
    Texts(_CONTENTS, Text("Antal", "Number"), _NOTES),
    (Sign(ABSENT, "antal"),),
    "Persons and loans ultimo the year by kommune and type of device. *Modtagere og udlån ultimo året efter kommune og type.*",
    checks=_CHECKS,
    behind="personer",
    same=(
        Same("hjalp2", {"isoklasse": TYPE_I_ALT, "enhed": PERSONER}),
        Same("hjalp1", {"isoklasse": TYPE_I_ALT, "enhed": UDLAAN}),
    ),
    overlapping=("isoklasse",),
    at_most_da="I HJALP5 er antallet af personer højst antallet af udlån, ved hver type højst antallet i alt, og typerne har tilsammen "
    "mindst antallet i alt. Tallene i alt er dem i HJALP1 og HJALP2.",
    developing=True,
    made_from=(_LOANS,),
    lineage={"antal": _BEHIND},
)
HJALP4 = TableSpec(
    "hjalp4",
    "hjalp/hjalp4",
    (LANDET, ISOUNDER, LOVNAVN, ENHED),
    _UNITS,
    _COLUMNS,
    "antal",
    Texts(_CONTENTS, Text("Antal", "Number"), _NOTES),
    (Sign(ABSENT, "antal"),),
    "Persons and loans ultimo the year, whole country, by type of device and paragraph. "
    "*Modtagere og udlån i hele landet ultimo året efter type og paragraf.*",
    checks=_CHECKS,
    behind="personer",
    same=(
        Same("hjalp2", {"isounder": TYPE_I_ALT, "lovnavn": TYPE_I_ALT, "enhed": PERSONER}),
        Same("hjalp1", {"isounder": TYPE_I_ALT, "lovnavn": TYPE_I_ALT, "enhed": UDLAAN}),
    ),
    parts_of=PartsOf("hjalp5", "isounder", "isoklasse", CLASS_OF),
    overlapping=("isounder", "lovnavn"),
    at_most_da="I HJALP4 er antallet af personer højst antallet af udlån, ved hver type og paragraf højst antallet i alt, og typerne "
    "(paragrafferne) har tilsammen mindst antallet i alt. Underklasserne er delene af klasserne i HJALP5.",
    developing=True,
    made_from=(_LOANS,),
    lineage={"antal": (*_BEHIND, (_LAW, "lov_navn_opret"))},
)

#: Each after those it is counted from and tied to.
DEVELOPING = (HJALP5, HJALP4)

"""*Hjemmebesøg*, made up: courses of home visits, delivered by month, with rules, a table and approvals of their own."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from hjalp_pipeline.codelists.kommuner import HELE_LANDET, KOMMUNER, KOMNR
from hjalp_pipeline.codelists.periods import Maaned, Period
from hjalp_pipeline.delivery.layouts.declared_rows import FIELDS_CSV, VERSIONS_CSV, read_rows
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Declaration
from hjalp_pipeline.delivery.layouts.versions import layouts_of
from hjalp_pipeline.publishing.table import Symbol, Text, Value, Variable
from hjalp_pipeline.rules.approval import Approval
from hjalp_pipeline.rules.cpr import CPR_FIKTIVT, CPR_UKURANT, find_person, not_in_register
from hjalp_pipeline.rules.gengangere import Combining, combine_systems
from hjalp_pipeline.rules.person import find_sex_and_birth
from hjalp_pipeline.rules.rule import RAEKKE, Code, Context, DataState, Rule, StateColumn
from hjalp_pipeline.rules.rulebook import Rulebook
from hjalp_pipeline.rules.step import reason
from hjalp_pipeline.statistic import Statistic, Stock
from hjalp_pipeline.table_parts import Distinct
from hjalp_pipeline.table_spec import Column, Dimension, Sign, TableSpec, Texts
from hjalp_tests.toy.documents import QUALITY, REPORT

FIELDS = """version;change;name;form;max_length;required;label;text_da;text_en;example;nillable;values
1;add;besoeg_id;tekst;20;yes;Id;Id.;Id.;B-1;;
1;add;kommune;egen_kommune;;yes;Kommunen;Kommune.;Kommune.;101;;
1;add;pnr;personnummer;;yes;Personnummeret;Nummer.;Number.;3002501234;;
1;add;art;valg;;yes;Besøgets art;Art.;Kind.;PLEJE;;PLEJE HJAELP MAD
1;add;fra;dato;;yes;Første dag;Dag.;Day.;2024-01-01;;
1;add;til;dato;;no;Sidste dag;Dag.;Day.;2024-03-31;;
"""
LAYOUTS = layouts_of(
    Declaration(
        "besoeg",
        Maaned,
        "besoeg_id",
        frozenset({"pnr", "fra"}),
        {"fra": Form.DATO, "til": Form.DATO},
        statistic="Hjemmebesøg",
        things="besøg",
        the_things="besøgene",
    ),
    read_rows(VERSIONS_CSV, "version;announced;from_period;source\n1;;2024M01;Opdigtet\n"),
    read_rows(FIELDS_CSV, FIELDS),
)

DUBLET = Code("DUBLET", "Samme id som et senere besøg i filen", "#7b5ea7")
GENGANGER = Code("GENGANGER", "Samme besøg står i et nyere system", "#a58bc8")
UDFYLDT = Code("UDFYLDT_TIL", "Sidste dag er hentet fra det ældre system")
SLUT_FOER_START = Code("SLUT_FOER_START", "Slutter, før det begynder", "#d98477")
COMBINING = Combining(
    "besoeg_id",
    {name: pl.col(name) for name in ("pnr", "pnr_tekst", "art", "fra")},
    ("til",),
    DUBLET,
    GENGANGER,
    UDFYLDT,
)


def ends_before(_rows: pl.DataFrame, _context: Context) -> pl.Expr:
    """Ends before it begins."""
    return reason(SLUT_FOER_START, pl.col("til") < pl.col("fra"))


def of_reporter(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Adds the kommune that reports."""
    return rows.with_columns(komnr_statbank=context.reporter)


_CODES, _READS = (CPR_FIKTIVT, CPR_UKURANT), ("pnr", "pnr_tekst")
VALID = DataState(
    "valid",
    (
        RAEKKE,
        StateColumn("person", pl.UInt32, "Personens plads i registeret", sources=(("raw", "pnr"), ("register", "pnr"))),
        StateColumn("koen", pl.UInt8, "Køn", (1, 2), sources=(("register", "koen"),)),
        StateColumn("komnr_statbank", pl.String, "Kommunen", KOMNR, sources=(("raw", "system"),)),
    ),
    "Visits to persons the register knows",
    "Besøg hos personer, registeret kender",
    (
        Rule("B1.0", "Personen slås op", "derives", find_person, reads=_READS),
        Rule("B1", "Personen er ukendt", "removes", not_in_register, _CODES, reads=_READS),
        Rule("B2", "Slutter før start", "removes", ends_before, (SLUT_FOER_START,), reads=("fra", "til", "art")),
        Rule("B3", "Køn", "derives", find_sex_and_birth),
        Rule("B4", "Kommune", "derives", of_reporter),
    ),
    checks=(("not_before_start", pl.col("til") >= pl.col("fra")),),
)
RULEBOOK = Rulebook((Rule("B0", "Et besøg én gang", "removes", combine_systems, (DUBLET, GENGANGER)),), (VALID,))

STOCK = (
    StateColumn("aar", pl.Int32, "År"),
    StateColumn("person", pl.UInt32, "Personens plads i registeret"),
    StateColumn("komnr_statbank", pl.String, "Kommunen", KOMNR),
    StateColumn("koen", pl.UInt8, "Køn", (1, 2)),
    StateColumn("art", pl.String, "Art", ("PLEJE", "HJAELP", "MAD")),
)


def visited(rows: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Persons with a visit on some day of a year that is over, once in each kommune and kind."""

    def of_years() -> Iterator[pl.DataFrame]:
        for aar in range(2024, period.aar + 1):
            inside = (pl.col("fra") <= date(aar, 12, 31)) & (
                pl.col("til").is_null() | (pl.col("til") >= date(aar, 1, 1))
            )
            yield rows.filter(inside).select(pl.lit(aar, pl.Int32).alias("aar"), *(c.name for c in STOCK[1:])).unique()

    return pl.concat(of_years()).sort(column.name for column in STOCK)


def _values(**texts: str) -> tuple[Value, ...]:
    return tuple(Value(code.removeprefix("_"), Text(text, text)) for code, text in texts.items())


_NAMES = {HELE_LANDET: "Hele landet"} | {kommune.code: kommune.name for kommune in KOMMUNER}
KOMMUNE = Dimension(
    "omrade",
    Variable(
        "OMRADE",
        Text("kommune", "municipality"),
        tuple(Value(code, Text(name, name)) for code, name in _NAMES.items()),
        HELE_LANDET,
        "geo",
    ),
    "komnr_statbank",
    "Kommune",
)
KOEN = Dimension(
    "kon", Variable("KON", Text("køn", "sex"), _values(_0="I alt", _1="Mænd", _2="Kvinder"), "0"), "koen", "Køn"
)
ART = Dimension(
    "art",
    Variable(
        "ART",
        Text("art", "kind"),
        _values(TOT="I alt", PLEJE="Pleje", HJAELP="Praktisk hjælp", MAD="Madservice"),
        "TOT",
    ),
    "art",
    "Art",
)
TOY1 = TableSpec(
    "toy1",
    str(Path(__file__).with_name("toy1")),
    (KOMMUNE, KOEN, ART),
    Distinct("person"),
    (Column("antal", "Personer med besøg i året, tom = deltager ikke"),),
    "antal",
    Texts(Text("Personer med hjemmebesøg", "Persons visited at home"), Text("Antal", "Number")),
    (Sign(Symbol("...", Text("Kommunen deltager ikke", "The municipality does not take part")), "antal"),),
    "Persons visited by kommune, sex and kind. *Personer med besøg.*",
    made_from=(("valid", "besoeg"),),
)
TOY = Statistic(
    "toy",
    Maaned(2024, 1),
    LAYOUTS,
    COMBINING,
    RULEBOOK,
    Stock(STOCK, visited),
    (TOY1,),
    subject_code="05",
    subject_area=Text("Sociale forhold", "Social conditions"),
    watched="toy1",
    reading=(__name__,),
    code=(__name__,),
    owner="team:toy",
    first_year=2024,
    approval=Approval(
        {"HELE": "hele året", "SKOEN": "skønnet"}, ("HELE",), "året", "its year", named_en={"SKOEN": "estimate"}
    ),
    approval_report=REPORT,
    quality=QUALITY,
    lists={"kommuner": lambda: pl.DataFrame({"komnr": [HELE_LANDET, *KOMNR]})},
)
